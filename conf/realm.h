/* SPDX-License-Identifier: ISC */
/* Kerberos' realms. */
#ifndef CONF_REALM_H
#define CONF_REALM_H

#include "base/bytes.h"

#include <stdbool.h>

/*
 * realm_is_configured: whether krb5.conf names a realm: under [realms], or as
 * default_realm. Exactly, as Kerberos compares realms. True also if krb5.conf cannot be
 * read: Kerberos then tells what is wrong with it. Reads files; asks no KDC and no name
 * server.
 */
bool realm_is_configured(struct bytes realm);

#endif
