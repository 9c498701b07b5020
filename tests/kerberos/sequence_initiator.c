/* SPDX-License-Identifier: ISC */
/* Our initiator, with tickets and an NTLM credential, against acceptors made by hand. */
#include "mech/oid.h"
#include "tests/kerberos/sequence.h"

#include <stdio.h>
#include <string.h>

enum kind {
    RESELECTED,
    UNPROTECTED,
    RESELECTED_NO_CI,
    SIGNED_NO_CI,
    KERBEROS_NO_CI,
    KERBEROS,
    KEYLESS,
    ONE_WAY,
    DCE
};
/* NOT_GRANTED: the server grants neither signing nor sealing. NO_CI: our credential has
 * NO_CI_FLAGS. */
enum integrity { BOTH_SIGN, NOT_GRANTED, NO_CI };
static const struct {
    gss_OID *mech; /* the acceptor's raw context */
    OM_uint32 asked;
    enum keys keys;
    enum integrity integrity;
} kinds[] = {
    [RESELECTED] = {&NTLM, MUTUAL_FLAGS, RIGHT_KEYS, BOTH_SIGN},
    [UNPROTECTED] = {&NTLM, MUTUAL_FLAGS, RIGHT_KEYS, NOT_GRANTED},
    [RESELECTED_NO_CI] = {&NTLM, 0, RIGHT_KEYS, NO_CI},
    [SIGNED_NO_CI] = {&NTLM, GSS_C_INTEG_FLAG, RIGHT_KEYS, NO_CI},
    [KERBEROS_NO_CI] = {&KRB5, GSS_C_MUTUAL_FLAG, RIGHT_KEYS, NO_CI},
    [KERBEROS] = {&KRB5, MUTUAL_FLAGS, RIGHT_KEYS, BOTH_SIGN},
    [KEYLESS] = {&KRB5, MUTUAL_FLAGS, WRONG_KEYS, BOTH_SIGN},
    [ONE_WAY] = {&KRB5, SEAL_FLAGS, RIGHT_KEYS, BOTH_SIGN},
    [DCE] = {&KRB5, DCE_FLAGS, RIGHT_KEYS, BOTH_SIGN},
};

/* struct row: the acceptor's replies in turn, and the result of the last one. */
static const struct row {
    const char *name;
    enum kind kind;
    const char *replies;
    OM_uint32 major;
    const char *says;
} rows[] = {
    /* A mechanism other than our first: the mechListMIC proves the list. */
    {"reselection: request-mic", RESELECTED,
     "request-mic ntlm, incomplete token, completed mic", DONE},
    {"reselection: the choice is said again and again", RESELECTED,
     "request-mic ntlm, incomplete ntlm token, completed ntlm mic", DONE},
    {"reselection: accept-incomplete (Windows 2003), MICs follow", RESELECTED,
     "incomplete ntlm, incomplete token, completed mic", DONE},
    {"reselection: accept-incomplete (Windows 2003), no MIC", RESELECTED,
     "incomplete ntlm, incomplete token, completed", MISSING_MIC},
    {"reselection: no negState anywhere", RESELECTED, "ntlm, token, mic", DONE},
    {"reselection: no negState, no MIC", RESELECTED, "ntlm, token, ntlm", MISSING_MIC},
    {"reselection: the token echoed as MIC (Windows 2000)", RESELECTED,
     "request-mic ntlm, incomplete token echoed-mic, completed mic", DONE},
    {"reselection: accept-incomplete with the MIC (Windows Server 2025)", RESELECTED,
     "request-mic ntlm, incomplete token, incomplete mic", DONE},
    {"reselection: without integrity, request-mic", UNPROTECTED,
     "request-mic ntlm, incomplete token", BAD("no integrity")},
    {"reselection: without integrity, accept-incomplete", UNPROTECTED,
     "incomplete ntlm, incomplete token", BAD("no integrity")},
    /* NO_CI_FLAGS, and the program asked for no integrity: a choice cannot be proven, so
     * NTLM is not in the list after Kerberos, and request-mic ends the exchange at
     * once. */
    {"NO_CI_FLAGS: the server chooses NTLM, request-mic", RESELECTED_NO_CI,
     "request-mic ntlm", BAD("GSS_KRB5_CRED_NO_CI_FLAGS_X")},
    {"NO_CI_FLAGS: the server chooses NTLM, accept-incomplete", RESELECTED_NO_CI,
     "incomplete ntlm", BAD("not offered")},
    {"NO_CI_FLAGS: Kerberos, request-mic", KERBEROS_NO_CI, "request-mic krb5 token",
     BAD("has no integrity")},
    {"NO_CI_FLAGS: Kerberos", KERBEROS_NO_CI, "completed krb5 token", DONE},
    /* The program asked for integrity itself. */
    {"NO_CI_FLAGS, integrity asked for: reselection", SIGNED_NO_CI,
     "request-mic ntlm, incomplete token, completed mic", DONE},
    {"NO_CI_FLAGS, integrity asked for: MIC removed", SIGNED_NO_CI,
     "request-mic ntlm, incomplete token, completed", MISSING_MIC},
    {"reselection: accept-completed at once", RESELECTED, "completed ntlm",
     BAD("another mechanism and went on")},
    {"reselection: with a token of its own", RESELECTED, "request-mic ntlm garbage",
     BAD("another mechanism and went on")},
    {"reselection: with a MIC", RESELECTED, "request-mic ntlm bad-mic",
     BAD("another mechanism and went on")},
    {"reselection: accept-completed with the challenge", RESELECTED,
     "request-mic ntlm, completed token", MISSING_MIC},
    {"reselection: no challenge", RESELECTED, "request-mic ntlm, incomplete",
     BAD("no token")},
    {"reselection: request-mic later", RESELECTED, "incomplete ntlm, request-mic token",
     BAD("first reply only")},
    {"reselection: request-mic twice", RESELECTED,
     "request-mic ntlm, request-mic ntlm token", BAD("first reply only")},
    {"reselection: back to Kerberos", RESELECTED,
     "request-mic ntlm, incomplete krb5 token", OTHER_CHOICE},
    {"reselection: back to Kerberos at the end", RESELECTED,
     "request-mic ntlm, incomplete token, completed ms-krb5 mic", OTHER_CHOICE},
    {"reselection: a MIC too early", RESELECTED,
     "request-mic ntlm, incomplete token bad-mic", WRONG_MIC},
    {"reselection: MIC removed", RESELECTED,
     "request-mic ntlm, incomplete token, completed no-mic", MISSING_MIC},
    {"reselection: a MIC of another list", RESELECTED,
     "request-mic ntlm, incomplete token, completed other-list's-mic", WRONG_MIC},
    {"reselection: a wrong MIC", RESELECTED,
     "request-mic ntlm, incomplete token, completed bad-mic", WRONG_MIC},
    {"reselection: a token after the last", RESELECTED,
     "request-mic ntlm, incomplete token, completed garbage mic", BAD("after the last")},
    {"reselection: reject", RESELECTED, "request-mic ntlm, reject", REJECTED},
    {"choice: what was not offered", KERBEROS, "request-mic unknown", BAD("not offered")},
    {"choice: reject", KERBEROS, "reject", REJECTED},
    {"choice: reject with Kerberos' error", KEYLESS, "reject krb5 token", GSS_S_FAILURE,
     "not found in keytab"},
    {"choice: reject with garbage", KERBEROS, "reject krb5 garbage", BAD("")},
    /* Our first mechanism: a MIC is required only if the server asks for it. */
    {"krb5: one round trip", KERBEROS, "completed krb5 token", DONE},
    {"krb5: Microsoft's spelling", KERBEROS, "completed ms-krb5 token", DONE},
    {"krb5: no supportedMech", KERBEROS, "completed token", DONE},
    {"krb5: no negState", KERBEROS, "krb5 token", DONE},
    {"krb5: a token and nothing more (Java)", KERBEROS, "token", DONE},
    {"krb5: DCE style, a token and nothing more", DCE, "token, nothing", DONE},
    {"krb5: no negState, without mutual authentication", ONE_WAY, "krb5", DONE},
    {"krb5: no negState, no AP-REP", KERBEROS, "krb5", BAD("no token")},
    {"krb5: accept-completed with a MIC that nobody asked for", KERBEROS,
     "completed krb5 token mic", DONE},
    {"krb5: the token echoed as MIC (Windows 2000)", KERBEROS,
     "completed krb5 token echoed-mic", DONE},
    {"krb5: without mutual authentication, an empty token (old IIS)", ONE_WAY,
     "completed krb5 empty-token", DONE},
    {"krb5: without mutual authentication, request-mic", ONE_WAY,
     "request-mic krb5, completed mic", DONE},
    {"krb5: request-mic", KERBEROS, "request-mic krb5 token, completed mic", DONE},
    {"krb5: accept-incomplete with the MIC (Windows Server 2025)", KERBEROS,
     "incomplete krb5 token mic", DONE},
    {"krb5: request-mic with the MIC", KERBEROS, "request-mic krb5 token mic", DONE},
    {"krb5: DCE style", DCE, "incomplete krb5 token, completed", DONE},
    {"krb5: DCE style, request-mic", DCE, "request-mic krb5 token, completed mic", DONE},
    {"krb5: request-mic, and no MIC", KERBEROS, "request-mic krb5 token, completed",
     MISSING_MIC},
    {"krb5: request-mic, and a wrong MIC", KERBEROS,
     "request-mic krb5 token, completed bad-mic", WRONG_MIC},
    {"krb5: a MIC of another list", KERBEROS,
     "request-mic krb5 token, completed other-list's-mic", WRONG_MIC},
    {"krb5: a wrong MIC that nobody asked for", KERBEROS, "completed krb5 token bad-mic",
     WRONG_MIC},
    {"krb5: accept-incomplete, and nothing to wait for", KERBEROS,
     "incomplete krb5 token", BAD("not due")},
    {"krb5: accept-completed without the AP-REP", KERBEROS, "completed krb5",
     BAD("no token")},
    {"krb5: request-mic without the AP-REP", KERBEROS, "request-mic krb5",
     BAD("no token")},
    {"krb5: DCE style, a wrong MIC with the AP-REP", DCE,
     "request-mic krb5 token bad-mic", WRONG_MIC},
    {"krb5: DCE style, accept-completed early", DCE, "completed krb5 token",
     BAD("too early")},
    {"krb5: DCE style, request-mic later", DCE, "incomplete krb5 token, request-mic",
     BAD("first reply only")},
    {"krb5: DCE style, another choice later", DCE,
     "incomplete krb5 token, completed ntlm", OTHER_CHOICE},
    {"krb5: DCE style, a token after the last", DCE,
     "incomplete krb5 token, completed garbage", BAD("after the last")},
    {"krb5: DCE style, accept-incomplete at the end", DCE,
     "incomplete krb5 token, incomplete", BAD("not due")},
    {"krb5: garbage for an AP-REP", KERBEROS, "completed krb5 garbage", BAD("")},
};

/* The list that our first token must have: krb5 and NTLM, or only krb5 if a choice cannot
 * be proven. */
static const char *offered(enum kind kind)
{
    bool is_alone =
        kinds[kind].integrity == NO_CI && (kinds[kind].asked & GSS_C_INTEG_FLAG) == 0;

    return is_alone ? "300b 06092a864886f712010202"
                    : "3017 06092a864886f712010202 060a2b06010401823702020a";
}

/* Begins a login whose acceptor is a raw context of one mechanism. */
static void begin(struct login *l, enum kind kind)
{
    gss_OID mech = *kinds[kind].mech;
    uint32_t mask = ~(uint32_t)(NTLM_SIGN | NTLM_SEAL);
    OM_uint32 minor;

    sequence_login(l, kinds[kind].keys, kinds[kind].asked);
    (void)gss_release_cred(&minor, &l->acceptor.cred);
    l->acceptor.mech = mech;
    l->acceptor.cred = cred_acceptor(mech);
    if (kinds[kind].integrity == NO_CI) {
        l->initiator.cred = sequence_no_ci_cred();
    }
    if (kinds[kind].integrity == NOT_GRANTED) {
        cred_option(&l->acceptor.cred, OPTION_NEG_FLAGS, bytes_of(&mask, sizeof(mask)));
    }
}

/* Reads our first token: stores its list, and checks that its token is Kerberos'. */
static void read_first(struct forged_peer *forged, const struct row *row,
                       const struct buf *token)
{
    struct negtoken_init init = read_init(token);

    ck_bytes(init.mech_types_der, hex(offered(row->kind)));
    ck_assert(init.has_token && !init.has_mic && !init.has_hints && !init.has_req_flags);
    ck_assert(init.token.p[0] == 0x60 ||
              init.token.p[0] == 0x6e); /* without a frame in DCE style */
    ck_ok(buf_dup(&forged->list, init.mech_types_der));
    if (forged->raw->mech == KRB5) {
        peer_accept(forged->raw, init.token);
    }
}

static void read_answer(struct forged_peer *forged, const struct buf *token)
{
    struct negtoken_resp answer = read_resp(token);

    ck_assert(!answer.has_state && !answer.has_mech);
    if (answer.has_token) {
        peer_accept(forged->raw, answer.token);
        ck_assert_msg(!GSS_ERROR(forged->raw->major), "%s", forged->raw->sentence);
    }
    if (answer.has_mic) {
        ck_major(forged->raw, GSS_S_COMPLETE);
        forged_peer_check(forged, answer.mic);
    }
}

/* Gives the acceptor our initiator's last token, and sends this reply. */
static void reply(struct peer *initiator, struct forged_peer *forged,
                  const struct row *row, const struct fields *f)
{
    struct negtoken_resp resp = {0};
    BUF_AUTO token = BUF_INIT;

    ck_major(initiator, GSS_S_CONTINUE_NEEDED);
    if (negtoken_is_init(buf_bytes(&initiator->token))) {
        read_first(forged, row, &initiator->token);
    } else {
        read_answer(forged, &initiator->token);
    }
    fields_apply(f, forged, &resp);
    negtoken_resp_encode(&token, &resp);
    ck_ok(buf_status(&token));
    peer_initiate(initiator, buf_bytes(&token));
}

static void check_end(struct login *l, struct forged_peer *forged, const struct row *row)
{
    if (row->major != GSS_S_COMPLETE) {
        ck_failed(&l->initiator, row->major, row->says);
        ck_initiator_closed(&l->initiator);
        return;
    }
    ck_major(&l->initiator, GSS_S_COMPLETE);
    if (l->initiator.token.n > 0) {
        read_answer(forged, &l->initiator.token);
    }
    ck_mech(l, *kinds[row->kind].mech);
    ck_assert_int_eq((l->initiator.flags & GSS_C_INTEG_FLAG) != 0,
                     row->kind != KERBEROS_NO_CI);
    if (row->kind != KERBEROS_NO_CI) {
        protect_both_ways(l);
    }
}

TEST_NAMED(replies, rows, name)
{
    struct login l;
    struct forged_peer forged = {&l.acceptor, BUF_INIT, BUF_INIT};
    const char *rest = row->replies;
    struct fields said;

    begin(&l, row->kind);
    peer_initiate(&l.initiator, NOTHING);
    while (fields_read(&rest, &said)) {
        reply(&l.initiator, &forged, row, &said);
    }
    check_end(&l, &forged, row);
    forged_peer_cleanup(&forged);
    login_end(&l);
}

/* A credential for Kerberos alone, acquired before there was a credential of NTLM. */
static gss_cred_id_t kerberos_cred(void)
{
    gss_OID_set_desc spnego = {1, SPNEGO};
    gss_cred_id_t cred = GSS_C_NO_CREDENTIAL;
    OM_uint32 minor;

    ck_assert_int_eq(remove(place_credential_path()), 0);
    ck_complete(gss_acquire_cred(&minor, GSS_C_NO_NAME, 0, &spnego, GSS_C_INITIATE, &cred,
                                 NULL, NULL));
    return cred;
}

/* A program that gives another credential with each token: the credential of the current
 * call is used, and it has no NTLM part. */
TEST_CASES(another_credential_midway, "reselection: another credential midway")
{
    BUF_AUTO token = BUF_INIT;
    struct login l;

    begin(&l, RESELECTED);
    peer_initiate(&l.initiator, NOTHING);
    ck_major(&l.initiator, GSS_S_CONTINUE_NEEDED);
    l.initiator.cred = kerberos_cred();
    write_resp(&token, NEG_REQUEST_MIC, OID_NTLM, NOTHING, NOTHING);
    peer_initiate(&l.initiator, buf_bytes(&token));
    ck_failed(&l.initiator, GSS_S_NO_CRED, "no NTLM credential");
    ck_gave_up(&l.initiator);
    login_end(&l);
}
