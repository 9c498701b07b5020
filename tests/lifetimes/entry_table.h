/* SPDX-License-Identifier: ISC */
/* Every function that the module exports, with the kinds of its arguments. */
#ifndef TESTS_LIFETIMES_ENTRY_TABLE_H
#define TESTS_LIFETIMES_ENTRY_TABLE_H

#include <stddef.h>

#define ENTRY_MAX_ARGS 14

/*
 * struct entry_row: kinds has a letter for each argument; behind it a '!' if the function
 * must refuse NULL there.
 *   m minor status          c C credential, place for one    x X context, place of one
 *   n N name, place for one o O OID, place for one           b B buffer in, out
 *   s S OID set, place      e place for a buffer set         h channel bindings
 *   k credential store      v buffers of a message           U place for a number
 *   0 1 2 that number
 */
struct entry_row {
    const char *name;
    const char *kinds;
};
extern const struct entry_row entry_table[];
extern const size_t n_entry_rows;

#endif
