/* SPDX-License-Identifier: ISC */
/* What every secret needs: to be wiped, and to be compared in constant time. */
#ifndef BASE_SECRET_H
#define BASE_SECRET_H

#include <stdbool.h>
#include <stddef.h>

/* secret_wipe: overwrites n bytes at p; the compiler may not leave it out. NULL: nothing.
 */
void secret_wipe(void *p, size_t n);

/* secret_equal: whether n bytes are equal; the time depends on n only. */
bool secret_equal(const void *a, const void *b, size_t n);

#endif
