/* SPDX-License-Identifier: ISC */
/* Changes a token once, as its kind allows. */
#ifndef TESTS_FUZZ_MUTATE_H
#define TESTS_FUZZ_MUTATE_H

#include "tests/fuzz/chance.h"
#include "tests/fuzz/edit.h"

/* mutate_token: changes an NTLM message by mutate_ntlm; changes a SPNEGO token by
 * mutate_der, or the NTLM message in it, and corrects the lengths around it. */
void mutate_token(struct edit *edit, struct chance *chance);

#endif
