/* SPDX-License-Identifier: ISC */
/* What is left of a token in a trace. */
#ifndef TESTS_FUZZ_REDACTED_H
#define TESTS_FUZZ_REDACTED_H

#include "base/bytes.h"

/* feed_redacted: every byte of what redact_token gives is the token's or zero; of what it
 * refuses it gives none. */
void feed_redacted(struct bytes token);

#endif
