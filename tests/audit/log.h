/* SPDX-License-Identifier: ISC */
/* A system log of the test's own: a /dev with nothing but what a program needs, and a
 * socket /dev/log that this process reads. */
#ifndef TESTS_AUDIT_LOG_H
#define TESTS_AUDIT_LOG_H

#include "tests/lib/harness.h"

/* log_begin: from now on /dev is ours, for this process and its children alone (a mount
 * namespace); skips the test, with the reason, where that is not allowed. There is no
 * /dev/log before log_listen (type: SOCK_DGRAM or SOCK_STREAM). log_close: nobody reads
 * it any more, as after a daemon's crash: it is still there. */
void log_begin(void);
void log_listen(int type);
void log_close(void);

/* log_next: the next line without its header, which is checked; "" if there is none. All
 * lines that were read are kept for log_all, each with a line feed behind it. */
const char *log_next(void);
const char *log_all(void);

/* log_count: reads all that is there; how many lines. */
unsigned log_count(void);

/* log_wanted: appends the lines of a file behind a name in brackets, up to the next one.
 */
void log_wanted(const char *path, const char *name, struct buf *out);

#endif
