/* SPDX-License-Identifier: ISC */
/* Writes one line to the system log from within a host program. */
#ifndef MECH_REPORT_SYSLOG_H
#define MECH_REPORT_SYSLOG_H

#include "base/bytes.h"

/* SYSLOG_LINE_MAX: a longer line is cut. */
#define SYSLOG_LINE_MAX 4096

/*
 * syslog_notice: sends a line (without newline and NUL) to /dev/log, as LOG_AUTHPRIV and
 * LOG_NOTICE. Returns whether the daemon received it; if not, errno says why
 * (conf/devlog.h); otherwise errno stays unchanged. It never blocks, allocates nothing
 * and takes no lock.
 *
 * libc's syslog belongs to the host program, and cannot be used here:
 * - A host that closes all descriptors may get the number of its socket for another file,
 *   and the next line would go there [measured with glibc 2.36: into the host's own
 *   socket].
 * - It waits if the daemon does not read [measured].
 * - It obeys the host's openlog, setlogmask and LOG_PERROR.
 *
 * So this function makes the datagram itself. The process keeps one socket, from its
 * first line to its end, and forked children use it too. Before each line fstat checks
 * that the descriptor is still that socket; if it is not, the function forgets it without
 * closing it, and opens another one. Lines also arrive after a chroot and a setuid that
 * came after the first line. Where /dev/log is a stream (SOCK_STREAM), each line has a
 * socket of its own.
 *
 * The datagram has no time; the receiver adds one (RFC 3164 4.3.2). libc's local time
 * takes a lock that a fork may leave taken.
 */
bool syslog_notice(struct bytes line);

#endif
