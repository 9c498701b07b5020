/* SPDX-License-Identifier: ISC */
/* A file's name in a folder that is kept open, for replacing or removing the file. */
#ifndef CONF_SAFEPATH_H
#define CONF_SAFEPATH_H

#include "base/buf.h"

#include <limits.h>
#include <sys/stat.h>

/*
 * struct safepath: the folder and the name that a path leads to. Use the file by folder
 * and name, with O_NOFOLLOW or AT_SYMLINK_NOFOLLOW, and never by the path again.
 * is_shared: other users may create files in the folder, but it is sticky, so that only
 * the owner of a file can exchange it; check the owner. is_linked: the path is a symbolic
 * link.
 */
struct safepath {
    int folder;
    bool is_shared;
    bool is_linked;
    char name[NAME_MAX + 1];
};
#define SAFEPATH_INIT                                                                    \
    {                                                                                    \
        .folder = -1                                                                     \
    }

/*
 * safepath_open: opens the folder of a path. Checks on the descriptor that only root and
 * the effective user can exchange a file in it: it belongs to one of them, and is either
 * not writable for group and other, or sticky. A symbolic link in the place of the file
 * is followed, with the same check, at most a few times; in a shared folder the link
 * itself must belong to root or the effective user. The file need not exist. Errors, all
 * with the path in the detail: ERR_FILE_MISSING (the folder), ERR_FILE_OPEN,
 * ERR_FILE_RIGHTS (says what to correct).
 */
MUST_USE enum err safepath_open(const char *path, struct safepath *out);

/* safepath_check_owner: ERR_FILE_RIGHTS if the folder is shared and the file with the
 * status st belongs to another user. */
MUST_USE enum err safepath_check_owner(const struct safepath *at, const char *path,
                                       const struct stat *st);

/* SAFEPATH_AUTO: a local that is cleaned up at the end of its scope. */
#define SAFEPATH_AUTO __attribute__((cleanup(safepath_cleanup))) struct safepath
void safepath_cleanup(struct safepath *at);

#endif
