/* SPDX-License-Identifier: ISC */
/* Wiping and constant-time comparison. */
#include "base/secret.h"

#include "tests/lib/harness.h"

#include <string.h>

TEST(wipes_exactly)
{
    uint8_t b[4] = {1, 2, 3, 4};

    secret_wipe(b + 1, 2);
    ck_bytes(bytes_of(b, 4), hex("01000004"));
    secret_wipe(b, 0);
    secret_wipe(NULL, 4);
    ck_bytes(bytes_of(b, 4), hex("01000004"));
}

TEST(sees_every_bit)
{
    uint8_t a[16];
    uint8_t b[16];

    memset(a, 0x5a, sizeof(a));
    memcpy(b, a, sizeof(b));
    ck_assert(secret_equal(a, b, sizeof(a)));
    for (size_t bit = 0; bit < 8 * sizeof(b); bit++) {
        b[bit / 8] ^= (uint8_t)(1u << (bit % 8));
        ck_assert(!secret_equal(a, b, sizeof(a)));
        b[bit / 8] ^= (uint8_t)(1u << (bit % 8));
    }
}

TEST(compares_no_more_than_asked)
{
    ck_assert(secret_equal("abX", "abY", 2));
    ck_assert(!secret_equal("abX", "abY", 3));
    ck_assert(secret_equal("a", "b", 0));
    ck_assert(secret_equal(NULL, NULL, 0));
}
