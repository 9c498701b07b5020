/* SPDX-License-Identifier: ISC */
/* What the tests' own mechanisms share. Anybody is "somebody"; one token and, if mutual
 * authentication is asked for, an answer. */
#ifndef TESTS_KERBEROS_SOMEBODY_H
#define TESTS_KERBEROS_SOMEBODY_H

#include <gssapi/gssapi.h>
#include <gssapi/gssapi_ext.h>

#include <stdbool.h>

#define EXPORT __attribute__((visibility("default")))

/* The mechanism's own: its OID (four bytes), and the flags that it can have. */
extern const gss_OID_desc somebody_oid;
extern const OM_uint32 somebody_flags;

/* somebody_gives: an output buffer with a copy. */
OM_uint32 somebody_gives(gss_buffer_t out, const char *text, size_t len);

#endif
