/* SPDX-License-Identifier: ISC */
/* Resolves a path to an open folder and a name in it. */
#include "conf/safepath.h"

#include "base/text.h"
#include "conf/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define MAX_LINKS 8

void safepath_cleanup(struct safepath *at)
{
    fd_close(&at->folder);
}

static bool is_trusted(uid_t owner)
{
    return owner == 0 || owner == geteuid();
}

static enum err note(const char *path, enum err e, const char *what)
{
    return err_note(e, "%s: %s: %s", path, what, text_errno(errno));
}

enum err safepath_check_owner(const struct safepath *at, const char *path,
                              const struct stat *st)
{
    if (!at->is_shared || is_trusted(st->st_uid)) {
        return ERR_OK;
    }
    return err_note(ERR_FILE_RIGHTS,
                    "%s: belongs to user id %lu, in a folder where everybody may make "
                    "files; remove it, or name a file in a folder of your own",
                    path, (unsigned long)st->st_uid);
}

/* The owner of a folder can exchange the files in it, even if it is sticky. */
static enum err check_folder(const char *path, const char *folder, const struct stat *st,
                             bool *out_shared)
{
    const bool others_write = (st->st_mode & (S_IWGRP | S_IWOTH)) != 0;

    *out_shared = others_write;
    if (!is_trusted(st->st_uid)) {
        return err_note(ERR_FILE_RIGHTS,
                        "%s: its folder belongs to user id %lu, who could exchange the "
                        "file; run this as that user, or chown %lu %s",
                        path, (unsigned long)st->st_uid, (unsigned long)geteuid(),
                        folder);
    }
    if (others_write && (st->st_mode & S_ISVTX) == 0) {
        return err_note(ERR_FILE_RIGHTS,
                        "%s: its folder has mode %04o, so that others could exchange the "
                        "file; chmod go-w %s",
                        path, (unsigned)(st->st_mode & 07777), folder);
    }
    return ERR_OK;
}

static enum err open_folder(struct safepath *at, const char *path, const char *folder)
{
    FD_AUTO before = at->folder;
    struct stat st;

    at->folder = openat(before < 0 ? AT_FDCWD : before, folder,
                        O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (at->folder < 0) {
        return note(path, errno == ENOENT ? ERR_FILE_MISSING : ERR_FILE_OPEN,
                    "the folder cannot be opened");
    }
    if (fstat(at->folder, &st) != 0) {
        return note(path, ERR_FILE_OPEN, "the folder cannot be examined");
    }
    return check_folder(path, folder, &st, &at->is_shared);
}

/* Enters the folder of target, which is relative to the folder that is open. */
static enum err enter(struct safepath *at, const char *path, const char *target)
{
    const char *slash = strrchr(target, '/');
    const char *name = slash == NULL ? target : slash + 1;
    BUF_AUTO folder = BUF_INIT;
    enum err e;

    if (name[0] == '\0' || strcmp(name, ".") == 0 || strcmp(name, "..") == 0) {
        return err_note(ERR_FILE_OPEN, "%s: is a folder; it must be a regular file",
                        path);
    }
    if (strlen(name) >= sizeof(at->name)) {
        return err_note(ERR_FILE_OPEN, "%s: the name is too long", path);
    }
    if (slash == NULL) {
        buf_append_text(&folder, ".");
    } else {
        buf_append(&folder, bytes_of(target, (size_t)(name - target)));
    }
    if ((e = buf_status(&folder)) != ERR_OK) {
        return e;
    }
    (void)memcpy(at->name, name, strlen(name) + 1);
    return open_folder(at, path, buf_cstr(&folder));
}

/* Opens the file by O_PATH, which gives no access to its contents. If it is a symbolic
 * link, opens the link itself. */
static void open_name(const struct safepath *at, int *out_fd)
{
    *out_fd = openat(at->folder, at->name, O_PATH | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY);
}

/* Checks the owner of a symbolic link and reads the link's target. out is empty if the
 * file is no link or does not exist. */
static enum err read_link(const struct safepath *at, const char *path, char *out,
                          size_t size)
{
    FD_AUTO link = -1;
    struct stat st;
    ssize_t n;
    enum err e;

    out[0] = '\0';
    open_name(at, &link);
    if (link < 0) {
        return errno == ENOENT ? ERR_OK : note(path, ERR_FILE_OPEN, "cannot be found");
    }
    if (fstat(link, &st) != 0) {
        return note(path, ERR_FILE_OPEN, "cannot be examined");
    }
    if (!S_ISLNK(st.st_mode)) {
        return ERR_OK;
    }
    if ((e = safepath_check_owner(at, path, &st)) != ERR_OK) {
        return e;
    }
    n = readlinkat(link, "", out, size);
    if (n <= 0 || (size_t)n >= size) {
        out[0] = '\0';
        return err_note(ERR_FILE_OPEN, "%s: a link that cannot be read", path);
    }
    out[n] = '\0';
    return ERR_OK;
}

enum err safepath_open(const char *path, struct safepath *out)
{
    char target[PATH_MAX];
    enum err e;

    *out = (struct safepath)SAFEPATH_INIT;
    if ((e = enter(out, path, path)) != ERR_OK) {
        return e;
    }
    for (size_t i = 0; i < MAX_LINKS; i++) {
        if ((e = read_link(out, path, target, sizeof(target))) != ERR_OK ||
            target[0] == '\0') {
            return e;
        }
        out->is_linked = true;
        if ((e = enter(out, path, target)) != ERR_OK) {
            return e;
        }
    }
    return err_note(ERR_FILE_OPEN, "%s: leads through too many links", path);
}
