/* SPDX-License-Identifier: ISC */
/* A mutator that knows the NTLM messages and AV pairs. */
#ifndef TESTS_FUZZ_MUTATE_NTLM_H
#define TESTS_FUZZ_MUTATE_NTLM_H

#include "tests/fuzz/chance.h"
#include "tests/fuzz/edit.h"

/*
 * mutate_ntlm: one change of one message: a field's length or offset becomes an edge
 * value or another field's; a field is resized, and the headers fixed; flags are flipped;
 * the AV pairs are changed as by mutate_avpairs, and the headers fixed; it is cut at the
 * end of a header. What is no message stays as it is.
 */
void mutate_ntlm(struct edit *edit, struct chance *chance);

/* mutate_avpairs: one change of a list: a pair is doubled, removed, swapped with the next
 * one, given another kind or length (wrong or with a value that fits), or put in. */
void mutate_avpairs(struct edit *edit, struct chance *chance);

#endif
