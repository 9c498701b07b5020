/* SPDX-License-Identifier: ISC */
/* UTF-8 and UTF-16LE; no locale, no normalisation. */
#include "ntlm/utf16.h"

#include "base/ascii.h"
#include "base/utf8.h"
#include "ntlm/upper_case.h"

#define HIGH_SURROGATE ((uint32_t)0xd800)
#define LOW_SURROGATE  ((uint32_t)0xdc00)
#define SUPPLEMENTARY  ((uint32_t)0x10000)

/* The next code point of in. NUL is an error: no name or password of NTLM can hold it. */
static enum err next_utf8(struct bytes *in, uint32_t *out_c)
{
    struct bytes taken;
    size_t len = 1;

    *out_c = in->p[0];
    if (*out_c >= 0x80) {
        len = utf8_decode(*in, out_c);
    }
    if (len == 0 || *out_c == 0) {
        return ERR_UTF8;
    }
    return bytes_consume(in, len, &taken);
}

static bool is_surrogate(uint32_t unit, uint32_t kind)
{
    return (unit & 0xfc00) == kind;
}

/* The next 16-bit unit of in. Returns 0 if there is none; callers refuse 0 anyway,
 * because a text may have no NUL. */
static uint32_t next_unit(struct bytes *in)
{
    struct bytes unit;

    return bytes_consume(in, 2, &unit) == ERR_OK ? unit.p[0] | (uint32_t)unit.p[1] << 8
                                                 : 0;
}

static enum err next_utf16(struct bytes *in, uint32_t *out_c)
{
    uint32_t unit = next_unit(in);
    uint32_t low;

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

/* Writes a code point, and gives the place after it; NULL if there is no such code point.
 */
static uint8_t *write_utf8(uint8_t *p, uint32_t c)
{
    const size_t len = utf8_encode(p, c);

    return len > 0 ? p + len : NULL;
}

static uint8_t *write_unit(uint8_t *p, uint32_t unit)
{
    p[0] = (uint8_t)unit;
    p[1] = (uint8_t)(unit >> 8);
    return p + 2;
}

static uint8_t *write_utf16(uint8_t *p, uint32_t c)
{
    if (c < SUPPLEMENTARY) {
        return write_unit(p, c);
    }
    c -= SUPPLEMENTARY;
    p = write_unit(p, HIGH_SURROGATE + (c >> 10));
    return write_unit(p, LOW_SURROGATE + (c & 0x3ff));
}

/* Windows maps 16-bit units. Code points above them are surrogate pairs, which have no
 * upper case. */
static uint32_t upper(uint32_t c)
{
    return c < SUPPLEMENTARY ? upper_case((uint16_t)c) : c;
}

static uint32_t same(uint32_t c)
{
    return c;
}

/* struct conversion: how a text is read, mapped and written. growth: how many bytes it
 * makes of one, at most. */
struct conversion {
    enum err (*next)(struct bytes *in, uint32_t *out_c);
    uint32_t (*map)(uint32_t c);
    uint8_t *(*write)(uint8_t *p, uint32_t c);
    size_t growth;
};

/* Appends the converted text; after an error, nothing. Inlined, so that the compiler
 * knows the functions. */
static inline __attribute__((always_inline)) enum err convert(
    struct buf *out, struct bytes text, const struct conversion conversion)
{
    const size_t max_len =
        text.n > SIZE_MAX / conversion.growth ? SIZE_MAX : text.n * conversion.growth;
    uint8_t *const begin = text.n == 0 ? NULL : buf_reserve(out, max_len);
    uint8_t *p = begin;
    uint32_t c;

    if (begin == NULL) {
        return buf_status(out);
    }
    while (text.n > 0) {
        enum err e = conversion.next(&text, &c);

        if (e != ERR_OK) {
            return e;
        }
        p = conversion.write(p, conversion.map(c));
        if (p == NULL) {
            return ERR_INTERNAL;
        }
    }
    buf_append_written(out, (size_t)(p - begin));
    return buf_status(out);
}

enum err utf16_from_utf8(struct buf *out, struct bytes utf8)
{
    return convert(out, utf8,
                   (struct conversion){next_utf8, same, write_utf16, UTF16_GROWTH});
}

enum err utf16_units(struct bytes utf8, size_t *out_n_units)
{
    uint32_t c;

    *out_n_units = 0;
    if (bytes_is_ascii(utf8)) {
        *out_n_units = utf8.n;
        return ERR_OK;
    }
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
    return convert(out, utf16le, (struct conversion){next_utf16, same, write_utf8, 2});
}

enum err utf16_upper(struct buf *out, struct bytes utf16le)
{
    return convert(out, utf16le, (struct conversion){next_utf16, upper, write_utf16, 1});
}

static enum err append_ascii_upper(struct buf *out, struct bytes text)
{
    const size_t at = out->n;

    buf_append(out, text);
    for (size_t i = at; i < out->n; i++) {
        out->p[i] = ascii_upper(out->p[i]);
    }
    return buf_status(out);
}

/* A 16-bit unit takes at most three bytes of UTF-8, in upper case too. */
enum err utf8_upper(struct buf *out, struct bytes utf8)
{
    if (bytes_is_ascii(utf8)) {
        return append_ascii_upper(out, utf8);
    }
    return convert(out, utf8, (struct conversion){next_utf8, upper, write_utf8, 3});
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
        uint8_t utf8[UTF8_MAX];
        struct bytes head;
        uint32_t c;
        size_t len;

        if (next_utf8(&text, &c) != ERR_OK) {
            return false;
        }
        len = utf8_encode(utf8, upper(c));
        if (len == 0 || bytes_consume(&upper_text, len, &head) != ERR_OK ||
            !bytes_equal(head, bytes_of(utf8, len))) {
            return false;
        }
    }
    return upper_text.n == 0;
}
