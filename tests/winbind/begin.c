/* SPDX-License-Identifier: ISC */
/* Logins that a winbindd of the test's own verifies. */
#include "tests/winbind/begin.h"

#include "tests/lib/winbindd.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

double clock_s(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static size_t n_threads(void)
{
    DIR *const tasks = opendir("/proc/self/task");
    size_t n = 0;

    while (tasks != NULL && readdir(tasks) != NULL) {
        n++;
    }
    if (tasks != NULL) {
        (void)closedir(tasks);
    }
    return n - 2; /* without . and .. */
}

/* LeakSanitizer would report what libc frees for a thread that is just ending. A call
 * that winbindd does not answer keeps its thread. */
static void await_end_of_threads(void)
{
    const double began = clock_s();

    while (n_threads() > 1 && clock_s() - began < 0.5) {
        (void)nanosleep(&(struct timespec){.tv_nsec = 1000 * 1000}, NULL);
    }
}

void winbind_begin(const char *settings)
{
    char text[1000];

    (void)atexit(await_end_of_threads);

    winbindd_do("allow"); /* as it is; skips the test without winbindd */
    place_begin(LINES_BOTH, "");
    (void)snprintf(text, sizeof(text), "[negotiate]\n user_file = %s\n%s",
                   place_users_path(), settings);
    setenv("GSS_NEGOTIATE_CONFIG", write_file("negotiate.conf", text, 0644), 1);
}

void ck_error(const struct peer *p, enum err e)
{
    ck_assert(GSS_ERROR(p->major));
    if (e == ERR_UNKNOWN_DOMAIN &&
        strstr(p->sentence, "CONNECTION_DISCONNECTED") != NULL) {
        SKIP(
            "the winbindd of a standalone machine crashes when it is asked about another "
            "domain (Samba 4.22)");
    }
    ck_assert_msg(strstr(p->sentence, err_sentence(e)) != NULL, "%s, not %s", p->sentence,
                  err_name(e));
}

/* A winbindd on a busy machine may not answer within a second. */
#define PATIENCE_S 10.0

static void begin(struct login *l, gss_OID mech, const char *user, const char *password)
{
    const double began = clock_s();

    *l = login_of(mech, "http@server", SEAL_FLAGS);
    l->initiator.cred = cred_password(mech, user, password);
    while (l->acceptor.cred == GSS_C_NO_CREDENTIAL && clock_s() - began < PATIENCE_S) {
        l->acceptor.cred = acquire_default(mech, GSS_C_ACCEPT);
    }
    if (l->acceptor.cred == GSS_C_NO_CREDENTIAL) {
        l->acceptor.cred = cred_acceptor(mech); /* fails, and says why */
    }
}

void begin_login(struct login *l, gss_OID mech, const char *user, const char *password)
{
    begin(l, mech, user, password);
    login_run(l);
}

void winbind_works(gss_OID mech)
{
    const double began = clock_s();
    struct login l;

    begin_login(&l, mech, "SRV\\user1", "Pass-user1");
    while (strstr(l.acceptor.sentence, err_sentence(ERR_AUTHORITY_UNAVAILABLE)) != NULL &&
           clock_s() - began < PATIENCE_S) {
        login_end(&l);
        begin_login(&l, mech, "SRV\\user1", "Pass-user1");
    }
    ck_major(&l.acceptor, GSS_S_COMPLETE);
    ck_major(&l.initiator, GSS_S_COMPLETE);
    ck_assert_str_eq(display(l.acceptor.source), "SRV\\user1");
    login_end(&l);
}
