/* SPDX-License-Identifier: ISC */
/* The user files that the process has read. */
#ifndef CONF_USERCACHE_H
#define CONF_USERCACHE_H

#include "conf/secretfile.h"
#include "conf/shared.h"
#include "conf/siphash.h"
#include "conf/userindex.h"

/* struct usersnapshot: one reading of one file. */
struct usersnapshot {
    struct shared shared; /* must be first */
    char *path;
    struct secretfile_id id;
    /* whether the file certainly has not changed as long as its id is equal */
    atomic_bool settled;
    bool has_digest;
    struct siphash_key digest_key;
    uint64_t digest; /* of the contents, if the file was not settled when it was read */
    struct userindex *index;
};

/*
 * usercache_acquire: a reference to a reading of the file at path as it is now, which the
 * caller releases; NULL after an error. The process caches the readings of a few paths. A
 * login asks the kernel for the status of the file, and takes no lock if the file has not
 * changed. If it has changed, one thread reads it again, and each other one waits for it.
 * If the file was changed a moment ago, a further change could have the same time stamp;
 * then its contents are compared with those that were read. Errors of secretfile_read and
 * of userindex_new.
 */
MUST_USE enum err usercache_acquire(const char *path, struct usersnapshot **out_snapshot);

void usercache_release(struct usersnapshot **snapshot);
#define USERSNAPSHOT_AUTO __attribute__((cleanup(usercache_release))) struct usersnapshot

#endif
