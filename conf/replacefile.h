/* SPDX-License-Identifier: ISC */
/* Replacing a file's contents: one at a time, and whole or not at all. */
#ifndef CONF_REPLACEFILE_H
#define CONF_REPLACEFILE_H

#include "base/buf.h"

/* enum replacefile_mode: whether a missing file is made (0600), and its folders (0700).
 */
enum replacefile_mode { REPLACEFILE_EXISTING, REPLACEFILE_CREATE, REPLACEFILE_MAKE_PATH };

/* replacefile_edit: makes the new contents from the old; an error ends it all. */
typedef enum err (*replacefile_edit)(void *arg, struct bytes old, struct buf *out);

/*
 * replacefile: calls edit between taking the file's lock (flock) and renaming a synced
 * temporary file of the same folder over it; the folder is synced too. The rename changes
 * the inode, so whoever got the lock looks whether the file is still the one it locked.
 * The old contents are read from the descriptor that was locked. Owner, group and mode
 * stay, or it fails; a symlink's target is what is replaced. A folder in which others
 * could exchange the file is refused (conf/safepath.h). Errors as in conf/useredit.h; the
 * file is then as it was.
 */
MUST_USE enum err replacefile(const char *path, enum replacefile_mode mode,
                              replacefile_edit edit, void *arg, bool *out_created);

/* replacefile_remove: removes the file, or what a symlink in its place leads to; the
 * folder is checked as above. ERR_FILE_MISSING if there is none, ERR_FILE_OPEN,
 * ERR_FILE_RIGHTS, ERR_FILE_READ (not a regular file), ERR_FILE_WRITE. */
MUST_USE enum err replacefile_remove(const char *path);

#endif
