/* SPDX-License-Identifier: ISC */
/* What the tests' own mechanisms share. Anybody is "somebody"; one token and, if mutual
 * authentication is asked for, an answer. */
#ifndef TESTS_KERBEROS_FAKE_MECH_H
#define TESTS_KERBEROS_FAKE_MECH_H

#include <gssapi/gssapi.h>
#include <gssapi/gssapi_ext.h>

#include <stdbool.h>

#define EXPORT __attribute__((visibility("default")))

/* The mechanism's own: its OID (four bytes), and the flags that it can have. */
extern const gss_OID_desc fake_mech_oid;
extern const OM_uint32 fake_mech_flags;

/* fake_mech_output: an output buffer with a copy. */
OM_uint32 fake_mech_output(gss_buffer_t out, const char *text, size_t len);

#endif
