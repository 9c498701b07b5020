/* SPDX-License-Identifier: ISC */
/* Preloaded into a program: once the program has used the port DRY_PORT, the file
 * DRY_FILE cannot be opened any more (EMFILE). */
#undef _FILE_OFFSET_BITS /* both functions are defined here under their own names */
#include <arpa/inet.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

typedef int opening(const char *, int, ...);
typedef int connecting(int, const struct sockaddr *, socklen_t);

static atomic_bool dry;

__attribute__((visibility("default"))) int connect(int fd, const struct sockaddr *to,
                                                   socklen_t to_len)
{
    void *found = dlsym(RTLD_NEXT, "connect");
    connecting *real = *(connecting **)(void *)&found;
    const char *port = getenv("DRY_PORT");
    struct sockaddr_in address;

    if (port != NULL && to->sa_family == AF_INET && to_len >= sizeof(address)) {
        memcpy(&address, to, sizeof(address));
        dry = dry || ntohs(address.sin_port) == atoi(port);
    }
    return real(fd, to, to_len);
}

static int open_it(const char *name, const char *path, int flags, mode_t mode)
{
    void *found = dlsym(RTLD_NEXT, name);
    opening *real = *(opening **)(void *)&found;
    const char *about = getenv("DRY_FILE");

    if (dry && about != NULL && strcmp(path, about) == 0) {
        errno = EMFILE;
        return -1;
    }
    return real(path, flags, mode);
}

__attribute__((visibility("default"))) int open(const char *path, int flags, ...)
{
    va_list args;
    mode_t mode;

    va_start(args, flags);
    mode = (flags & O_CREAT) != 0 ? va_arg(args, mode_t) : 0;
    va_end(args);
    return open_it("open", path, flags, mode);
}

__attribute__((visibility("default"))) int open64(const char *path, int flags, ...)
{
    va_list args;
    mode_t mode;

    va_start(args, flags);
    mode = (flags & O_CREAT) != 0 ? va_arg(args, mode_t) : 0;
    va_end(args);
    return open_it("open64", path, flags, mode);
}
