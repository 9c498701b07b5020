/* SPDX-License-Identifier: ISC */
/* The two implementations of ntlm/crypto.h give the same bytes, at every length. */
#include "tests/lib/harness.h"
#include "tests/unit/ntlm/other_crypto.h"

#include <string.h>

/* Eleven blocks of MD5: every length up to here passes each edge of the padding and of
 * the loops. */
#define LEN_MAX 700

static uint8_t data[LEN_MAX];
static const struct ntlm_key key = {{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}};

static void fill(void)
{
    ck_ok(crypto_random(data, sizeof(data)));
}

static void same(const struct ntlm_key *a, const struct ntlm_key *b)
{
    ck_bytes(bytes_of(a->b, sizeof(a->b)), bytes_of(b->b, sizeof(b->b)));
}

TEST(hashes_of_every_length)
{
    struct ntlm_key a;
    struct ntlm_key b;

    fill();
    for (size_t n = 0; n <= LEN_MAX; n++) {
        const struct bytes whole = bytes_of(data, n);
        const struct bytes parts[] = {bytes_of(data, n / 3), bytes_of(NULL, 0),
                                      bytes_of(data + n / 3, n - n / 3)};

        ck_ok(crypto_md4(whole, &a));
        ck_ok(other_md4(whole, &b));
        same(&a, &b);
        ck_ok(crypto_md5(&whole, 1, &a));
        ck_ok(other_md5(parts, 3, &b));
        same(&a, &b);
        ck_ok(crypto_md5(parts, 3, &a));
        same(&a, &b);
    }
}

/* Each length in pieces of each small size. */
TEST(hmacs_of_every_length)
{
    struct crypto_hmac a_key;
    struct crypto_hmac b_key;
    struct crypto_mac mac;
    struct ntlm_key a;
    struct ntlm_key b;

    fill();
    ck_ok(crypto_hmac_key(&a_key, &key));
    ck_ok(other_hmac_key(&b_key, &key));
    for (size_t n = 0; n <= LEN_MAX; n++) {
        const size_t piece = n % 130 + 1;

        crypto_mac_begin(&mac, &a_key);
        for (size_t at = 0; at < n; at += piece) {
            crypto_mac_add(&mac, bytes_of(data + at, n - at < piece ? n - at : piece));
        }
        ck_ok(crypto_mac_end(&mac, &a));
        other_mac_begin(&mac, &b_key);
        other_mac_add(&mac, bytes_of(data, n));
        ck_ok(other_mac_end(&mac, &b));
        same(&a, &b);
    }
}

/* What one implementation makes of n bytes that follow `before` bytes. */
struct sealed {
    uint8_t text[LEN_MAX];
    struct ntlm_key sum;
    struct crypto_rc4 stream;
};

static void seal_by_own(size_t before, size_t n, bool unseal, struct sealed *out)
{
    struct crypto_hmac hmac;
    struct crypto_mac mac;

    memcpy(out->text, data, n);
    ck_ok(crypto_rc4_key(&out->stream, key.b, sizeof(key.b)));
    ck_ok(crypto_hmac_key(&hmac, &key));
    crypto_mac_begin(&mac, &hmac);
    crypto_mac_add(&mac, bytes_of(data, before));
    (unseal ? crypto_mac_add_unseal : crypto_mac_add_seal)(&mac, &out->stream, out->text,
                                                           n);
    ck_ok(crypto_mac_end(&mac, &out->sum));
}

static void seal_by_other(size_t before, size_t n, bool unseal, struct sealed *out)
{
    struct crypto_hmac hmac;
    struct crypto_mac mac;

    memcpy(out->text, data, n);
    ck_ok(crypto_rc4_key(&out->stream, key.b, sizeof(key.b)));
    ck_ok(other_hmac_key(&hmac, &key));
    other_mac_begin(&mac, &hmac);
    other_mac_add(&mac, bytes_of(data, before));
    (unseal ? other_mac_add_unseal : other_mac_add_seal)(&mac, &out->stream, out->text,
                                                         n);
    ck_ok(other_mac_end(&mac, &out->sum));
}

/* Sealing (0) and unsealing (1) of every length, with MD5's block filled to every byte.
 */
TEST_TIMES(seals_of_every_length, 2)
{
    static struct sealed a;
    static struct sealed b;

    fill();
    for (size_t n = 0; n <= LEN_MAX; n++) {
        const size_t before = n % 65;

        seal_by_own(before, n, _i == 1, &a);
        seal_by_other(before, n, _i == 1, &b);
        ck_bytes(bytes_of(a.text, n), bytes_of(b.text, n));
        same(&a.sum, &b.sum);
        ck_assert_int_eq(memcmp(&a.stream, &b.stream, sizeof(a.stream)), 0);
    }
    for (size_t before = 0; before < 130; before++) {
        seal_by_own(before, 333, _i == 1, &a);
        seal_by_other(before, 333, _i == 1, &b);
        ck_bytes(bytes_of(a.text, 333), bytes_of(b.text, 333));
        same(&a.sum, &b.sum);
    }
}

/* What is unsealed is what was sealed, with the same sum. */
TEST(unseal_undoes_seal)
{
    struct crypto_hmac hmac;
    struct crypto_mac mac;
    struct crypto_rc4 stream;
    struct sealed made;
    struct ntlm_key sum;

    fill();
    ck_ok(crypto_hmac_key(&hmac, &key));
    for (size_t n = 0; n <= LEN_MAX; n++) {
        seal_by_own(4, n, false, &made);
        ck_ok(crypto_rc4_key(&stream, key.b, sizeof(key.b)));
        crypto_mac_begin(&mac, &hmac);
        crypto_mac_add(&mac, bytes_of(data, 4));
        crypto_mac_add_unseal(&mac, &stream, made.text, n);
        ck_ok(crypto_mac_end(&mac, &sum));
        ck_bytes(bytes_of(made.text, n), bytes_of(data, n));
        same(&sum, &made.sum);
    }
}
