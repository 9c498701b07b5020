/* SPDX-License-Identifier: ISC */
/* Where NTLM is forbidden no token of it leaves, also if it is the server that asks for
 * it once Kerberos' token is out: the mechListMIC would come too late. */
#include "mech/oid.h"
#include "tests/kerberos/sequence.h"

#include <stdlib.h>
#include <string.h>

static const struct row {
    const char *name;
    const char *settings;
    bool only_krb5; /* by gss_set_neg_mechs */
    int reply;      /* the server chooses NTLM by this negState */
} rows[] = {
    {"policy: neg_mechs, request-mic", "", true, NEG_REQUEST_MIC},
    {"policy: neg_mechs, accept-incomplete", "", true, NEG_ACCEPT_INCOMPLETE},
    {"policy: fallback = never, request-mic", " fallback = never\n", false,
     NEG_REQUEST_MIC},
    {"policy: fallback = never, accept-incomplete", " fallback = never\n", false,
     NEG_ACCEPT_INCOMPLETE},
    {"policy: ntlm = never, request-mic", " ntlm = never\n", false, NEG_REQUEST_MIC},
    {"policy: ntlm_hosts, request-mic", " ntlm_hosts = !localhost\n", false,
     NEG_REQUEST_MIC},
    {"policy: ntlm_hosts, accept-incomplete", " ntlm_hosts = !localhost\n", false,
     NEG_ACCEPT_INCOMPLETE},
};
#define N_ROWS ((int)(sizeof(rows) / sizeof(rows[0])))

static void begin(struct login *l, const struct row *row)
{
    gss_OID_set_desc only = {1, KRB5};
    OM_uint32 minor;

    sequence_login(l, RIGHT_KEYS, MUTUAL_FLAGS);
    place_settings(row->settings);
    if (row->only_krb5) {
        ck_assert_uint_eq(gss_acquire_cred(&minor, GSS_C_NO_NAME, 0, GSS_C_NO_OID_SET,
                                           GSS_C_INITIATE, &l->initiator.cred, NULL,
                                           NULL),
                          GSS_S_COMPLETE);
        ck_assert_uint_eq(gss_set_neg_mechs(&minor, l->initiator.cred, &only),
                          GSS_S_COMPLETE);
    }
}

static void ck_no_ntlm(const struct buf *token)
{
    ck_assert_msg(token->n == 0 || memmem(token->p, token->n, "NTLMSSP", 7) == NULL,
                  "a token of NTLM");
}

START_TEST(the_server_chooses_ntlm)
{
    const struct row *row = &rows[_i];
    BUF_AUTO token = BUF_INIT;
    struct login l;

    begin(&l, row);
    peer_initiate(&l.initiator, NOTHING);
    ck_major(&l.initiator, GSS_S_CONTINUE_NEEDED);
    ck_bytes(read_init(&l.initiator.token).mechs[0], OID_KRB5);
    ck_no_ntlm(&l.initiator.token);
    write_resp(&token, row->reply, OID_NTLM, NOTHING, NOTHING);
    peer_initiate(&l.initiator, buf_bytes(&token));
    ck_assert(GSS_ERROR(l.initiator.major));
    ck_assert_uint_ne(l.initiator.minor, 0);
    ck_gave_up(&l.initiator);
    login_end(&l);
}
END_TEST

/* Kerberos fails before any token: its error, and nothing else. */
START_TEST(kerberos_fails)
{
    struct login l;

    begin(&l, &rows[_i]);
    setenv("KRB5CCNAME", lab_path("LAB_NO_TICKETS"), 1);
    peer_initiate(&l.initiator, NOTHING);
    ck_assert(GSS_ERROR(l.initiator.major));
    ck_assert_uint_ne(l.initiator.minor, 0);
    ck_assert_uint_eq(l.initiator.token.n, 0);
    login_end(&l);
}
END_TEST

void add_policy(Suite *suite)
{
    for (int i = 0; i < N_ROWS; i++) {
        add_row(suite, the_server_chooses_ntlm, rows[i].name, i);
        if (!rows[i].only_krb5 && rows[i].reply == NEG_REQUEST_MIC) {
            add_row(suite, kerberos_fails, rows[i].name, i);
        }
    }
}
