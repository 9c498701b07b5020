/* SPDX-License-Identifier: ISC */
/* UTF-8: code points and their bytes. */
#include "base/utf8.h"

#define LAST_CODE_POINT 0x10ffff

/* The least code point that needs this many bytes. */
static const uint32_t least[UTF8_MAX + 1] = {0, 0, 0x80, 0x800, 0x10000};

static bool is_surrogate(uint32_t c)
{
    return c >= 0xd800 && c <= 0xdfff;
}

/* The length of a code point with this first byte; 0 if no code point begins with it. */
static size_t length_by_first(uint8_t first)
{
    if (first < 0x80) {
        return 1;
    }
    if (first < 0xc0 || first >= 0xf8) {
        return 0;
    }
    return first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}

size_t utf8_decode(struct bytes text, uint32_t *out_c)
{
    const size_t n = text.n == 0 ? 0 : length_by_first(text.p[0]);
    uint32_t c;

    *out_c = 0;
    if (n == 0 || n > text.n) {
        return 0;
    }
    c = n == 1 ? text.p[0] : text.p[0] & (0x7fU >> n);
    for (size_t i = 1; i < n; i++) {
        if ((text.p[i] & 0xc0) != 0x80) {
            return 0;
        }
        c = c << 6 | (text.p[i] & 0x3f);
    }
    if (c < least[n] || c > LAST_CODE_POINT || is_surrogate(c)) {
        return 0;
    }
    *out_c = c;
    return n;
}

size_t utf8_encode(uint8_t out[UTF8_MAX], uint32_t c)
{
    size_t n = UTF8_MAX;

    if (c > LAST_CODE_POINT || is_surrogate(c)) {
        return 0;
    }
    if (c < 0x80) {
        out[0] = (uint8_t)c;
        return 1;
    }
    while (c < least[n]) {
        n--;
    }
    for (size_t i = n - 1; i > 0; i--, c >>= 6) {
        out[i] = (uint8_t)(0x80 | (c & 0x3f));
    }
    out[0] = (uint8_t)((0xf00U >> n) | c);
    return n;
}

bool utf8_is_valid(struct bytes text)
{
    struct bytes taken;
    uint32_t c;
    size_t n;

    while (text.n > 0) {
        if ((n = utf8_decode(text, &c)) == 0 ||
            bytes_consume(&text, n, &taken) != ERR_OK) {
            return false;
        }
    }
    return true;
}
