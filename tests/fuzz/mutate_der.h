/* SPDX-License-Identifier: ISC */
/* A mutator that knows DER: it changes elements and fixes the lengths around them. */
#ifndef TESTS_FUZZ_MUTATE_DER_H
#define TESTS_FUZZ_MUTATE_DER_H

#include "tests/fuzz/chance.h"
#include "tests/fuzz/edit.h"

/*
 * mutate_der: makes one change of one element: the element grows, shrinks, is emptied,
 * gets another tag, is doubled, removed or swapped with the next one, or gets a length
 * that is wrong or not minimal. Bytes that are not DER stay as they are.
 */
void mutate_der(struct edit *edit, struct chance *chance);

/* mutate_der_replace: replaces the contents of the first primitive element whose contents
 * begin with prefix by with; false if there is none. */
bool mutate_der_replace(struct edit *edit, struct bytes prefix, struct bytes with);

/* mutate_der_find: the contents of that element, as a view. */
bool mutate_der_find(const struct edit *edit, struct bytes prefix, struct bytes *out);

#endif
