/* SPDX-License-Identifier: ISC */
/* Reading a file that decides about logins: rights, size and steadiness are checked. */
#ifndef CONF_SECRETFILE_H
#define CONF_SECRETFILE_H

#include "base/buf.h"

#include <sys/stat.h>

/* Bytes; a user file of about half a million lines. */
#define SECRETFILE_MAX ((size_t)64 << 20)

/* enum secretfile_use: whose rights apply (conf/filerights.h). */
enum secretfile_use { SECRETFILE_SERVER, SECRETFILE_OWN, SECRETFILE_PUBLIC };

/*
 * struct secretfile_id: what says whether a file is still the one that was read; a chmod
 * or chown is noticed because it moves ctime. A file that changed within the file
 * system's time granularity before it was read is not settled: a further change could
 * carry the same time, so its id equals none.
 */
struct secretfile_id {
    bool present;
    bool settled;
    dev_t dev;
    ino_t ino;
    off_t size;
    struct timespec mtime;
    struct timespec ctime;
    uid_t reader; /* effective user: what another may read, this one may not */
};

/* secretfile_same: whether what was read as kept is certainly what is there now.
 * secretfile_equal: whether all fields but settled are equal. */
bool secretfile_same(const struct secretfile_id *kept, const struct secretfile_id *now);
bool secretfile_equal(const struct secretfile_id *a, const struct secretfile_id *b);

/* secretfile_stat: the file's id now (of what a symlink points to); not present is no
 * error. ERR_FILE_OPEN if that cannot be told. */
MUST_USE enum err secretfile_stat(const char *path, struct secretfile_id *out_id);

/* secretfile_visitor: gets the whole contents, without a byte order mark at their head (a
 * file in UTF-16 is ERR_UTF8), which it may take over, and the descriptor
 * that they were read from, which stays the caller's. */
typedef enum err (*secretfile_visitor)(void *arg, struct buf *contents, int fd);

/*
 * secretfile_visit: calls visit once. The file is opened once O_CLOEXEC and without
 * blocking and checked by fstat on the descriptor; after visit, whatever that returned,
 * it must be unchanged, else ERR_FILE_CHANGED: what visit did counts for nothing then,
 * and the caller may try again. Only the file that was opened matters: that another has
 * taken its name meanwhile is no change, and shows by the id. Otherwise visit's error, or
 * those of secretfile_read.
 */
MUST_USE enum err secretfile_visit(const char *path, enum secretfile_use use,
                                   secretfile_visitor visit, void *arg,
                                   struct secretfile_id *out_id);

/*
 * secretfile_read: the whole contents (wiped by buf_cleanup), by secretfile_visit; tried
 * again, a few times, if the file changed.
 * Errors, all with path and what to do in the detail (a rights error says the mode that
 * it wants, as a chmod/chown line): ERR_FILE_MISSING, ERR_FILE_OPEN, ERR_FILE_RIGHTS,
 * ERR_FILE_READ (also: not a regular file), ERR_FILE_CHANGED, ERR_FILE_TOO_LARGE,
 * ERR_NO_MEMORY.
 */
MUST_USE enum err secretfile_read(const char *path, enum secretfile_use use,
                                  struct buf *out_contents, struct secretfile_id *out_id);

/* secretfile_read_open: the same of a file that the caller has open for reading (and may
 * have locked); the path is only what errors name. fd stays the caller's, its offset
 * moves. */
MUST_USE enum err secretfile_read_open(const char *path, int fd, enum secretfile_use use,
                                       struct buf *out_contents);

/* secretfile_check: only the checks of opening, for 'gss-negotiate doctor'. */
MUST_USE enum err secretfile_check(const char *path, enum secretfile_use use);

#endif
