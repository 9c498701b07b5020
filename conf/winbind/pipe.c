/* SPDX-License-Identifier: ISC */
/* The sockets of winbindd. */
#include "conf/winbind/pipe.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static const char *const public_folders[] = {"/run/samba/winbindd",
                                             "/var/run/samba/winbindd"};
static const char *const privileged_folders[] = {
    "/var/lib/samba/winbindd_privileged", "/var/cache/samba/winbindd_privileged",
    "/usr/local/samba/var/locks/winbindd_privileged"};

#define N_PUBLIC     (sizeof(public_folders) / sizeof(public_folders[0]))
#define N_PRIVILEGED (sizeof(privileged_folders) / sizeof(privileged_folders[0]))

/* Fills path with the pipe of a folder. */
#define PATH_SIZE 108 /* sun_path's */
static void pipe_path(char path[PATH_SIZE], const char *folder)
{
    (void)snprintf(path, PATH_SIZE, "%s/pipe", folder);
}

enum winbind_pipe_right winbind_pipe_right(const char **out_folder)
{
    const char *unused = NULL;
    const char **found = out_folder != NULL ? out_folder : &unused;

    for (size_t i = 0; i < N_PRIVILEGED; i++) {
        char path[PATH_SIZE];

        pipe_path(path, *found = privileged_folders[i]);
        if (faccessat(AT_FDCWD, path, W_OK, AT_EACCESS) == 0) {
            return WINBIND_PIPE_RIGHT;
        }
        if (errno == EACCES) {
            return WINBIND_PIPE_NO_RIGHT;
        }
    }
    *found = NULL;
    return WINBIND_PIPE_UNKNOWN;
}

struct winbind_pipe_id winbind_pipe_id(void)
{
    struct winbind_pipe_id id = {0};

    for (size_t i = 0; i < N_PUBLIC; i++) {
        char path[PATH_SIZE];
        struct stat s;

        pipe_path(path, public_folders[i]);
        if (lstat(path, &s) == 0) {
            return (struct winbind_pipe_id){true, s.st_dev, s.st_ino, s.st_ctim.tv_sec,
                                            s.st_ctim.tv_nsec};
        }
    }
    return id;
}

bool winbind_pipe_same(const struct winbind_pipe_id *a, const struct winbind_pipe_id *b)
{
    return a->is_known && b->is_known && a->dev == b->dev && a->ino == b->ino &&
           a->ctime_s == b->ctime_s && a->ctime_ns == b->ctime_ns;
}

const char *winbind_pipe_refused_folder(void)
{
    for (size_t i = 0; i < N_PUBLIC; i++) {
        struct stat s;

        if (lstat(public_folders[i], &s) == 0) {
            return s.st_uid == 0 || s.st_uid == geteuid() ? NULL : public_folders[i];
        }
    }
    return NULL;
}

static bool connects(const char *folder, bool *out_is_full)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    bool connected;

    if (fd < 0) {
        return false;
    }
    pipe_path(address.sun_path, folder);
    connected = connect(fd, (const struct sockaddr *)&address, sizeof(address)) == 0;
    *out_is_full = !connected && errno == EAGAIN;
    (void)close(fd);
    return connected || *out_is_full;
}

bool winbind_pipe_is_open(bool *out_is_full)
{
    *out_is_full = false;
    for (size_t i = 0; i < N_PUBLIC; i++) {
        if (connects(public_folders[i], out_is_full)) {
            return true;
        }
    }
    return false;
}
