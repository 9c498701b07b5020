/* SPDX-License-Identifier: ISC */
/* The way to the system log. */
#ifndef CONF_DEVLOG_H
#define CONF_DEVLOG_H

#include <stdbool.h>

/*
 * devlog_open: a socket that is connected to /dev/log, closed by the caller; -1 and errno
 * if it leads nowhere. It never blocks, and closes on exec. *out_is_stream: NUL ends a
 * message. Allocates nothing, takes no lock.
 */
int devlog_open(bool *out_is_stream);

/* devlog_reason: why a line did not reach the log, by errno; a static sentence. */
const char *devlog_reason(int error);

#endif
