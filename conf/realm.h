/* SPDX-License-Identifier: ISC */
/* The realms of Kerberos that this machine knows. */
#ifndef CONF_REALM_H
#define CONF_REALM_H

#include "base/bytes.h"

#include <stdbool.h>

/*
 * realm_is_configured: whether krb5.conf names the realm, under [realms] or as
 * default_realm. The case of letters counts. True if krb5.conf cannot be read, so that
 * Kerberos is tried and reports what is wrong. Reads files; asks no KDC and no name
 * server.
 */
bool realm_is_configured(struct bytes realm);

#endif
