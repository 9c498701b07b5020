/* SPDX-License-Identifier: ISC */
/* The OIDs of mechanisms, options and name types in the GSS-API of this module. */
#ifndef MECH_OID_H
#define MECH_OID_H

#include "base/bytes.h"

#include <gssapi/gssapi.h>

/* These descriptors are static; the mechglue does not free them. */
extern gss_OID_desc MECH_OID_NTLM;
extern gss_OID_desc MECH_OID_SPNEGO;
extern gss_OID_desc MECH_OID_KRB5;
extern gss_OID_desc MECH_OID_IAKERB;

/* Kerberos, then NTLM: what SPNEGO negotiates unless the program names others. */
extern const gss_OID_set_desc MECH_OIDS_DEFAULT;

/*
 * oid_name_type: the static descriptor of a name type. The mechglue saves and releases
 * the descriptor that a mechanism returns as a name's type. So a mechanism must return
 * one that gss_release_oid leaves alone, and never the copy inside a name of the glue.
 * MIT's list of such descriptors (generic_gss_release_oid of krb5 1.17 to 1.22) lacks
 * HOSTBASED_SERVICE_X, ENTERPRISE and X.509, but gss_release_oid first asks each
 * mechanism, and this module answers for these three (oid_is_ours). GSS_C_NO_OID: the
 * type is unknown, or there is none.
 */
gss_OID oid_name_type(gss_const_OID type);

/* oid_is_ours: whether this very descriptor is one that this module returns, so that
 * gss_release_oid must leave it alone. It compares pointers and calls nothing, because it
 * runs under the mechglue's lock. */
bool oid_is_ours(gss_const_OID oid);

/* Options of gss-ntlmssp, under 1.3.6.1.4.1.7165.655.1. */
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

/* oid_is: whether the OID, which may be NULL, has this body. */
bool oid_is(gss_const_OID oid, struct bytes body);

/* oid_equal: whether two OIDs are the same; a may be NULL. */
bool oid_equal(gss_const_OID a, gss_const_OID b);

/* oid_set_new: makes a set of these n members, which the application releases. */
MUST_USE enum err oid_set_new(const gss_const_OID *members, size_t n,
                              gss_OID_set *out_set);
/* oid_set_copy: makes a set of the same members in the same order. */
MUST_USE enum err oid_set_copy(const gss_OID_set_desc *from, gss_OID_set *out_set);

#endif
