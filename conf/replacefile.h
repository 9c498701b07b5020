/* SPDX-License-Identifier: ISC */
/* Replacing a file's contents: by one process at a time, and completely or not at all. */
#ifndef CONF_REPLACEFILE_H
#define CONF_REPLACEFILE_H

#include "base/buf.h"

/*
 * enum replacefile_mode: whether a missing file is created (0600), and its folders
 * (0700). REPLACEFILE_PUBLIC is for a file that every process reads: it creates the file
 * and its folders too. New folders have mode 0755, and the file always gets mode 0644 and
 * the effective user and group as its owner. It is not locked, because any process could
 * hold the lock; of two changes at once the later one stays. If the file is a symlink,
 * the error is ERR_FILE_RIGHTS.
 */
enum replacefile_mode {
    REPLACEFILE_EXISTING,
    REPLACEFILE_CREATE,
    REPLACEFILE_MAKE_PATH,
    REPLACEFILE_PUBLIC
};

/* replacefile_edit: makes the new contents from the old. After an error the file stays.
 */
typedef enum err (*replacefile_edit)(void *arg, struct bytes old, struct buf *out);

/*
 * replacefile: locks the file (flock), calls edit with its contents, writes the new ones
 * to a temporary file in the same folder, syncs it, renames it over the file and syncs
 * the folder. The rename replaces the inode, so a process that gets the lock checks that
 * its descriptor is still the file. The old contents are read from the locked descriptor.
 * Owner, group and mode stay, or it fails. If the file is a symlink, its target is
 * replaced. A folder in which other users could exchange the file is refused
 * (conf/safepath.h). Errors as in conf/useredit.h; the file then has not changed.
 */
MUST_USE enum err replacefile(const char *path, enum replacefile_mode mode,
                              replacefile_edit edit, void *arg, bool *out_created);

/* replacefile_remove: removes the file, or the target if it is a symlink. The folder is
 * checked as above. ERR_FILE_MISSING if there is no file, ERR_FILE_OPEN, ERR_FILE_RIGHTS,
 * ERR_FILE_READ (not a regular file), ERR_FILE_WRITE. */
MUST_USE enum err replacefile_remove(const char *path);

/* replacefile_remove_if: removes a public file if check accepts its contents. check's
 * error is returned. A symlink is refused as in REPLACEFILE_PUBLIC, and nothing is
 * locked. Other errors as above and in conf/useredit.h. */
typedef enum err (*replacefile_check)(void *arg, struct bytes contents);
MUST_USE enum err replacefile_remove_if(const char *path, replacefile_check check,
                                        void *arg);

#endif
