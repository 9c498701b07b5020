/* SPDX-License-Identifier: ISC */
/* Whether another user could read or change a file that decides about logins. */
#ifndef CONF_FILERIGHTS_H
#define CONF_FILERIGHTS_H

#include "conf/secretfile.h"

/*
 * filerights_check: checks the rights of the file that is open as fd and has the status
 * st. ERR_FILE_RIGHTS, with a detail that names the path, what is wrong and what to do.
 *
 *   SERVER   belongs to root or to the effective user; its group, and the users and
 *            groups that its ACL names, may read it
 *   OWN      belongs to the effective user; no other user has any right
 *   PUBLIC   "other" may not write it
 *
 * A mounted secret is also accepted as SERVER and as OWN, because its rights cannot be
 * changed from inside of a container. It belongs to root; this process cannot write it;
 * and either it lies on a read-only mount or on tmpfs, or it has no second hard link and
 * lies in a folder that other users cannot enter. "Other" may then read it, and any group
 * but the primary group of the process. The users that its POSIX ACL names must be root
 * or the effective user. An ACL that cannot be read or decoded is an error.
 *
 * The folder is found by following path again; the file in it must be the open one.
 */
MUST_USE enum err filerights_check(const char *path, enum secretfile_use use, int fd,
                                   const struct stat *st);

#endif
