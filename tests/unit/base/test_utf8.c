/* SPDX-License-Identifier: ISC */
/* base/utf8: each code point and each sequence of bytes, as libunistring reads them. */
#include "base/utf8.h"

#include "tests/lib/harness.h"

#include <string.h>
#include <unistr.h>

TEST(every_code_point)
{
    for (uint32_t c = 0; c < 0x110100; c++) {
        uint8_t wanted[6] = {0};
        uint8_t got[UTF8_MAX] = {0};
        const int n = u8_uctomb(wanted, c, sizeof(wanted));
        uint32_t back;

        if (utf8_encode(got, c) != (n > 0 ? (size_t)n : 0)) {
            ck_abort_msg("U+%04X", c);
        }
        if (n > 0 &&
            (memcmp(got, wanted, (size_t)n) != 0 ||
             utf8_decode(bytes_of(got, (size_t)n), &back) != (size_t)n || back != c)) {
            ck_abort_msg("U+%04X", c);
        }
    }
    ck_assert_uint_eq(utf8_encode((uint8_t[UTF8_MAX]){0}, UINT32_MAX), 0);
}

static bool agrees(const uint8_t *p, size_t n)
{
    ucs4_t wanted = 0;
    uint32_t got;
    const int len = n == 0 ? -1 : u8_mbtoucr(&wanted, p, n);
    const size_t found = utf8_decode(bytes_of(p, n), &got);

    return found == (len > 0 ? (size_t)len : 0) && got == (len > 0 ? wanted : 0);
}

/* All pairs of bytes, each cut, and followed by kinds of a third and a fourth byte. */
TEST(all_bytes)
{
    static const uint8_t kinds[] = {'a', 0x7f, 0x80, 0x9f, 0xbf, 0xc0};
    uint8_t p[4] = {0};

    for (unsigned pair = 0; pair < 0x10000; pair++) {
        p[0] = (uint8_t)(pair >> 8);
        p[1] = (uint8_t)pair;
        for (size_t i = 0; i < sizeof(kinds) * sizeof(kinds); i++) {
            p[2] = kinds[i / sizeof(kinds)];
            p[3] = kinds[i % sizeof(kinds)];
            for (size_t n = i == 0 ? 0 : 3; n <= 4; n++) {
                if (!agrees(p, n)) {
                    ck_abort_msg("%zu bytes: %02x %02x %02x %02x", n, p[0], p[1], p[2],
                                 p[3]);
                }
            }
        }
    }
}

TEST(whole_texts)
{
    uint8_t raw[8];
    uint32_t random = 1;

    ck_assert(utf8_is_valid(bytes_of(NULL, 0)));
    ck_assert(utf8_is_valid(bytes_str("a\xc3\xa4\xe5\xb1\xb1\xf0\x9f\x90\x9f")));
    for (int round = 0; round < 100000; round++) {
        for (size_t i = 0; i < sizeof(raw); i++) {
            random = random * 1664525 + 1013904223;
            raw[i] = (uint8_t)((random >> 24) | (round % 2 == 0 ? 0 : 0x80));
        }
        for (size_t n = 1; n <= sizeof(raw); n++) {
            if (utf8_is_valid(bytes_of(raw, n)) != (u8_check(raw, n) == NULL)) {
                ck_abort_msg("round %d, %zu bytes", round, n);
            }
        }
    }
}
