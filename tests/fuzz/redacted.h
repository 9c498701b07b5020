/* SPDX-License-Identifier: ISC */
/* The bytes of a token that a trace shows. */
#ifndef TESTS_FUZZ_REDACTED_H
#define TESTS_FUZZ_REDACTED_H

#include "base/bytes.h"

/* feed_redacted: checks that every byte of redact_token's result is that of the token or
 * zero, and that a refused token gives no bytes. */
void feed_redacted(struct bytes token);

#endif
