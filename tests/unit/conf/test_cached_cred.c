/* SPDX-License-Identifier: ISC */
/* Winbind's cache where there is no winbindd, and for whom it is never asked. With one:
 * tests/interop/test_cached_cred.py. */
#include "conf/winbind/cached_cred.h"

#include "tests/lib/harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define SOMEBODY ((uid_t)12345)
#define ANOTHER  ((uid_t)12346)

static const struct bytes nobody = {NULL, 0};

static void use_settings(const char *lines)
{
    char text[200];

    ck_assert_int_eq(unsetenv("NTLM_USER_FILE"), 0);
    (void)snprintf(text, sizeof(text), "[negotiate]\ncredential_file = %s/none\n%s",
                   temp_dir(), lines);
    ck_assert_int_eq(
        setenv("GSS_NEGOTIATE_CONFIG", write_file("negotiate.conf", text, 0644), 1), 0);
    ck_assert_int_eq(chmod(temp_dir(), 0755), 0);
}

static enum err find(struct credential_list *out)
{
    const struct settings *settings;
    enum err e;

    *out = (struct credential_list){0};
    ck_ok(settings_acquire(&settings));
    e = credential_find(settings, nobody, nobody, out);
    ck_assert((out->n > 0) == (e == ERR_OK));
    settings_release(settings);
    return e;
}

static void become(uid_t uid, uid_t euid)
{
    if (geteuid() != 0) {
        SKIP("becoming another user needs root");
    }
    ck_assert_int_eq(setresuid(uid, euid, 0), 0);
}

/* Becomes root again, because a leak checker reads the process's memory as a debugger. */
static void become_root(void)
{
    ck_assert_int_eq(setresuid(0, 0, 0), 0);
    ck_assert_int_eq(prctl(PR_SET_DUMPABLE, 1, 0, 0, 0), 0);
}

static const struct {
    const char *name;
    const char *settings;
    uid_t uid;
    uid_t euid;
    const char *detail; /* how it ends, after the files */
} PROCESSES[] = {
    {"not allowed", "", SOMEBODY, SOMEBODY, "/none: No such file or directory"},
    {"root", "credentials_from = file,winbind\n", 0, 0,
     "any user of this machine has saved"},
    {"set-id", "credentials_from = file,winbind\n", SOMEBODY, ANOTHER, "set-id programs"},
    {"set-id root", "credentials_from = file,winbind\n", SOMEBODY, 0, "set-id programs"},
    {"root's set-id", "credentials_from = file,winbind\n", 0, SOMEBODY,
     "set-id programs"},
};

TEST_NAMED(never_asked, PROCESSES, name)
{
    struct credential_list found;
    const char *detail;

    use_settings(row->settings);
    become(row->uid, row->euid);
    ck_err(find(&found), ERR_NO_CRED);
    become_root();
    detail = err_note_get(ERR_NO_CRED);
    ck_assert_uint_ge(strlen(detail), strlen(row->detail));
    ck_assert_str_eq(detail + strlen(detail) - strlen(row->detail), row->detail);
}

TEST(prover_for_root)
{
    const struct prover_query query = {.user = bytes_str("alice"),
                                       .domain = bytes_str("AD")};
    PROVER_ANSWER_AUTO answer = {BUF_INIT, BUF_INIT};
    const struct settings *settings;

    use_settings("credentials_from = file,winbind\n");
    become(0, 0);
    ck_ok(settings_acquire(&settings));
    ck_err(cached_cred_prove(settings, &query, &answer), ERR_NO_CRED);
    ck_assert_uint_eq(answer.authenticate.n, 0);
    settings_release(settings);
}

static int64_t now_ns(void)
{
    struct timespec now;

    ck_assert_int_eq(clock_gettime(CLOCK_MONOTONIC, &now), 0);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* A call waits for nothing: the fastest one, which a busy machine does not interrupt,
 * takes less than a millisecond. */
TEST(without_winbindd)
{
    struct credential_list found;
    int64_t fastest_ns = INT64_MAX;

    if (access("/run/samba/winbindd/pipe", F_OK) == 0) {
        SKIP("this machine runs a winbindd");
    }
    use_settings("credentials_from = file,winbind\n");
    become(SOMEBODY, SOMEBODY);
    ck_err(find(&found), ERR_NO_CRED);
    for (unsigned i = 0; i < 100; i++) {
        int64_t start_ns = now_ns();

        ck_err(find(&found), ERR_NO_CRED);
        fastest_ns = now_ns() - start_ns < fastest_ns ? now_ns() - start_ns : fastest_ns;
    }
    ck_assert_int_lt(fastest_ns, 1000000);
    become_root();
    ck_assert_ptr_nonnull(strstr(err_note_get(ERR_NO_CRED), "winbind's cache: "));
}
