/* SPDX-License-Identifier: ISC */
/* The functions that the module does not have: what the library returns in their place,
 * as docs/gss-api.md says (lint/gss_api compares the page with this table). A function
 * that returns GSS_S_COMPLETE has no effect. */
#include "tests/exchange/peer.h"

#include <string.h>

static struct login login;
static gss_name_t name; /* alice, as the mechanism's name */

static gss_OID_desc odd = {3, (void *)(uintptr_t) "\x2a\x03\x04"};
static gss_buffer_desc text = {4, (void *)(uintptr_t) "text"};

static OM_uint32 complete_auth_token(OM_uint32 *minor)
{
    return gss_complete_auth_token(minor, login.initiator.context, &text);
}

static OM_uint32 pseudo_random(OM_uint32 *minor)
{
    gss_buffer_desc out = GSS_C_EMPTY_BUFFER;

    return gss_pseudo_random(minor, login.initiator.context, GSS_C_PRF_KEY_FULL, &text,
                             16, &out);
}

static OM_uint32 impersonate(OM_uint32 *minor)
{
    gss_OID_set_desc only = {1, login.initiator.mech};
    gss_cred_id_t cred = GSS_C_NO_CREDENTIAL;

    return gss_acquire_cred_impersonate_name(minor, login.initiator.cred, name, 0, &only,
                                             GSS_C_INITIATE, &cred, NULL, NULL);
}

static OM_uint32 inquire_by_mech(OM_uint32 *minor)
{
    return gss_inquire_cred_by_mech(minor, login.initiator.cred, login.initiator.mech,
                                    NULL, NULL, NULL, NULL);
}

static OM_uint32 inquire_by_oid(OM_uint32 *minor)
{
    gss_buffer_set_t set = GSS_C_NO_BUFFER_SET;

    return gss_inquire_cred_by_oid(minor, login.initiator.cred, &odd, &set);
}

static OM_uint32 set_neg_mechs(OM_uint32 *minor)
{
    gss_OID_set_desc only = {1, NTLM};

    return gss_set_neg_mechs(minor, login.initiator.cred, &only);
}

static OM_uint32 display_as_service(OM_uint32 *minor)
{
    gss_buffer_desc out = GSS_C_EMPTY_BUFFER;

    return gss_display_name_ext(minor, name, GSS_C_NT_HOSTBASED_SERVICE, &out);
}

static OM_uint32 export_composite(OM_uint32 *minor)
{
    gss_buffer_desc out = GSS_C_EMPTY_BUFFER;

    return gss_export_name_composite(minor, name, &out);
}

static OM_uint32 set_attribute(OM_uint32 *minor)
{
    return gss_set_name_attribute(minor, name, 1, &text, &text);
}

static OM_uint32 delete_attribute(OM_uint32 *minor)
{
    return gss_delete_name_attribute(minor, name, &text);
}

static OM_uint32 map_name(OM_uint32 *minor)
{
    gss_any_t any = NULL;

    return gss_map_name_to_any(minor, name, 1, &text, &any);
}

static OM_uint32 release_mapping(OM_uint32 *minor)
{
    gss_any_t any = NULL;

    return gss_release_any_name_mapping(minor, name, &text, &any);
}

static OM_uint32 invoke(OM_uint32 *minor)
{
    return gssspi_mech_invoke(minor, login.initiator.mech, &odd, &text);
}

static const struct {
    const char *function;
    gss_OID *mech;
    OM_uint32 major;
    OM_uint32 (*run)(OM_uint32 *minor);
} rows[] = {
    {"gss_complete_auth_token", &NTLM, GSS_S_COMPLETE, complete_auth_token},
    {"gss_pseudo_random", &NTLM, GSS_S_UNAVAILABLE, pseudo_random},
    {"gss_acquire_cred_impersonate_name", &NTLM, GSS_S_UNAVAILABLE, impersonate},
    {"gss_inquire_cred_by_mech", &SPNEGO, GSS_S_BAD_BINDINGS, inquire_by_mech},
    {"gss_inquire_cred_by_oid", &NTLM, GSS_S_UNAVAILABLE, inquire_by_oid},
    {"gss_set_neg_mechs", &NTLM, GSS_S_UNAVAILABLE, set_neg_mechs},
    {"gss_display_name_ext", &NTLM, GSS_S_UNAVAILABLE, display_as_service},
    {"gss_export_name_composite", &NTLM, GSS_S_UNAVAILABLE, export_composite},
    {"gss_set_name_attribute", &NTLM, GSS_S_UNAVAILABLE, set_attribute},
    {"gss_delete_name_attribute", &NTLM, GSS_S_UNAVAILABLE, delete_attribute},
    {"gss_map_name_to_any", &NTLM, GSS_S_UNAVAILABLE, map_name},
    {"gss_release_any_name_mapping", &NTLM, GSS_S_UNAVAILABLE, release_mapping},
    {"gssspi_mech_invoke", &SPNEGO, GSS_S_BAD_MECH, invoke},
};

TEST_TIMES(the_library_returns_what_the_page_says, (int)(sizeof(rows) / sizeof(rows[0])))
{
    gss_name_t imported;
    OM_uint32 minor;
    OM_uint32 major;

    place_begin(LINES_BOTH, "");
    login_begin(&login, *rows[_i].mech, ALICE, ALICE_PASSWORD, SEAL_FLAGS);
    peer_initiate(&login.initiator, bytes_of(NULL, 0));
    imported = name_of(ALICE, GSS_C_NT_USER_NAME);
    ck_complete(gss_canonicalize_name(&minor, imported, *rows[_i].mech, &name));
    major = rows[_i].run(&minor);
    ck_assert_msg(major == rows[_i].major, "%s: %#x", rows[_i].function, major);
    (void)gss_release_name(&minor, &imported);
    (void)gss_release_name(&minor, &name);
    login_end(&login);
}
