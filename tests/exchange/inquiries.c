/* SPDX-License-Identifier: ISC */
/* Inquiries about mechanisms and credentials: a call that returns COMPLETE leaves no
 * output NULL. */
#include "tests/exchange/peer.h"

#include <string.h>

static gss_OID mech;

static void ck_set(const char *what, gss_OID_set *set)
{
    OM_uint32 minor;

    ck_assert_msg(*set != GSS_C_NO_OID_SET && (*set)->count > 0, "%s: none", what);
    ck_complete(gss_release_oid_set(&minor, set));
}

static void ck_text(const char *what, gss_buffer_desc *text)
{
    OM_uint32 minor;

    ck_assert_msg(text->value != NULL && text->length > 0, "%s: none", what);
    (void)gss_release_buffer(&minor, text);
}

static void begin(int i)
{
    mech = mech_of(i % 2);
    place_begin(i < 2 ? LINES_BOTH : LINES_NTLM, "");
    place_credential("AD:alice:" ALICE_PASSWORD "\n", 0600);
}

/* Neither the built-in SPNEGO nor ours has a SASL name of its own. */
static void check_sasl_name(void)
{
    gss_buffer_desc sasl = GSS_C_EMPTY_BUFFER;
    gss_buffer_desc name = GSS_C_EMPTY_BUFFER;
    gss_buffer_desc about = GSS_C_EMPTY_BUFFER;
    gss_OID found = GSS_C_NO_OID;
    OM_uint32 minor;
    OM_uint32 major = gss_inquire_saslname_for_mech(&minor, mech, &sasl, &name, &about);

    ck_assert(major == GSS_S_COMPLETE || mech == SPNEGO);
    if (major != GSS_S_COMPLETE) {
        return;
    }
    major = gss_inquire_mech_for_saslname(&minor, &sasl, &found);
    ck_complete(major);
    ck_assert_ptr_ne(found, GSS_C_NO_OID);
    ck_text("SASL name", &sasl);
    if (mech == NTLM) { /* for SPNEGO the mechglue itself makes only the first */
        ck_text("name", &name);
        ck_text("description", &about);
    }
    (void)gss_release_buffer(&minor, &name);
    (void)gss_release_buffer(&minor, &about);
}

TEST_TIMES(mechanisms, 4)
{
    gss_OID_set set = GSS_C_NO_OID_SET;
    gss_OID_set known = GSS_C_NO_OID_SET;
    gss_buffer_desc text = GSS_C_EMPTY_BUFFER;
    gss_name_t name;
    OM_uint32 minor;

    begin(_i);
    ck_complete(gss_indicate_mechs(&minor, &set));
    ck_set("mechanisms", &set);
    ck_complete(gss_inquire_names_for_mech(&minor, mech, &set));
    ck_set("name types", &set);
    ck_complete(gss_inquire_attrs_for_mech(&minor, mech, &set, &known));
    ck_set("attributes", &set);
    ck_set("known attributes", &known);
    name = name_of("alice", GSS_C_NT_USER_NAME);
    ck_complete(gss_inquire_mechs_for_name(&minor, name, &set));
    ck_set("mechanisms for a name", &set);
    (void)gss_release_name(&minor, &name);
    check_sasl_name();
    ck_complete(
        gss_display_status(&minor, 0, GSS_C_MECH_CODE, mech, &(OM_uint32){0}, &text));
    ck_text("status", &text);
}

static void check_cred(gss_cred_id_t cred)
{
    gss_name_t name = GSS_C_NO_NAME;
    gss_OID_set set = GSS_C_NO_OID_SET;
    OM_uint32 times[2] = {77, 77};
    OM_uint32 minor;
    int usage = -1;

    ck_complete(gss_inquire_cred(&minor, cred, &name, times, &usage, &set));
    ck_assert_uint_gt(strlen(display(name)), 0);
    ck_assert(usage >= 0 && times[0] != 77);
    ck_set("mechanisms of a credential", &set);
    (void)gss_release_name(&minor, &name);
    if (gss_inquire_cred_by_mech(&minor, cred, mech, &name, &times[0], &times[1],
                                 &usage) == GSS_S_COMPLETE) {
        ck_assert_uint_gt(strlen(display(name)), 0);
        ck_assert(times[0] != 77 && times[1] != 77);
        (void)gss_release_name(&minor, &name);
    }
}

TEST_TIMES(credentials, 4)
{
    static const gss_cred_usage_t usages[] = {GSS_C_INITIATE, GSS_C_ACCEPT, GSS_C_BOTH};
    gss_OID_set_desc only = {1, NULL};
    OM_uint32 minor;

    begin(_i);
    only.elements = mech;
    for (size_t i = 0; i < N(usages); i++) {
        gss_cred_id_t cred = GSS_C_NO_CREDENTIAL;

        ck_complete(gss_acquire_cred(&minor, GSS_C_NO_NAME, 0, &only, usages[i], &cred,
                                     NULL, NULL));
        check_cred(cred);
        (void)gss_release_cred(&minor, &cred);
    }
}
