/* SPDX-License-Identifier: ISC */
/* Looking for secrets in all memory that this process can write: heaps, stacks,
 * variables. */
#ifndef TESTS_LIFETIMES_MEMORY_H
#define TESTS_LIFETIMES_MEMORY_H

#include "tests/lib/harness.h"

/*
 * memory_remember: what to look for, by a name for messages; 8 to 64 bytes, kept in a
 * form that is not found itself. memory_forget: looks for nothing any more. The caller
 * keeps its own copies where nobody writes, or wipes them.
 */
void memory_remember(const char *name, struct bytes secret);
void memory_forget(void);

/* memory_has: whether a secret stands anywhere. */
bool memory_has(const char *name);

/*
 * memory_find: the first secret that stands anywhere, or stood in a block when the
 * module, or the program itself, freed it (what libraries free is theirs); NULL: none
 * did. For a message, valid until the next call.
 */
const char *memory_find(void);

/* memory_apart: calls f on a stack of its own, which stays as f leaves it: what f calls
 * last covers up what it called before. */
void memory_apart(void (*f)(void *arg), void *arg);

#endif
