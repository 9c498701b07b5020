/* SPDX-License-Identifier: ISC */
/* The rights that mode and POSIX ACL of an open file give to others than its owner. */
#ifndef CONF_ACL_H
#define CONF_ACL_H

#include "base/bytes.h"

#include <sys/stat.h>

/*
 * struct acl: what is in force, the ACL's mask applied. others_write: anybody but the
 * owner may write. other_any: the class "other" has some right. stranger_any: a named
 * user who is neither root nor the effective user has some right. primary_any: the
 * process's real or effective group has some right, as the file's group or a named one.
 */
struct acl {
    bool others_write;
    bool other_any;
    bool stranger_any;
    bool primary_any;
};

/* acl_read: ERR_FILE_RIGHTS if there is an ACL that cannot be read or has another form
 * than Linux's (version 2 of system.posix_acl_access). */
MUST_USE enum err acl_read(int fd, const struct stat *st, struct acl *out);

/* acl_decode: the same of the attribute's bytes. */
MUST_USE enum err acl_decode(struct bytes raw, const struct stat *st, struct acl *out);

#endif
