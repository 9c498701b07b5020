/* SPDX-License-Identifier: ISC */
/* Unit tests of ntlm/reply_proved: what a prover is given, and what of it is refused. */
#include "ntlm/reply_proved.h"

#include "ntlm/authenticate.h"
#include "ntlm/challenge.h"
#include "ntlm/negotiate.h"
#include "ntlm/target_info.h"
#include "tests/lib/patch.h"
#include "tests/unit/ntlm/fake_winbind.h"

#include <string.h>

struct fixture {
    struct peers p;
    struct fake_winbind winbind;
};

static void begin(struct fixture *f)
{
    peers_init(&f->p);
    fake_winbind_init(&f->winbind, &f->p);
    f->p.client_params.seal = true;
}

static void end(struct fixture *f)
{
    fake_winbind_free(&f->winbind);
    peers_free(&f->p);
}

static enum err reply(struct fixture *f)
{
    return ntlm_client_step(f->p.client, buf_bytes(&f->p.challenge),
                            &f->p.client_bindings, &f->p.authenticate);
}

/* What the client wants and what the server may grant (0: all); the server's demands. */
static const struct {
    const char *name;
    bool sign;
    bool seal;
    bool datagram;
    bool identify;
    uint32_t server_mask;
} LOGINS[] = {
    {"no protection", .sign = false},
    {"sign", .sign = true},
    {"seal", .seal = true},
    {"datagram", .seal = true, .datagram = true},
    {"identify", .sign = true, .identify = true},
    {"server without seal", .seal = true, .server_mask = ~(uint32_t)NTLM_SEAL},
    {"server without sign", .sign = true, .server_mask = ~(uint32_t)NTLM_SIGN},
    {"server without key", .seal = true, .server_mask = ~(uint32_t)NTLM_KEY_EXCH},
    {"server without 128", .seal = true, .server_mask = ~(uint32_t)NTLM_128},
};

/* A server that demands a MIC and a target name accepts the answer. */
TEST_NAMED(a_login, LOGINS, name)
{
    struct bytes targets[] = {bytes_str("HTTP/www.example.com")};
    struct fixture f;

    begin(&f);
    f.p.client_params.sign = row->sign;
    f.p.client_params.seal = row->seal;
    f.p.client_params.datagram = row->datagram;
    f.p.client_params.identify = row->identify;
    f.p.server_params.offered_flags = row->server_mask;
    f.p.server_params.require_mic = true;
    f.p.server_params.target_names = targets;
    f.p.server_params.n_target_names = 1;
    ck_ok(peers_login(&f.p));
    peers_agree(&f.p);
    ck_assert_uint_eq(f.winbind.n_asked, 1);
    end(&f);
}

/* The copies have the flags in force, our AV pairs, and nothing else that is new. */
TEST(the_copies)
{
    struct fixture f;
    struct ntlm_negotiate negotiate;
    struct ntlm_challenge sent;
    struct ntlm_challenge copy;
    struct avpair_list sent_avs;
    struct avpair_list avs;

    begin(&f);
    f.p.server_params.offered_flags = ~(uint32_t)NTLM_SEAL;
    ck_ok(peers_login(&f.p));
    ck_ok(negotiate_decode(buf_bytes(&f.winbind.negotiate), &negotiate));
    ck_ok(challenge_decode(buf_bytes(&f.p.challenge), &sent));
    ck_ok(challenge_decode(buf_bytes(&f.winbind.challenge), &copy));
    ck_assert_uint_eq(negotiate.flags, ntlm_client_session(f.p.client)->flags);
    ck_assert_uint_eq(copy.flags, negotiate.flags | NTLM_TARGET_INFO);
    ck_assert_mem_eq(copy.server_challenge, sent.server_challenge, NTLM_CHALLENGE_LEN);
    ck_ok(avpair_decode(sent.target_info, &sent_avs));
    ck_ok(avpair_decode(copy.target_info, &avs));
    ck_ok(target_info_check(&sent_avs, &avs));
    ck_assert_uint_eq(avs.n, sent_avs.n + 2);
    ck_assert_uint_eq(avs.flags, AV_FLAG_MIC);
    ck_assert(avs.has_target_name && !avs.has_bindings);
    end(&f);
}

/* Without a Timestamp, and without any TargetInfo, there is no MIC to make. */
TEST_CASES(without_mic, "02000400 41004400 00000000", "00000000", "")
{
    static const uint8_t zeros[16];
    struct fixture f;
    struct ntlm_authenticate message;
    struct ntlm_challenge challenge;

    begin(&f);
    peers_begin(&f.p);
    ck_ok(challenge_decode(buf_bytes(&f.p.challenge), &challenge));
    challenge.target_info = hex(without_mic_cases[_i]);
    BUF_AUTO made = BUF_INIT;
    challenge_encode(&made, &challenge);
    buf_cleanup(&f.p.challenge);
    buf_move(&f.p.challenge, &made);
    ck_ok(reply(&f));
    ck_assert(!ntlm_client_session(f.p.client)->mic_flag);
    ck_ok(authenticate_decode(buf_bytes(&f.p.authenticate), &message));
    ck_bytes(message.mic, bytes_of(zeros, sizeof(zeros)));
    end(&f);
}

static void empty(struct prover_answer *answer)
{
    buf_cleanup(&answer->authenticate);
}

static void make_ntlmv1(struct prover_answer *answer)
{
    patch_u16le(&answer->authenticate, 20, NTLM_V1_RESPONSE_LEN);
    patch_u16le(&answer->authenticate, 22, NTLM_V1_RESPONSE_LEN);
}

static void make_anonymous(struct prover_answer *answer)
{
    patch_u16le(&answer->authenticate, 12, 0); /* no LM response, no NT response */
    patch_u16le(&answer->authenticate, 20, 0);
}

static void add_lm_response(struct prover_answer *answer)
{
    struct ntlm_authenticate message;

    ck_ok(authenticate_decode(buf_bytes(&answer->authenticate), &message));
    answer->authenticate.p[message.lm_response.p - answer->authenticate.p] = 1;
}

static void drop_mic_field(struct prover_answer *answer)
{
    struct ntlm_authenticate message;
    BUF_AUTO copy = BUF_INIT;
    const size_t mic_len = 16;

    ck_ok(authenticate_decode(buf_bytes(&answer->authenticate), &message));
    buf_append(&copy, bytes_of(answer->authenticate.p, message.mic_offset));
    buf_append(&copy, bytes_of(answer->authenticate.p + message.mic_offset + mic_len,
                               answer->authenticate.n - message.mic_offset - mic_len));
    for (size_t at = 12; at < 60; at += 8) { /* the offsets of the fields */
        patch_u32le(&copy, at + 4, copy.p[at + 4] + 256u * copy.p[at + 5] - 16u);
    }
    buf_cleanup(&answer->authenticate);
    buf_move(&answer->authenticate, &copy);
}

static void make_too_large(struct prover_answer *answer)
{
    buf_append_zeros(&answer->authenticate, NTLM_MESSAGE_MAX);
}

static void make_other_message(struct prover_answer *answer)
{
    patch_u32le(&answer->authenticate, 8, 2);
}

static void change_key(struct prover_answer *answer)
{
    answer->exported_session_key.p[3] ^= 0x10;
}

static const struct {
    const char *name;
    const char *detail;
    struct fake_winbind winbind;
} FAULTS[] = {
    {"no message", "malformed", {.spoil = empty}},
    {"another message", "malformed", {.spoil = make_other_message}},
    {"too large", "malformed", {.spoil = make_too_large}},
    {"NTLMv1", "malformed (ERR_NTLM_LEVEL)", {.spoil = make_ntlmv1}},
    {"anonymous", "anonymous", {.spoil = make_anonymous}},
    {"an LM response", "LM response", {.spoil = add_lm_response}},
    {"no MIC", "MIC is not", {.no_mic = true}},
    {"no field for a MIC", "it has no MIC", {.spoil = drop_mic_field}},
    {"another key", "MIC is not", {.spoil = change_key}},
    {"a short key", "15 bytes", {.session_key_len = 15}},
    {"a long key", "17 bytes", {.session_key_len = 17}},
    {"no key", "0 bytes", {.session_key_len = SIZE_MAX}},
    {"no encrypted key", "encrypted key has 0 bytes", {.wrong_key_len = true}},
    {"another user", "another user", {.user = "alicf"}},
    {"no seal", "its flags", {.flags_off = NTLM_SEAL}},
    {"no sign", "its flags", {.flags_off = NTLM_SIGN}},
    {"no ESS", "its flags", {.flags_off = NTLM_ESS}},
    {"no 128", "its flags", {.flags_off = NTLM_128}},
    {"no key exchange", "its flags", {.flags_off = NTLM_KEY_EXCH}},
    {"LM_KEY", "its flags", {.flags_on = NTLM_LM_KEY}},
    {"OEM",
     "malformed (ERR_NTLM_CHARSET)",
     {.flags_off = NTLM_UNICODE, .flags_on = NTLM_OEM}},
    {"datagram", "its flags", {.flags_on = NTLM_DATAGRAM}},
    {"anonymous flag", "its flags", {.flags_on = NTLM_ANONYMOUS}},
    {"AV pairs missing", "other AV pairs", {.drops_avs = true}},
    {"bindings",
     "other AV pairs",
     {.own_avs = "0a001000 00000000000000000000000000000001"}},
    {"a second target name",
     "malformed (ERR_NTLM_AVPAIR)",
     {.own_avs = "09000400 61006200"}},
    {"a second Flags", "malformed (ERR_NTLM_AVPAIR)", {.own_avs = "06000400 02000000"}},
    {"an unknown AV pair", "other AV pairs", {.own_avs = "0b000000"}},
    {"a second computer name", "other AV pairs", {.own_avs = "01000200 4100"}},
};

static void make_faulty(struct fixture *f, const struct fake_winbind *fault)
{
    struct fake_winbind *w = &f->winbind;
    struct fake_winbind right = *w;

    *w = *fault;
    w->p = right.p;
    w->own_avs = w->own_avs == NULL ? right.own_avs : w->own_avs;
    w->session_key_len = w->session_key_len == 0          ? right.session_key_len
                         : w->session_key_len == SIZE_MAX ? 0
                                                          : w->session_key_len;
}

TEST_NAMED(a_fault_is_refused, FAULTS, name)
{
    struct fixture f;

    begin(&f);
    make_faulty(&f, &row->winbind);
    peers_begin(&f.p);
    ck_err(reply(&f), ERR_CACHED_ANSWER);
    ck_assert_msg(strstr(err_note_get(ERR_CACHED_ANSWER), row->detail) != NULL, "%s",
                  err_note_get(ERR_CACHED_ANSWER));
    ck_assert_uint_eq(f.p.authenticate.n, 0);
    ck_assert_ptr_null(ntlm_client_session(f.p.client));
    end(&f);
}

/* Every change of a right answer is noticed, because its MIC covers all of it. */
static struct bytes replaced_by;

struct replay {
    struct fixture f;
    struct prover_answer answer;
};

static enum err prove_replayed(const void *self, const struct prover_query *query,
                               struct prover_answer *out)
{
    const struct replay *replay = self;

    (void)query;
    buf_append(&out->authenticate, replaced_by);
    buf_append(&out->exported_session_key,
               buf_bytes(&replay->answer.exported_session_key));
    return ERR_OK;
}

static struct replay *recorded;

static void record(struct prover_answer *answer)
{
    buf_append(&recorded->answer.authenticate, buf_bytes(&answer->authenticate));
    buf_append(&recorded->answer.exported_session_key,
               buf_bytes(&answer->exported_session_key));
}

static void check_refused(struct bytes mutant, void *arg)
{
    struct replay *replay = arg;
    struct peers *p = &replay->f.p;
    BUF_AUTO negotiate = BUF_INIT;
    BUF_AUTO authenticate = BUF_INIT;
    struct ntlm_client *client;
    enum err e;

    replaced_by = mutant;
    p->client_params.prover = (struct prover){prove_replayed, replay};
    ck_ok(ntlm_client_new(&p->client_params, &client));
    ck_ok(ntlm_client_step(client, bytes_of("", 0), NULL, &negotiate));
    e = ntlm_client_step(client, buf_bytes(&p->challenge), NULL, &authenticate);
    if (bytes_equal(mutant, buf_bytes(&replay->answer.authenticate))) {
        ck_ok(e);
    } else {
        ck_err(e, ERR_CACHED_ANSWER);
        ck_assert_uint_eq(authenticate.n, 0);
    }
    ntlm_client_free(client);
}

TEST(any_change_is_refused)
{
    struct replay replay = {0};

    recorded = &replay;
    begin(&replay.f);
    replay.f.winbind.spoil = record;
    peers_begin(&replay.f.p);
    ck_ok(reply(&replay.f));
    check_refused(buf_bytes(&replay.answer.authenticate), &replay);
    mutate_truncate(buf_bytes(&replay.answer.authenticate), check_refused, &replay);
    mutate_flip(buf_bytes(&replay.answer.authenticate), check_refused, &replay);
    prover_answer_cleanup(&replay.answer);
    end(&replay.f);
}

TEST(errors_of_the_prover)
{
    struct fixture f;

    begin(&f);
    f.winbind.result = ERR_AUTHORITY_UNAVAILABLE;
    peers_begin(&f.p);
    ck_err(reply(&f), ERR_AUTHORITY_UNAVAILABLE);
    ck_assert_uint_eq(f.p.authenticate.n, 0);
    end(&f);
}

/* The prover is not asked about a CHALLENGE that we refuse. */
TEST(a_bad_challenge)
{
    struct fixture f;

    begin(&f);
    peers_begin(&f.p);
    patch_u32le(&f.p.challenge, 20, 0);
    ck_err(reply(&f), ERR_NTLM_CHARSET);
    ck_assert_uint_eq(f.winbind.n_asked, 0);
    end(&f);
}

/* Bindings are refused before anything leaves, and again with the CHALLENGE. */
TEST(bindings)
{
    struct ntlm_bindings given = {.present = true};
    struct fixture f;

    begin(&f);
    peers_begin(&f.p);
    f.p.client_bindings = given;
    ck_err(reply(&f), ERR_CACHED_BINDINGS);
    ck_assert_uint_eq(f.winbind.n_asked, 0);
    ntlm_client_free(f.p.client);
    buf_cleanup(&f.p.negotiate);
    ck_ok(ntlm_client_new(&f.p.client_params, &f.p.client));
    ck_err(ntlm_client_step(f.p.client, bytes_of("", 0), &given, &f.p.negotiate),
           ERR_CACHED_BINDINGS);
    ck_assert_uint_eq(f.p.negotiate.n, 0);
    end(&f);
}

TEST(anonymous_needs_no_prover)
{
    struct fixture f;

    begin(&f);
    f.p.client_params.anonymous = true;
    f.p.server_params.allow_anonymous = true;
    ck_ok(peers_login(&f.p));
    ck_assert_uint_eq(f.winbind.n_asked, 0);
    end(&f);
}
