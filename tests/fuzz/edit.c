/* SPDX-License-Identifier: ISC */
/* Bytes that a mutator changes in place. */
#include "tests/fuzz/edit.h"

#include <string.h>

bool edit_splice(struct edit *edit, size_t at, size_t n_old, struct bytes with)
{
    uint8_t copy[EDIT_SPLICE_MAX];

    if (at > edit->n || n_old > edit->n - at || with.n > sizeof(copy) ||
        edit->n - n_old + with.n > edit->max) {
        return false;
    }
    if (with.n > 0) {
        memcpy(copy, with.p, with.n);
    }
    if (edit->n > at + n_old) {
        memmove(edit->p + at + with.n, edit->p + at + n_old, edit->n - at - n_old);
    }
    if (with.n > 0) {
        memcpy(edit->p + at, copy, with.n);
    }
    edit->n = edit->n - n_old + with.n;
    return true;
}

static bool lies_inside(const struct edit *edit, size_t at, size_t size)
{
    return at <= edit->n && size <= edit->n - at;
}

uint32_t edit_get_le(const struct edit *edit, size_t at, size_t size)
{
    uint32_t value = 0;

    for (size_t i = 0; lies_inside(edit, at, size) && i < size; i++) {
        value |= (uint32_t)edit->p[at + i] << (8 * i);
    }
    return value;
}

void edit_set_le(struct edit *edit, size_t at, size_t size, uint32_t value)
{
    for (size_t i = 0; lies_inside(edit, at, size) && i < size; i++) {
        edit->p[at + i] = (uint8_t)(value >> (8 * i));
    }
}
