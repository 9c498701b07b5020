/* SPDX-License-Identifier: ISC */
/* A mutator that knows DER: it changes elements and fixes the lengths around them. */
#ifndef TESTS_FUZZ_MUTATE_DER_H
#define TESTS_FUZZ_MUTATE_DER_H

#include "tests/fuzz/chance.h"
#include "tests/fuzz/edit.h"

/*
 * mutate_der: one change of one element: grown, shrunk, emptied, given another tag,
 * doubled, removed, swapped with the next one, or given a length that is wrong or not
 * minimal. What is no DER stays as it is.
 */
void mutate_der(struct edit *edit, struct chance *chance);

/* mutate_der_replace: puts with in the place of the contents of the first primitive
 * element whose contents begin with prefix; false if there is none. */
bool mutate_der_replace(struct edit *edit, struct bytes prefix, struct bytes with);

/* mutate_der_find: those contents, as a view. */
bool mutate_der_find(const struct edit *edit, struct bytes prefix, struct bytes *out);

#endif
