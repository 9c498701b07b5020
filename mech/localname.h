/* SPDX-License-Identifier: ISC */
/* The account of this system that a user of NTLM is (gss_localname). */
#ifndef MECH_LOCALNAME_H
#define MECH_LOCALNAME_H

#include "mech/name.h"

/* Accounts below are the system's own, as Debian, Fedora and others number them. */
#define LOCALNAME_UID_MIN ((uid_t)1000)

/*
 * localname_find: appends the name of the account that has the user's name (getpwnam_r).
 * The user's domain must be empty, or the server's own netbios_name or netbios_domain,
 * and the account's uid at least LOCALNAME_UID_MIN and not one of "nobody". An account
 * that others administer, such as a domain's, is never taken for the local one of the
 * same name. ERR_LOCAL_ACCOUNT with the reason as its detail; errors of settings_acquire;
 * ERR_NO_MEMORY. The system's name services may do I/O.
 */
MUST_USE enum err localname_find(const struct mech_name *name, struct buf *out);

#endif
