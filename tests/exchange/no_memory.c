/* SPDX-License-Identifier: ISC */
/* Every allocation of the module fails once, in turn, during a whole login: the call that
 * needed it says so, and the next login works. */
#include "mech/oid.h"
#include "tests/exchange/buffers.h"
#include "tests/exchange/handmade.h"
#include "tests/exchange/moved.h"

#include <link.h>
#include <stdlib.h>
#include <string.h>

extern void *__libc_malloc(size_t n);
extern void *__libc_calloc(size_t n, size_t size);
extern void *__libc_realloc(void *p, size_t n);

/* Where the module's code is, and how many of its allocations still succeed (-1: all). */
static uintptr_t code_begin;
static uintptr_t code_end;
static long countdown = -1;

/* The library calls these instead of its own. */
#define SEEN_BY_ALL __attribute__((visibility("default")))

static bool fails_for(const void *caller)
{
    uintptr_t at = (uintptr_t)caller;

    if (countdown < 0 || at < code_begin || at >= code_end) {
        return false;
    }
    return countdown-- == 0;
}

SEEN_BY_ALL void *malloc(size_t n)
{
    return fails_for(__builtin_return_address(0)) ? NULL : __libc_malloc(n);
}

SEEN_BY_ALL void *calloc(size_t n, size_t size)
{
    return fails_for(__builtin_return_address(0)) ? NULL : __libc_calloc(n, size);
}

SEEN_BY_ALL void *realloc(void *p, size_t n)
{
    return fails_for(__builtin_return_address(0)) ? NULL : __libc_realloc(p, n);
}

static int find_module(struct dl_phdr_info *info, size_t size, void *arg)
{
    (void)size;
    (void)arg;
    if (strstr(info->dlpi_name, "gss_negotiate.so") == NULL) {
        return 0;
    }
    for (size_t i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *segment = &info->dlpi_phdr[i];

        if (segment->p_type == PT_LOAD && (segment->p_flags & PF_X) != 0) {
            code_begin = info->dlpi_addr + segment->p_vaddr;
            code_end = code_begin + segment->p_memsz;
        }
    }
    return 1;
}

/* What a call without memory answers: an error with a sentence. */
static bool went_well(OM_uint32 major, OM_uint32 minor, gss_OID mech)
{
    char sentence[1024];

    if (GSS_ERROR(major) == 0) {
        return true;
    }
    ck_assert_uint_ne(minor, 0);
    status_sentence(minor, mech, sentence);
    ck_assert_uint_gt(strlen(sentence), 10);
    return false;
}

static bool acquire(struct login *l)
{
    gss_OID_set_desc only = {1, l->acceptor.mech};
    struct peer *i = &l->initiator;
    struct peer *a = &l->acceptor;

    i->major = cred_with_password(i->mech, ALICE, ALICE_PASSWORD, &i->cred, &i->minor);
    if (!went_well(i->major, i->minor, i->mech)) {
        return false;
    }
    a->major = gss_acquire_cred(&a->minor, GSS_C_NO_NAME, 0, &only, GSS_C_ACCEPT,
                                &a->cred, NULL, NULL);
    return went_well(a->major, a->minor, a->mech);
}

static bool protect(struct login *l)
{
    BUF_AUTO token = BUF_INIT;
    BUF_AUTO data = BUF_INIT;
    struct peer *i = &l->initiator;
    struct peer *a = &l->acceptor;

    (void)wrap(i, bytes_str("message"), &token);
    if (!went_well(i->major, i->minor, i->mech)) {
        return false;
    }
    (void)unwrap(a, buf_bytes(&token), &data);
    if (!went_well(a->major, a->minor, a->mech)) {
        return false;
    }
    (void)get_mic(a, bytes_str("message"), &token);
    if (!went_well(a->major, a->minor, a->mech)) {
        return false;
    }
    (void)verify_mic(i, bytes_str("message"), buf_bytes(&token));
    return went_well(i->major, i->minor, i->mech);
}

/* A list that the library is to allocate for; what it gave is released. */
static bool protect_parts(struct login *l)
{
    struct message m;
    struct peer *i = &l->initiator;
    struct peer *a = &l->acceptor;
    bool good;

    message_make(&m, (const OM_uint32[]){HEADER | ALLOCATE, SIGNED, DATA, LAST});
    (void)wrap_iov(i, &m);
    good = went_well(i->major, i->minor, i->mech);
    if (good) {
        (void)unwrap_iov(a, &m);
        good = went_well(a->major, a->minor, a->mech);
    } else {
        ck_words(&m);
    }
    message_release(&m);
    return good;
}

/* A failed export leaves the context. The library's own part in moving loses minors. */
static bool move_on(struct peer *p)
{
    BUF_AUTO token = BUF_INIT;

    if (export_to(p, &token) != GSS_S_COMPLETE) {
        ck_assert(p->context != GSS_C_NO_CONTEXT);
        return false;
    }
    return import_from(p, buf_bytes(&token)) == GSS_S_COMPLETE;
}

/* A login as far as it comes; false if something said that it failed. */
static bool attempt(gss_OID mech)
{
    struct login l = {.initiator = {.mech = mech, .asked = SEAL_FLAGS},
                      .acceptor = {.mech = mech}};
    bool good;

    l.initiator.target = name_of("http@server", GSS_C_NT_HOSTBASED_SERVICE);
    good = acquire(&l);
    if (good) {
        login_run(&l);
        good = went_well(l.initiator.major, l.initiator.minor, mech) &&
               went_well(l.acceptor.major, l.acceptor.minor, mech) && login_is_done(&l) &&
               protect(&l) && protect_parts(&l) && move_on(&l.initiator) &&
               move_on(&l.acceptor) && protect(&l);
    }
    login_end(&l);
    return good;
}

/* Settings and users are read anew each time, so that reading them is part of it. */
START_TEST(each_allocation)
{
    gss_OID mech = _i == 0 ? NTLM : SPNEGO;
    unsigned n_failed = 0;
    bool all_were_there = false;

    place_begin(LINES_BOTH, "");
    login_good(mech);
    ck_assert_int_eq(dl_iterate_phdr(find_module, NULL), 1);
    for (long n = 0; !all_were_there; n++) {
        place_settings("");
        place_users(USERS, 0600);
        countdown = n;
        n_failed += !attempt(mech);
        all_were_there = countdown >= 0;
        countdown = -1;
        ck_assert_int_lt(n, 2000);
    }
    ck_assert_uint_gt(n_failed, 50);
    login_good(mech);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("no_memory");
    TCase *tcase = tcase_create("all");

    tcase_set_timeout(tcase, 60);
    tcase_add_loop_test(tcase, each_allocation, 0, 2);
    suite_add_tcase(suite, tcase);
    return harness_run(suite);
}
