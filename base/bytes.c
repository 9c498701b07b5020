/* SPDX-License-Identifier: ISC */
/* Borrowed bytes. */
#include "base/bytes.h"

#include "base/ascii.h"

#include <string.h>

enum err bytes_slice(struct bytes whole, size_t offset, size_t len,
                     struct bytes *out_slice)
{
    struct bytes skipped;

    *out_slice = (struct bytes){NULL, 0};
    if (bytes_consume(&whole, offset, &skipped) != ERR_OK) {
        return ERR_TRUNCATED;
    }
    return bytes_consume(&whole, len, out_slice);
}

bool bytes_split_at(struct bytes text, size_t at, struct bytes *out_left,
                    struct bytes *out_right)
{
    *out_left = text;
    *out_right = bytes_of(NULL, 0);
    if (at >= text.n) {
        return false;
    }
    *out_left = bytes_of(text.p, at);
    *out_right = bytes_of(text.p + at + 1, text.n - at - 1);
    return true;
}

/* The index of a byte that memchr or memrchr found; text.n if it found none. */
static size_t index_of(struct bytes text, const uint8_t *found)
{
    return found == NULL ? text.n : (size_t)(found - text.p);
}

bool bytes_split(struct bytes text, char separator, struct bytes *out_left,
                 struct bytes *out_right)
{
    const uint8_t *found = text.n == 0 ? NULL : memchr(text.p, separator, text.n);

    return bytes_split_at(text, index_of(text, found), out_left, out_right);
}

bool bytes_split_last(struct bytes text, char separator, struct bytes *out_left,
                      struct bytes *out_right)
{
    const uint8_t *found = text.n == 0 ? NULL : memrchr(text.p, separator, text.n);

    return bytes_split_at(text, index_of(text, found), out_left, out_right);
}

bool bytes_has(struct bytes text, char byte)
{
    return text.n > 0 && memchr(text.p, byte, text.n) != NULL;
}

size_t bytes_offset(struct bytes whole, struct bytes part)
{
    return (size_t)(part.p - whole.p);
}

bool bytes_equal(struct bytes a, struct bytes b)
{
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

bool bytes_has_prefix(struct bytes whole, struct bytes prefix)
{
    return whole.n >= prefix.n && bytes_equal(bytes_of(whole.p, prefix.n), prefix);
}

bool bytes_has_suffix(struct bytes whole, struct bytes suffix)
{
    struct bytes end;

    return whole.n >= suffix.n &&
           bytes_slice(whole, whole.n - suffix.n, suffix.n, &end) == ERR_OK &&
           bytes_equal(end, suffix);
}

bool bytes_equal_nocase(struct bytes a, struct bytes b)
{
    if (a.n != b.n) {
        return false;
    }
    for (size_t i = 0; i < a.n; i++) {
        if (ascii_upper(a.p[i]) != ascii_upper(b.p[i])) {
            return false;
        }
    }
    return true;
}

bool bytes_is_zero(struct bytes data)
{
    for (size_t i = 0; i < data.n; i++) {
        if (data.p[i] != 0) {
            return false;
        }
    }
    return true;
}

bool bytes_is_ascii(struct bytes text)
{
    uint8_t found = 0; /* the highest bit: another byte */

    /* without an early end, so that the compiler uses vector instructions */
    for (size_t i = 0; i < text.n; i++) {
        found |= text.p[i] | (uint8_t)(text.p[i] - 1);
    }
    return found < 0x80;
}
