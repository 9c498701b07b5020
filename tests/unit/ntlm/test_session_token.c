/* SPDX-License-Identifier: ISC */
/* A finished exchange as a token: encoded and decoded, and malformed tokens. */
#include "ntlm/session_token.h"
#include "tests/unit/ntlm/seal_pair.h"

#include <stdlib.h>
#include <string.h>

#define TARGET "the target, in a form of its owner's"

static const struct ntlm_key session_key = {
    {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 0}};

#define SESSION_AUTO __attribute__((cleanup(ntlm_session_cleanup))) struct ntlm_session

static void seal_cleanup(struct seal **s)
{
    seal_free(*s);
}
#define SEAL_AUTO __attribute__((cleanup(seal_cleanup))) struct seal

static struct ntlm_session make_session(enum gss_role role, uint32_t flags)
{
    struct ntlm_session s = {.role = role, .flags = flags, .mic_flag = true};

    s.exported_session_key = session_key;
    buf_append_text(&s.user, "j\xc3\xbcrgen");
    buf_append_text(&s.domain, "AD");
    buf_append_text(&s.workstation, "WS1");
    buf_append_text(&s.target_name, "http/server");
    buf_append_text(&s.sids, "S-1-5-21-1-2-3-500\nS-1-5-21-1-2-3-513\n");
    return s;
}

static void encode(struct buf *out, const struct ntlm_session *session,
                   const struct seal *seal)
{
    struct session_parts parts = {session, seal, bytes_str(TARGET)};

    ck_ok(session_token_encode(out, &parts));
}

/* Encodes and decodes one side; the old one is freed. */
static void move(struct seal **side, enum gss_role role, uint32_t flags)
{
    BUF_AUTO token = BUF_INIT;
    SESSION_AUTO before = make_session(role, flags);
    SESSION_AUTO after = {0};
    struct bytes target;

    encode(&token, &before, *side);
    seal_free(*side);
    ck_ok(session_token_decode(buf_bytes(&token), &after, side, &target));
    ck_assert_ptr_nonnull(*side);
    ck_bytes(target, bytes_str(TARGET));
}

static void check_same_text(const struct buf *got, const struct buf *want)
{
    ck_bytes(buf_bytes(got), buf_bytes(want));
}

static void check_same(const struct ntlm_session *got, const struct ntlm_session *want)
{
    ck_assert_int_eq(got->role, want->role);
    ck_assert_uint_eq(got->flags, want->flags);
    ck_assert_mem_eq(got->exported_session_key.b, want->exported_session_key.b, 16);
    ck_assert_int_eq(got->mic_flag, want->mic_flag);
    ck_assert_int_eq(got->bound, want->bound);
    ck_assert_int_eq(got->anonymous, want->anonymous);
    ck_assert_int_eq(got->guest, want->guest);
    check_same_text(&got->user, &want->user);
    check_same_text(&got->domain, &want->domain);
    check_same_text(&got->workstation, &want->workstation);
    check_same_text(&got->target_name, &want->target_name);
    check_same_text(&got->sids, &want->sids);
}

/* Every combination of facts and roles. */
TEST_TIMES(facts_come_back, 32)
{
    BUF_AUTO token = BUF_INIT;
    SESSION_AUTO before = make_session(_i & 1 ? ROLE_ACCEPTOR : ROLE_INITIATOR, ALL);
    SESSION_AUTO after = {0};
    SEAL_AUTO *seal = NULL;
    SEAL_AUTO *seal_after = NULL;
    struct bytes target;

    before.mic_flag = (_i & 2) != 0;
    before.bound = (_i & 4) != 0;
    before.anonymous = (_i & 8) != 0;
    before.guest = (_i & 16) != 0;
    if (ntlm_session_protects(&before)) {
        ck_ok(seal_new(before.role, before.flags, &session_key, &seal));
    }
    encode(&token, &before, seal);
    ck_ok(session_token_decode(buf_bytes(&token), &after, &seal_after, &target));
    check_same(&after, &before);
    ck_assert_int_eq(seal_after != NULL, seal != NULL);
}

/* A session that protects nothing needs no cryptography. */
TEST_TIMES(fips_mode_forbids_protection, 2)
{
    BUF_AUTO token = BUF_INIT;
    SESSION_AUTO before = make_session(ROLE_ACCEPTOR, _i == 0 ? ALL : NTLM_UNICODE);
    SESSION_AUTO after = {0};
    SEAL_AUTO *seal = NULL;
    SEAL_AUTO *seal_after = NULL;
    struct bytes target;

    if (strcmp(crypto_source(), "OpenSSL") == 0) {
        SKIP("OpenSSL reads its configuration itself");
    }
    setenv("OPENSSL_CONF",
           write_file("openssl.cnf", "default_properties = fips=yes\n", 0600), 1);
    if (ntlm_session_protects(&before)) {
        ck_ok(seal_new(before.role, before.flags, &session_key, &seal));
    }
    encode(&token, &before, seal);
    ck_err(session_token_decode(buf_bytes(&token), &after, &seal_after, &target),
           _i == 0 ? ERR_FIPS : ERR_OK);
    ck_assert_ptr_null(seal_after);
}

/* A login with only flags: it protects nothing, and has no extended session security. */
TEST(little_comes_back)
{
    BUF_AUTO token = BUF_INIT;
    SESSION_AUTO before = {.role = ROLE_ACCEPTOR, .flags = NTLM_UNICODE};
    SESSION_AUTO after = {0};
    struct session_parts parts = {&before, NULL, bytes_str("")};
    SEAL_AUTO *seal = NULL;
    struct bytes target;

    ck_ok(session_token_encode(&token, &parts));
    ck_ok(session_token_decode(buf_bytes(&token), &after, &seal, &target));
    check_same(&after, &before);
    ck_assert_ptr_null(seal);
    ck_assert_uint_eq(target.n, 0);
}

static void talk(struct pair *pair, const char *text)
{
    struct message m = signed_text(pair->server, text);

    expect_sealed(pair->server, sealed(pair->client, text), text);
    ck_ok(verify(pair->client, &m));
    expect_sealed(pair->client, sealed(pair->server, text), text);
    m = signed_text(pair->client, text);
    ck_ok(verify(pair->server, &m));
}

/* Either side is moved before the first message, between messages and again; with each
 * strength, with and without KEY_EXCH, connection-oriented and datagram. */
TEST_TIMES(messages_go_on, N_FLAGS)
{
    uint32_t flags = nth_flags(_i);
    PAIR_AUTO pair = make_pair(flags);

    move(&pair.client, ROLE_INITIATOR, flags);
    talk(&pair, "one");
    move(&pair.server, ROLE_ACCEPTOR, flags);
    talk(&pair, "two, which is longer");
    move(&pair.client, ROLE_INITIATOR, flags);
    move(&pair.server, ROLE_ACCEPTOR, flags);
    talk(&pair, "");
    talk(&pair, "three");
}

/* A message that is on its way during the move is accepted, and one that was accepted
 * before is refused. */
TEST_TIMES(messages_under_way_arrive, N_FLAGS)
{
    uint32_t flags = nth_flags(_i);
    PAIR_AUTO pair = make_pair(flags);
    struct message old = sealed(pair.client, "old");
    struct message m;

    expect_sealed(pair.server, old, "old");
    m = sealed(pair.client, "under way");
    move(&pair.server, ROLE_ACCEPTOR, flags);
    expect_refused(pair.server, &old);
    expect_sealed(pair.server, m, "under way");
}

/* The state after a mechListMIC: the keystream starts again, and the sequence number
 * continues. */
TEST(a_reset_stream_goes_on)
{
    PAIR_AUTO pair = make_pair(ALL);
    struct message m = signed_text(pair.client, "list");

    ck_ok(verify(pair.server, &m));
    seal_reset(pair.client, MESSAGE_SENT);
    seal_reset(pair.server, MESSAGE_RECEIVED);
    move(&pair.client, ROLE_INITIATOR, ALL);
    move(&pair.server, ROLE_ACCEPTOR, ALL);
    talk(&pair, "first");
}

static void whole_token(struct buf *out)
{
    PAIR_AUTO pair = make_pair(ALL);
    SESSION_AUTO session = make_session(ROLE_INITIATOR, ALL);

    talk(&pair, "talk");
    encode(out, &session, pair.client);
}

static void feed_refused(struct bytes mutant, void *arg)
{
    SESSION_AUTO session = {0};
    SEAL_AUTO *seal = NULL;
    struct bytes target;

    (void)arg;
    ck_err(session_token_decode(mutant, &session, &seal, &target), ERR_EXPORTED);
    ck_assert_ptr_null(seal);
    ck_assert_uint_eq(target.n, 0);
    ck_assert_uint_eq(session.user.n, 0);
    ck_assert_str_ne(err_note_get(ERR_EXPORTED), "");
}

TEST(damage_is_found)
{
    BUF_AUTO token = BUF_INIT;

    whole_token(&token);
    mutate_truncate(buf_bytes(&token), feed_refused, NULL);
    mutate_flip(buf_bytes(&token), feed_refused, NULL);
    buf_append_u8(&token, 0);
    feed_refused(buf_bytes(&token), NULL);
}

/* Makes the checksum right again, as an attacker would. */
static void append_checksum(struct buf *token)
{
    struct bytes covered = bytes_of(token->p, token->n - 16);
    struct ntlm_key sum;

    ck_ok(crypto_md5(&covered, 1, &sum));
    buf_set(token, covered.n, bytes_of(sum.b, sizeof(sum.b)));
}

/* A mutant that is well-formed is accepted, and the context that it gives must do no
 * harm. */
static void feed_forged(struct bytes mutant, void *arg)
{
    BUF_AUTO token = BUF_INIT;
    SESSION_AUTO session = {0};
    SEAL_AUTO *seal = NULL;
    struct bytes target;
    unsigned *n_taken = arg;
    enum err e;

    if (mutant.n < 16) {
        return;
    }
    ck_ok(buf_dup(&token, mutant));
    append_checksum(&token);
    e = session_token_decode(buf_bytes(&token), &session, &seal, &target);
    ck_assert_int_eq(e == ERR_OK || e == ERR_EXPORTED, true);
    if (e == ERR_OK && seal != NULL) {
        (void)sealed(seal, TEXT);
        (*n_taken)++;
    }
}

TEST(forgeries_do_no_harm)
{
    BUF_AUTO token = BUF_INIT;
    unsigned n_taken = 0;

    whole_token(&token);
    mutate_truncate(buf_bytes(&token), feed_forged, &n_taken);
    ck_assert_uint_eq(n_taken, 0);
    mutate_flip(buf_bytes(&token), feed_forged, &n_taken);
    ck_assert_uint_gt(n_taken, 0);
}

/* {offset, byte}: tokens with a right checksum that are refused, and a part of the
 * reason. */
static const struct {
    size_t at;
    uint8_t byte;
    const char *says;
} forgeries[] = {
    {0, 'n', "not a context"},        {7, 1, "not a context"},
    {11, 2, "version is 2"},          {8, 1, "version is 16777217"},
    {12, 2, "can have this session"}, {13, 16, "can have this session"},
    {15, 0, "can have this session"}, /* no extended session security */
    {34, 1, "ends too early"},        /* a length of 16 MiB */
    {38, 0xff, "not UTF-8"},          {39, 0, "not UTF-8"},
};

TEST_TABLE(forgeries_are_refused_with_a_reason, forgeries)
{
    BUF_AUTO token = BUF_INIT;
    SESSION_AUTO session = {0};
    SEAL_AUTO *seal = NULL;
    struct bytes target;

    whole_token(&token);
    buf_set(&token, row->at, bytes_of(&row->byte, 1));
    append_checksum(&token);
    ck_err(session_token_decode(buf_bytes(&token), &session, &seal, &target),
           ERR_EXPORTED);
    ck_assert_msg(strstr(err_note_get(ERR_EXPORTED), row->says) != NULL, "%s",
                  err_note_get(ERR_EXPORTED));
}

/* A permutation with a byte twice; a flag for the stream that is neither 0 nor 1. */
TEST(a_cipher_state_must_be_possible)
{
    BUF_AUTO token = BUF_INIT;
    size_t end;

    whole_token(&token);
    end = token.n - 16;
    token.p[end - 1] = token.p[end - 2];
    append_checksum(&token);
    feed_refused(buf_bytes(&token), NULL);
    buf_cleanup(&token);
    whole_token(&token);
    token.p[end - 259] = 2;
    append_checksum(&token);
    feed_refused(buf_bytes(&token), NULL);
}

TEST(what_could_not_be_read_is_not_written)
{
    BUF_AUTO token = BUF_INIT;
    SESSION_AUTO session = make_session(ROLE_ACCEPTOR, NTLM_UNICODE);
    struct session_parts parts = {&session, NULL, bytes_str("")};

    buf_append_zeros(&session.sids, SESSION_TOKEN_MAX);
    ck_err(session_token_encode(&token, &parts), ERR_TOO_LARGE);
    ck_assert_uint_eq(token.n, 0);
}

/* Decoding takes the same short time, however many bytes the stream has encrypted. */
TEST(a_long_stream_is_read_at_once)
{
    static uint8_t data[1 << 20];
    struct message_part part = {data, sizeof(data), true};
    PAIR_AUTO pair = make_pair(ALL);
    uint8_t signature[MESSAGE_SIGNATURE_LEN];
    BUF_AUTO few = BUF_INIT;
    BUF_AUTO many = BUF_INIT;
    SESSION_AUTO session = make_session(ROLE_INITIATOR, ALL);

    talk(&pair, "one");
    encode(&few, &session, pair.client);
    for (int i = 0; i < 64; i++) {
        ck_ok(seal_seal(pair.client, &part, 1, signature));
        ck_ok(seal_unseal(pair.server, &part, 1, bytes_of(signature, sizeof(signature))));
    }
    encode(&many, &session, pair.client);
    ck_assert_uint_eq(many.n, few.n);
    move(&pair.client, ROLE_INITIATOR, ALL);
    talk(&pair, "two");
}
