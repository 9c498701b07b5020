/* SPDX-License-Identifier: ISC */
/* What the tests of the trace share: writing a line of it, and reading it. */
#ifndef TESTS_UNIT_MECH_TRACE_CHECK_H
#define TESTS_UNIT_MECH_TRACE_CHECK_H

#include "mech/report/trace.h"
#include "tests/lib/harness.h"

#define TRACE_VARIABLE "GSS_NEGOTIATE_TRACE"

/* trace_path: the path of a file in the temporary folder; valid until the seventh call
 * after this one. trace_read: the whole file. trace_only_line: the only line of the file,
 * without its time. trace_note: writes a decision about "test". */
const char *trace_path(const char *name);
void trace_read(const char *path, struct buf *out);
const char *trace_only_line(const char *path);
void trace_note(const char *text);

#endif
