/* SPDX-License-Identifier: ISC */
/* Memory that runs out: one allocation of the module's own code fails, and only that. */
#ifndef TESTS_HOSTILE_SCARCE_H
#define TESTS_HOSTILE_SCARCE_H

#include <stdbool.h>
#include <stddef.h>

/* What the functions that the program puts before the library's own call in their turn: a
 * sanitizer's, so that it goes on watching what is allocated, or glibc's. */
#ifdef __SANITIZE_ADDRESS__
#define SCARCE_REAL(name) __interceptor_##name
#else
#define SCARCE_REAL(name) __libc_##name
#endif

/* scarce_begin: finds the module's code, which must have been loaded; crypto: OpenSSL's
 * counts too, which in these programs nobody else calls. */
void scarce_begin(bool crypto);

/* scarce_arm: the n-th allocation from now on fails (0: the next). scarce_disarm: none;
 * scarce_fired: whether one has failed since it was armed. */
void scarce_arm(long n);
void scarce_disarm(void);
bool scarce_fired(void);

/* scarce_live: the blocks that the module's code has and has not freed. */
size_t scarce_live(void);

#endif
