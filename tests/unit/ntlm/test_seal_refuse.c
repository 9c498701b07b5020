/* SPDX-License-Identifier: ISC */
/* Messages that a side must refuse, and that it is unchanged afterwards. */
#include "tests/unit/ntlm/seal_pair.h"

#include <stdlib.h>
#include <string.h>

/* A message of our own that is sent back to us is refused. */
TEST_TIMES(reflection_is_refused, N_SOME)
{
    PAIR_AUTO pair = make_pair(some_flags(_i));
    struct message mic = signed_text(pair.client, TEXT);

    ck_err(verify(pair.client, &mic), ERR_SIGNATURE);
}

TEST_TIMES(replay_and_reorder_are_refused, N_SOME)
{
    PAIR_AUTO pair = make_pair(some_flags(_i));
    struct message first = sealed(pair.client, TEXT);
    struct message second = sealed(pair.client, "second");
    struct message early = second;
    struct message replayed = first;

    ck_err(unseal(pair.server, &early), ERR_SEQUENCE);
    ck_bytes(data_of(&early), data_of(&second));
    expect_sealed(pair.server, first, TEXT);
    ck_err(unseal(pair.server, &replayed), ERR_SEQUENCE);
    replayed.signature[12] = 1;
    ck_err(unseal(pair.server, &replayed), ERR_SIGNATURE);
    expect_sealed(pair.server, second, "second");
}

TEST_TIMES(every_flipped_bit_is_refused, N_SOME)
{
    PAIR_AUTO pair = make_pair(some_flags(_i));
    struct message good;

    expect_sealed(pair.server, sealed(pair.client, TEXT), TEXT);
    good = sealed(pair.client, TEXT);
    for (size_t bit = 0; bit < (good.n + MESSAGE_SIGNATURE_LEN) * 8; bit++) {
        struct message bad = good;
        uint8_t *byte =
            bit / 8 < good.n ? &bad.data[bit / 8] : &bad.signature[bit / 8 - good.n];

        *byte ^= (uint8_t)(1u << bit % 8);
        expect_refused(pair.server, &bad);
    }
    expect_sealed(pair.server, good, TEXT);
}

TEST_TIMES(every_flipped_bit_of_a_mic_is_refused, N_SOME)
{
    PAIR_AUTO pair = make_pair(some_flags(_i));
    struct message good = signed_text(pair.server, TEXT);

    for (size_t bit = 0; bit < (good.n + MESSAGE_SIGNATURE_LEN) * 8; bit++) {
        struct message bad = good;
        uint8_t *byte =
            bit / 8 < good.n ? &bad.data[bit / 8] : &bad.signature[bit / 8 - good.n];

        *byte ^= (uint8_t)(1u << bit % 8);
        ck_err(verify(pair.client, &bad),
               bit / 8 >= good.n + 12 ? ERR_SEQUENCE : ERR_SIGNATURE);
    }
    ck_ok(verify(pair.client, &good));
}

/* Signatures of every length, in a block of exactly that size, so that a sanitizer
 * reports a read past it. */
TEST_TIMES(signatures_of_wrong_length_are_refused, N_SOME)
{
    PAIR_AUTO pair = make_pair(some_flags(_i));
    struct message good = sealed(pair.client, TEXT);
    struct message_part part = {good.data, good.n, true};
    struct message mic = text_message(TEXT);
    struct bytes text = data_of(&mic);

    for (size_t n = 0; n <= 64; n++) {
        uint8_t *block = n == MESSAGE_SIGNATURE_LEN ? NULL : calloc(1, n > 0 ? n : 1);
        struct bytes signature = bytes_of(block, n);

        if (block != NULL) {
            memcpy(block, good.signature, n < 16 ? n : 16);
            ck_err(seal_unseal(pair.server, &part, 1, signature), ERR_SIGNATURE_LEN);
            ck_err(seal_verify(pair.server, &text, 1, signature), ERR_SIGNATURE_LEN);
        }
        free(block);
    }
    ck_err(seal_unseal(pair.server, &part, 1, bytes_of(NULL, 0)), ERR_SIGNATURE_LEN);
    expect_sealed(pair.server, good, TEXT);
}

/* If only one side is reset, the next message cannot be read, and can be read after the
 * other side's reset. */
TEST(reset_of_one_peer_alone_breaks)
{
    PAIR_AUTO pair = make_pair(ALL);
    struct message m;

    expect_sealed(pair.server, sealed(pair.client, TEXT), TEXT);
    seal_reset(pair.client, MESSAGE_SENT);
    m = sealed(pair.client, TEXT);
    expect_refused(pair.server, &m);
    seal_reset(pair.server, MESSAGE_RECEIVED);
    expect_sealed(pair.server, m, TEXT);
}

TEST(nothing_negotiated_protects_nothing)
{
    PAIR_AUTO pair = make_pair(NTLM_ESS | NTLM_128 | NTLM_KEY_EXCH);
    struct message m = text_message(TEXT);
    struct message_part part = {m.data, m.n, true};

    ck_assert(!seal_can_sign(pair.client));
    ck_err(seal_sign(pair.client, NULL, 0, m.signature), ERR_NO_PROTECTION);
    ck_err(verify(pair.server, &m), ERR_NO_PROTECTION);
    ck_err(seal_seal(pair.client, &part, 1, m.signature), ERR_NO_PROTECTION);
    ck_err(unseal(pair.server, &m), ERR_NO_PROTECTION);
    seal_reset(pair.client, MESSAGE_SENT);
}

TEST(needs_extended_session_security)
{
    const struct ntlm_key key = {{1}};
    struct seal *s;

    ck_err(seal_new(ROLE_INITIATOR, ALL & ~(uint32_t)NTLM_ESS, &key, &s), ERR_NTLM_FLAGS);
    ck_assert_ptr_null(s);
    seal_free(NULL);
}

/* Sides that disagree on strength or key exchange cannot read each other. */
TEST_TIMES(unequal_sides_are_refused, 3)
{
    static const uint32_t others[] = {NTLM_ESS | NTLM_SIGN | NTLM_SEAL | NTLM_128,
                                      NTLM_ESS | NTLM_SIGN | NTLM_SEAL | NTLM_KEY_EXCH,
                                      ALL | NTLM_DATAGRAM};
    PAIR_AUTO pair = make_pair(ALL);
    PAIR_AUTO unequal = make_pair(others[_i]);
    struct message m = sealed(pair.client, TEXT);

    expect_refused(unequal.server, &m);
    expect_sealed(pair.server, m, TEXT);
}

/* A message of a megabyte is refused once, and then accepted. */
TEST(long_message)
{
    const size_t n = (size_t)1 << 20;
    PAIR_AUTO pair = make_pair(ALL);
    uint8_t *data = calloc(2, n);
    struct message_part part = {data, n, true};
    uint8_t signature[MESSAGE_SIGNATURE_LEN];

    ck_assert_ptr_nonnull(data);
    ck_ok(seal_seal(pair.client, &part, 1, signature));
    memcpy(data + n, data, n);
    signature[4] ^= 1;
    ck_err(seal_unseal(pair.server, &part, 1, bytes_of(signature, 16)), ERR_SIGNATURE);
    ck_assert(memcmp(data, data + n, n) == 0);
    signature[4] ^= 1;
    ck_ok(seal_unseal(pair.server, &part, 1, bytes_of(signature, 16)));
    memset(data + n, 0, n);
    ck_assert(memcmp(data, data + n, n) == 0);
    free(data);
}
