/* SPDX-License-Identifier: ISC */
/* One line to the system log. */
#include "mech/syslog.h"

#include <errno.h>
#include <paths.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <syslog.h>
#include <unistd.h>

#define IDENT_MAX  48
#define HEADER_MAX 96

/* The host may have written into its arguments, where its name is. */
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

/* "<85>ident[pid]: " */
static size_t write_header(char out[HEADER_MAX])
{
    char ident[IDENT_MAX + 1];
    int n;

    copy_ident(ident);
    n = snprintf(out, HEADER_MAX, "<%d>%s[%ld]: ", LOG_AUTHPRIV | LOG_NOTICE, ident,
                 (long)getpid());
    return n > 0 && n < HEADER_MAX ? (size_t)n : 0;
}

/* On a stream, NUL ends a message. */
static bool send_by(int type, const char *message, size_t n)
{
    const struct sockaddr_un log = {AF_UNIX, _PATH_LOG};
    size_t len = type == SOCK_STREAM ? n + 1 : n;
    int fd = socket(AF_UNIX, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    bool sent;

    if (fd < 0) {
        return false;
    }
    sent = connect(fd, (const struct sockaddr *)&log, sizeof(log)) == 0 &&
           send(fd, message, len, MSG_DONTWAIT | MSG_NOSIGNAL) == (ssize_t)len;
    (void)close(fd);
    return sent;
}

bool syslog_notice(struct bytes line)
{
    const int saved = errno;
    char message[HEADER_MAX + SYSLOG_LINE_MAX + 1];
    size_t n = write_header(message);
    size_t line_len = line.n < SYSLOG_LINE_MAX ? line.n : SYSLOG_LINE_MAX;
    bool sent;

    memcpy(message + n, line.p, line_len);
    message[n + line_len] = '\0';
    errno = 0;
    sent = send_by(SOCK_DGRAM, message, n + line_len);
    if (!sent && errno == EPROTOTYPE) {
        sent = send_by(SOCK_STREAM, message, n + line_len);
    }
    errno = saved;
    return sent;
}
