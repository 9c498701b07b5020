/* SPDX-License-Identifier: ISC */
/* Bytes that a mutator changes in place. */
#ifndef TESTS_FUZZ_EDIT_H
#define TESTS_FUZZ_EDIT_H

#include "base/bytes.h"

/* struct edit: n bytes at p, where there is room for max; the caller's. */
struct edit {
    uint8_t *p;
    size_t n;
    size_t max;
};

/* edit_splice: puts with, at most EDIT_SPLICE_MAX bytes and perhaps a view into the same
 * bytes, in the place of the n_old bytes at an offset. False, and nothing is changed, if
 * there is no room or no such place. */
#define EDIT_SPLICE_MAX ((size_t)8192)
bool edit_splice(struct edit *edit, size_t at, size_t n_old, struct bytes with);

/* Little-endian numbers; outside the bytes nothing is written, and 0 is read. */
uint32_t edit_get_le(const struct edit *edit, size_t at, size_t size);
void edit_set_le(struct edit *edit, size_t at, size_t size, uint32_t value);

static inline struct bytes edit_bytes(const struct edit *edit)
{
    return bytes_of(edit->p, edit->n);
}

#endif
