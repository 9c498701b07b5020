/* SPDX-License-Identifier: ISC */
/* Messages changed on the way: what the MIC protects, and what can be changed without a
 * MIC. */
#include "base/reader.h"
#include "ntlm/verify.h"

#include "ntlm/authenticate.h"
#include "tests/unit/ntlm/peers.h"

#include <ctype.h>

/* A recorded exchange, and how its mutants are judged. */
struct replay {
    struct verify_input input;
    struct bytes whole;
    struct ntlm_authenticate fields;
    unsigned n_tried;
    unsigned n_accepted;
};

static enum err judge_again(const struct replay *replay, struct bytes mutant)
{
    struct verify_input input = replay->input;
    struct ntlm_session session = {.role = ROLE_ACCEPTOR};
    struct ntlm_session identity = {.role = ROLE_ACCEPTOR};

    input.authenticate = mutant;
    enum err e = verify_authenticate(&input, &session, &identity);
    ntlm_session_cleanup(&session);
    ntlm_session_cleanup(&identity);
    return e;
}

static struct replay replay_of(struct peers *p)
{
    return (struct replay){
        .input =
            {
                .params = &p->server_params,
                .negotiate = buf_bytes(&p->negotiate),
                .challenge = buf_bytes(&p->challenge),
                .bindings = &p->server_bindings,
            },
        .whole = buf_bytes(&p->authenticate),
    };
}

static void must_be_refused(struct bytes mutant, void *arg)
{
    struct replay *replay = arg;

    replay->n_tried++;
    if (judge_again(replay, mutant) == ERR_OK) {
        replay->n_accepted++;
    }
}

static const struct {
    bool seal;
    bool bindings;
} REPLAYS[] = {{false, false}, {true, false}, {true, true}};

/* With a MIC every bit of AUTHENTICATE is protected, and so is every byte of its length.
 */
TEST_TABLE(nothing_of_a_message_with_a_mic_can_change, REPLAYS)
{
    struct peers p;

    peers_init(&p);
    p.client_params.seal = row->seal;
    p.client_bindings.present = row->bindings;
    p.server_bindings.present = row->bindings;
    p.client_bindings.md5[0] = 1;
    p.server_bindings.md5[0] = 1;
    ck_ok(peers_login(&p));
    struct replay replay = replay_of(&p);
    ck_ok(judge_again(&replay, replay.whole));
    mutate_truncate(replay.whole, must_be_refused, &replay);
    mutate_flip(replay.whole, must_be_refused, &replay);
    ck_assert_uint_eq(replay.n_accepted, 0);
    ck_assert_uint_eq(replay.n_tried, replay.whole.n * 9);
    peers_free(&p);
}

/* The MIC also covers NEGOTIATE and CHALLENGE, so a flag that was cleared on the way is
 * noticed. */
static void other_negotiate(struct bytes mutant, void *arg)
{
    struct replay *replay = arg;
    struct replay changed = *replay;

    changed.input.negotiate = mutant;
    ck_err(judge_again(&changed, replay->whole), ERR_NTLM_MIC_BAD);
}

TEST(negotiate_cannot_change_under_a_mic)
{
    struct peers p;

    peers_init(&p);
    ck_ok(peers_login(&p));
    struct replay replay = replay_of(&p);
    mutate_flip(replay.input.negotiate, other_negotiate, &replay);
    peers_free(&p);
}

/* The client gets another CHALLENGE than the server sent: either the client or the server
 * refuses. */
static void other_challenge(struct bytes mutant, void *arg)
{
    struct peers *p = arg;
    struct ntlm_client *client = NULL;
    BUF_AUTO negotiate = BUF_INIT;
    BUF_AUTO reply = BUF_INIT;

    ck_ok(ntlm_client_new(&p->client_params, &client));
    ck_ok(ntlm_client_step(client, bytes_of("", 0), NULL, &negotiate));
    enum err e = ntlm_client_step(client, mutant, NULL, &reply);
    ck_assert(ntlm_client_is_done(client) == (e == ERR_OK));
    if (e == ERR_OK) {
        struct replay replay = replay_of(p);
        ck_assert_int_ne(judge_again(&replay, buf_bytes(&reply)), ERR_OK);
    } else {
        ck_assert_uint_eq(reply.n, 0);
    }
    ntlm_client_free(client);
}

TEST(challenge_cannot_change)
{
    struct peers p;

    peers_init(&p);
    p.client_params.seal = true;
    ck_ok(peers_login(&p));
    mutate_flip(buf_bytes(&p.challenge), other_challenge, &p);
    mutate_truncate(buf_bytes(&p.challenge), other_challenge, &p);
    peers_free(&p);
}

/* The offset of the byte in which the mutant differs. */
static size_t changed_at(struct bytes whole, struct bytes mutant)
{
    size_t at = 0;

    ck_assert_uint_eq(whole.n, mutant.n);
    while (whole.p[at] == mutant.p[at]) {
        at++;
    }
    return at;
}

static bool lies_in(const struct replay *replay, size_t at, struct bytes field)
{
    const uint8_t *p = replay->whole.p + at;

    return p >= field.p && p < field.p + field.n;
}

/*
 * Without a MIC (curl, impacket) these bits may change and the login still succeeds; no
 * attacker gains by it. They are MaxLen, which is not read; the offset of an empty field;
 * Version; the place of an absent MIC; the LM response, which an NTLMv2 login does not
 * use; the case of the user's letters, which the hash ignores; the flags, whose change
 * can only remove protection; and the session key, which then differs from the client's.
 * In the last two cases the first message between the two fails.
 */
static bool is_open(const struct replay *replay, size_t at)
{
    bool in_headers = at >= 12 && at < 60;
    size_t in_header = (at - 12) % 8;
    size_t len_at = at - in_header;

    if (in_headers && len_at == 52) {
        return true; /* EncryptedRandomSessionKey */
    }
    if (in_headers) {
        bool is_empty = replay->whole.p[len_at] == 0 && replay->whole.p[len_at + 1] == 0;
        return in_header == 2 || in_header == 3 || (in_header > 3 && is_empty);
    }
    if (at >= 60 && at < 88) {
        return true;
    }
    if (lies_in(replay, at, replay->fields.session_key)) {
        return true;
    }
    if (lies_in(replay, at, replay->fields.user)) {
        return isalpha(replay->whole.p[at]) != 0;
    }
    return lies_in(replay, at, replay->fields.lm_response);
}

static void must_be_refused_or_open(struct bytes mutant, void *arg)
{
    struct replay *replay = arg;
    size_t at = changed_at(replay->whole, mutant);

    if (judge_again(replay, mutant) != ERR_OK) {
        return;
    }
    replay->n_accepted++;
    ck_assert_msg(is_open(replay, at), "byte %zu can change", at);
}

TEST_TIMES(open_bits_without_a_mic_are_known, 2)
{
    struct peers p;
    struct avpair_list sent;
    BUF_AUTO target_info = BUF_INIT;

    peers_init(&p);
    p.client_params.seal = _i != 0;
    peers_begin(&p);
    peers_sent(&p, &sent);
    for (size_t i = 0; i < sent.n; i++) {
        avpair_append(&target_info, sent.pairs[i].id, sent.pairs[i].value);
    }
    avpair_append_eol(&target_info);
    struct forgery forgery = {.target_info = buf_bytes(&target_info),
                              .session_key_len = 16};
    peers_forge(&p, &forgery);
    struct replay replay = replay_of(&p);
    ck_ok(judge_again(&replay, replay.whole));
    ck_ok(authenticate_decode(replay.whole, &replay.fields));
    mutate_flip(replay.whole, must_be_refused_or_open, &replay);
    ck_assert_uint_gt(replay.n_accepted, 0);
    mutate_truncate(replay.whole, must_be_refused, &replay);
    peers_free(&p);
}

/* An authority that accepts the captured user's response from any client. */
static enum err verify_captured(void *self, const struct authority_query *query,
                                struct authority_answer *out)
{
    return kdf_ntlmv2_check(self, query->user_utf16, query->domain_utf16,
                            query->server_challenge, query->nt_response,
                            &out->session_base_key);
}

/* The exchange of a Windows client: proof, MIC and AV pairs are right; with a changed bit
 * they are not. */
TEST(captured_windows_login_is_accepted)
{
    struct ntlm_key nt_hash;
    struct reader hash = reader_of(vector("ntlm-capture-freerdp.json", "nt_hash"));
    struct ntlm_server_params params = {
        .netbios_name = bytes_str("NEWYEAR"),
        .authority = {.verify = verify_captured, .self = &nt_hash},
        .require_mic = true,
    };
    struct replay replay = {
        .input = {.params = &params,
                  .negotiate = vector("ntlm-capture-freerdp.json", "negotiate"),
                  .challenge = vector("ntlm-capture-freerdp.json", "challenge")},
        .whole = vector("ntlm-capture-freerdp.json", "authenticate"),
    };

    reader_copy(&hash, nt_hash.b, sizeof(nt_hash.b));
    ck_ok(judge_again(&replay, replay.whole));
    mutate_flip(replay.whole, must_be_refused, &replay);
    mutate_truncate(replay.whole, must_be_refused, &replay);
    ck_assert_uint_eq(replay.n_accepted, 0);
}

/* The bindings are zeros, which are absent ones for a server that has bindings; the
 * target is HTTP/rw.local. */
TEST(captured_windows_login_is_judged_by_policy)
{
    struct ntlm_key nt_hash;
    struct reader hash = reader_of(vector("ntlm-capture-freerdp.json", "nt_hash"));
    struct bytes target = bytes_str("http/rw.local");
    struct ntlm_bindings bindings = {.present = true};
    struct ntlm_server_params params = {
        .authority = {.verify = verify_captured, .self = &nt_hash},
        .target_names = &target,
        .n_target_names = 1,
    };
    struct replay replay = {
        .input = {.params = &params,
                  .negotiate = vector("ntlm-capture-freerdp.json", "negotiate"),
                  .challenge = vector("ntlm-capture-freerdp.json", "challenge"),
                  .bindings = &bindings},
        .whole = vector("ntlm-capture-freerdp.json", "authenticate"),
    };

    reader_copy(&hash, nt_hash.b, sizeof(nt_hash.b));
    ck_ok(judge_again(&replay, replay.whole));
    params.bindings_policy = NTLM_BINDINGS_REQUIRE;
    ck_err(judge_again(&replay, replay.whole), ERR_BINDINGS_MISSING);
    params.bindings_policy = NTLM_BINDINGS_IGNORE;
    target = bytes_str("HTTP/other.local");
    ck_err(judge_again(&replay, replay.whole), ERR_TARGET_NAME);
    nt_hash.b[15] ^= 1;
    ck_err(judge_again(&replay, replay.whole), ERR_LOGIN);
}
