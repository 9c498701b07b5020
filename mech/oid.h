/* SPDX-License-Identifier: ISC */
/* The OIDs of mechanisms, options and attributes that the GSS surface speaks of. */
#ifndef MECH_OID_H
#define MECH_OID_H

#include "base/bytes.h"

#include <gssapi/gssapi.h>

/* Static descriptors: what we hand out is never freed by the glue. */
extern gss_OID_desc MECH_OID_NTLM;
extern gss_OID_desc MECH_OID_SPNEGO;
extern gss_OID_desc MECH_OID_KRB5;
extern gss_OID_desc MECH_OID_IAKERB;

/*
 * oid_name_type: a name type as a descriptor that may be handed out: the mechglue keeps
 * and releases what a mechanism says of a name's type, so only what its release takes for
 * static may leave, never the copy that a name of the glue holds. Its own list
 * (generic_gss_release_oid of krb5 1.17 to 1.22) lacks HOSTBASED_SERVICE_X, ENTERPRISE
 * and X.509; before it looks there it asks each mechanism, and ours knows these
 * (oid_is_kept). GSS_C_NO_OID: a type that nobody knows, or none.
 */
gss_OID oid_name_type(gss_const_OID type);

/* oid_is_kept: whether gss_release_oid is to leave this very descriptor alone because it
 * is one that we hand out. Compares only: it runs under the mechglue's lock. */
bool oid_is_kept(gss_const_OID oid);

/* Options of the existing NTLMSSP plugin, under 1.3.6.1.4.1.7165.655.1. */
extern const struct bytes OPTION_SET_SEQUENCE;       /* .1 */
extern const struct bytes OPTION_SPNEGO_REQUIRE_MIC; /* .2 */
extern const struct bytes OPTION_RESET_CRYPTO;       /* .3 */
extern const struct bytes OPTION_TRACE;              /* .4, debug */
extern const struct bytes OPTION_NEG_FLAGS;          /* .5 */
/* MIT's: GSS_KRB5_CRED_NO_CI_FLAGS_X 1.2.752.43.13.29,
 * gss_krb5_set_allowable_enctypes 1.2.840.113554.1.2.2.5.4,
 * GSS_C_INQ_SSPI_SESSION_KEY 1.2.840.113554.1.2.2.5.5,
 * GSS_C_SEC_CONTEXT_SASL_SSF 1.2.840.113554.1.2.2.5.15. */
extern const struct bytes OPTION_NO_CI_FLAGS;
extern const struct bytes OPTION_ENCTYPES;
extern const struct bytes OPTION_SESSION_KEY;
extern const struct bytes OPTION_SASL_SSF;

/* oid_is: whether an OID (may be NULL) has this body. */
bool oid_is(gss_const_OID oid, struct bytes body);

/* oid_equal: two OIDs, neither NULL. */
bool oid_equal(gss_const_OID a, gss_const_OID b);

/* oid_set_new: a set for the application with these n members, released by it. */
MUST_USE enum err oid_set_new(const gss_const_OID *members, size_t n,
                              gss_OID_set *out_set);
/* oid_set_copy: the same members in the same order. */
MUST_USE enum err oid_set_copy(const gss_OID_set_desc *from, gss_OID_set *out_set);

#endif
