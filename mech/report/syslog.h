/* SPDX-License-Identifier: ISC */
/* One line to the system log, from within another's process. */
#ifndef MECH_REPORT_SYSLOG_H
#define MECH_REPORT_SYSLOG_H

#include "base/bytes.h"

/* SYSLOG_LINE_MAX: what is longer is cut. */
#define SYSLOG_LINE_MAX 4096

/*
 * syslog_notice: sends a line (text of one line, no NUL in it) as LOG_AUTHPRIV|LOG_NOTICE
 * to /dev/log. Whether the daemon has it; if not, errno says why (conf/devlog.h), else it
 * stays as it was. Never blocks, allocates nothing, takes no lock.
 *
 * libc's syslog is the host's. It keeps its socket open: a host that closes all its files
 * may get the number for another one, to which the next line would go [measured with
 * glibc 2.36: into the host's own socket]; it waits where nobody reads [measured]; and it
 * obeys the host's openlog, setlogmask and LOG_PERROR. So the datagram is made here, with
 * a socket that lives for one line. It has no time of its own (RFC 3164 4.3.2: who
 * receives it adds one): libc's local time takes a lock, which a fork may leave held.
 */
bool syslog_notice(struct bytes line);

#endif
