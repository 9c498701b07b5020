/* SPDX-License-Identifier: ISC */
/* What SPNEGO refuses after NTLM's part was right is refused in the audit, too, and a
 * client that never proves its list has not logged in. */
#include "tests/audit/log.h"
#include "tests/hostile/forged_client.h"

#include <string.h>
#include <sys/socket.h>

/* Another mechanism in the client's list. */
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

/* The client's answer without its mechListMIC, which does not come later either. */
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

/* CHALLENGE within a reject: AUTHENTICATE is made, and not sent. */
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

/* Whose line is meant, and what it says; the other end's, if it has one, says ok. */
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

/* Of two words of an end, "dir=..." as it stands in its lines. */
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

/* Nothing is told of a login here before its list is proven, and then once. */
TEST(told_when_it_is_over)
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
