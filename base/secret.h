/* SPDX-License-Identifier: ISC */
/* What every secret needs: to be wiped, and to be compared in constant time. */
#ifndef BASE_SECRET_H
#define BASE_SECRET_H

#include <stdbool.h>
#include <stddef.h>

/*
 * CLEARS_REGISTERS: a function that leaves nothing in the registers that a call may
 * change. A copy of a key goes through vector registers and stays there. The dynamic
 * linker's lazy binding and a signal save these registers on the stack, where nobody
 * would wipe them. Compilers older than GCC 11 and clang 15 lack the attribute.
 */
#if defined(__has_attribute) && __has_attribute(zero_call_used_regs)
#define CLEARS_REGISTERS __attribute__((zero_call_used_regs("all")))
#else
#define CLEARS_REGISTERS
#endif

/* secret_wipe: overwrites n bytes at p; the compiler may not leave it out. NULL: nothing.
 * It clears registers too. */
CLEARS_REGISTERS void secret_wipe(void *p, size_t n);

/* secret_equal: whether n bytes are equal; the time depends on n only. */
bool secret_equal(const void *a, const void *b, size_t n);

#endif
