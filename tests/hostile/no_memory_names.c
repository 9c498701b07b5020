/* SPDX-License-Identifier: ISC */
/* Names when there is no memory: each allocation of every call that makes, reads,
 * compares or exports one fails once. */
#include "tests/hostile/alloc_fault.h"
#include "tests/hostile/scenario.h"

#include <string.h>

static OM_uint32 import(const char *text, gss_OID type, gss_name_t *name,
                        OM_uint32 *minor)
{
    gss_buffer_desc in = buffer_of(bytes_str(text));

    return gss_import_name(minor, &in, type, name);
}

static OM_uint32 import_user(struct fixture *p, OM_uint32 *minor)
{
    return import(ALICE, GSS_C_NT_USER_NAME, &p->name, minor);
}

static OM_uint32 import_service(struct fixture *p, OM_uint32 *minor)
{
    return import("http@server.example.com", GSS_C_NT_HOSTBASED_SERVICE, &p->name, minor);
}

static OM_uint32 import_principal(struct fixture *p, OM_uint32 *minor)
{
    return import("http/server@REALM", (gss_OID)(uintptr_t)GSS_KRB5_NT_PRINCIPAL_NAME,
                  &p->name, minor);
}

static OM_uint32 import_anonymous(struct fixture *p, OM_uint32 *minor)
{
    return import("whoever", GSS_C_NT_ANONYMOUS, &p->name, minor);
}

static OM_uint32 make_canonical(struct fixture *p, OM_uint32 *minor)
{
    return gss_canonicalize_name(minor, p->name, p->mech, &p->mech_name);
}

static OM_uint32 display_it(struct fixture *p, OM_uint32 *minor)
{
    gss_OID type;

    (void)gss_release_buffer(minor, &p->text);
    return gss_display_name(minor, p->mech_name, &p->text, &type);
}

static OM_uint32 display_ext(struct fixture *p, OM_uint32 *minor)
{
    (void)gss_release_buffer(minor, &p->text);
    return gss_display_name_ext(minor, p->mech_name, GSS_C_NT_USER_NAME, &p->text);
}

static OM_uint32 duplicate(struct fixture *p, OM_uint32 *minor)
{
    OM_uint32 unused;

    *minor = SCENARIO_DROPPED;
    return gss_duplicate_name(&unused, p->mech_name, &p->other_name);
}

static OM_uint32 compare(gss_name_t a, gss_name_t b, OM_uint32 *minor)
{
    OM_uint32 unused;
    int equal;

    *minor = SCENARIO_DROPPED;
    return gss_compare_name(&unused, a, b, &equal);
}

static OM_uint32 compare_them(struct fixture *p, OM_uint32 *minor)
{
    return compare(p->mech_name, p->other_name, minor);
}

static OM_uint32 compare_spelling(struct fixture *p, OM_uint32 *minor)
{
    return compare(p->mech_name, p->name, minor);
}

static OM_uint32 export_it(struct fixture *p, OM_uint32 *minor)
{
    return gss_export_name(minor, p->mech_name, &p->token);
}

static OM_uint32 import_exported(struct fixture *p, OM_uint32 *minor)
{
    OM_uint32 unused;

    (void)gss_release_name(&unused, &p->other_name);
    return gss_import_name(minor, &p->token, GSS_C_NT_EXPORT_NAME, &p->other_name);
}

static OM_uint32 export_composite(struct fixture *p, OM_uint32 *minor)
{
    (void)gss_release_buffer(minor, &p->token);
    return gss_export_name_composite(minor, p->mech_name, &p->token);
}

static OM_uint32 inquire_it(struct fixture *p, OM_uint32 *minor)
{
    gss_OID mech = GSS_C_NO_OID;
    OM_uint32 unused;
    OM_uint32 major;
    int is_mn;

    major = gss_inquire_name(minor, p->mech_name, &is_mn, &mech, &p->buffers);
    (void)gss_release_oid(&unused, &mech);
    return major;
}

static OM_uint32 attribute(struct fixture *p, OM_uint32 *minor)
{
    gss_buffer_desc name = buffer_of(bytes_str("urn:gssntlmssp:sids"));
    gss_buffer_desc value = GSS_C_EMPTY_BUFFER;
    gss_buffer_desc shown = GSS_C_EMPTY_BUFFER;
    OM_uint32 unused;
    int authenticated;
    int complete;
    int more = -1;
    OM_uint32 major = gss_get_name_attribute(minor, p->mech_name, &name, &authenticated,
                                             &complete, &value, &shown, &more);

    (void)gss_release_buffer(&unused, &value);
    (void)gss_release_buffer(&unused, &shown);
    return major;
}

static OM_uint32 local_name(struct fixture *p, OM_uint32 *minor)
{
    (void)gss_release_buffer(minor, &p->text);
    return gss_localname(minor, p->mech_name, p->mech, &p->text);
}

#define ALL_OF_A_NAME                                                                    \
    make_canonical, display_it, display_ext, duplicate, compare_them, compare_spelling,  \
        export_it, import_exported, compare_them, export_composite, inquire_it,          \
        attribute, local_name

static const struct scenario scenarios[] = {
    {"a user's name", {import_user, ALL_OF_A_NAME}},
    {"a service's name", {import_service, ALL_OF_A_NAME}},
    {"a principal's name", {import_principal, ALL_OF_A_NAME}},
    {"nobody's name", {import_anonymous, ALL_OF_A_NAME}},
};

static void nothing_new(void)
{
}

TEST_TIMES(names, 2 * N(scenarios))
{
    gss_OID mech = mech_of(_i % 2);

    place_begin(LINES_BOTH, "");
    login_good(mech);
    alloc_fault_begin(false);
    ck_assert_uint_gt(scenario_play(&scenarios[_i / 2], mech, nothing_new), 3);
    login_good(mech);
}
