/* SPDX-License-Identifier: ISC */
/* A mutator that knows the NTLM messages and AV pairs. */
#ifndef TESTS_FUZZ_MUTATE_NTLM_H
#define TESTS_FUZZ_MUTATE_NTLM_H

#include "tests/fuzz/chance.h"
#include "tests/fuzz/edit.h"

/*
 * mutate_ntlm: makes one change of one message: a field's length or offset becomes an
 * edge value or that of another field; a field is resized, and the headers are corrected;
 * flags are flipped; the AV pairs are changed by mutate_avpairs, and the headers are
 * corrected; the message is cut at the end of a header. Bytes that are not a message stay
 * as they are.
 */
void mutate_ntlm(struct edit *edit, struct chance *chance);

/* mutate_avpairs: makes one change of a list: a pair is doubled, removed, swapped with
 * the next one, given another kind or length (wrong, or with a value that fits), or
 * inserted. */
void mutate_avpairs(struct edit *edit, struct chance *chance);

#endif
