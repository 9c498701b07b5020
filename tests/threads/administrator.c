/* SPDX-License-Identifier: ISC */
/* What an administrator does while threads log in. */
#include "tests/threads/administrator.h"

#include "tests/threads/login_kinds.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define PAUSE_NS  (7L * 1000 * 1000)
#define TRACE_MAX ((off_t)4 << 20)

static struct {
    pthread_t thread;
    const char *users;
    const char *settings;
    const char *trace;
    char was[4096]; /* the first contents of the settings */
    unsigned n_failed;
    unsigned n_emptied;
} me;
static atomic_bool ended;

/* The module finds this function before the C library's, so that its lines do not go to
 * the machine's log. */
__attribute__((visibility("default"))) int connect(int fd, const struct sockaddr *to,
                                                   socklen_t n)
{
    const char *path = getenv("THREADS_LOG");
    struct sockaddr_un log = {.sun_family = AF_UNIX};
    const struct sockaddr_un *asked = (const void *)to;

    if (path != NULL && to->sa_family == AF_UNIX &&
        strcmp(asked->sun_path, "/dev/log") == 0) {
        (void)snprintf(log.sun_path, sizeof(log.sun_path), "%s", path);
        return (int)syscall(SYS_connect, fd, &log, sizeof(log));
    }
    return (int)syscall(SYS_connect, fd, to, n);
}

/* Replaces the file by another one of the same name, as editors do. */
static void replace(const char *path, const char *text)
{
    char fresh[4096];
    FILE *out;

    (void)snprintf(fresh, sizeof(fresh), "%s.new", path);
    out = fopen(fresh, "w");
    if (out == NULL || fchmod(fileno(out), 0600) != 0 || fputs(text, out) < 0 ||
        fclose(out) != 0 || rename(fresh, path) != 0) {
        me.n_failed++;
    }
}

static void replace_users(unsigned version)
{
    char text[1024];
    size_t n = 0;

    for (unsigned i = 0; i < version % 7; i++) {
        n += (size_t)snprintf(text + n, sizeof(text) - n, "AD:user%u:password\n", i);
    }
    (void)snprintf(text + n, sizeof(text) - n,
                   "AD:alice:" PASSWORD "\n:alice:" PASSWORD "\n");
    replace(me.users, text);
}

static void replace_settings(unsigned version)
{
    char text[8192];

    (void)snprintf(text, sizeof(text), "%s    challenge_lifetime = %u\n    audit = %s\n",
                   me.was, 60 + version % 60, version % 5 == 0 ? "no" : "yes");
    replace(me.settings, text);
}

static void empty_trace(void)
{
    struct stat st;

    if (me.trace != NULL && stat(me.trace, &st) == 0 && st.st_size > TRACE_MAX) {
        me.n_failed += truncate(me.trace, 0) != 0;
        me.n_emptied++;
    }
}

static void *administrate(void *arg)
{
    for (unsigned i = 0; !atomic_load(&ended); i++) {
        replace_users(i);
        if (i % 3 == 0) {
            replace_settings(i);
        }
        empty_trace();
        (void)nanosleep(&(struct timespec){0, (i % 64 > 32 ? 11 : 1) * PAUSE_NS}, NULL);
    }
    return arg;
}

static bool read_settings(void)
{
    FILE *in = me.settings == NULL ? NULL : fopen(me.settings, "r");
    size_t n = in == NULL ? 0 : fread(me.was, 1, sizeof(me.was) - 1, in);

    return n > 0 && fclose(in) == 0;
}

bool administrator_begin(const char *users)
{
    me.users = users;
    me.settings = getenv("GSS_NEGOTIATE_CONFIG");
    me.trace = getenv("GSS_NEGOTIATE_TRACE");
    return read_settings() && pthread_create(&me.thread, NULL, administrate, NULL) == 0;
}

bool administrator_end(void)
{
    atomic_store(&ended, true);
    (void)pthread_join(me.thread, NULL);
    (void)printf("the trace was emptied %u times\n", me.n_emptied);
    return me.n_failed == 0;
}
