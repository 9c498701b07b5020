/* SPDX-License-Identifier: ISC */
/* Which ticket cache is Kerberos' default one now, in this thread. */
#ifndef MECH_DEFAULT_CCACHE_H
#define MECH_DEFAULT_CCACHE_H

#include "asn1/buf.h"

#include <stdbool.h>

/*
 * default_ccache_get: appends the name of the cache that gss_krb5_ccache_name set for
 * this thread, or else of the one that the environment or krb5.conf names. The thread's
 * setting stays what it was. ERR_NO_CRED: Kerberos has none.
 */
MUST_USE enum err default_ccache_get(struct buf *out);

/* default_ccache_is: whether this is still its name. */
bool default_ccache_is(struct bytes name);

#endif
