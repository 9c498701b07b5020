/* SPDX-License-Identifier: ISC */
/* Reading a file that holds secrets: rights, size and steadiness are checked. */
#ifndef CONF_SECRETFILE_H
#define CONF_SECRETFILE_H

#include "asn1/buf.h"

#include <sys/stat.h>

/* enum secretfile_use: whose rights apply. SERVER: owner root or the process, nothing for
 * other, no group write. OWN: owner = the process, no group, no other. */
enum secretfile_use { SECRETFILE_SERVER, SECRETFILE_OWN };

/* struct secretfile_id: what says whether a file is still the one that was read. */
struct secretfile_id {
    bool present;
    dev_t dev;
    ino_t ino;
    off_t size;
    struct timespec mtime;
    struct timespec ctime;
    /* owner and mode are part of it: a chmod must be noticed (ctime moves too) */
};
bool secretfile_same(const struct secretfile_id *a, const struct secretfile_id *b);

/* secretfile_stat: the file's id now (of what a symlink points to); not present is no
 * error. */
MUST_USE enum err secretfile_stat(const char *path, struct secretfile_id *out_id);

/*
 * secretfile_read: the whole contents (wiped by buf_cleanup). Opened once O_CLOEXEC and
 * without blocking, checked by fstat on the descriptor, id compared again after reading.
 * Errors, all with path and what to do in the detail (a rights error says the mode that
 * it wants, as a chmod/chown line): ERR_FILE_MISSING, ERR_FILE_OPEN, ERR_FILE_RIGHTS,
 * ERR_FILE_READ, ERR_FILE_CHANGED, ERR_TOO_LARGE.
 */
MUST_USE enum err secretfile_read(const char *path, enum secretfile_use use,
                                  struct buf *out_contents, struct secretfile_id *out_id);

/* secretfile_check: only the checks of opening, for 'gss-negotiate doctor'. */
MUST_USE enum err secretfile_check(const char *path, enum secretfile_use use);

#endif
