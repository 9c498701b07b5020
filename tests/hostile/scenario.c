/* SPDX-License-Identifier: ISC */
/* Runs a sequence of calls once for every allocation in it; this allocation fails. */
#include "tests/hostile/scenario.h"

#include "tests/hostile/alloc_fault.h"

#include <string.h>

#define MAX_ALLOCATIONS 4000
/* How often leaks are searched: a leaked block is found later as well. */
#define GOOD_EVERY 4

/* struct played: the status codes of the n calls that were made. */
struct played {
    OM_uint32 majors[SCENARIO_MAX];
    OM_uint32 minors[SCENARIO_MAX];
    size_t n;
};

static void release(struct fixture *p)
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

/* Runs the calls up to the first whose major differs from that of the run without a
 * failure (good; NULL: this is it). */
static void play(const struct scenario *scenario, gss_OID mech, const struct played *good,
                 struct played *out)
{
    struct fixture p = {.mech = mech};

    memset(out, 0, sizeof(*out));
    for (size_t i = 0; i < SCENARIO_MAX && scenario->calls[i] != NULL; i++) {
        out->majors[i] = scenario->calls[i](&p, &out->minors[i]);
        out->n = i + 1;
        if (good != NULL && out->majors[i] != good->majors[i]) {
            break;
        }
    }
    alloc_fault_disarm();
    release(&p);
}

static void check_told(const struct scenario *scenario, gss_OID mech, long n,
                       const struct played *got)
{
    OM_uint32 minor = got->minors[got->n - 1];
    char sentence[1024];

    if (minor == SCENARIO_DROPPED) {
        return;
    }
    status_sentence(minor, mech, sentence);
    ck_assert_msg(minor != 0 && strlen(sentence) > 10,
                  "%s, allocation %ld, call %zu: %#x with minor %u", scenario->name, n,
                  got->n - 1, got->majors[got->n - 1], minor);
}

/* Checks that only the last call may differ from the run without a failure, and only by
 * an error after an allocation that failed; true if it does. */
static bool compare(const struct scenario *scenario, gss_OID mech, long n,
                    const struct played *good, const struct played *got)
{
    bool failed = false;

    for (size_t i = 0; i < got->n; i++) {
        bool differs = got->majors[i] != good->majors[i];

        failed = differs && i == got->n - 1 && GSS_ERROR(got->majors[i]) &&
                 alloc_fault_fired();
        ck_assert_msg(!differs || failed, "%s, allocation %ld, call %zu: %#x, not %#x",
                      scenario->name, n, i, got->majors[i], good->majors[i]);
    }
    if (failed) {
        check_told(scenario, mech, n, got);
        return true;
    }
    ck_assert_uint_eq(got->n, good->n);
    return false;
}

static void play_well(const struct scenario *scenario, gss_OID mech, long n,
                      const struct played *good)
{
    struct played again;

    alloc_fault_disarm();
    alloc_fault_arm(-1);
    play(scenario, mech, good, &again);
    (void)compare(scenario, mech, n, good, &again);
}

static void check_as_ever(const struct scenario *scenario, gss_OID mech, long n,
                          const struct played *good, size_t n_live)
{
    play_well(scenario, mech, n, good);
    ck_assert_msg(alloc_fault_live() == n_live,
                  "%s, by allocation %ld: %zu blocks, not %zu", scenario->name, n,
                  alloc_fault_live(), n_live);
}

unsigned scenario_play(const struct scenario *scenario, gss_OID mech, void (*renew)(void))
{
    struct played good;
    struct played got;
    unsigned n_failed = 0;
    bool more = true;
    size_t n_live;

    renew();
    play(scenario, mech, NULL, &good);
    play_well(scenario, mech, -1, &good);
    n_live = alloc_fault_live();
    for (long n = 0; more; n++) {
        renew();
        alloc_fault_arm(n);
        play(scenario, mech, &good, &got);
        more = alloc_fault_fired();
        n_failed += compare(scenario, mech, n, &good, &got);
        if (n % GOOD_EVERY == 0 || !more) {
            check_as_ever(scenario, mech, n, &good, n_live);
        }
        ck_assert_int_lt(n, MAX_ALLOCATIONS);
    }
    return n_failed;
}
