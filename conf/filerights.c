/* SPDX-License-Identifier: ISC */
/* Whether another user could read or change a file that decides about logins. */
#include "conf/filerights.h"

#include "conf/acl.h"
#include "conf/fd.h"
#include "conf/safepath.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <unistd.h>

/* struct judged: an open file and what is known about it. */
struct judged {
    const char *path;
    enum secretfile_use use;
    int fd;
    const struct stat *st;
    struct acl acl;
    bool read_only; /* its mount */
    bool in_memory; /* tmpfs or ramfs */
};

/* Whether other users cannot enter the file's folder. Opens the file again by its name
 * there: it must be the same file, and have no other hard link. */
static bool lies_in_closed_folder(const struct judged *file)
{
    SAFEPATH_AUTO at = SAFEPATH_INIT;
    FD_AUTO again = -1;
    struct stat st;
    struct acl acl;

    if (safepath_open(file->path, &at) != ERR_OK || fstat(at.folder, &st) != 0 ||
        acl_read(at.folder, &st, &acl) != ERR_OK) {
        return false;
    }
    if (acl.other_any || acl.primary_any || acl.stranger_any || acl.others_write) {
        return false;
    }
    again = openat(at.folder, at.name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
    return again >= 0 && fstat(again, &st) == 0 && st.st_dev == file->st->st_dev &&
           st.st_ino == file->st->st_ino && st.st_nlink == 1;
}

/* Returns why root's file is not accepted as a mounted secret; NULL if it is. */
static const char *why_not_mounted(const struct judged *file)
{
    if (file->acl.others_write || (geteuid() == 0 && !file->read_only)) {
        return "this process or others could write it";
    }
    if (file->acl.stranger_any) {
        return "its ACL names other users";
    }
    if (file->acl.primary_any && !file->acl.other_any) {
        return "your primary group may read it; give it a group of its own";
    }
    if (!file->read_only && !file->in_memory && !lies_in_closed_folder(file)) {
        return "it is neither on a read-only mount or tmpfs nor in a folder that others "
               "cannot enter";
    }
    return NULL;
}

/* fix: what is wrong and what to do; it ends with a command and the path. */
static enum err note_fix(const struct judged *file, struct buf *fix, const char *hint)
{
    if (file->read_only) {
        buf_append_text(fix, ", where it is mounted from (here the mount is read-only)");
    }
    if (hint[0] != '\0') {
        buf_printf(
            fix,
            "; it is not a mounted secret (\"File rights\" in negotiate.conf(5)): %s; "
            "Kubernetes: fsGroup and defaultMode 0440, Docker and Podman: "
            "uid=%lu,mode=0400",
            hint, (unsigned long)geteuid());
    }
    return err_note(ERR_FILE_RIGHTS, "%s: %s", file->path, buf_cstr(fix));
}

static enum err note_owner(const struct judged *file, const char *hint)
{
    const bool server = file->use == SECRETFILE_SERVER;
    BUF_AUTO fix = BUF_INIT;

    buf_printf(&fix, "belongs to user id %lu, must belong to %s%lu; chown %lu %s",
               (unsigned long)file->st->st_uid, server ? "root or " : "",
               (unsigned long)geteuid(), server ? 0UL : (unsigned long)geteuid(),
               file->path);
    return note_fix(file, &fix, hint);
}

static enum err note_mode(const struct judged *file, const char *hint)
{
    static const char *const wanted[] = {[SECRETFILE_SERVER] = "0640",
                                         [SECRETFILE_OWN] = "0600",
                                         [SECRETFILE_PUBLIC] = "0644"};
    BUF_AUTO fix = BUF_INIT;

    buf_printf(&fix, "has mode %04o, must have %s or less; chmod %s %s",
               (unsigned)(file->st->st_mode & 07777), wanted[file->use],
               wanted[file->use], file->path);
    return note_fix(file, &fix, hint);
}

static bool has_good_owner(const struct judged *file)
{
    const uid_t owner = file->st->st_uid;

    return owner == geteuid() || (file->use == SECRETFILE_SERVER && owner == 0);
}

/* The mode is enough: the bits of its group are the mask of the ACL, so an ACL never
 * gives more than the mode says. */
static bool has_good_mode(const struct judged *file)
{
    static const mode_t forbidden[] = {[SECRETFILE_SERVER] = S_IWGRP | S_IRWXO,
                                       [SECRETFILE_OWN] = S_IRWXG | S_IRWXO,
                                       [SECRETFILE_PUBLIC] = S_IWOTH};

    return (file->st->st_mode & forbidden[file->use]) == 0;
}

static enum err refuse(const struct judged *file, const char *hint)
{
    return has_good_owner(file) ? note_mode(file, hint) : note_owner(file, hint);
}

/* Only a file of root can be a mounted secret, wherever it lies. */
static enum err judge_mounted(struct judged *file)
{
    struct statvfs mount;
    struct statfs system;
    const char *hint;

    if (fstatvfs(file->fd, &mount) == 0) {
        file->read_only = (mount.f_flag & ST_RDONLY) != 0;
    }
    if (fstatfs(file->fd, &system) == 0) {
        const uint32_t type = (uint32_t)system.f_type; /* a signed type on 32 bits */

        file->in_memory = type == TMPFS_MAGIC || type == RAMFS_MAGIC;
    }
    if (file->st->st_uid != 0) {
        return refuse(file, "");
    }
    if (acl_read(file->fd, file->st, &file->acl) != ERR_OK) {
        return refuse(file, "its ACL cannot be read");
    }
    hint = why_not_mounted(file);
    return hint == NULL ? ERR_OK : refuse(file, hint);
}

enum err filerights_check(const char *path, enum secretfile_use use, int fd,
                          const struct stat *st)
{
    struct judged file = {.path = path, .use = use, .fd = fd, .st = st};

    if (use == SECRETFILE_PUBLIC) {
        return has_good_mode(&file) ? ERR_OK : note_mode(&file, "");
    }
    return has_good_owner(&file) && has_good_mode(&file) ? ERR_OK : judge_mounted(&file);
}
