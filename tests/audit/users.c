/* SPDX-License-Identifier: ISC */
/* Many logins of one user, and of many users: which lines are written, and how many users
 * the suppressed lines had. */
#include "mech/report/audit.h"
#include "tests/audit/log.h"
#include "tests/exchange/peer.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static struct login hidden;

static bool log_has_login(const char *user)
{
    const char *line;
    bool found = false;

    while ((line = log_next())[0] != '\0') {
        found =
            found || (strstr(line, "dir=accept") != NULL &&
                      strstr(line, " result=ok") != NULL && strstr(line, user) != NULL);
    }
    return found;
}

/* Logs in as bob until his logins are suppressed. */
static void flood_by_bob(gss_OID mech)
{
    bool is_in_trace = true;

    for (int i = 0; is_in_trace && i < 2000; i++) {
        struct login l;

        login_begin(&l, mech, BOB, BOB_PASSWORD, SIGN_FLAGS);
        login_run(&l);
        ck_major(&l.acceptor, GSS_S_COMPLETE);
        login_end(&l);
        is_in_trace = log_has_login("user=\"bob\"");
    }
}

/* A user who may log in floods the log, so that the line of another user's login would be
 * suppressed. */
TEST_TIMES(a_flood_of_good_logins_hides_no_user, 2)
{
    gss_OID mech = mech_of(_i);

    log_begin();
    log_listen(SOCK_DGRAM);
    place_begin(LINES_BOTH, "");
    login_begin(&hidden, mech, ALICE, ALICE_PASSWORD, SIGN_FLAGS);
    peer_initiate(&hidden.initiator, bytes_of(NULL, 0));
    peer_accept(&hidden.acceptor, buf_bytes(&hidden.initiator.token));
    peer_initiate(&hidden.initiator, buf_bytes(&hidden.acceptor.token));
    (void)log_count();
    flood_by_bob(mech);
    peer_accept(&hidden.acceptor, buf_bytes(&hidden.initiator.token));
    ck_major(&hidden.acceptor, GSS_S_COMPLETE);
    ck_assert(log_has_login("user=\"AD\\\\alice\""));
    login_end(&hidden);
}

/* {the number of users, what the next line says about them}. */
static const struct {
    unsigned n;
    const char *users;
} crowds[] = {{1, " users=1"}, {40, " users=40"}, {AUDIT_NAMES_MAX * 2, " users=4096+"}};

TEST_TABLE(how_many_users_were_suppressed, crowds)
{
    struct audit_use use = {.role = ROLE_ACCEPTOR, .claimed = true, .result = ERR_LOGIN};
    const char *line;
    char name[16];

    log_begin();
    for (unsigned i = 0; i < 3 * AUDIT_NAMES_MAX; i++) {
        (void)snprintf(name, sizeof(name), "u%u", i % row->n);
        use.user = bytes_str(name);
        audit_write(&use);
    }
    log_listen(SOCK_DGRAM);
    ck_assert_int_eq(usleep(2000 * AUDIT_INTERVAL_MS), 0);
    audit_write(&use);
    line = log_next();
    ck_assert_ptr_nonnull(strstr(line, " suppressed=12288 "));
    ck_assert_msg(strlen(line) > 0 &&
                      strstr(strstr(line, " suppressed="), row->users) != NULL,
                  "%s", line);
}

/* If there are more users than the table holds, one line says so, and it is not the line
 * of a login. */
TEST(a_table_that_overflows_says_so)
{
    struct audit_use use = {.role = ROLE_ACCEPTOR};
    unsigned n_overflows = 0;
    const char *line;
    char name[16];

    log_begin();
    log_listen(SOCK_DGRAM);
    for (unsigned i = 0; i < AUDIT_NAMES_MAX + 500; i++) {
        (void)snprintf(name, sizeof(name), "u%u", i);
        use.user = bytes_str(name);
        audit_write(&use);
        while (i % 8 == 0 && (line = log_next())[0] != '\0') {
            n_overflows += strstr(line, "ntlm-audit dir=accept: more than 4096") != NULL;
        }
    }
    ck_assert_uint_eq(n_overflows, 1);
}
