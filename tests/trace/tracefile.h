/* SPDX-License-Identifier: ISC */
/* A trace that the module writes for a test. */
#ifndef TESTS_TRACE_TRACEFILE_H
#define TESTS_TRACE_TRACEFILE_H

#include "tests/exchange/outcome.h"

/* tracefile_begin: from now on, if the module has not been used before. tracefile_read:
 * what was written since; "" if nothing. */
const char *tracefile_begin(void);
const char *tracefile_read(void);

/* ck_has, ck_has_not: whether the trace says this. */
#define ck_has(text, what)                                                               \
    ck_assert_msg(strstr(text, what) != NULL, "no \"%s\" in:\n%.2000s", what, text)
#define ck_has_not(text, what)                                                           \
    ck_assert_msg(strstr(text, what) == NULL, "\"%s\" in:\n%.2000s", what, text)

#endif
