/* SPDX-License-Identifier: ISC */
/* An attacker between the ends changes SPNEGO's fields, leg by leg: which end refuses,
 * and what is tolerated because a real peer does it. */
#include "mech/oid.h"
#include "tests/exchange/handmade.h"

#include <string.h>

/* UNPROVEN: both ends complete, and the initiator did not need the server's MIC. */
enum victim { INITIATOR, ACCEPTOR, NOBODY, UNPROVEN, STUCK };

/* Edits of a NegTokenResp. */
typedef void (*edit)(struct negtoken_resp *resp);

static void no_state(struct negtoken_resp *r)
{
    r->has_state = false;
}

static void set_state(struct negtoken_resp *r, enum neg_state state)
{
    r->has_state = true;
    r->state = state;
}

static void completed(struct negtoken_resp *r)
{
    set_state(r, NEG_ACCEPT_COMPLETED);
}

static void incomplete(struct negtoken_resp *r)
{
    set_state(r, NEG_ACCEPT_INCOMPLETE);
}

static void request_mic(struct negtoken_resp *r)
{
    set_state(r, NEG_REQUEST_MIC);
}

static void rejected(struct negtoken_resp *r)
{
    set_state(r, NEG_REJECT);
}

static void rejected_alone(struct negtoken_resp *r)
{
    *r = (struct negtoken_resp){0};
    set_state(r, NEG_REJECT);
}

static void no_mech(struct negtoken_resp *r)
{
    r->has_mech = false;
}

static void mech_ntlm(struct negtoken_resp *r)
{
    r->has_mech = true;
    r->mech = OID_NTLM;
}

static void mech_krb5(struct negtoken_resp *r)
{
    r->has_mech = true;
    r->mech = OID_KRB5;
}

static void no_token(struct negtoken_resp *r)
{
    r->has_token = false;
}

static void empty_token(struct negtoken_resp *r)
{
    r->has_token = true;
    r->token = bytes_str("");
}

static void extra_token(struct negtoken_resp *r)
{
    r->has_token = true;
    r->token = bytes_str("more");
}

static void no_mic(struct negtoken_resp *r)
{
    r->has_mic = false;
}

static void no_mic_and_state(struct negtoken_resp *r)
{
    r->has_mic = false;
    r->has_state = false;
}

static void bad_mic(struct negtoken_resp *r)
{
    r->has_mic = true;
    r->mic = hex("01000000 1122334455667788 00000000");
}

static void short_mic(struct negtoken_resp *r)
{
    r->has_mic = true;
    r->mic = hex("01");
}

static void echoed_token(struct negtoken_resp *r)
{
    r->has_mic = true;
    r->mic = r->token;
}

static const struct attack {
    unsigned leg;
    edit edit;
    enum victim victim;
    OM_uint32 major;
    const char *says;
    edit last; /* a second edit, of the acceptor's last reply; may be NULL */
} attacks[] = {
    /* the acceptor's first reply: accept-incomplete, NTLM, CHALLENGE */
    {2, no_state, NOBODY, 0, "", NULL},
    {2, no_mech, NOBODY, 0, "", NULL},
    {2, request_mic, NOBODY, 0, "", NULL},
    {2, echoed_token, NOBODY, 0, "", NULL},
    {2, mech_krb5, INITIATOR, GSS_S_DEFECTIVE_TOKEN, "not offered", NULL},
    {2, completed, INITIATOR, GSS_S_DEFECTIVE_TOKEN, "too early", NULL},
    {2, rejected, INITIATOR, GSS_S_FAILURE, "rejected", NULL},
    {2, rejected_alone, INITIATOR, GSS_S_FAILURE, "rejected", NULL},
    {2, no_token, INITIATOR, GSS_S_DEFECTIVE_TOKEN, "no token", NULL},
    {2, empty_token, INITIATOR, GSS_S_DEFECTIVE_TOKEN, "", NULL},
    {2, extra_token, INITIATOR, GSS_S_DEFECTIVE_TOKEN, "not an NTLM message", NULL},
    {2, bad_mic, INITIATOR, GSS_S_BAD_SIG, "mechListMIC is wrong", NULL},
    /* the initiator's answer: AUTHENTICATE, MIC */
    {3, incomplete, NOBODY, 0, "", NULL},
    {3, completed, NOBODY, 0, "", NULL},
    {3, mech_ntlm, NOBODY, 0, "", NULL},
    {3, no_mic, STUCK, 0, "", NULL},
    {3, echoed_token, STUCK, 0, "", NULL},
    {3, bad_mic, ACCEPTOR, GSS_S_BAD_SIG, "mechListMIC is wrong", NULL},
    {3, short_mic, ACCEPTOR, GSS_S_BAD_SIG, "mechListMIC is wrong", NULL},
    {3, mech_krb5, ACCEPTOR, GSS_S_DEFECTIVE_TOKEN, "changed its choice", NULL},
    {3, request_mic, ACCEPTOR, GSS_S_DEFECTIVE_TOKEN, "client cannot say request-mic",
     NULL},
    {3, rejected, ACCEPTOR, GSS_S_FAILURE, "rejected", NULL},
    {3, no_token, ACCEPTOR, GSS_S_DEFECTIVE_TOKEN, "no token", NULL},
    {3, empty_token, ACCEPTOR, GSS_S_DEFECTIVE_TOKEN, "", NULL},
    {3, extra_token, ACCEPTOR, GSS_S_DEFECTIVE_TOKEN, "not an NTLM message", NULL},
    /* the acceptor's last: accept-completed, MIC */
    {4, no_state, NOBODY, 0, "", NULL},
    {4, incomplete, NOBODY, 0, "", NULL},
    {4, mech_ntlm, NOBODY, 0, "", NULL},
    {4, empty_token, NOBODY, 0, "", NULL},
    /* the acceptor chose the first mechanism of the list, so there is no choice that a
     * MIC would prove */
    {4, no_mic, UNPROVEN, 0, "", NULL},
    {2, request_mic, INITIATOR, GSS_S_DEFECTIVE_TOKEN, "no mechListMIC", no_mic},
    {2, request_mic, INITIATOR, GSS_S_DEFECTIVE_TOKEN, "no mechListMIC",
     no_mic_and_state},
    {4, no_mic_and_state, INITIATOR, GSS_S_DEFECTIVE_TOKEN, "no mechListMIC", NULL},
    {4, bad_mic, INITIATOR, GSS_S_BAD_SIG, "mechListMIC is wrong", NULL},
    {4, short_mic, INITIATOR, GSS_S_BAD_SIG, "mechListMIC is wrong", NULL},
    {4, mech_krb5, INITIATOR, GSS_S_DEFECTIVE_TOKEN, "changed its choice", NULL},
    {4, request_mic, INITIATOR, GSS_S_DEFECTIVE_TOKEN, "first reply only", NULL},
    {4, rejected, INITIATOR, GSS_S_FAILURE, "rejected", NULL},
    {4, rejected_alone, INITIATOR, GSS_S_FAILURE, "rejected", NULL},
    {4, extra_token, INITIATOR, GSS_S_DEFECTIVE_TOKEN, "after the last", NULL},
};

/* Without integrity no MIC proves the list, but the order of the tokens is still
 * checked. */
static const struct attack unprotected_attacks[] = {
    {2, no_state, NOBODY, 0, "", NULL},
    {2, request_mic, INITIATOR, GSS_S_DEFECTIVE_TOKEN, "has no integrity", NULL},
    {2, completed, INITIATOR, GSS_S_DEFECTIVE_TOKEN, "too early", NULL},
    {2, bad_mic, INITIATOR, GSS_S_DEFECTIVE_TOKEN, "no integrity", NULL},
    {3, bad_mic, ACCEPTOR, GSS_S_DEFECTIVE_TOKEN, "no integrity", NULL},
    {4, bad_mic, INITIATOR, GSS_S_DEFECTIVE_TOKEN, "no integrity", NULL},
    {4, no_state, NOBODY, 0, "", NULL},
    {4, incomplete, INITIATOR, GSS_S_DEFECTIVE_TOKEN, "not due", NULL},
    {4, extra_token, INITIATOR, GSS_S_DEFECTIVE_TOKEN, "after the last", NULL},
};

static void tamper(struct login *l, unsigned leg, struct buf *token)
{
    const struct attack *attack = l->arg;
    BUF_AUTO original = BUF_INIT;
    struct negtoken_resp resp;

    bool is_last = leg == 4 && attack->last != NULL;

    if (leg != attack->leg && !is_last) {
        return;
    }
    buf_move(&original, token);
    resp = read_resp(&original);
    (is_last ? attack->last : attack->edit)(&resp);
    negtoken_resp_encode(token, &resp);
    ck_ok(buf_status(token));
}

/* A context that failed accepts no token; if its first step failed, there is no
 * context. */
static void check_closed(struct peer *acceptor)
{
    if (acceptor->context == GSS_C_NO_CONTEXT) {
        return;
    }
    peer_accept(acceptor, bytes_str("more"));
    ck_failed(acceptor, GSS_S_NO_CONTEXT, "failed earlier");
}

static void check_outcome(struct login *l, const struct attack *attack)
{
    bool stuck = attack->victim == STUCK;

    if (attack->victim == INITIATOR) {
        ck_failed(&l->initiator, attack->major, attack->says);
        ck_gave_up(&l->initiator);
        peer_initiate(&l->initiator, bytes_str("more"));
        ck_failed(&l->initiator, GSS_S_NO_CONTEXT, "failed earlier");
        return;
    }
    if (attack->victim == ACCEPTOR) {
        ck_failed(&l->acceptor, attack->major, attack->says);
        ck_bytes(buf_bytes(&l->acceptor.token), hex("a1073005a0030a0102"));
        check_closed(&l->acceptor);
        return;
    }
    ck_major(&l->initiator, GSS_S_COMPLETE);
    ck_major(&l->acceptor, stuck ? GSS_S_CONTINUE_NEEDED : GSS_S_COMPLETE);
}

TEST_TABLE(changed_fields, attacks)
{
    struct login l;

    place_begin(LINES_BOTH, "");
    login_begin(&l, SPNEGO, ALICE, ALICE_PASSWORD, SEAL_FLAGS);
    l.tamper = tamper;
    l.arg = row;
    login_run(&l);
    check_outcome(&l, row);
    if (row->victim == NOBODY) {
        protect_both_ways(&l);
    }
    login_end(&l);
}

TEST_TABLE(changed_fields_without_integrity, unprotected_attacks)
{
    struct login l;

    place_begin(LINES_BOTH, "");
    login_begin(&l, SPNEGO, ALICE, ALICE_PASSWORD, 0);
    cred_option(&l.initiator.cred, OPTION_NO_CI_FLAGS, NOTHING);
    l.tamper = tamper;
    l.arg = row;
    login_run(&l);
    check_outcome(&l, row);
    login_end(&l);
}

/* Changes the initiator's first token: another list, or a part left out. */
static const struct first_attack {
    const char *list; /* NULL: unchanged */
    bool drop_token;
    enum victim victim;
    OM_uint32 major;
    const char *says;
} first_attacks[] = {
    {NULL, true, INITIATOR, GSS_S_DEFECTIVE_TOKEN, "no token"},
    /* the list does not name NTLM, and Kerberos has no keys */
    {"300c 060a2b06010401823702020b", false, ACCEPTOR, GSS_S_BAD_MECH,
     "no mechanism in common"},
    {"3011 060a2b06010401823702020a 06032a0304", false, ACCEPTOR, GSS_S_BAD_SIG,
     "mechListMIC is wrong"},
    {"3018 060a2b06010401823702020a 060a2b06010401823702020a", false, ACCEPTOR,
     GSS_S_BAD_SIG, "mechListMIC is wrong"},
    {"3011 06032a0304 060a2b06010401823702020a", false, INITIATOR, GSS_S_DEFECTIVE_TOKEN,
     "no token"},
};

static void tamper_first(struct login *l, unsigned leg, struct buf *token)
{
    const struct first_attack *attack = l->arg;
    BUF_AUTO original = BUF_INIT;
    struct negtoken_init init;

    if (leg != 1) {
        return;
    }
    buf_move(&original, token);
    init = read_init(&original);
    write_init(token, attack->list != NULL ? hex(attack->list) : init.mech_types_der,
               attack->drop_token ? NOTHING : init.token);
}

TEST_TABLE(changed_first_token, first_attacks)
{
    struct attack outcome = {
        .victim = row->victim, .major = row->major, .says = row->says};
    struct login l;

    place_begin(LINES_BOTH, "");
    login_begin(&l, SPNEGO, ALICE, ALICE_PASSWORD, SEAL_FLAGS);
    l.tamper = tamper_first;
    l.arg = row;
    login_run(&l);
    check_outcome(&l, &outcome);
    login_end(&l);
}

/* A MIC that comes before the mechanism can make one. */
TEST(mic_in_the_first_token)
{
    struct negtoken_init init;
    BUF_AUTO token = BUF_INIT;
    struct login l;

    place_begin(LINES_BOTH, "");
    login_begin(&l, SPNEGO, ALICE, ALICE_PASSWORD, SEAL_FLAGS);
    peer_initiate(&l.initiator, NOTHING);
    init = read_init(&l.initiator.token);
    init.has_mic = true;
    init.mic = hex("01000000 1122334455667788 00000000");
    negtoken_init_encode(&token, &init);
    peer_accept(&l.acceptor, buf_bytes(&token));
    ck_failed(&l.acceptor, GSS_S_DEFECTIVE_TOKEN, "before the mechanism's last token");
    login_end(&l);
}

/* The server grants no signing, and still asks for a MIC. */
TEST(request_mic_without_integrity)
{
    static const struct attack attack = {
        2, request_mic, INITIATOR, GSS_S_DEFECTIVE_TOKEN, "no integrity", NULL};
    uint32_t mask = ~(uint32_t)(NTLM_SIGN | NTLM_SEAL);
    struct login l;

    place_begin(LINES_BOTH, "");
    login_begin(&l, SPNEGO, ALICE, ALICE_PASSWORD, SIGN_FLAGS);
    cred_option(&l.acceptor.cred, OPTION_NEG_FLAGS, bytes_of(&mask, sizeof(mask)));
    l.tamper = tamper;
    l.arg = &attack;
    login_run(&l);
    check_outcome(&l, &attack);
    login_end(&l);
}

TEST_TIMES(tokens_after_the_end, 2)
{
    struct login l;
    BUF_AUTO last = BUF_INIT;

    place_begin(LINES_BOTH, "");
    login_begin(&l, mech_of(_i), ALICE, ALICE_PASSWORD, SEAL_FLAGS);
    login_run(&l);
    ck_assert(login_is_done(&l));
    write_resp(&last, NEG_ACCEPT_COMPLETED, NOTHING, NOTHING, hex("00"));
    peer_accept(&l.acceptor, buf_bytes(&last));
    ck_failed(&l.acceptor, GSS_S_DEFECTIVE_TOKEN, "out of order");
    peer_initiate(&l.initiator, buf_bytes(&last));
    ck_failed(&l.initiator, GSS_S_DEFECTIVE_TOKEN, "out of order");
    protect_both_ways(&l);
    login_end(&l);
}
