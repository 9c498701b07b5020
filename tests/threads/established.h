/* SPDX-License-Identifier: ISC */
/* What programs do with an established context; each use checks its results. */
#ifndef TESTS_THREADS_ESTABLISHED_H
#define TESTS_THREADS_ESTABLISHED_H

#include "tests/lib/login_driver.h"

/* use_established: makes the i-th of these uses; returns the name of the call that
 * failed, or NULL. */
const char *use_established(struct login *s, unsigned i);

#endif
