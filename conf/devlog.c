/* SPDX-License-Identifier: ISC */
/* Opens the socket of the system log. */
#include "conf/devlog.h"

#include <errno.h>
#include <fcntl.h>
#include <paths.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <syslog.h>
#include <unistd.h>

static void close_quietly(int fd)
{
    const int saved = errno;

    (void)close(fd);
    errno = saved;
}

/* A new socket whose number is not that of a standard stream. */
static int new_socket(int type)
{
    int fd = socket(AF_UNIX, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

    if (fd >= 0 && fd <= STDERR_FILENO) {
        const int low = fd;

        fd = fcntl(low, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
        close_quietly(low);
    }
    return fd;
}

int devlog_socket(void)
{
    return new_socket(SOCK_DGRAM);
}

static int open_as(int type)
{
    int fd = new_socket(type);

    if (fd >= 0 && !devlog_connect(fd)) {
        close_quietly(fd);
        return -1;
    }
    return fd;
}

bool devlog_connect(int fd)
{
    static const struct sockaddr_un log = {AF_UNIX, _PATH_LOG};

    return connect(fd, (const struct sockaddr *)&log, sizeof(log)) == 0;
}

int devlog_open(bool *out_is_stream)
{
    int fd = open_as(SOCK_DGRAM);

    *out_is_stream = false;
    if (fd < 0 && errno == EPROTOTYPE) {
        *out_is_stream = true;
        fd = open_as(SOCK_STREAM);
    }
    return fd;
}

const char *devlog_reason(int error)
{
    static const struct {
        int error;
        const char *reason;
    } rows[] = {
        {ENOENT, "there is no /dev/log"},
        {ENOTDIR, "there is no /dev/log"},
        {ECONNREFUSED, "no program reads /dev/log"},
        {EACCES, "this process may not write to /dev/log"},
        {EPERM, "this process may not write to /dev/log"},
        {EAGAIN, "the program that reads /dev/log is too slow"},
        {ENOBUFS, "the program that reads /dev/log is too slow"},
        {EMSGSIZE, "the program that reads /dev/log accepts only shorter lines"},
        {EMFILE, "this process has no descriptor left"},
        {ENFILE, "the system has no descriptor left"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (rows[i].error == error) {
            return rows[i].reason;
        }
    }
    return "/dev/log does not accept the line";
}
