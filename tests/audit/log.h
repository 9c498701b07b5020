/* SPDX-License-Identifier: ISC */
/* A system log of the test's own: a /dev with only what a program needs, and a socket
 * /dev/log that this process reads. */
#ifndef TESTS_AUDIT_LOG_H
#define TESTS_AUDIT_LOG_H

#include "tests/lib/harness.h"

/* log_begin: replaces /dev for this process and its children (a mount namespace). It
 * skips the test, with the reason, if that is not allowed. There is no /dev/log before
 * log_listen (type: SOCK_DGRAM or SOCK_STREAM). log_close: stops reading; the socket's
 * file stays, as after a daemon's crash. */
void log_begin(void);
void log_listen(int type);
void log_close(void);

/* log_next: the next line without its header, which is checked; "" if there is none.
 * log_all has all lines that were read, each with a line feed after it. */
const char *log_next(void);
const char *log_all(void);

/* log_count: reads all lines that are there, and returns their number. log_skip: reads
 * them all, also those of other processes. */
unsigned log_count(void);
void log_skip(void);

/* log_wanted: appends the lines of a file that follow this name in brackets, up to the
 * next name. */
void log_wanted(const char *path, const char *name, struct buf *out);

#endif
