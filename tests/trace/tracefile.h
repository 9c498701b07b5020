/* SPDX-License-Identifier: ISC */
/* A trace that the module writes for a test. */
#ifndef TESTS_TRACE_TRACEFILE_H
#define TESTS_TRACE_TRACEFILE_H

#include "tests/exchange/outcome.h"

/* tracefile_begin: turns the trace on, if the module has not been used before.
 * tracefile_read: the whole trace; "" if there is none. */
const char *tracefile_begin(void);
const char *tracefile_read(void);

/* ck_has, ck_has_not: check that the trace has, or does not have, this text. */
#define ck_has(text, what)                                                               \
    ck_assert_msg(strstr(text, what) != NULL, "no \"%s\" in:\n%.2000s", what, text)
#define ck_has_not(text, what)                                                           \
    ck_assert_msg(strstr(text, what) == NULL, "\"%s\" in:\n%.2000s", what, text)

#endif
