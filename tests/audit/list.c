/* SPDX-License-Identifier: ISC */
/* If SPNEGO refuses a login after NTLM has accepted it, the audit says refused. A client
 * that never proves its list has not logged in. */
#include "tests/audit/log.h"
#include "tests/hostile/forged_client.h"

#include <string.h>
#include <sys/socket.h>

/* Puts another mechanism into the client's list. */
static void change_list(struct login *l, unsigned leg, struct buf *token)
{
    const struct bytes mechs[] = {OID_NTLM, OID_NEGOEX};
    BUF_AUTO list = BUF_INIT;
    BUF_AUTO inner = BUF_INIT;

    (void)l;
    if (leg == 1) {
        ck_ok(buf_dup(&inner, read_init(token).token));
        list_of(&list, mechs, 2);
        write_init(token, buf_bytes(&list), buf_bytes(&inner));
    }
}

static void change_mic(struct login *l, unsigned leg, struct buf *token)
{
    (void)l;
    if (leg == 3) {
        token->p[token->n - 1] ^= 1;
    }
}

/* Removes the mechListMIC from the client's answer; it is not sent later either. */
static void leave_mic_out(struct login *l, unsigned leg, struct buf *token)
{
    BUF_AUTO inner = BUF_INIT;

    (void)l;
    if (leg == 3) {
        ck_ok(buf_dup(&inner, read_resp(token).token));
        write_resp(token, NO_STATE, bytes_of(NULL, 0), buf_bytes(&inner),
                   bytes_of(NULL, 0));
    }
}

/* Changes the reply with CHALLENGE to a reject: the client makes AUTHENTICATE and does
 * not send it. */
static void reject(struct login *l, unsigned leg, struct buf *token)
{
    BUF_AUTO inner = BUF_INIT;

    (void)l;
    if (leg == 2) {
        ck_ok(buf_dup(&inner, read_resp(token).token));
        write_resp(token, NEG_REJECT, bytes_of(NULL, 0), buf_bytes(&inner),
                   bytes_of(NULL, 0));
    }
}

/* Which end's line is checked, and what it says. The other end's line, if there is one,
 * says ok. */
static const struct {
    void (*tamper)(struct login *l, unsigned leg, struct buf *token);
    const char *line;
} rows[] = {
    {change_list,
     "gss-negotiate: ntlm dir=accept claimed=\"AD\\\\alice\" peer=\"SERVER\" "
     "target=\"http/server\" framing=spnego why=\"the client offered no Kerberos\" "
     "result=refused reason=\"the mechListMIC is wrong: "},
    {change_mic,
     "gss-negotiate: ntlm dir=accept claimed=\"AD\\\\alice\" peer=\"SERVER\" "
     "target=\"http/server\" framing=spnego why=\"the client offered no Kerberos\" "
     "result=refused reason=\"the mechListMIC is wrong: "},
    {leave_mic_out,
     "gss-negotiate: ntlm dir=accept claimed=\"AD\\\\alice\" peer=\"SERVER\" "
     "target=\"http/server\" framing=spnego why=\"the client offered no Kerberos\" "
     "result=refused reason=\"the mechanism list is not protected although it must be "},
    {reject,
     "gss-negotiate: ntlm dir=initiate user=\"AD\\\\alice\" target=\"http/server\" "
     "framing=spnego why=\"the credential is not for Kerberos\" "
     "result=refused reason=\"the server rejected "},
};

/* Whether both lines are of the same end: they have the same word "dir=...". */
static bool same_end(const char *line, const char *other)
{
    const char *a = strstr(line, "dir=");
    const char *b = strstr(other, "dir=");

    return a != NULL && b != NULL && strcspn(a, " ") == strcspn(b, " ") &&
           strncmp(a, b, strcspn(b, " ")) == 0;
}

TEST_TABLE(refused_by_spnego, rows)
{
    struct login l;
    const char *line;
    unsigned n = 0;

    log_begin();
    log_listen(SOCK_DGRAM);
    place_begin(LINES_BOTH, "");
    login_begin(&l, SPNEGO, "AD\\alice", ALICE_PASSWORD, SEAL_FLAGS);
    l.tamper = row->tamper;
    login_run(&l);
    ck_assert(!login_is_done(&l));
    login_end(&l);
    while ((line = log_next())[0] != '\0') {
        if (!same_end(line, row->line)) {
            ck_assert_msg(strstr(line, " result=ok") != NULL, "%s", line);
            continue;
        }
        n++;
        ck_assert_msg(strncmp(line, row->line, strlen(row->line)) == 0, "%s", line);
    }
    ck_assert_uint_eq(n, 1);
}

/* The acceptor's line is written only after the list is proven, and only once. */
TEST(reported_when_it_is_complete)
{
    struct login l;

    log_begin();
    log_listen(SOCK_DGRAM);
    place_begin(LINES_BOTH, "");
    login_begin(&l, SPNEGO, "AD\\alice", ALICE_PASSWORD, SEAL_FLAGS);
    l.tamper = leave_mic_out;
    login_run(&l);
    ck_assert_uint_eq(l.acceptor.major, GSS_S_CONTINUE_NEEDED);
    ck_assert_uint_eq(log_count(), 1); /* the initiator's */
    login_end(&l);
    ck_assert_uint_eq(log_count(), 1);
}
