/* SPDX-License-Identifier: ISC */
/* Responses, session keys and signatures of every length, 0 included. */
#include "mech/oid.h"
#include "tests/hostile/context_state.h"

#include <string.h>

#define MAX_FIELD     40
#define MAX_SIGNATURE 64

/* The bytes of a field. */
enum filling { ZEROS, ONES, GENUINE, N_FILLINGS };

static void fill(struct buf *out, enum filling filling, struct bytes genuine, size_t n)
{
    buf_cleanup(out);
    while (out->n < n) {
        uint8_t byte = filling == ONES ? 0xff : 0;

        if (filling == GENUINE && out->n < genuine.n) {
            byte = genuine.p[out->n];
        }
        buf_append_u8(out, byte);
    }
    ck_ok(buf_status(out));
}

/* The acceptor's letter (context_state.h) for an AUTHENTICATE whose field has n bytes. */
static char send_resized(enum form form, size_t field_at, size_t n)
{
    BUF_AUTO genuine = BUF_INIT;
    struct login l;
    struct forged_client h;
    char letter;

    form_begin(form, &l, &h);
    forged_prove(&h);
    struct buf *field = (struct buf *)((char *)&h + field_at);
    forged_set(&genuine, buf_bytes(field));
    fill(field, GENUINE, buf_bytes(&genuine), n);
    forged_write(&h);
    letter = form_judge(form, &l, &h);
    forged_end(&h);
    login_end(&l);
    return letter;
}

/* Sends the first n bytes of a NEGOTIATE, raw or in a NegTokenInit. */
static void send_negotiate(struct login *l, size_t n)
{
    BUF_AUTO whole = BUF_INIT;
    struct negtoken_init init;

    peer_initiate(&l->initiator, bytes_of(NULL, 0));
    buf_move(&whole, &l->initiator.token);
    if (l->initiator.mech == NTLM) {
        peer_accept(&l->acceptor, bytes_of(whole.p, n));
        return;
    }
    init = read_init(&whole);
    init.token.n = n;
    negtoken_init_encode(&l->initiator.token, &init);
    peer_accept(&l->acceptor, buf_bytes(&l->initiator.token));
}

/* NEGOTIATE may end before each field that follows the flags. */
TEST_TIMES(negotiates_cut_short, 2)
{
    place_begin(LINES_BOTH, "");
    for (size_t n = 12; n <= 40; n++) {
        struct login l;

        login_begin(&l, mech_of(_i), ALICE, ALICE_PASSWORD, SEAL_FLAGS);
        send_negotiate(&l, n);
        if (n < 16) {
            ck_failed(&l.acceptor, GSS_S_DEFECTIVE_TOKEN, "NEGOTIATE has no flags");
        } else {
            ck_major(&l.acceptor, GSS_S_CONTINUE_NEEDED);
        }
        login_end(&l);
    }
}

/* The letter for a length: responses of NTLMv2 and NTLMv1 and empty ones are well-formed,
 * all others are not. */
static char lm_letter(size_t n)
{
    return n == 0 || n == 24 ? '.' : 'D';
}

static char nt_letter(size_t n)
{
    return n == 0 || n == 24 ? 'U' : 'D';
}

static char key_letter(size_t n)
{
    return n == 16 ? '.' : 'D';
}

static const struct {
    const char *name;
    size_t at;
    char (*letter)(size_t n);
} fields[] = {
    {"LmChallengeResponse", offsetof(struct forged_client, lm_response), lm_letter},
    {"NtChallengeResponse", offsetof(struct forged_client, nt_response), nt_letter},
    {"EncryptedRandomSessionKey", offsetof(struct forged_client, session_key),
     key_letter},
};

TEST_TABLE(fields_of_every_length, fields)
{
    place_begin(LINES_BOTH, "");
    for (int form = 0; form <= FORM_SPNEGO; form++) {
        for (size_t n = 0; n <= MAX_FIELD; n++) {
            char got = send_resized((enum form)form, row->at, n);

            ck_assert_msg(got == row->letter(n), "%s of %zu bytes: %c", row->name, n,
                          got);
        }
    }
    login_good(NTLM);
}

/* An LM response without an NT response: 0 and 1 byte mean an anonymous login, which is
 * not allowed, 24 mean NTLMv1. */
static char send_lm_alone(enum form form, size_t n)
{
    struct login l;
    struct forged_client h;
    char letter;

    form_begin(form, &l, &h);
    buf_append_zeros(&h.lm_response, n);
    forged_write(&h);
    letter = form_judge(form, &l, &h);
    forged_end(&h);
    login_end(&l);
    return letter;
}

TEST(lm_responses_alone)
{
    place_begin(LINES_BOTH, "");
    for (size_t n = 0; n <= MAX_FIELD; n++) {
        char want = n <= 1 || n == 24 ? 'U' : 'D';

        ck_assert_int_eq(send_lm_alone(FORM_RAW, n), want);
        ck_assert_int_eq(send_lm_alone(FORM_SPNEGO, n), want);
    }
}

/* NTLMv2 responses that are cut: the AV pairs must have at least their EOL. */
TEST_TIMES(responses_cut_short, 2)
{
    struct login l;
    struct forged_client h;
    size_t whole = MAX_FIELD + 1;

    place_begin(LINES_BOTH, "");
    for (size_t n = MAX_FIELD; n < whole; n++) {
        form_begin((enum form)_i, &l, &h);
        forged_prove(&h);
        whole = h.nt_response.n;
        h.nt_response.n = n;
        forged_write(&h);
        char got = form_judge((enum form)_i, &l, &h);
        ck_assert_msg(got == (n + 4 < whole ? 'D' : 'F'), "%zu of %zu: %c", n, whole,
                      got);
        forged_end(&h);
        login_end(&l);
    }
    ck_assert_uint_gt(whole, 60);
}

/* A signature of 0 bytes is refused by the mechglue itself. */
static void check_refused(const struct peer *p, size_t n, OM_uint32 major)
{
    ck_assert_msg(GSS_ERROR(p->major) != 0, "%zu bytes were taken", n);
    if (n == 0) {
        return;
    }
    ck_assert_msg(p->major == major, "%zu bytes: %#x", n, p->major);
    ck_assert_uint_ne(p->minor, 0);
    ck_assert_uint_gt(strlen(p->sentence), 10);
}

/* _i chooses the mechanism and the direction of the signature. */
static void begin(struct login *l, int i, struct peer **from, struct peer **to)
{
    place_begin(LINES_BOTH, "");
    login_begin(l, mech_of(i % 2), ALICE, ALICE_PASSWORD,
                i / 4 == 0 ? SIGN_FLAGS : SEAL_FLAGS);
    login_run(l);
    ck_assert(login_is_done(l));
    *from = i / 2 % 2 == 0 ? &l->initiator : &l->acceptor;
    *to = i / 2 % 2 == 0 ? &l->acceptor : &l->initiator;
}
#define N_WAYS 8

TEST_TIMES(signatures_of_every_length, N_WAYS)
{
    struct bytes data = bytes_str("the message");
    BUF_AUTO genuine = BUF_INIT;
    BUF_AUTO mic = BUF_INIT;
    struct peer *from;
    struct peer *to;
    struct login l;

    begin(&l, _i, &from, &to);
    (void)get_mic(from, data, &genuine);
    for (int filling = 0; filling < N_FILLINGS; filling++) {
        for (size_t n = 0; n <= MAX_SIGNATURE; n++) {
            fill(&mic, (enum filling)filling, buf_bytes(&genuine), n);
            if (filling == GENUINE && n == genuine.n) {
                continue;
            }
            (void)verify_mic(to, data, buf_bytes(&mic));
            check_refused(to, n, n == 16 ? GSS_S_BAD_SIG : GSS_S_DEFECTIVE_TOKEN);
        }
    }
    ck_complete(verify_mic(to, data, buf_bytes(&genuine)));
    protect_both_ways(&l);
    login_end(&l);
}

TEST_TIMES(wrapped_tokens_of_every_length, N_WAYS)
{
    BUF_AUTO genuine = BUF_INIT;
    BUF_AUTO token = BUF_INIT;
    BUF_AUTO data = BUF_INIT;
    struct peer *from;
    struct peer *to;
    struct login l;

    begin(&l, _i, &from, &to);
    (void)wrap(from, bytes_str("the message"), &genuine);
    for (int filling = 0; filling < N_FILLINGS; filling++) {
        for (size_t n = 0; n <= MAX_SIGNATURE; n++) {
            fill(&token, (enum filling)filling, buf_bytes(&genuine), n);
            if (filling == GENUINE && n == genuine.n) {
                continue;
            }
            (void)unwrap(to, buf_bytes(&token), &data);
            check_refused(to, n, n < 16 ? GSS_S_DEFECTIVE_TOKEN : GSS_S_BAD_SIG);
            ck_assert_uint_eq(data.n, 0);
        }
    }
    ck_complete(unwrap(to, buf_bytes(&genuine), &data));
    ck_bytes(buf_bytes(&data), bytes_str("the message"));
    protect_both_ways(&l);
    login_end(&l);
}

/* A mechListMIC of each length, of the acceptor (in the last token) and of the initiator
 * (in the third). */
struct mic_change {
    unsigned leg;
    enum filling filling;
    size_t n;
    bool genuine;
};

static void change_mic(struct login *l, unsigned leg, struct buf *token)
{
    struct mic_change *c = (struct mic_change *)(uintptr_t)l->arg;
    BUF_AUTO original = BUF_INIT;
    BUF_AUTO mic = BUF_INIT;
    struct negtoken_resp resp;

    if (leg != c->leg) {
        return;
    }
    buf_move(&original, token);
    resp = read_resp(&original);
    fill(&mic, c->filling, resp.mic, c->n);
    c->genuine = bytes_equal(resp.mic, buf_bytes(&mic));
    resp.mic = buf_bytes(&mic);
    negtoken_resp_encode(token, &resp);
    ck_ok(buf_status(token));
}

TEST_TIMES(mech_list_mics_of_every_length, 2 * N_FILLINGS)
{
    struct mic_change c = {.leg = _i % 2 == 0 ? 3 : 4, .filling = (enum filling)(_i / 2)};

    place_begin(LINES_BOTH, "");
    for (c.n = 0; c.n <= MAX_SIGNATURE; c.n++) {
        struct login l;
        struct peer *to = c.leg == 3 ? &l.acceptor : &l.initiator;

        login_begin(&l, SPNEGO, ALICE, ALICE_PASSWORD, SEAL_FLAGS);
        l.tamper = change_mic;
        l.arg = &c;
        login_run(&l);
        if (c.genuine) {
            ck_major(to, GSS_S_COMPLETE);
        } else {
            ck_failed(to, GSS_S_BAD_SIG, "mechListMIC is wrong");
        }
        login_end(&l);
    }
}
