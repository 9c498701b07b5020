/* SPDX-License-Identifier: ISC */
/* Maps a user of NTLM to an account of this system (gss_localname). */
#ifndef MECH_LOCALNAME_H
#define MECH_LOCALNAME_H

#include "mech/name.h"

/* Accounts with a lower uid are system accounts on Debian, Fedora and others. */
#define LOCALNAME_UID_MIN ((uid_t)1000)

/*
 * localname_find: appends the name of the account that has the user's name (getpwnam_r).
 * The user's domain must be empty, or the server's own netbios_name or netbios_domain.
 * If 'users_from' names winbind, the account of another domain's user has the name that
 * nss_winbind gives it, such as AD\\alice.
 * The account's uid must be at least LOCALNAME_UID_MIN, and not one of "nobody". So a
 * user of another domain never becomes the local account of the same name. Errors:
 * ERR_LOCAL_ACCOUNT with the reason as its detail; those of settings_acquire;
 * ERR_NO_MEMORY. The system's name services may do I/O.
 */
MUST_USE enum err localname_find(const struct mech_name *name, struct buf *out);

#endif
