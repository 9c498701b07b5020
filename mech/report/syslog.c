/* SPDX-License-Identifier: ISC */
/* Writes one line to the system log. */
#include "mech/report/syslog.h"

#include "conf/devlog.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <syslog.h>
#include <unistd.h>

#define IDENT_MAX  48
#define HEADER_MAX 96

/* Copies the program's name. The host may have overwritten its arguments, where libc
 * finds the name; so every character that is not plain becomes an underscore. */
static void copy_ident(char out[IDENT_MAX + 1])
{
    const char *name = program_invocation_short_name;
    size_t n = 0;

    while (name != NULL && n < IDENT_MAX && name[n] != '\0') {
        bool plain = name[n] > ' ' && name[n] <= '~' && strchr("[]:", name[n]) == NULL;

        out[n] = name[n];
        if (!plain) {
            out[n] = '_';
        }
        n++;
    }
    out[n] = '\0';
}

bool syslog_notice(struct bytes line)
{
    const int saved = errno;
    char message[HEADER_MAX + SYSLOG_LINE_MAX + 1];
    char ident[IDENT_MAX + 1];
    size_t n;
    int header;
    bool is_stream;
    int fd = devlog_open(&is_stream);
    ssize_t sent;
    int error;

    if (fd < 0) {
        return false;
    }
    copy_ident(ident);
    header = snprintf(message, HEADER_MAX, "<%d>%s[%ld]: ", LOG_AUTHPRIV | LOG_NOTICE,
                      ident, (long)getpid());
    n = header > 0 && header < HEADER_MAX ? (size_t)header : 0;
    line.n = line.n < SYSLOG_LINE_MAX ? line.n : SYSLOG_LINE_MAX;
    memcpy(message + n, line.p, line.n);
    n += line.n;
    message[n] = '\0';
    n += is_stream ? 1 : 0;
    sent = send(fd, message, n, MSG_DONTWAIT | MSG_NOSIGNAL);
    error = sent < 0 ? errno : EMSGSIZE;
    (void)close(fd);
    errno = sent == (ssize_t)n ? saved : error;
    return sent == (ssize_t)n;
}
