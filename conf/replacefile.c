/* SPDX-License-Identifier: ISC */
/* Replacing a file's contents. */
#include "conf/replacefile.h"

#include "base/text.h"
#include "conf/fd.h"
#include "conf/safepath.h"
#include "conf/secretfile.h"
#include "ntlm/crypto.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#define LOCK_TRIES   200
#define LOCK_WAIT_NS (50L * 1000 * 1000)
/* How many times another program may replace or remove the file between two steps. */
#define RACE_TRIES 100

/* struct target: the file in its folder. path: the caller's path, for error details.
 * is_public: it is not locked, because whoever can read it could hold the lock. */
struct target {
    const char *path;
    enum replacefile_mode mode;
    bool is_public;
    struct safepath at;
    int fd; /* open and locked */
    struct stat st;
    bool created;
};

static void target_cleanup(struct target *target)
{
    safepath_cleanup(&target->at);
    fd_close(&target->fd);
}

static enum err note(const char *path, enum err e, const char *what)
{
    return err_note(e, "%s: %s: %s", path, what, text_errno(errno));
}

/* Creates every missing folder above the file. The umask has no effect on public ones. */
static enum err make_folders(const char *path, bool is_public)
{
    BUF_AUTO folder = BUF_INIT;

    for (const char *slash = strchr(path, '/'); slash != NULL;
         slash = strchr(slash + 1, '/')) {
        buf_cleanup(&folder);
        buf_append(&folder, bytes_of(path, (size_t)(slash - path) + 1));
        if (buf_status(&folder) != ERR_OK) {
            return buf_status(&folder);
        }
        const bool is_new = mkdir(buf_cstr(&folder), 0700) == 0;

        if ((!is_new && errno != EEXIST) ||
            (is_new && is_public && chmod(buf_cstr(&folder), 0755) != 0)) {
            return note(buf_cstr(&folder), ERR_FILE_WRITE, "cannot make the folder");
        }
    }
    return ERR_OK;
}

static enum err refuse_link(const struct target *target)
{
    return target->at.is_linked
               ? err_note(ERR_FILE_RIGHTS, "%s: is a symbolic link; remove it",
                          target->path)
               : ERR_OK;
}

static enum err note_missing(const struct target *target)
{
    if (target->at.is_linked) {
        return err_note(ERR_FILE_MISSING, "%s: the link points to nothing", target->path);
    }
    errno = ENOENT;
    return note(target->path, ERR_FILE_MISSING, "cannot be opened for change");
}

static enum err open_file(struct target *target)
{
    const int flags = O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;
    const struct safepath *at = &target->at;

    target->fd = openat(at->folder, at->name, flags);
    if (target->fd < 0 && errno == ENOENT) {
        if (target->mode == REPLACEFILE_EXISTING || at->is_linked) {
            return note_missing(target);
        }
        target->fd = openat(at->folder, at->name, flags | O_CREAT | O_EXCL, 0600);
        target->created = target->fd >= 0;
    }
    if (target->fd >= 0) {
        return ERR_OK;
    }
    return note(target->path, ERR_FILE_OPEN, "cannot be opened for change");
}

static enum err lock_file(struct target *target)
{
    const struct timespec pause = {0, LOCK_WAIT_NS};

    for (size_t i = 0; i < LOCK_TRIES; i++) {
        if (flock(target->fd, LOCK_EX | LOCK_NB) == 0) {
            return ERR_OK;
        }
        if (errno != EWOULDBLOCK && errno != EINTR) {
            break;
        }
        (void)nanosleep(&pause, NULL);
    }
    return note(target->path, ERR_FILE_LOCK, "cannot be locked");
}

/* Whether the name still leads to the locked descriptor. */
static bool is_still_there(struct target *target)
{
    struct stat there;

    return fstat(target->fd, &target->st) == 0 &&
           fstatat(target->at.folder, target->at.name, &there, AT_SYMLINK_NOFOLLOW) ==
               0 &&
           there.st_dev == target->st.st_dev && there.st_ino == target->st.st_ino;
}

static enum err open_locked(struct target *target)
{
    for (size_t i = 0; i < RACE_TRIES; i++) {
        enum err e = open_file(target);

        if (e != ERR_OK && errno == EEXIST) {
            continue;
        }
        if (e != ERR_OK) {
            return e;
        }
        if (!target->is_public && (e = lock_file(target)) != ERR_OK) {
            /* the process that holds the lock may have written to it */
            target->created = false;
            return e;
        }
        if (is_still_there(target)) {
            return safepath_check_owner(&target->at, target->path, &target->st);
        }
        target->created = false;
        fd_close(&target->fd);
    }
    return err_note(ERR_FILE_LOCK, "%s: other programs change it again and again",
                    target->path);
}

static enum err write_all(const struct target *target, int fd, struct bytes data)
{
    while (data.n > 0) {
        const ssize_t n = write(fd, data.p, data.n);
        struct bytes written;

        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0 || bytes_consume(&data, (size_t)n, &written) != ERR_OK) {
            return note(target->path, ERR_FILE_WRITE, "cannot be written");
        }
    }
    return ERR_OK;
}

/* The mode comes last, because fchown clears bits of it. */
static enum err copy_rights(const struct target *target, int fd)
{
    struct stat st;

    if (target->mode == REPLACEFILE_PUBLIC) {
        return fchmod(fd, 0644) == 0
                   ? ERR_OK
                   : note(target->path, ERR_FILE_WRITE, "its mode cannot be set");
    }
    if (fstat(fd, &st) != 0) {
        return note(target->path, ERR_FILE_WRITE, "the new file cannot be examined");
    }
    if ((st.st_uid != target->st.st_uid || st.st_gid != target->st.st_gid) &&
        fchown(fd, target->st.st_uid, target->st.st_gid) != 0) {
        return note(target->path, ERR_FILE_WRITE, "its owner and group cannot be kept");
    }
    if (fchmod(fd, target->st.st_mode & 07777) != 0) {
        return note(target->path, ERR_FILE_WRITE, "its mode cannot be kept");
    }
    return ERR_OK;
}

static enum err fill_temporary(const struct target *target, int fd, struct bytes contents)
{
    enum err e;

    if ((e = write_all(target, fd, contents)) != ERR_OK) {
        return e;
    }
    if ((e = copy_rights(target, fd)) != ERR_OK) {
        return e;
    }
    if (fsync(fd) != 0) {
        return note(target->path, ERR_FILE_WRITE, "cannot be written to the disk");
    }
    return ERR_OK;
}

static enum err swap_in(const struct target *target, const char *temporary)
{
    if (renameat(target->at.folder, temporary, target->at.folder, target->at.name) != 0) {
        return note(target->path, ERR_FILE_WRITE, "cannot be replaced");
    }
    /* the file is replaced, even if its folder cannot be synced */
    (void)fsync(target->at.folder);
    return ERR_OK;
}

static enum err write_new(const struct target *target, struct bytes contents)
{
    FD_AUTO fd = -1;
    char temporary[40];
    uint64_t number;
    enum err e;

    if ((e = crypto_random(&number, sizeof(number))) != ERR_OK) {
        return e;
    }
    (void)snprintf(temporary, sizeof(temporary), ".negotiate-%016llx",
                   (unsigned long long)number);
    fd = openat(target->at.folder, temporary,
                O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0) {
        return note(target->path, ERR_FILE_WRITE,
                    "no temporary file can be made in its folder");
    }
    if ((e = fill_temporary(target, fd, contents)) == ERR_OK) {
        e = swap_in(target, temporary);
    }
    if (e != ERR_OK) {
        (void)unlinkat(target->at.folder, temporary, 0);
    }
    return e;
}

static enum err edit_target(const struct target *target, replacefile_edit edit, void *arg)
{
    BUF_AUTO old = BUF_INIT;
    BUF_AUTO new = BUF_INIT;
    enum err e = secretfile_read_open(target->path, target->fd, SECRETFILE_PUBLIC, &old);

    if (e != ERR_OK) {
        return e;
    }
    if ((e = edit(arg, buf_bytes(&old), &new)) != ERR_OK) {
        return e;
    }
    if ((e = buf_status(&new)) != ERR_OK) {
        return e;
    }
    return write_new(target, buf_bytes(&new));
}

enum err replacefile(const char *path, enum replacefile_mode mode, replacefile_edit edit,
                     void *arg, bool *out_created)
{
    __attribute__((cleanup(target_cleanup))) struct target target = {
        .path = path,
        .mode = mode,
        .is_public = mode == REPLACEFILE_PUBLIC,
        .at = SAFEPATH_INIT,
        .fd = -1};
    enum err e = mode == REPLACEFILE_MAKE_PATH || mode == REPLACEFILE_PUBLIC
                     ? make_folders(path, mode == REPLACEFILE_PUBLIC)
                     : ERR_OK;

    *out_created = false;
    if (e == ERR_OK) {
        e = safepath_open(path, &target.at);
    }
    if (e == ERR_OK && mode == REPLACEFILE_PUBLIC) {
        e = refuse_link(&target);
    }
    if (e == ERR_OK) {
        e = open_locked(&target);
    }
    if (e == ERR_OK) {
        e = edit_target(&target, edit, arg);
    }
    if (e != ERR_OK && target.created && is_still_there(&target)) {
        (void)unlinkat(target.at.folder, target.at.name, 0);
    }
    *out_created = e == ERR_OK && target.created;
    return e;
}

static enum err unlink_target(const struct target *target)
{
    return unlinkat(target->at.folder, target->at.name, 0) == 0
               ? ERR_OK
               : note(target->path, ERR_FILE_WRITE, "cannot be removed");
}

enum err replacefile_remove(const char *path)
{
    __attribute__((cleanup(target_cleanup))) struct target target = {
        .path = path, .at = SAFEPATH_INIT, .fd = -1};
    const struct safepath *at = &target.at;
    enum err e = safepath_open(path, &target.at);

    if (e != ERR_OK) {
        return e;
    }
    if (fstatat(at->folder, at->name, &target.st, AT_SYMLINK_NOFOLLOW) != 0) {
        return errno == ENOENT ? note_missing(&target)
                               : note(path, ERR_FILE_OPEN, "cannot be examined");
    }
    if (!S_ISREG(target.st.st_mode)) {
        return err_note(ERR_FILE_READ, "%s: is not a regular file", path);
    }
    e = safepath_check_owner(at, path, &target.st);
    return e == ERR_OK ? unlink_target(&target) : e;
}

enum err replacefile_remove_if(const char *path, replacefile_check check, void *arg)
{
    __attribute__((cleanup(target_cleanup))) struct target target = {
        .path = path,
        .mode = REPLACEFILE_EXISTING,
        .is_public = true,
        .at = SAFEPATH_INIT,
        .fd = -1};
    BUF_AUTO contents = BUF_INIT;
    enum err e;

    if ((e = safepath_open(path, &target.at)) != ERR_OK ||
        (e = refuse_link(&target)) != ERR_OK || (e = open_locked(&target)) != ERR_OK) {
        return e;
    }
    e = secretfile_read_open(path, target.fd, SECRETFILE_PUBLIC, &contents);
    if (e == ERR_OK) {
        e = check(arg, buf_bytes(&contents));
    }
    return e == ERR_OK ? unlink_target(&target) : e;
}
