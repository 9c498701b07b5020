/* SPDX-License-Identifier: ISC */
/* Opens the socket of the system log. */
#ifndef CONF_DEVLOG_H
#define CONF_DEVLOG_H

#include <stdbool.h>

/*
 * devlog_open: returns a socket that is connected to /dev/log; the caller closes it. -1
 * and errno if it cannot be connected. The socket never blocks, is closed on exec, and
 * never gets a number from 0 to 2, where a program expects its standard streams.
 * *out_is_stream: it is a stream, in which a NUL ends a message. Allocates nothing and
 * takes no lock.
 */
int devlog_open(bool *out_is_stream);

/* devlog_socket: returns such a socket for datagrams that is not connected; -1 and errno.
 * devlog_connect: connects it to /dev/log, also if it was connected before. Returns false
 * and errno if it cannot, EPROTOTYPE for a stream; the socket then stays as it was. */
int devlog_socket(void);
bool devlog_connect(int fd);

/* devlog_reason: why a line did not reach the log, by errno; a static sentence. */
const char *devlog_reason(int error);

#endif
