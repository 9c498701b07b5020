/* SPDX-License-Identifier: ISC */
/* The parts of make_seeds. */
#ifndef TESTS_FUZZ_SEEDS_H
#define TESTS_FUZZ_SEEDS_H

#include "base/buf.h"

/* seeds_write, seeds_write_buf: write one file of a target's corpus; the buf is empty
 * afterwards. */
void seeds_write(const char *target, const char *name, struct bytes contents);
void seeds_write_buf(const char *target, const char *name, struct buf *contents);

/* The seeds of the decoders of tokens, of those of texts, of the stateful targets, and of
 * traces and hosts. */
void seeds_tokens(void);
void seeds_texts(void);
void seeds_scripts(void);
void seeds_shown(void);

#endif
