/* SPDX-License-Identifier: ISC */
/* Our acceptor, with a keytab and users, against initiators made by hand. */
#include "mech/oid.h"
#include "tests/kerberos/sequence.h"

#include <string.h>

enum kind { KERBEROS, LOCKED_OUT, ONE_WAY, DCE, NTLM_TOO, RESELECTED, KEYLESS };
static const struct {
    gss_OID *mech; /* the initiator's raw context */
    OM_uint32 asked;
    enum keys keys;
} kinds[] = {
    [KERBEROS] = {&KRB5, MUTUAL_FLAGS, RIGHT_KEYS},
    [LOCKED_OUT] = {&KRB5, MUTUAL_FLAGS, WRONG_KEYS},
    [ONE_WAY] = {&KRB5, SEAL_FLAGS, RIGHT_KEYS},
    [DCE] = {&KRB5, DCE_FLAGS, RIGHT_KEYS},
    [NTLM_TOO] = {&NTLM, SEAL_FLAGS, RIGHT_KEYS},
    [RESELECTED] = {&NTLM, SEAL_FLAGS, WRONG_KEYS},
    [KEYLESS] = {&NTLM, SEAL_FLAGS, NO_KEYS},
};

/*
 * struct row: the initiator's list; its tokens > the answers that must follow them, in
 * turn; and the result of its last token, which has no answer if the text has none.
 */
static const struct row {
    const char *name;
    enum kind kind;
    const char *list;
    const char *talk;
    OM_uint32 major;
    const char *says;
} rows[] = {
    /* Kerberos is the first of the list: no MIC */
    {"accepts krb5: one round trip", KERBEROS, "krb5 ntlm",
     "token > completed krb5 token", DONE},
    {"accepts krb5: Microsoft's spelling first", KERBEROS, "ms-krb5 krb5 ntlm",
     "token > completed ms-krb5 token", DONE},
    {"accepts krb5: Windows' list", KERBEROS, "ms-krb5 krb5 negoex ntlm",
     "token > completed ms-krb5 token", DONE},
    {"accepts krb5: strangers in the list", KERBEROS, "krb5 unknown negoex ntlm",
     "token > completed krb5 token", DONE},
    {"accepts krb5: without mutual authentication", ONE_WAY, "krb5 ntlm",
     "token > completed krb5", DONE},
    {"accepts krb5: DCE style", DCE, "krb5 ntlm",
     "token > incomplete krb5 token, token > completed", DONE},
    {"accepts krb5: no optimistic token", KERBEROS, "krb5 ntlm",
     "nothing > incomplete krb5, token > completed token", DONE},
    {"accepts krb5: no optimistic token, Microsoft's spelling", KERBEROS, "ms-krb5 ntlm",
     "nothing > incomplete ms-krb5, token > completed token", DONE},
    /* Kerberos is not the first: both MICs */
    {"accepts krb5 second: no token", KERBEROS, "unknown krb5 ntlm",
     "nothing > request-mic krb5, token > incomplete token mic, mic", DONE},
    {"accepts krb5 second: a token for the first", KERBEROS, "negoex krb5 ntlm",
     "garbage > request-mic krb5, token > incomplete token mic, mic", DONE},
    {"accepts krb5 second: Microsoft's spelling", KERBEROS, "unknown ms-krb5 krb5 ntlm",
     "nothing > request-mic ms-krb5, token > incomplete token mic, mic", DONE},
    {"accepts krb5 second: without mutual authentication", ONE_WAY, "unknown krb5 ntlm",
     "nothing > request-mic krb5, token mic > completed mic", DONE},
    {"accepts krb5 second: without mutual authentication, the MIC later", ONE_WAY,
     "unknown krb5 ntlm", "nothing > request-mic krb5, token > incomplete mic, mic",
     DONE},
    {"accepts krb5 second: DCE style", DCE, "unknown krb5 ntlm",
     "nothing > request-mic krb5, token > incomplete token, token mic > completed mic",
     DONE},
    {"accepts krb5 second: the client says completed", KERBEROS, "unknown krb5 ntlm",
     "nothing > request-mic krb5, completed token > incomplete token mic, completed mic",
     DONE},
    /* NTLM is the first of the list */
    {"accepts ntlm: before krb5", NTLM_TOO, "ntlm krb5",
     "token > incomplete ntlm token, token mic > completed mic", DONE},
    {"accepts ntlm: before krb5, no token", NTLM_TOO, "ntlm krb5",
     "nothing > incomplete ntlm, token > incomplete token, token mic > completed mic",
     DONE},
    {"accepts ntlm: its MIC flag but no mechListMIC", NTLM_TOO, "ntlm krb5",
     "token > incomplete ntlm token, token > incomplete mic, mic", DONE},
    /* Kerberos fails, or the acceptor does not have it */
    {"reselects: no key for the ticket", RESELECTED, "krb5 ntlm",
     "ap-req > request-mic ntlm, token > incomplete token, token mic > completed mic",
     DONE},
    {"reselects: no key, Microsoft's spelling", RESELECTED, "ms-krb5 krb5 ntlm",
     "ap-req > request-mic ntlm, token > incomplete token, token mic > completed mic",
     DONE},
    {"reselects: no key, strangers in the list", RESELECTED,
     "ms-krb5 krb5 unknown negoex ntlm",
     "ap-req > request-mic ntlm, token > incomplete token, token mic > completed mic",
     DONE},
    {"reselects: garbage for an AP-REQ", NTLM_TOO, "krb5 ntlm",
     "garbage > request-mic ntlm, token > incomplete token, token mic > completed mic",
     DONE},
    {"reselects: an AP-REQ cut short", NTLM_TOO, "krb5 ntlm",
     "cut-ap-req > request-mic ntlm, token > incomplete token, token mic > completed mic",
     DONE},
    {"reselects: an empty AP-REQ", NTLM_TOO, "krb5 ntlm",
     "empty-token > request-mic ntlm, token > incomplete token, token mic > completed "
     "mic",
     DONE},
    {"reselects: no keytab", KEYLESS, "krb5 ntlm",
     "ap-req > request-mic ntlm, token > incomplete token, token mic > completed mic",
     DONE},
    {"reselects: no keytab, no token", KEYLESS, "krb5 ntlm",
     "nothing > request-mic ntlm, token > incomplete token, token mic > completed mic",
     DONE},
    {"reselects: the client's MIC comes later", RESELECTED, "krb5 ntlm",
     "ap-req > request-mic ntlm, token > incomplete token, token > incomplete mic, mic",
     DONE},
    /* Tokens that are refused */
    {"refuses: krb5 second, no MIC", KERBEROS, "unknown krb5 ntlm",
     "nothing > request-mic krb5, token > incomplete token mic, completed no-mic",
     MISSING_MIC},
    {"refuses: krb5 second, a wrong MIC", KERBEROS, "unknown krb5 ntlm",
     "nothing > request-mic krb5, token > incomplete token mic, bad-mic", WRONG_MIC},
    {"refuses: krb5 second, a MIC of another list", KERBEROS, "unknown krb5 ntlm",
     "nothing > request-mic krb5, token > incomplete token mic, other-list's-mic",
     WRONG_MIC},
    {"refuses: krb5 second, a MIC too early", DCE, "unknown krb5 ntlm",
     "nothing > request-mic krb5, token bad-mic",
     BAD("before the mechanism's last token")},
    {"refuses: krb5 second, another choice", KERBEROS, "unknown krb5 ntlm",
     "nothing > request-mic krb5, ntlm token", OTHER_CHOICE},
    {"refuses: krb5 second, another choice at the end", KERBEROS, "unknown krb5 ntlm",
     "nothing > request-mic krb5, token > incomplete token mic, ntlm mic", OTHER_CHOICE},
    {"refuses: krb5 second, no token", KERBEROS, "unknown krb5 ntlm",
     "nothing > request-mic krb5, nothing", BAD("no token")},
    {"refuses: krb5 second, a token after the last", KERBEROS, "unknown krb5 ntlm",
     "nothing > request-mic krb5, token > incomplete token mic, garbage mic",
     BAD("after the last")},
    {"refuses: krb5, the client says request-mic", KERBEROS, "krb5 ntlm",
     "nothing > incomplete krb5, request-mic token", BAD("client cannot say")},
    {"refuses: krb5, the client says reject", KERBEROS, "krb5 ntlm",
     "nothing > incomplete krb5, reject", REJECTED},
    {"refuses: krb5, no key once it is agreed on", LOCKED_OUT, "krb5 ntlm",
     "nothing > incomplete krb5, token", GSS_S_FAILURE, "not found in keytab"},
    {"refuses: krb5, garbage once it is agreed on", KERBEROS, "krb5 ntlm",
     "nothing > incomplete krb5, garbage", BAD("")},
    {"refuses: krb5, a MIC with the first token", KERBEROS, "krb5 ntlm", "token bad-mic",
     WRONG_MIC},
    {"refuses: krb5, DCE style, no token", DCE, "krb5 ntlm",
     "token > incomplete krb5 token, completed", BAD("no token")},
    {"refuses: ntlm, a MIC with the first token", NTLM_TOO, "ntlm krb5", "token bad-mic",
     BAD("before the mechanism's last token")},
    {"refuses: reselected, another choice", RESELECTED, "krb5 ntlm",
     "ap-req > request-mic ntlm, krb5 token", OTHER_CHOICE},
    {"refuses: reselected, another choice at the end", RESELECTED, "krb5 ntlm",
     "ap-req > request-mic ntlm, token > incomplete token, krb5 token mic", OTHER_CHOICE},
    {"refuses: reselected, a MIC too early", RESELECTED, "krb5 ntlm",
     "ap-req > request-mic ntlm, token bad-mic",
     BAD("before the mechanism's last token")},
    {"refuses: reselected, no MIC", RESELECTED, "krb5 ntlm",
     "ap-req > request-mic ntlm, token > incomplete token, token > incomplete mic, "
     "completed",
     MISSING_MIC},
    {"refuses: reselected, a wrong MIC", RESELECTED, "krb5 ntlm",
     "ap-req > request-mic ntlm, token > incomplete token, token bad-mic", WRONG_MIC},
    {"refuses: reselected, a MIC of another list", RESELECTED, "krb5 ntlm",
     "ap-req > request-mic ntlm, token > incomplete token, token other-list's-mic",
     WRONG_MIC},
    {"refuses: reselected, the client says request-mic", RESELECTED, "krb5 ntlm",
     "ap-req > request-mic ntlm, request-mic token", BAD("client cannot say")},
    {"refuses: reselected, the AP-REQ once more", RESELECTED, "krb5 ntlm",
     "ap-req > request-mic ntlm, ap-req", BAD("not an NTLM message")},
    {"refuses: reselected, no token", RESELECTED, "krb5 ntlm",
     "ap-req > request-mic ntlm, completed", BAD("no token")},
    {"refuses: reselected, reject", RESELECTED, "krb5 ntlm",
     "ap-req > request-mic ntlm, token > incomplete token, reject", REJECTED},
};

static struct bytes oid_of(const char *word, size_t len)
{
    static const struct {
        const char *word;
        const struct bytes *oid;
    } oids[] = {{"krb5", &OID_KRB5},
                {"ms-krb5", &OID_MS_KRB5},
                {"ntlm", &OID_NTLM},
                {"negoex", &OID_NEGOEX}};

    for (size_t i = 0; i < N(oids); i++) {
        if (strlen(oids[i].word) == len && memcmp(oids[i].word, word, len) == 0) {
            return *oids[i].oid;
        }
    }
    return hex("2a0304");
}

static void write_list(struct buf *out, const char *words)
{
    struct bytes oids[8];
    size_t n = 0;

    while (*words != '\0') {
        size_t len = strcspn(words, " ");

        ck_assert_uint_lt(n, 8);
        oids[n++] = oid_of(words, len);
        words += len + strspn(words + len, " ");
    }
    list_of(out, oids, n);
}

/* Begins a login whose initiator is a raw context of one mechanism. */
static void begin(struct login *l, enum kind kind)
{
    sequence_login(l, kinds[kind].keys, MUTUAL_FLAGS);
    l->initiator.mech = *kinds[kind].mech;
    l->initiator.asked = kinds[kind].asked;
    if (l->initiator.mech == NTLM) {
        l->initiator.cred = cred_password(NTLM, ALICE, ALICE_PASSWORD);
    }
}

/* Gives our acceptor a token with these fields; the first one is a NegTokenInit. */
static void say(struct peer *acceptor, struct forged_peer *forged, const struct fields *f,
                bool first)
{
    struct negtoken_resp resp = {0};
    struct negtoken_init init = {0};
    BUF_AUTO token = BUF_INIT;

    if (f->token == OWN_TOKEN && forged->raw->context == GSS_C_NO_CONTEXT) {
        peer_initiate(forged->raw, NOTHING);
    }
    fields_apply(f, forged, &resp);
    if (first) {
        init.mech_types_der = buf_bytes(&forged->list);
        init.has_token = resp.has_token;
        init.token = resp.token;
        init.has_mic = resp.has_mic;
        init.mic = resp.mic;
        negtoken_init_encode(&token, &init);
    } else {
        negtoken_resp_encode(&token, &resp);
    }
    ck_ok(buf_status(&token));
    peer_accept(acceptor, buf_bytes(&token));
}

/* Checks the acceptor's answer, and gives its token to the raw context. */
static void hear(struct peer *acceptor, struct forged_peer *forged,
                 const struct fields *f)
{
    struct negtoken_resp want = {0};
    struct negtoken_resp got;

    ck_assert_msg(!GSS_ERROR(acceptor->major), "%s", acceptor->sentence);
    got = read_resp(&acceptor->token);
    fields_apply(&(struct fields){.state = f->state, .mech = f->mech}, NULL, &want);
    ck_assert(got.has_state);
    ck_assert_uint_eq(got.state, want.state);
    ck_bytes(got.mech, want.mech);
    ck_assert_int_eq(got.has_token, f->token == OWN_TOKEN);
    ck_assert_int_eq(got.has_mic, f->mic == GOOD_MIC);
    if (got.has_token) {
        peer_initiate(forged->raw, got.token);
        ck_assert_msg(!GSS_ERROR(forged->raw->major), "%s", forged->raw->sentence);
    }
    if (got.has_mic) {
        forged_peer_check(forged, got.mic);
    }
}

/* Checks that a refusal is reported to the initiator if it can be. */
static void check_refusal(struct login *l, const struct row *row)
{
    ck_failed(&l->acceptor, row->major, row->says);
    ck_assert_uint_eq(read_resp(&l->acceptor.token).state, NEG_REJECT);
    ck_acceptor_closed(&l->acceptor);
}

static void check_end(struct login *l, const struct row *row, bool answered)
{
    bool kerberos = *kinds[row->kind].mech == KRB5;

    if (row->major != GSS_S_COMPLETE) {
        check_refusal(l, row);
        return;
    }
    ck_major(&l->acceptor, GSS_S_COMPLETE);
    ck_major(&l->initiator, GSS_S_COMPLETE);
    ck_assert_int_eq(l->acceptor.token.n > 0, answered);
    ck_mech(l, *kinds[row->kind].mech);
    ck_assert_str_eq(display(l->acceptor.source), kerberos ? "alice@NEG.TEST" : ALICE);
    protect_both_ways(l);
}

TEST_NAMED(answers_of_the_acceptor, rows, name)
{
    struct login l;
    struct forged_peer forged = {&l.initiator, BUF_INIT, BUF_INIT};
    const char *rest = row->talk;
    struct fields said;
    struct fields answer;
    bool answered = true;

    begin(&l, row->kind);
    write_list(&forged.list, row->list);
    for (bool first = true; answered && fields_read(&rest, &said); first = false) {
        say(&l.acceptor, &forged, &said, first);
        answered = fields_read(&rest, &answer);
        if (answered) {
            hear(&l.acceptor, &forged, &answer);
        }
    }
    check_end(&l, row, answered);
    forged_peer_cleanup(&forged);
    login_end(&l);
}
