/* SPDX-License-Identifier: ISC */
/* Searches for secrets in all memory that this process can write: heaps, stacks,
 * variables. */
#ifndef TESTS_LIFETIMES_MEMORY_H
#define TESTS_LIFETIMES_MEMORY_H

#include "tests/lib/harness.h"

/*
 * memory_remember: adds a secret of 8 to 64 bytes to search for, with a name for
 * messages; it is stored in a form that is not found itself. memory_forget: removes all
 * secrets. The caller keeps its own copies in memory that is not writable, or wipes them.
 */
void memory_remember(const char *name, struct bytes secret);
void memory_forget(void);

/* memory_has: whether a secret of this name is anywhere in memory. */
bool memory_has(const char *name);

/*
 * memory_find: the first secret that is anywhere in memory, or was in a block when the
 * module or the program itself freed the block (blocks that libraries free do not count);
 * NULL if there is none. The text is for a message, and valid until the next call.
 */
const char *memory_find(void);

/* memory_apart: calls f on a stack of its own, which stays as f leaves it; the last calls
 * of f overwrite the stack of those before. */
void memory_apart(void (*f)(void *arg), void *arg);

#endif
