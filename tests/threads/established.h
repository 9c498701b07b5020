/* SPDX-License-Identifier: ISC */
/* What programs do with an established context; each checks what it gets back. */
#ifndef TESTS_THREADS_ESTABLISHED_H
#define TESTS_THREADS_ESTABLISHED_H

#include "tests/lib/login_driver.h"

/* use_established: one of these uses, number i of them in turn; the one that failed, or
 * NULL. */
const char *use_established(struct login *s, unsigned i);

#endif
