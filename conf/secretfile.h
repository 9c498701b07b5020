/* SPDX-License-Identifier: ISC */
/* Reads a file that decides about logins. Checks its rights and its size, and that it has
 * not changed while it was read. */
#ifndef CONF_SECRETFILE_H
#define CONF_SECRETFILE_H

#include "base/buf.h"

#include <sys/stat.h>

/* Bytes: a user file of about two million lines. */
#define SECRETFILE_MAX ((size_t)256 << 20)

/* enum secretfile_use: the rights that the file must have (conf/filerights.h). */
enum secretfile_use { SECRETFILE_SERVER, SECRETFILE_OWN, SECRETFILE_PUBLIC };

/*
 * struct secretfile_id: tells whether a file is still the one that was read. It also
 * notices a chmod or chown, which changes ctime. settled: the last change of the file was
 * longer ago than one step of the file system's clock. If it is false, a later change
 * could have the same time, so secretfile_same then says false.
 */
struct secretfile_id {
    bool present;
    bool settled;
    dev_t dev;
    ino_t ino;
    off_t size;
    struct timespec mtime;
    struct timespec ctime;
    uid_t reader; /* the effective user: another one may have no right to read it */
};

/* secretfile_same: whether now is certainly the id of the same, unchanged file as saved.
 * secretfile_equal: whether all fields but settled are equal. */
bool secretfile_same(const struct secretfile_id *saved, const struct secretfile_id *now);
bool secretfile_equal(const struct secretfile_id *a, const struct secretfile_id *b);

/* secretfile_stat: the id of the file now, or of a symlink's target. It is not an error
 * if the file does not exist. ERR_FILE_OPEN if stat fails for another reason. */
MUST_USE enum err secretfile_stat(const char *path, struct secretfile_id *out_id);

/* secretfile_is_current: whether the file still has the saved id, for this effective
 * user. */
bool secretfile_is_current(const char *path, const struct secretfile_id *saved,
                           uid_t reader);

/* secretfile_reader: reads the file that is open as fd, at its offset 0, and that should
 * have size bytes. */
typedef enum err (*secretfile_reader)(void *arg, const char *path, int fd, size_t size);

/*
 * secretfile_with: opens the file once, O_CLOEXEC and without blocking, checks it by
 * fstat on the descriptor, and calls read once. If the file has changed meanwhile, the
 * error is ERR_FILE_CHANGED: discard what read did; the caller may try again. If another
 * file is renamed over it meanwhile, that is no error here; the next secretfile_same
 * returns false. Other errors: those of read and of secretfile_read.
 * secretfile_read_bytes: reads n bytes, or fewer if the file ends before. ERR_FILE_READ.
 * secretfile_note_changed: ERR_FILE_CHANGED, for a file that has more or fewer bytes than
 * its status said.
 */
MUST_USE enum err secretfile_with(const char *path, enum secretfile_use use,
                                  secretfile_reader read, void *arg,
                                  struct secretfile_id *out_id);
MUST_USE enum err secretfile_read_bytes(const char *path, int fd, uint8_t *out, size_t n,
                                        size_t *out_n);
MUST_USE enum err secretfile_note_changed(const char *path);

/* secretfile_visitor: gets the whole contents, without a byte order mark, and may move
 * them away; and the descriptor, which it does not close. */
typedef enum err (*secretfile_visitor)(void *arg, struct buf *contents, int fd);

/* secretfile_visit: reads the whole file by secretfile_with, and calls visit once. */
MUST_USE enum err secretfile_visit(const char *path, enum secretfile_use use,
                                   secretfile_visitor visit, void *arg,
                                   struct secretfile_id *out_id);

/*
 * secretfile_read: reads the whole contents, which buf_cleanup wipes, by
 * secretfile_visit. If the file changes meanwhile it is read again, a few times. Errors,
 * all with the path and what to do in the detail (a chmod or chown line if the rights are
 * wrong): ERR_FILE_MISSING, ERR_FILE_OPEN, ERR_FILE_RIGHTS, ERR_FILE_READ (also if it is
 * not a regular file), ERR_FILE_CHANGED, ERR_FILE_TOO_LARGE, ERR_UTF8 (it is UTF-16),
 * ERR_NO_MEMORY.
 */
MUST_USE enum err secretfile_read(const char *path, enum secretfile_use use,
                                  struct buf *out_contents, struct secretfile_id *out_id);

/* secretfile_read_open: the same for a file that the caller has opened for reading. The
 * path is only for details of errors. The caller closes fd; its offset changes. */
MUST_USE enum err secretfile_read_open(const char *path, int fd, enum secretfile_use use,
                                       struct buf *out_contents);

/* secretfile_check: the checks of secretfile_read without reading. */
MUST_USE enum err secretfile_check(const char *path, enum secretfile_use use);

#endif
