/* SPDX-License-Identifier: ISC */
/* Signing and sealing between two sides. */
#include "tests/unit/ntlm/seal_pair.h"

#include <string.h>

/* Signed and sealed messages of one side share one stream and one sequence. */
TEST_TIMES(both_ways_mixed, N_FLAGS)
{
    PAIR_AUTO pair = make_pair(nth_flags(_i));

    ck_assert(seal_can_sign(pair.client));
    for (uint8_t i = 0; i < 3; i++) {
        struct message mic = signed_text(pair.client, TEXT);

        ck_ok(verify(pair.server, &mic));
        ck_assert_uint_eq(mic.signature[12], 2u * i);
        expect_sealed(pair.server, sealed(pair.client, TEXT), TEXT);
        expect_sealed(pair.client, sealed(pair.server, "and back"), "and back");
        expect_sealed(pair.client, sealed(pair.server, ""), "");
    }
}

/* The two directions have different keys, and no two messages look alike. */
TEST_TIMES(streams_differ, N_SOME)
{
    PAIR_AUTO pair = make_pair(some_flags(_i));
    struct message first = sealed(pair.client, TEXT);
    struct message second = sealed(pair.client, TEXT);
    struct message back = sealed(pair.server, TEXT);

    ck_assert(!bytes_equal(data_of(&first), bytes_str(TEXT)));
    ck_assert(!bytes_equal(data_of(&first), data_of(&second)));
    ck_assert(!bytes_equal(data_of(&first), data_of(&back)));
    ck_assert(!bytes_equal(signature_of(&first), signature_of(&back)));
}

/* A known signature: with SIGN and without SEAL, the checksum is still encrypted by
 * RC4. */
TEST(sign_only_known_value)
{
    PAIR_AUTO pair = make_pair(NTLM_ESS | NTLM_SIGN | NTLM_128 | NTLM_KEY_EXCH);
    struct message mic = signed_text(pair.client, "jCIFS");

    ck_bytes(signature_of(&mic), hex("01000000e37f97f2544f4d7e00000000"));
}

/* Several parts form one message; a part that is not sealed is unchanged, but is
 * signed. */
TEST_TIMES(parts_are_one_message, N_SOME)
{
    PAIR_AUTO pair = make_pair(some_flags(_i));
    uint8_t head[] = "head";
    uint8_t body[] = "body";
    uint8_t tail[] = "tail";
    struct message_part parts[] = {
        {head, 4, false}, {body, 4, true}, {NULL, 0, true}, {tail, 4, true}};
    uint8_t signature[MESSAGE_SIGNATURE_LEN];
    const struct bytes got = bytes_of(signature, sizeof(signature));

    ck_ok(seal_seal(pair.client, parts, 4, signature));
    ck_bytes(bytes_of(head, 4), bytes_str("head"));
    ck_assert(memcmp(body, "body", 4) != 0 && memcmp(tail, "tail", 4) != 0);
    head[0] ^= 1;
    ck_err(seal_unseal(pair.server, parts, 4, got), ERR_SIGNATURE);
    head[0] ^= 1;
    ck_ok(seal_unseal(pair.server, parts, 4, got));
    ck_bytes(bytes_of(body, 4), bytes_str("body"));
    ck_bytes(bytes_of(tail, 4), bytes_str("tail"));
}

TEST_TIMES(parts_sign_as_their_concatenation, N_SOME)
{
    PAIR_AUTO pair = make_pair(some_flags(_i));
    const struct bytes parts[] = {bytes_str("attack"), bytes_of(NULL, 0),
                                  bytes_str(" at dawn")};
    struct message m = text_message(TEXT);

    ck_ok(seal_sign(pair.client, parts, 3, m.signature));
    ck_ok(verify(pair.server, &m));
    ck_ok(seal_sign(pair.client, NULL, 0, m.signature));
    ck_ok(seal_verify(pair.server, NULL, 0, signature_of(&m)));
}

/* [MS-SPNG] 3.3.5.1: after a mechListMIC the keystream begins anew, the sequence does
 * not. */
TEST(reset_keeps_the_sequence)
{
    PAIR_AUTO pair = make_pair(ALL);
    PAIR_AUTO fresh = make_pair(ALL);
    struct message mic = signed_text(pair.client, "list of mechanisms");
    struct message after;
    struct message first;

    ck_ok(verify(pair.server, &mic));
    seal_reset(pair.client, MESSAGE_SENT);
    seal_reset(pair.server, MESSAGE_RECEIVED);
    after = sealed(pair.client, TEXT);
    first = sealed(fresh.client, TEXT);
    ck_bytes(data_of(&after), data_of(&first));
    ck_assert_uint_eq(after.signature[12], 1);
    expect_sealed(pair.server, after, TEXT);
}

/* The reset does not change the other side; a side without messages is already in its
 * initial state. */
TEST(reset_is_of_one_side)
{
    PAIR_AUTO pair = make_pair(ALL);

    expect_sealed(pair.server, sealed(pair.client, TEXT), TEXT);
    seal_reset(pair.client, MESSAGE_RECEIVED);
    seal_reset(pair.server, MESSAGE_SENT);
    expect_sealed(pair.server, sealed(pair.client, TEXT), TEXT);
    expect_sealed(pair.client, sealed(pair.server, TEXT), TEXT);
    seal_reset(pair.client, MESSAGE_RECEIVED);
    expect_refused(pair.client, &(struct message){.n = 1, .signature = {1, [12] = 1}});
    seal_reset(pair.server, MESSAGE_SENT);
    expect_sealed(pair.client, sealed(pair.server, TEXT), TEXT);
}

/* Connectionless: each message can be read by itself; the caller gives its number. */
TEST(datagrams_in_any_order)
{
    PAIR_AUTO pair = make_pair(ALL | NTLM_DATAGRAM);
    struct message seventh;
    struct message third;

    seal_set_sequence(pair.client, 7);
    seventh = sealed(pair.client, TEXT);
    seal_set_sequence(pair.client, 3);
    third = sealed(pair.client, TEXT);
    ck_assert(!bytes_equal(data_of(&seventh), data_of(&third)));
    expect_refused(pair.server, &third);
    seal_set_sequence(pair.server, 3);
    expect_sealed(pair.server, third, TEXT);
    seal_set_sequence(pair.server, 7);
    expect_sealed(pair.server, seventh, TEXT);
    seal_set_sequence(pair.server, 3);
    expect_sealed(pair.server, third, TEXT);
}

/* 3.4.3: SealKey' = MD5(SealKey || SeqNum); the key is 3.4.5.3's of this session key. */
TEST(datagram_stream_is_keyed_by_number)
{
    static const uint8_t exported[16] = {0x55, 0x55, 0x55, 0x55, 0x55, 0x55, 0x55, 0x55,
                                         0x55, 0x55, 0x55, 0x55, 0x55, 0x55, 0x55, 0x55};
    const struct bytes parts[] = {hex("59f600973cc4960a25480a7c196e4c58"),
                                  hex("04030201")};
    struct message m = text_message(TEXT);
    struct message plain = m;
    struct message_part part = {m.data, m.n, true};
    struct ntlm_key key;
    struct crypto_rc4 rc4;
    struct seal *s;

    memcpy(key.b, exported, sizeof(key.b));
    ck_ok(seal_new(ROLE_INITIATOR, ALL | NTLM_DATAGRAM, &key, &s));
    seal_set_sequence(s, 0x01020304);
    ck_ok(seal_seal(s, &part, 1, m.signature));
    ck_ok(crypto_md5(parts, 2, &key));
    ck_ok(crypto_rc4_key(&rc4, key.b, sizeof(key.b)));
    crypto_rc4_apply(&rc4, plain.data, plain.data, plain.n);
    ck_bytes(data_of(&m), data_of(&plain));
    ck_bytes(bytes_of(m.signature + 12, 4), hex("04030201"));
    seal_free(s);
}

/* The sequence number continues with 0 after its last value. */
TEST(sequence_wraps)
{
    PAIR_AUTO pair = make_pair(ALL);

    seal_set_sequence(pair.client, UINT32_MAX);
    seal_set_sequence(pair.server, UINT32_MAX);
    expect_sealed(pair.server, sealed(pair.client, TEXT), TEXT);
    expect_sealed(pair.server, sealed(pair.client, TEXT), TEXT);
}

TEST(always_sign_is_a_dummy)
{
    PAIR_AUTO pair = make_pair(NTLM_ESS | NTLM_ALWAYS_SIGN | NTLM_128);
    struct message mic = signed_text(pair.client, TEXT);
    struct message_part part = {mic.data, mic.n, true};

    ck_assert(!seal_can_sign(pair.client));
    ck_bytes(signature_of(&mic), hex("01000000000000000000000000000000"));
    ck_ok(verify(pair.server, &mic));
    ck_ok(verify(pair.server, &mic));
    mic.signature[15] = 1;
    ck_err(verify(pair.server, &mic), ERR_SIGNATURE);
    ck_err(seal_verify(pair.server, NULL, 0, bytes_of(mic.signature, 15)),
           ERR_SIGNATURE_LEN);
    ck_err(seal_verify(pair.server, NULL, 0, bytes_of(NULL, 0)), ERR_SIGNATURE_LEN);
    ck_err(seal_seal(pair.client, &part, 1, mic.signature), ERR_NO_PROTECTION);
    ck_err(unseal(pair.server, &mic), ERR_NO_PROTECTION);
    ck_bytes(data_of(&mic), bytes_str(TEXT));
}
