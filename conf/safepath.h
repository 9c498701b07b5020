/* SPDX-License-Identifier: ISC */
/* A file's name in a folder that is held open, for whoever replaces or removes the file.
 */
#ifndef CONF_SAFEPATH_H
#define CONF_SAFEPATH_H

#include "base/buf.h"

#include <limits.h>
#include <sys/stat.h>

/*
 * struct safepath: what a path led to. All that is done to the file goes through folder
 * and name with O_NOFOLLOW or AT_SYMLINK_NOFOLLOW, never through the path again.
 * is_shared: anybody may make files in the folder, but it is sticky: only the file's
 * owner can exchange it, so that the owner must be checked. is_linked: a symbolic link
 * led here.
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
 * safepath_open: opens the folder of a path and checks on its descriptor that nobody but
 * root and the effective user can exchange a file in it: it belongs to one of them, and
 * is either not writable for group and other, or sticky. A symbolic link in the file's
 * place is followed, a few times, each time with the same check; in a shared folder the
 * link itself must belong to root or the effective user. Whether the file exists is left
 * to the caller. Errors, all with the path in the detail: ERR_FILE_MISSING (the folder),
 * ERR_FILE_OPEN, ERR_FILE_RIGHTS (says what to correct).
 */
MUST_USE enum err safepath_open(const char *path, struct safepath *out);

/* safepath_check_owner: whether a file of this status may be where the path led:
 * ERR_FILE_RIGHTS if the folder is shared and the file is somebody else's. */
MUST_USE enum err safepath_check_owner(const struct safepath *at, const char *path,
                                       const struct stat *st);

/* SAFEPATH_AUTO: a local that is cleaned up at the end of its scope. */
#define SAFEPATH_AUTO __attribute__((cleanup(safepath_cleanup))) struct safepath
void safepath_cleanup(struct safepath *at);

#endif
