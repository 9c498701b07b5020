/* SPDX-License-Identifier: ISC */
/* The common parts of the tests' own mechanisms. Every user is "somebody". There is one
 * token and, if mutual authentication is asked for, one answer. */
#ifndef TESTS_KERBEROS_FAKE_MECH_H
#define TESTS_KERBEROS_FAKE_MECH_H

#include <gssapi/gssapi.h>
#include <gssapi/gssapi_ext.h>

#include <stdbool.h>

#define EXPORT __attribute__((visibility("default")))

/* Each mechanism defines these: its OID (four bytes), and the flags that it supports. */
extern const gss_OID_desc fake_mech_oid;
extern const OM_uint32 fake_mech_flags;

/* fake_mech_output: fills an output buffer with a copy. */
OM_uint32 fake_mech_output(gss_buffer_t out, const char *text, size_t len);

#endif
