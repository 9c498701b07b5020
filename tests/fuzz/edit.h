/* SPDX-License-Identifier: ISC */
/* Bytes that a mutator changes in place. */
#ifndef TESTS_FUZZ_EDIT_H
#define TESTS_FUZZ_EDIT_H

#include "base/bytes.h"

/* struct edit: n bytes at p, in a block of max bytes that the caller owns. */
struct edit {
    uint8_t *p;
    size_t n;
    size_t max;
};

/* edit_splice: replaces the n_old bytes at an offset by with, which has at most
 * EDIT_SPLICE_MAX bytes and may be a view into the same bytes. False, and nothing is
 * changed, if the block is too small or there is no such place. */
#define EDIT_SPLICE_MAX ((size_t)8192)
bool edit_splice(struct edit *edit, size_t at, size_t n_old, struct bytes with);

/* Little-endian numbers. Outside of the bytes nothing is written, and 0 is read. */
uint32_t edit_get_le(const struct edit *edit, size_t at, size_t size);
void edit_set_le(struct edit *edit, size_t at, size_t size, uint32_t value);

static inline struct bytes edit_bytes(const struct edit *edit)
{
    return bytes_of(edit->p, edit->n);
}

#endif
