/* SPDX-License-Identifier: ISC */
/* UTF-8 and UTF-16LE by libunistring; no locale, no normalisation. */
#include "ntlm/utf16.h"

#include "base/ascii.h"
#include "ntlm/upper_case.h"

#include <unistr.h>

#define HIGH_SURROGATE ((ucs4_t)0xd800)
#define LOW_SURROGATE  ((ucs4_t)0xdc00)
#define SUPPLEMENTARY  ((ucs4_t)0x10000)

/* The next code point of in. NUL is an error: no name or password of NTLM can hold it. */
static enum err next_utf8(struct bytes *in, ucs4_t *out_c)
{
    struct bytes taken;
    int len = u8_mbtoucr(out_c, in->p, in->n);

    if (len <= 0 || *out_c == 0) {
        return ERR_UTF8;
    }
    return bytes_consume(in, (size_t)len, &taken);
}

static bool is_surrogate(ucs4_t unit, ucs4_t kind)
{
    return (unit & 0xfc00) == kind;
}

/* The next 16-bit unit of in. Returns 0 if there is none; callers refuse 0 anyway,
 * because a text may have no NUL. */
static ucs4_t next_unit(struct bytes *in)
{
    struct bytes unit;

    return bytes_consume(in, 2, &unit) == ERR_OK ? unit.p[0] | (ucs4_t)unit.p[1] << 8 : 0;
}

static enum err next_utf16(struct bytes *in, ucs4_t *out_c)
{
    ucs4_t unit = next_unit(in);
    ucs4_t low;

    if (unit == 0 || is_surrogate(unit, LOW_SURROGATE)) {
        return ERR_UTF16;
    }
    *out_c = unit;
    if (!is_surrogate(unit, HIGH_SURROGATE)) {
        return ERR_OK;
    }
    low = next_unit(in);
    if (!is_surrogate(low, LOW_SURROGATE)) {
        return ERR_UTF16;
    }
    *out_c = SUPPLEMENTARY + ((unit - HIGH_SURROGATE) << 10) + (low - LOW_SURROGATE);
    return ERR_OK;
}

static void append_utf8(struct buf *out, ucs4_t c)
{
    uint8_t utf8[6];
    int len = u8_uctomb(utf8, c, sizeof(utf8));

    if (len <= 0) {
        buf_fail(out, ERR_INTERNAL);
        return;
    }
    buf_append(out, bytes_of(utf8, (size_t)len));
}

static void append_utf16(struct buf *out, ucs4_t c)
{
    if (c < SUPPLEMENTARY) {
        buf_append_u16le(out, (uint16_t)c);
        return;
    }
    c -= SUPPLEMENTARY;
    buf_append_u16le(out, (uint16_t)(HIGH_SURROGATE + (c >> 10)));
    buf_append_u16le(out, (uint16_t)(LOW_SURROGATE + (c & 0x3ff)));
}

enum err utf16_from_utf8(struct buf *out, struct bytes utf8)
{
    ucs4_t c;

    while (utf8.n > 0) {
        enum err e = next_utf8(&utf8, &c);

        if (e != ERR_OK) {
            return e;
        }
        append_utf16(out, c);
    }
    return buf_status(out);
}

enum err utf16_units(struct bytes utf8, size_t *out_n_units)
{
    ucs4_t c;

    *out_n_units = 0;
    while (utf8.n > 0) {
        enum err e = next_utf8(&utf8, &c);

        if (e != ERR_OK) {
            return e;
        }
        *out_n_units += c < SUPPLEMENTARY ? 1 : 2;
    }
    return ERR_OK;
}

enum err utf16_to_utf8(struct buf *out, struct bytes utf16le)
{
    ucs4_t c;

    while (utf16le.n > 0) {
        enum err e = next_utf16(&utf16le, &c);

        if (e != ERR_OK) {
            return e;
        }
        append_utf8(out, c);
    }
    return buf_status(out);
}

/* Windows maps 16-bit units. Code points above them are surrogate pairs, which have no
 * upper case. */
static ucs4_t upper(ucs4_t c)
{
    return c < SUPPLEMENTARY ? upper_case((uint16_t)c) : c;
}

enum err utf16_upper(struct buf *out, struct bytes utf16le)
{
    ucs4_t c;

    while (utf16le.n > 0) {
        enum err e = next_utf16(&utf16le, &c);

        if (e != ERR_OK) {
            return e;
        }
        append_utf16(out, upper(c));
    }
    return buf_status(out);
}

enum err utf8_upper(struct buf *out, struct bytes utf8)
{
    ucs4_t c;

    while (utf8.n > 0) {
        enum err e = next_utf8(&utf8, &c);

        if (e != ERR_OK) {
            return e;
        }
        append_utf8(out, upper(c));
    }
    return buf_status(out);
}

enum err utf8_equal_nocase(struct bytes a, struct bytes b, bool *out_equal)
{
    BUF_AUTO upper_a = BUF_INIT;
    BUF_AUTO upper_b = BUF_INIT;
    enum err e;

    *out_equal = false;
    if ((e = utf8_upper(&upper_a, a)) != ERR_OK ||
        (e = utf8_upper(&upper_b, b)) != ERR_OK) {
        return e;
    }
    *out_equal = bytes_equal(buf_bytes(&upper_a), buf_bytes(&upper_b));
    return ERR_OK;
}

static bool ascii_upper_equals(struct bytes text, struct bytes upper_text)
{
    uint8_t difference = 0;

    for (size_t i = 0; i < text.n && i < upper_text.n; i++) {
        difference |= ascii_upper(text.p[i]) ^ upper_text.p[i];
    }
    return difference == 0 && text.n == upper_text.n;
}

bool utf8_upper_equals(struct bytes text, struct bytes upper_text)
{
    if (bytes_is_ascii(text)) {
        return ascii_upper_equals(text, upper_text);
    }
    while (text.n > 0) {
        uint8_t utf8[6];
        struct bytes head;
        ucs4_t c;
        int len;

        if (next_utf8(&text, &c) != ERR_OK) {
            return false;
        }
        len = u8_uctomb(utf8, upper(c), sizeof(utf8));
        if (len <= 0 || bytes_consume(&upper_text, (size_t)len, &head) != ERR_OK ||
            !bytes_equal(head, bytes_of(utf8, (size_t)len))) {
            return false;
        }
    }
    return upper_text.n == 0;
}
