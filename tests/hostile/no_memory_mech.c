/* SPDX-License-Identifier: ISC */
/* The calls that describe a mechanism, when there is no memory. */
#include "tests/hostile/alloc_fault.h"
#include "tests/hostile/scenario.h"

static OM_uint32 attributes(struct fixture *p, OM_uint32 *minor)
{
    gss_OID_set known = GSS_C_NO_OID_SET;
    OM_uint32 unused;
    OM_uint32 major;

    (void)gss_release_oid_set(&unused, &p->set);
    major = gss_inquire_attrs_for_mech(minor, p->mech, &p->set, &known);
    (void)gss_release_oid_set(&unused, &known);
    return major;
}

static OM_uint32 name_types(struct fixture *p, OM_uint32 *minor)
{
    OM_uint32 unused;

    (void)gss_release_oid_set(&unused, &p->set);
    return gss_inquire_names_for_mech(minor, p->mech, &p->set);
}

static OM_uint32 sasl_name(struct fixture *p, OM_uint32 *minor)
{
    gss_buffer_desc texts[3] = {GSS_C_EMPTY_BUFFER, GSS_C_EMPTY_BUFFER,
                                GSS_C_EMPTY_BUFFER};
    OM_uint32 unused;
    OM_uint32 major =
        gss_inquire_saslname_for_mech(minor, p->mech, &texts[0], &texts[1], &texts[2]);

    for (int i = 0; i < 3; i++) {
        (void)gss_release_buffer(&unused, &texts[i]);
    }
    return major;
}

static OM_uint32 mech_of_sasl_name(struct fixture *p, OM_uint32 *minor)
{
    gss_buffer_desc name = buffer_of(bytes_str("GS2-NTLM"));
    gss_OID mech;

    (void)p;
    *minor =
        SCENARIO_DROPPED; /* the mechglue asks each mechanism and ignores its errors */
    OM_uint32 unused;
    return gss_inquire_mech_for_saslname(&unused, &name, &mech);
}

static OM_uint32 mechs(struct fixture *p, OM_uint32 *minor)
{
    OM_uint32 unused;

    (void)gss_release_oid_set(&unused, &p->set);
    return gss_indicate_mechs(minor, &p->set);
}

static const struct scenario scenario = {
    "what the mechanism says of itself",
    {attributes, name_types, sasl_name, mech_of_sasl_name, mechs}};

static void nothing_new(void)
{
}

TEST_TIMES(mechanisms, 2)
{
    gss_OID mech = mech_of(_i);
    unsigned n_failed;

    place_begin(LINES_BOTH, "");
    login_good(mech);
    alloc_fault_begin(false);
    n_failed = scenario_play(&scenario, mech, nothing_new);
    /* for SPNEGO the mechglue answers most of these calls itself */
    ck_assert(n_failed > 2 || mech == SPNEGO);
    login_good(mech);
}
