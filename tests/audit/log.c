/* SPDX-License-Identifier: ISC */
/* A system log of the test's own. */
#include "tests/audit/log.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static int listener = -1;
static int stream = -1;
static struct buf all = BUF_INIT;

/* Any folder that exists on every system, except /dev. */
#define NEW_DEV "/mnt"

static const char *const devices[] = {"null", "zero", "random", "urandom"};

static void must(int result, const char *what)
{
    if (result != 0) {
        SKIP("no /dev of its own: %s: %s", what, strerror(errno));
    }
}

static void lend_device(const char *name)
{
    char from[64];
    char to[64];
    int fd;

    (void)snprintf(from, sizeof(from), "/dev/%s", name);
    (void)snprintf(to, sizeof(to), NEW_DEV "/%s", name);
    fd = open(to, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    must(fd < 0, to);
    (void)close(fd);
    must(mount(from, to, NULL, MS_BIND, NULL), to);
}

void log_begin(void)
{
    must(unshare(CLONE_NEWNS), "unshare");
    must(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL), "private");
    must(mount("log", NEW_DEV, "tmpfs", 0, "mode=755"), "tmpfs");
    for (size_t i = 0; i < N(devices); i++) {
        lend_device(devices[i]);
    }
    must(mount(NEW_DEV, "/dev", NULL, MS_BIND | MS_REC, NULL), "/dev");
}

void log_listen(int type)
{
    struct sockaddr_un name = {AF_UNIX, "/dev/log"};
    int size = 8 << 20;

    listener = socket(AF_UNIX, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    ck_assert_int_ge(listener, 0);
    (void)setsockopt(listener, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
    ck_assert_int_eq(bind(listener, (struct sockaddr *)&name, sizeof(name)), 0);
    if (type == SOCK_STREAM) {
        ck_assert_int_eq(listen(listener, 8), 0);
    }
    stream = type == SOCK_STREAM;
}

void log_close(void)
{
    (void)close(listener);
    listener = -1;
}

/* Reads one message. On a stream, each connection carries one message and a NUL. */
static ssize_t receive(char *text, size_t size)
{
    ssize_t n;
    int fd;

    if (stream != 1) {
        return recv(listener, text, size, 0);
    }
    if ((fd = accept(listener, NULL, NULL)) < 0) {
        return -1;
    }
    n = recv(fd, text, size, 0);
    ck_assert(n > 0 && text[n - 1] == '\0');
    (void)close(fd);
    return n - 1;
}

/* Returns the text after the header "<85>program[pid]: " (LOG_AUTHPRIV and
 * LOG_NOTICE). */
static const char *behind_header(const char *text)
{
    char header[128];

    (void)snprintf(header, sizeof(header), "<85>%s[%ld]: ", program_invocation_short_name,
                   (long)getpid());
    ck_assert_msg(strncmp(text, header, strlen(header)) == 0, "\"%s\" lacks \"%s\"", text,
                  header);
    return text + strlen(header);
}

const char *log_next(void)
{
    static char text[8192];
    ssize_t n = receive(text, sizeof(text) - 1);

    if (n < 0) {
        return "";
    }
    text[n] = '\0';
    ck_assert_uint_eq(strlen(text), (size_t)n);
    buf_append_text(&all, behind_header(text));
    buf_append_text(&all, "\n");
    return behind_header(text);
}

const char *log_all(void)
{
    return buf_cstr(&all);
}

void log_skip(void)
{
    char text[8192];

    while (receive(text, sizeof(text)) >= 0) {
        continue;
    }
}

unsigned log_count(void)
{
    unsigned n = 0;

    while (log_next()[0] != '\0') {
        n++;
    }
    return n;
}

void log_wanted(const char *path, const char *name, struct buf *out)
{
    char line[4096];
    char heading[128];
    bool inside = false;
    FILE *file = fopen(path, "re");

    ck_assert_ptr_nonnull(file);
    (void)snprintf(heading, sizeof(heading), "[%s]\n", name);
    while (fgets(line, sizeof(line), file) != NULL) {
        if (line[0] == '[') {
            inside = strcmp(line, heading) == 0;
        } else if (inside) {
            buf_append_text(out, line);
        }
    }
    (void)fclose(file);
    ck_ok(buf_status(out));
}
