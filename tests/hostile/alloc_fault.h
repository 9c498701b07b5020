/* SPDX-License-Identifier: ISC */
/* One chosen allocation of the module's own code fails; all others succeed. */
#ifndef TESTS_HOSTILE_ALLOC_FAULT_H
#define TESTS_HOSTILE_ALLOC_FAULT_H

#include <stdbool.h>
#include <stddef.h>

/* ALLOC_FAULT_REAL: the function that the program's own malloc etc. calls: that of the
 * sanitizer, so that it still watches the blocks, or glibc's. */
#ifdef __SANITIZE_ADDRESS__
#define ALLOC_FAULT_REAL(name) __interceptor_##name
#else
#define ALLOC_FAULT_REAL(name) __libc_##name
#endif

/* alloc_fault_begin: finds the module's code, which must have been loaded; crypto:
 * OpenSSL's counts too, if the module uses it; in these programs nobody else calls it. */
void alloc_fault_begin(bool crypto);

/* alloc_fault_arm: the n-th allocation from now on fails (0: the next).
 * alloc_fault_disarm: none; alloc_fault_fired: whether one has failed since it was armed.
 */
void alloc_fault_arm(long n);
void alloc_fault_disarm(void);
bool alloc_fault_fired(void);

/* alloc_fault_live: the blocks that the module's code has and has not freed. */
size_t alloc_fault_live(void);

#endif
