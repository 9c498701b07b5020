/* SPDX-License-Identifier: ISC */
/* mech/oid: comparing OIDs, and sets of them. */
#include "tests/lib/harness.h"

#include "asn1/negtoken.h"
#include "mech/oid.h"

#include <gssapi/gssapi_ext.h>
#include <gssapi/gssapi_krb5.h>

TEST(bodies_are_those_of_the_codec)
{
    ck_assert(oid_is(&MECH_OID_NTLM, OID_NTLM));
    ck_assert(oid_is(&MECH_OID_SPNEGO, OID_SPNEGO));
    ck_assert(!oid_is(&MECH_OID_NTLM, OID_SPNEGO));
    ck_assert(!oid_is(GSS_C_NO_OID, OID_SPNEGO));
    ck_assert(!oid_equal(&MECH_OID_NTLM, &MECH_OID_SPNEGO));
}

TEST(options_are_those_of_libgssapi)
{
    ck_assert(oid_is(GSS_C_INQ_SSPI_SESSION_KEY, OPTION_SESSION_KEY));
    ck_assert(oid_is(GSS_C_SEC_CONTEXT_SASL_SSF, OPTION_SASL_SSF));
    ck_assert(oid_is(GSS_KRB5_CRED_NO_CI_FLAGS_X, OPTION_NO_CI_FLAGS));
}

TEST(sets)
{
    gss_const_OID members[] = {&MECH_OID_NTLM, &MECH_OID_SPNEGO};
    gss_OID_set set;
    OM_uint32 minor;

    ck_ok(oid_set_new(members, 2, &set));
    ck_assert_uint_eq(set->count, 2);
    ck_assert(oid_equal(&set->elements[1], &MECH_OID_SPNEGO));
    (void)gss_release_oid_set(&minor, &set);
}

TEST(copies_of_sets)
{
    const gss_const_OID members[] = {&MECH_OID_SPNEGO, &MECH_OID_KRB5, &MECH_OID_NTLM};
    gss_OID_set_desc empty = {0, NULL};
    gss_OID_set set;
    gss_OID_set copy;
    OM_uint32 minor;

    ck_ok(oid_set_new(members, 3, &set));
    ck_ok(oid_set_copy(set, &copy));
    (void)gss_release_oid_set(&minor, &set);
    ck_assert_uint_eq(copy->count, 3);
    for (size_t i = 0; i < 3; i++) {
        ck_assert(oid_equal(&copy->elements[i], members[i]));
    }
    (void)gss_release_oid_set(&minor, &copy);
    ck_ok(oid_set_copy(&empty, &copy));
    ck_assert_uint_eq(copy->count, 0);
    (void)gss_release_oid_set(&minor, &copy);
}
