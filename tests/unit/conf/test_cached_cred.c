/* SPDX-License-Identifier: ISC */
/* Winbind's cache where there is no winbindd, and for whom it is never asked. With one:
 * tests/interop/test_cached_cred.py. */
#include "conf/cached_cred.h"

#include "base/clock.h"
#include "tests/lib/harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
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

static enum err find(struct credential *out)
{
    const struct settings *settings;
    const char *from;
    enum err e;

    ck_ok(settings_acquire(&settings));
    e = credential_find(settings, nobody, nobody, out, &from);
    ck_assert((from != NULL) == (e == ERR_OK));
    settings_release(settings);
    return e;
}

/* Becomes these users; each test has a process of its own. */
static void become(uid_t uid, uid_t euid)
{
    if (geteuid() != 0) {
        SKIP("becoming another user needs root");
    }
    ck_assert_int_eq(setresuid(uid, euid, euid), 0);
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
    struct credential found;
    const char *detail;

    use_settings(row->settings);
    become(row->uid, row->euid);
    ck_err(find(&found), ERR_NO_CRED);
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

/* Each call takes less than a millisecond. */
TEST(without_winbindd)
{
    struct credential found;
    uint64_t start;
    const unsigned n = 200;

    if (access("/run/samba/winbindd/pipe", F_OK) == 0) {
        SKIP("this machine runs a winbindd");
    }
    use_settings("credentials_from = file,winbind\n");
    become(SOMEBODY, SOMEBODY);
    ck_err(find(&found), ERR_NO_CRED);
    start = clock_uptime_ms();
    for (unsigned i = 0; i < n; i++) {
        ck_err(find(&found), ERR_NO_CRED);
    }
    ck_assert_uint_le(clock_uptime_ms() - start, n);
    ck_assert_ptr_nonnull(strstr(err_note_get(ERR_NO_CRED), "winbind's cache: "));
}
