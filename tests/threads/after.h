/* SPDX-License-Identifier: ISC */
/* What programs do with an established context; each checks what it gets back. */
#ifndef TESTS_THREADS_AFTER_H
#define TESTS_THREADS_AFTER_H

#include "tests/lib/login_driver.h"

/* after: one of the things, number i of them in turn; what failed, or NULL. */
const char *after(struct login *s, unsigned i);

#endif
