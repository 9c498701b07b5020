/* SPDX-License-Identifier: ISC */
/* The MIC over the three messages. */
#include "ntlm/mic.h"
#include "tests/lib/harness.h"

static const struct ntlm_key key = {{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}};

/* An AUTHENTICATE of 40 bytes whose MIC lies at 12. */
#define MIC_AT 12
#define BEFORE "000102030405060708090a0b"
#define AFTER  "1c1d1e1f2021222324252627"

static struct ntlm_key mic_of(const char *negotiate, const char *challenge,
                              const char *authenticate)
{
    struct ntlm_key mic;

    ck_ok(mic_compute(&key, hex(negotiate), hex(challenge), hex(authenticate), MIC_AT,
                      &mic));
    return mic;
}

static bool same(struct ntlm_key a, struct ntlm_key b)
{
    return bytes_equal(bytes_of(a.b, sizeof(a.b)), bytes_of(b.b, sizeof(b.b)));
}

/* 3.1.5.1.2: the MIC is computed over the concatenation, with zeros in its own field. */
TEST(is_hmac_of_messages_with_zero_mic)
{
    struct ntlm_key got =
        mic_of("aabb", "cc", BEFORE "f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff" AFTER);
    struct bytes whole = hex("aabbcc" BEFORE "00000000000000000000000000000000" AFTER);
    struct ntlm_key want;

    ck_ok(crypto_hmac_md5(&key, &whole, 1, &want));
    ck_bytes(bytes_of(got.b, 16), bytes_of(want.b, 16));
}

TEST(every_message_counts_and_the_field_does_not)
{
    const char *zero = BEFORE "00000000000000000000000000000000" AFTER;
    const char *other = BEFORE "00000000000000000000000000000001" AFTER;
    struct ntlm_key mic = mic_of("aabb", "cc", zero);

    ck_assert(same(mic, mic_of("aabb", "cc", other)));
    ck_assert(!same(mic, mic_of("aaba", "cc", zero)));
    ck_assert(!same(mic, mic_of("aabb", "cd", zero)));
    ck_assert(!same(mic, mic_of("aabb", "cc",
                                BEFORE "00000000000000000000000000000000"
                                       "1c1d1e1f2021222324252628")));
}

TEST(field_must_lie_inside)
{
    static const size_t outside[] = {25, 40, 41, SIZE_MAX - 15, SIZE_MAX};
    struct bytes authenticate = hex(BEFORE "f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff" AFTER);
    struct ntlm_key mic;

    for (size_t i = 0; i < N(outside); i++) {
        ck_err(mic_compute(&key, hex(""), hex(""), authenticate, outside[i], &mic),
               ERR_INTERNAL);
    }
    ck_ok(mic_compute(&key, hex(""), hex(""), authenticate, 24, &mic));
    ck_ok(mic_compute(&key, hex(""), hex(""), authenticate, 0, &mic));
}
