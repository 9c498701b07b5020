/* SPDX-License-Identifier: ISC */
/* A sequence of calls, played once for every allocation in it, which then fails. */
#include "tests/hostile/scene.h"

#include "tests/hostile/scarce.h"

#include <string.h>

#define MAX_ALLOCATIONS 4000
/* A block that is left over stays so: it need not be looked for at once. */
#define GOOD_EVERY 4

/* struct played: what the calls answered, and which of them was the last. */
struct played {
    OM_uint32 majors[SCENE_MAX];
    OM_uint32 minors[SCENE_MAX];
    size_t n;
};

static void release(struct props *p)
{
    OM_uint32 minor;

    login_end(&p->login);
    (void)gss_delete_sec_context(&minor, &p->context, GSS_C_NO_BUFFER);
    (void)gss_release_cred(&minor, &p->cred);
    (void)gss_release_cred(&minor, &p->other_cred);
    (void)gss_release_name(&minor, &p->name);
    (void)gss_release_name(&minor, &p->other_name);
    (void)gss_release_name(&minor, &p->mech_name);
    (void)gss_release_oid_set(&minor, &p->set);
    (void)gss_release_buffer(&minor, &p->text);
    (void)gss_release_buffer(&minor, &p->token);
    (void)gss_release_buffer_set(&minor, &p->buffers);
}

/* Until a call fails for want of memory, and so not as ever (good; NULL: the first time).
 */
static void play(const struct scene *scene, gss_OID mech, const struct played *good,
                 struct played *out)
{
    struct props p = {.mech = mech};

    memset(out, 0, sizeof(*out));
    for (size_t i = 0; i < SCENE_MAX && scene->calls[i] != NULL; i++) {
        out->majors[i] = scene->calls[i](&p, &out->minors[i]);
        out->n = i + 1;
        if (good != NULL && out->majors[i] != good->majors[i]) {
            break;
        }
    }
    scarce_disarm();
    release(&p);
}

static void check_told(const struct scene *scene, gss_OID mech, long n,
                       const struct played *got)
{
    OM_uint32 minor = got->minors[got->n - 1];
    char sentence[1024];

    if (minor == SCENE_DROPPED) {
        return;
    }
    status_sentence(minor, mech, sentence);
    ck_assert_msg(minor != 0 && strlen(sentence) > 10,
                  "%s, allocation %ld, call %zu: %#x with minor %u", scene->name, n,
                  got->n - 1, got->majors[got->n - 1], minor);
}

/* All up to the one that failed is as it was; true if one did. */
static bool compare(const struct scene *scene, gss_OID mech, long n,
                    const struct played *good, const struct played *got)
{
    bool failed = false;

    for (size_t i = 0; i < got->n; i++) {
        bool differs = got->majors[i] != good->majors[i];

        failed =
            differs && i == got->n - 1 && GSS_ERROR(got->majors[i]) && scarce_fired();
        ck_assert_msg(!differs || failed, "%s, allocation %ld, call %zu: %#x, not %#x",
                      scene->name, n, i, got->majors[i], good->majors[i]);
    }
    if (failed) {
        check_told(scene, mech, n, got);
        return true;
    }
    ck_assert_uint_eq(got->n, good->n);
    return false;
}

static void play_well(const struct scene *scene, gss_OID mech, long n,
                      const struct played *good)
{
    struct played again;

    scarce_disarm();
    scarce_arm(-1);
    play(scene, mech, good, &again);
    (void)compare(scene, mech, n, good, &again);
}

static void check_as_ever(const struct scene *scene, gss_OID mech, long n,
                          const struct played *good, size_t n_live)
{
    play_well(scene, mech, n, good);
    ck_assert_msg(scarce_live() == n_live, "%s, by allocation %ld: %zu blocks, not %zu",
                  scene->name, n, scarce_live(), n_live);
}

unsigned scene_play(const struct scene *scene, gss_OID mech, void (*renew)(void))
{
    struct played good;
    struct played got;
    unsigned n_failed = 0;
    bool more = true;
    size_t n_live;

    renew();
    play(scene, mech, NULL, &good);
    play_well(scene, mech, -1, &good);
    n_live = scarce_live();
    for (long n = 0; more; n++) {
        renew();
        scarce_arm(n);
        play(scene, mech, &good, &got);
        more = scarce_fired();
        n_failed += compare(scene, mech, n, &good, &got);
        if (n % GOOD_EVERY == 0 || !more) {
            check_as_ever(scene, mech, n, &good, n_live);
        }
        ck_assert_int_lt(n, MAX_ALLOCATIONS);
    }
    return n_failed;
}
