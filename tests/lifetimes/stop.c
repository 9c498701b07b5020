/* SPDX-License-Identifier: ISC */
/* A thread that is made to wait at a chosen place inside of the module. */
#include "tests/lifetimes/stop.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <krb5.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* Functions that the module finds before those of the libraries. */
#define FOREMOST __attribute__((visibility("default")))

static _Thread_local enum stop wanted;
static _Thread_local const char *wanted_path;
static atomic_bool is_inside;
static atomic_bool may_go;

static void wait_a_little(void)
{
    (void)nanosleep(&(struct timespec){0, 1000000}, NULL);
}

void stop_at(enum stop place, const char *path)
{
    wanted_path = path;
    wanted = place;
}

bool stop_hit(unsigned seconds)
{
    for (unsigned i = 0; i < seconds * 1000 && !atomic_load(&is_inside); i++) {
        wait_a_little();
    }
    return atomic_load(&is_inside);
}

void stop_end(void)
{
    atomic_store(&may_go, true);
}

static void pass(enum stop here)
{
    if (wanted != here) {
        return;
    }
    wanted = STOP_NOWHERE;
    atomic_store(&is_inside, true);
    while (!atomic_load(&may_go)) {
        wait_a_little();
    }
}

static void pass_file(enum stop here, int fd)
{
    struct stat opened;
    struct stat named;

    if (wanted == here && fstat(fd, &opened) == 0 && stat(wanted_path, &named) == 0 &&
        opened.st_ino == named.st_ino) {
        pass(here);
    }
}

FOREMOST int open(const char *path, int flags, ...)
{
    va_list args;
    mode_t mode;

    va_start(args, flags);
    mode = (flags & O_CREAT) == 0 ? 0 : va_arg(args, mode_t);
    va_end(args);
    if (wanted == STOP_OPEN && strcmp(path, wanted_path) == 0) {
        pass(STOP_OPEN);
    }
    return (int)syscall(SYS_openat, AT_FDCWD, path, flags | O_LARGEFILE, mode);
}

FOREMOST ssize_t read(int fd, void *out, size_t n)
{
    pass_file(STOP_READ, fd);
    return syscall(SYS_read, fd, out, n);
}

FOREMOST ssize_t write(int fd, const void *data, size_t n)
{
    pass_file(STOP_WRITE, fd);
    return syscall(SYS_write, fd, data, n);
}

FOREMOST int connect(int fd, const struct sockaddr *to, socklen_t n)
{
    pass(STOP_AUDIT);
    return (int)syscall(SYS_connect, fd, to, n);
}

static void *behind(const char *name)
{
    return dlsym(RTLD_NEXT, name);
}

FOREMOST void *dlopen(const char *path, int mode)
{
    __typeof__(dlopen) *real = (__typeof__(real))(uintptr_t)behind("dlopen");
    bool is_crypto = path != NULL && strstr(path, "libcrypto") != NULL;

    pass(is_crypto ? STOP_LIBCRYPTO : STOP_DLOPEN);
    return real(path, mode);
}

/* Called on the first use of OpenSSL, if the module is linked to it. */
FOREMOST int OPENSSL_atexit(void (*handler)(void));
int OPENSSL_atexit(void (*handler)(void))
{
    __typeof__(OPENSSL_atexit) *real =
        (__typeof__(real))(uintptr_t)behind("OPENSSL_atexit");

    pass(STOP_LIBCRYPTO);
    return real(handler);
}

FOREMOST void explicit_bzero(void *p, size_t n)
{
    pass(STOP_WIPE);
    memset(p, 0, n);
    __asm__ volatile("" : : "r"(p) : "memory");
}

/* What _FORTIFY_SOURCE makes of a call of explicit_bzero. */
FOREMOST void __explicit_bzero_chk(void *p, size_t n, size_t size);
void __explicit_bzero_chk(void *p, size_t n, size_t size)
{
    (void)size;
    explicit_bzero(p, n);
}

FOREMOST krb5_error_code krb5_init_context(krb5_context *out)
{
    __typeof__(krb5_init_context) *real =
        (__typeof__(real))(uintptr_t)behind("krb5_init_context");

    pass(STOP_KERBEROS);
    return real(out);
}
