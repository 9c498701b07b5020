/* SPDX-License-Identifier: ISC */
/* The rights that an open file gives to users other than its owner, by its mode and its
 * POSIX ACL. */
#ifndef CONF_ACL_H
#define CONF_ACL_H

#include "base/bytes.h"

#include <sys/stat.h>

/*
 * struct acl: the rights in force, after the ACL's mask. others_write: a user other than
 * the owner may write. other_any: the class "other" has some right. stranger_any: the ACL
 * gives some right to a named user other than root and the effective user. primary_any:
 * the process's real or effective group has some right, as the file's group or as a named
 * one.
 */
struct acl {
    bool others_write;
    bool other_any;
    bool stranger_any;
    bool primary_any;
};

/* acl_read: ERR_FILE_RIGHTS if the ACL cannot be read, or is not in Linux's form
 * (version 2 of system.posix_acl_access). */
MUST_USE enum err acl_read(int fd, const struct stat *st, struct acl *out);

/* acl_decode: the same for the bytes of that attribute. */
MUST_USE enum err acl_decode(struct bytes raw, const struct stat *st, struct acl *out);

#endif
