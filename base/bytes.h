/* SPDX-License-Identifier: ISC */
/* Borrowed bytes, and the one bounds check of the project. */
#ifndef BASE_BYTES_H
#define BASE_BYTES_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/*
 * struct bytes: n bytes that another object owns and keeps alive. Whoever reads more than
 * one part of them uses a reader (base/reader.h).
 */
struct bytes {
    const uint8_t *p;
    size_t n;
};

/* bytes_of: the n bytes at p. bytes_str: the characters of s, without its NUL. */
static inline struct bytes bytes_of(const void *p, size_t n)
{
    return (struct bytes){(const uint8_t *)p, n};
}

static inline struct bytes bytes_str(const char *s)
{
    return bytes_of(s, strlen(s));
}

/* bytes_consume: gives the first n bytes of in as a view, and advances in past them. If
 * in has fewer, ERR_TRUNCATED, and in does not move. Every read of input goes through
 * this function. */
MUST_USE static inline enum err bytes_consume(struct bytes *in, size_t n,
                                              struct bytes *out_taken)
{
    if (n > in->n) {
        *out_taken = (struct bytes){NULL, 0};
        return ERR_TRUNCATED;
    }
    *out_taken = (struct bytes){in->p, n};
    if (n > 0) {
        in->p += n;
        in->n -= n;
    }
    return ERR_OK;
}

/* bytes_slice: the len bytes at offset of whole, as a view; offset + len may not wrap. */
MUST_USE enum err bytes_slice(struct bytes whole, size_t offset, size_t len,
                              struct bytes *out_slice);

/*
 * bytes_split: splits text around its first separator, which is in neither half; false
 * without one. bytes_split_last: around its last. bytes_split_at: around the byte at an
 * index; false if the index is not inside text. After false, left is all of text and
 * right is empty.
 */
bool bytes_split(struct bytes text, char separator, struct bytes *out_left,
                 struct bytes *out_right);
bool bytes_split_last(struct bytes text, char separator, struct bytes *out_left,
                      struct bytes *out_right);
bool bytes_split_at(struct bytes text, size_t at, struct bytes *out_left,
                    struct bytes *out_right);

/* bytes_has: whether this byte is somewhere in text. */
bool bytes_has(struct bytes text, char byte);

/* bytes_offset: where part, a view into whole, begins in it. */
size_t bytes_offset(struct bytes whole, struct bytes part);

/* bytes_equal, bytes_has_prefix, bytes_has_suffix: for public data; secrets use
 * secret_equal. */
bool bytes_equal(struct bytes a, struct bytes b);
bool bytes_has_prefix(struct bytes whole, struct bytes prefix);
bool bytes_has_suffix(struct bytes whole, struct bytes suffix);

/* bytes_equal_nocase: like bytes_equal, but ignores the case of ASCII letters. */
bool bytes_equal_nocase(struct bytes a, struct bytes b);

/* bytes_is_zero: every byte of data is 0. For public data. */
bool bytes_is_zero(struct bytes data);

/* bytes_is_ascii: no byte of text is 0 or above 0x7f. */
bool bytes_is_ascii(struct bytes text);

#endif
