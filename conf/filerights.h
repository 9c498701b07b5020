/* SPDX-License-Identifier: ISC */
/* Whether somebody else could read or change a file that decides about logins. */
#ifndef CONF_FILERIGHTS_H
#define CONF_FILERIGHTS_H

#include "conf/secretfile.h"

/*
 * filerights_check: judges a file that is open as fd and has this status.
 *
 *   SERVER   belongs to root or to the effective user; a group, and whom an ACL names,
 *            may read it
 *   OWN      belongs to the effective user; nobody else has any right
 *   PUBLIC   not writable for other
 *
 * A mounted secret is taken for SERVER and OWN as well, for in a container nobody can
 * change its rights. It belongs to root, this process cannot write it, and it lies on a
 * read-only mount or on tmpfs, or is the only name of its file in a folder that others
 * cannot enter. Then other may read it, and any group but the process's primary one. A
 * named user of its POSIX ACL must be root or the effective user; an ACL that cannot be
 * read or understood is ERR_FILE_RIGHTS.
 *
 * The detail names the path, what is wrong, and what to do; path is also followed again
 * to find the folder, whose file must be the one that is open.
 */
MUST_USE enum err filerights_check(const char *path, enum secretfile_use use, int fd,
                                   const struct stat *st);

#endif
