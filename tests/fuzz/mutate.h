/* SPDX-License-Identifier: ISC */
/* One change of a token, by what it is. */
#ifndef TESTS_FUZZ_MUTATE_H
#define TESTS_FUZZ_MUTATE_H

#include "tests/fuzz/chance.h"
#include "tests/fuzz/edit.h"

/* mutate_token: an NTLM message by mutate_ntlm, a SPNEGO token by mutate_der, or the
 * NTLM message in it, with the lengths around it fixed. */
void mutate_token(struct edit *edit, struct chance *chance);

#endif
