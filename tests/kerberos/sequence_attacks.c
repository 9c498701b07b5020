/* SPDX-License-Identifier: ISC */
/* An attacker between our initiator and our acceptor, which both have Kerberos and NTLM:
 * which end notices which change of which exchange. */
#include "mech/oid.h"
#include "tests/kerberos/sequence.h"

#include <string.h>

enum victim { INITIATOR, ACCEPTOR, NOBODY };
enum kind { KERBEROS, DCE, RESELECTED, RESELECTED_DCE };
static const struct {
    gss_OID *mech;
    OM_uint32 asked;
    enum keys keys;
} kinds[] = {
    [KERBEROS] = {&KRB5, MUTUAL_FLAGS, RIGHT_KEYS},
    [DCE] = {&KRB5, DCE_FLAGS, RIGHT_KEYS},
    [RESELECTED] = {&NTLM, MUTUAL_FLAGS, WRONG_KEYS},
    [RESELECTED_DCE] = {&NTLM, DCE_FLAGS, WRONG_KEYS},
};

/*
 * struct row: the change to the token of one leg, and the end that fails. Kerberos' legs:
 * 2 is completed krb5 AP-REP; in DCE style 2 is incomplete krb5 AP-REP, 3 the AP-REP, 4
 * completed; reselected, 2 is request-mic ntlm, 3 NEGOTIATE, 4 incomplete CHALLENGE, 5
 * AUTHENTICATE and MIC, 6 completed and MIC.
 */
static const struct row {
    const char *name;
    enum kind kind;
    unsigned leg;
    const char *change;
    enum victim victim;
    OM_uint32 major;
    const char *says;
} rows[] = {
    {"attack: krb5, nothing", KERBEROS, 2, "nothing", NOBODY, DONE},
    {"attack: krb5, other choice", KERBEROS, 2, "ntlm", INITIATOR,
     BAD("another mechanism and went on")},
    {"attack: krb5, other choice, clean", KERBEROS, 2, "request-mic ntlm no-token",
     ACCEPTOR, BAD("out of order")},
    {"attack: krb5, choice unsaid", KERBEROS, 2, "no-mech", NOBODY, DONE},
    {"attack: krb5, AP-REP removed", KERBEROS, 2, "no-token", INITIATOR, BAD("no token")},
    {"attack: krb5, AP-REP replaced", KERBEROS, 2, "garbage", INITIATOR, BAD("")},
    {"attack: krb5, a MIC added", KERBEROS, 2, "bad-mic", INITIATOR, WRONG_MIC},
    {"attack: krb5, incomplete", KERBEROS, 2, "incomplete", INITIATOR, BAD("not due")},
    {"attack: krb5, request-mic", KERBEROS, 2, "request-mic", ACCEPTOR,
     BAD("out of order")},
    {"attack: krb5, reject", KERBEROS, 2, "reject no-token", INITIATOR, REJECTED},
    {"attack: DCE, nothing", DCE, 2, "nothing", NOBODY, DONE},
    {"attack: DCE, completed early", DCE, 2, "completed", INITIATOR, BAD("too early")},
    {"attack: DCE, request-mic", DCE, 2, "request-mic", NOBODY, DONE},
    {"attack: DCE, choice changed by the client", DCE, 3, "ntlm", ACCEPTOR, OTHER_CHOICE},
    {"attack: DCE, request-mic by the client", DCE, 3, "request-mic", ACCEPTOR,
     BAD("client cannot say")},
    {"attack: DCE, completed by the client", DCE, 3, "completed", NOBODY, DONE},
    {"attack: DCE, a MIC added by the client", DCE, 3, "bad-mic", ACCEPTOR, WRONG_MIC},
    {"attack: DCE, token removed", DCE, 3, "no-token", ACCEPTOR, BAD("no token")},
    {"attack: DCE, choice changed", DCE, 4, "ntlm", INITIATOR, OTHER_CHOICE},
    {"attack: DCE, request-mic later", DCE, 4, "request-mic", INITIATOR,
     BAD("first reply only")},
    {"attack: DCE, incomplete at the end", DCE, 4, "incomplete", INITIATOR,
     BAD("not due")},
    {"attack: DCE, a MIC added", DCE, 4, "bad-mic", INITIATOR, WRONG_MIC},
    {"attack: reselected, nothing", RESELECTED, 2, "nothing", NOBODY, DONE},
    {"attack: reselected in DCE style, nothing", RESELECTED_DCE, 2, "nothing", NOBODY,
     DONE},
    {"attack: reselected, accept-incomplete for request-mic", RESELECTED, 2, "incomplete",
     NOBODY, DONE},
    {"attack: reselected, completed for request-mic", RESELECTED, 2, "completed",
     INITIATOR, BAD("another mechanism and went on")},
    {"attack: reselected, back to krb5", RESELECTED, 2, "krb5", INITIATOR,
     BAD("no token")},
    {"attack: reselected, choice unsaid", RESELECTED, 2, "no-mech", INITIATOR,
     BAD("no token")},
    {"attack: reselected, choice changed by the client", RESELECTED, 3, "krb5", ACCEPTOR,
     OTHER_CHOICE},
    {"attack: reselected, choice changed", RESELECTED, 4, "krb5", INITIATOR,
     OTHER_CHOICE},
    {"attack: reselected, completed early", RESELECTED, 4, "completed", INITIATOR,
     MISSING_MIC},
    {"attack: reselected, request-mic later", RESELECTED, 4, "request-mic", INITIATOR,
     BAD("first reply only")},
    {"attack: reselected, a MIC added", RESELECTED, 4, "bad-mic", INITIATOR, WRONG_MIC},
    {"attack: reselected, choice changed with the MIC", RESELECTED, 5, "krb5", ACCEPTOR,
     OTHER_CHOICE},
    {"attack: reselected, the client's MIC changed", RESELECTED, 5, "bad-mic", ACCEPTOR,
     WRONG_MIC},
    {"attack: reselected, AUTHENTICATE removed", RESELECTED, 5, "no-token", ACCEPTOR,
     BAD("no token")},
    {"attack: reselected, choice changed at the end", RESELECTED, 6, "krb5", INITIATOR,
     OTHER_CHOICE},
    {"attack: reselected, the server's MIC removed", RESELECTED, 6, "no-mic", INITIATOR,
     MISSING_MIC},
    {"attack: reselected, the server's MIC changed", RESELECTED, 6, "bad-mic", INITIATOR,
     WRONG_MIC},
    {"attack: reselected, incomplete at the end", RESELECTED, 6, "incomplete", NOBODY,
     DONE},
    {"attack: reselected, request-mic at the end", RESELECTED, 6, "request-mic",
     INITIATOR, BAD("first reply only")},
};

static void tamper(struct login *l, unsigned leg, struct buf *token)
{
    const struct row *row = l->arg;
    const char *rest = row->change;
    BUF_AUTO original = BUF_INIT;
    struct negtoken_resp resp;
    struct fields change;

    if (leg != row->leg) {
        return;
    }
    buf_move(&original, token);
    resp = read_resp(&original);
    (void)fields_read(&rest, &change);
    fields_apply(&change, NULL, &resp);
    negtoken_resp_encode(token, &resp);
    ck_ok(buf_status(token));
}

static void check_end(struct login *l, const struct row *row)
{
    if (row->victim == INITIATOR) {
        ck_failed(&l->initiator, row->major, row->says);
        ck_initiator_closed(&l->initiator);
        return;
    }
    if (row->victim == ACCEPTOR) {
        ck_failed(&l->acceptor, row->major, row->says);
        ck_assert(l->initiator.major != GSS_S_COMPLETE);
        return;
    }
    ck_major(&l->initiator, GSS_S_COMPLETE);
    ck_major(&l->acceptor, GSS_S_COMPLETE);
    ck_mech(l, *kinds[row->kind].mech);
    protect_both_ways(l);
}

TEST_NAMED(changes, rows, name)
{
    struct login l;

    sequence_login(&l, kinds[row->kind].keys, kinds[row->kind].asked);
    l.tamper = tamper;
    l.arg = row;
    login_run(&l);
    check_end(&l, row);
    login_end(&l);
}

/* Flips one bit of the first token's list. */
static void flip_list(struct login *l, unsigned leg, struct buf *token)
{
    size_t bit = *(const size_t *)l->arg;
    struct negtoken_init init;

    if (leg == 1) {
        init = read_init(token);
        token->p[bytes_offset(buf_bytes(token), init.mech_types_der) + bit / 8] ^=
            (uint8_t)(1u << (bit % 8));
    }
}

/* Whichever bit it is, no login completes by NTLM. A login by Kerberos completes if
 * Kerberos is still the first of the list. */
TEST_CASES(flipped_lists, "attack: each bit of the list, right keys",
           "attack: each bit of the list, wrong keys")
{
    enum keys keys = (enum keys)_i;
    size_t n_completed = 0;
    struct login l;

    for (size_t bit = 0; bit < 25 * 8; bit++) {
        sequence_login(&l, keys, MUTUAL_FLAGS);
        l.tamper = flip_list;
        l.arg = &bit;
        login_run(&l);
        ck_assert(l.n_legs > 0);
        if (login_is_done(&l)) {
            ck_mech(&l, KRB5);
            n_completed++;
        }
        login_end(&l);
    }
    ck_assert_uint_le(n_completed, 10 * 8);
    ck_assert_int_eq(n_completed > 0, keys == RIGHT_KEYS);
}

/* Kerberos and its token are removed from the first token: NTLM follows, and its MIC
 * shows that the list was changed. */
static void hide_krb5(struct login *l, unsigned leg, struct buf *token)
{
    struct bytes list = hex("300c 060a2b06010401823702020a");

    (void)l;
    if (leg == 1) {
        write_init(token, list, NOTHING);
    }
}

TEST_CASES(krb5_is_removed_from_the_list, "attack: krb5 taken out of the list")
{
    struct login l;

    sequence_login(&l, RIGHT_KEYS, MUTUAL_FLAGS);
    l.tamper = hide_krb5;
    login_run(&l);
    ck_failed(&l.acceptor, GSS_S_BAD_SIG, "mechListMIC is wrong");
    ck_major(&l.initiator, GSS_S_CONTINUE_NEEDED);
    ck_acceptor_closed(&l.acceptor);
    login_end(&l);
}

/* The last token is sent again, with a second MIC. An established context stays
 * established. */
TEST_CASES(a_second_mic, "attack: a second MIC")
{
    BUF_AUTO theirs = BUF_INIT;
    struct login l;

    sequence_login(&l, WRONG_KEYS, MUTUAL_FLAGS);
    login_run(&l);
    ck_major(&l.acceptor, GSS_S_COMPLETE);
    ck_ok(buf_dup(&theirs, buf_bytes(&l.acceptor.token)));
    ck_assert(read_resp(&theirs).has_mic);
    peer_accept(&l.acceptor, buf_bytes(&theirs));
    ck_failed(&l.acceptor, GSS_S_DEFECTIVE_TOKEN, "out of order");
    peer_initiate(&l.initiator, buf_bytes(&theirs));
    ck_failed(&l.initiator, GSS_S_DEFECTIVE_TOKEN, "out of order");
    protect_both_ways(&l);
    login_end(&l);
}
