/* SPDX-License-Identifier: ISC */
/* SPNEGO's names: the built-in SPNEGO's own, unless NTLM gave them. */
#include "mech/api/call.h"
#include "mech/glue.h"
#include "mech/name.h"
#include "mech/oid.h"

/* The glue's name behind ours, and where there is one, what the glue makes of it. */
static gss_name_t behind(gss_name_t name)
{
    return name == GSS_C_NO_NAME ? GSS_C_NO_NAME : call_name(name)->glue;
}

static bool has_glue(gss_name_t name)
{
    return behind(name) != GSS_C_NO_NAME;
}

static OM_uint32 import(OM_uint32 *minor, gss_buffer_t text, gss_OID type,
                        gss_name_t *name)
{
    struct mech_name *made = NULL;
    enum err e;

    call_begin(minor);
    if (name == NULL || text == NULL) {
        return call_end(ERR_ARGUMENT, minor);
    }
    e = name_import_spnego(call_bytes(text), type, &made);
    *name = (gss_name_t)made;
    return call_end(e, minor);
}

GSS_EXPORT OM_uint32 gssi_import_name(OM_uint32 *minor, gss_buffer_t text, gss_OID type,
                                      gss_name_t *name)
{
    return import(minor, text, type, name);
}

/* mech may be GSS_C_NO_OID, which means SPNEGO. */
GSS_EXPORT OM_uint32 gssi_import_name_by_mech(OM_uint32 *minor, gss_OID mech,
                                              gss_buffer_t text, gss_OID type,
                                              gss_name_t *name)
{
    (void)mech;
    return import(minor, text, type, name);
}

GSS_EXPORT OM_uint32 gssi_display_name(OM_uint32 *minor, gss_name_t name,
                                       gss_buffer_t text, gss_OID *type)
{
    if (!has_glue(name)) {
        return call_display_name(minor, name, text, type);
    }
    OM_uint32 major = glue_get()->display_name(minor, behind(name), text, type);
    if (type != NULL) {
        *type = GSS_ERROR(major) ? GSS_C_NO_OID : oid_name_type(*type);
    }
    return major;
}

static bool is_of_krb5(gss_name_t glue_name)
{
    gss_OID mech = GSS_C_NO_OID;
    OM_uint32 minor;
    OM_uint32 major;
    bool is_krb5;
    int is_mn = 0;

    major = glue_get()->inquire_name(&minor, glue_name, &is_mn, &mech, NULL);
    is_krb5 = !GSS_ERROR(major) && is_mn != 0 && mech != GSS_C_NO_OID &&
              oid_equal(mech, &MECH_OID_KRB5);
    (void)gss_release_oid(&minor, &mech); /* the glue made a copy */
    return is_krb5;
}

/* A name of Kerberos with one that need not be: as the built-in SPNEGO compares what it
 * keeps behind its own names. */
static OM_uint32 compare_as_krb5(OM_uint32 *minor, gss_name_t krb5, gss_name_t other,
                                 int *equal)
{
    gss_name_t same_kind = GSS_C_NO_NAME;
    OM_uint32 unused;
    OM_uint32 major =
        glue_get()->canonicalize_name(minor, other, &MECH_OID_KRB5, &same_kind);

    if (!GSS_ERROR(major)) {
        major = glue_get()->compare_name(minor, krb5, same_kind, equal);
    }
    (void)glue_get()->release_name(&unused, &same_kind);
    return major;
}

GSS_EXPORT OM_uint32 gssi_compare_name(OM_uint32 *minor, gss_name_t a, gss_name_t b,
                                       int *equal)
{
    if (!has_glue(a) || !has_glue(b)) {
        return call_compare_name(minor, a, b, equal);
    }
    if (is_of_krb5(behind(a))) {
        return compare_as_krb5(minor, behind(a), behind(b), equal);
    }
    if (is_of_krb5(behind(b))) {
        return compare_as_krb5(minor, behind(b), behind(a), equal);
    }
    return glue_get()->compare_name(minor, behind(a), behind(b), equal);
}

GSS_EXPORT OM_uint32 gssi_duplicate_name(OM_uint32 *minor, const gss_name_t name,
                                         gss_name_t *copy)
{
    return call_duplicate_name(minor, name, copy);
}

/* A name as the built-in SPNEGO would have given it; to be released. Those of a Kerberos
 * context under our SPNEGO are Kerberos' own. */
static OM_uint32 as_builtin(OM_uint32 *minor, gss_name_t name, gss_name_t *out)
{
    if (!is_of_krb5(behind(name))) {
        return glue_get()->duplicate_name(minor, behind(name), out);
    }
    return glue_get()->canonicalize_name(minor, behind(name), glue_builtin_spnego(), out);
}

GSS_EXPORT OM_uint32 gssi_export_name(OM_uint32 *minor, const gss_name_t name,
                                      gss_buffer_t token)
{
    gss_name_t exported = GSS_C_NO_NAME;
    OM_uint32 unused;

    if (!has_glue(name)) {
        return call_export_name(minor, name, token);
    }
    OM_uint32 major = as_builtin(minor, name, &exported);
    if (!GSS_ERROR(major)) {
        major = glue_get()->export_name(minor, exported, token);
    }
    (void)glue_get()->release_name(&unused, &exported);
    return major;
}

GSS_EXPORT OM_uint32 gssi_inquire_name(OM_uint32 *minor, gss_name_t name, int *is_mn,
                                       gss_OID *mech, gss_buffer_set_t *attributes)
{
    if (has_glue(name)) {
        return glue_get()->inquire_name(minor, behind(name), is_mn, mech, attributes);
    }
    return call_inquire_name(minor, name, is_mn, mech, attributes);
}

GSS_EXPORT OM_uint32 gssi_display_name_ext(OM_uint32 *minor, gss_name_t name,
                                           gss_OID display_as, gss_buffer_t text)
{
    if (!has_glue(name)) {
        return call_unsupported(minor);
    }
    return glue_get()->display_name_ext(minor, behind(name), display_as, text);
}

/* Where there is no local name, the glue asks for this attribute instead, and the program
 * is told what came of that: so it is the reason why there is none. There is no such
 * attribute in any case: gss_userok would believe it. */
static OM_uint32 refuse_attribute(OM_uint32 *minor, gss_name_t name,
                                  gss_buffer_t attribute)
{
    gss_buffer_desc local = GSS_C_EMPTY_BUFFER;
    OM_uint32 unused;
    OM_uint32 major;

    if (name == GSS_C_NO_NAME || attribute == GSS_C_NO_BUFFER ||
        !bytes_equal(call_bytes(attribute), call_bytes(GSS_C_ATTR_LOCAL_LOGIN_USER))) {
        return call_unsupported(minor);
    }
    major = call_localname(minor, name, GSS_C_NO_OID, &local);
    (void)gss_release_buffer(&unused, &local);
    return GSS_ERROR(major) ? major : call_unsupported(minor);
}

GSS_EXPORT OM_uint32 gssi_get_name_attribute(OM_uint32 *minor, gss_name_t name,
                                             gss_buffer_t attribute, int *authenticated,
                                             int *complete, gss_buffer_t value,
                                             gss_buffer_t display_value, int *more)
{
    if (!has_glue(name)) {
        return refuse_attribute(minor, name, attribute);
    }
    return glue_get()->get_name_attribute(minor, behind(name), attribute, authenticated,
                                          complete, value, display_value, more);
}

GSS_EXPORT OM_uint32 gssi_set_name_attribute(OM_uint32 *minor, gss_name_t name,
                                             int complete, gss_buffer_t attribute,
                                             gss_buffer_t value)
{
    if (!has_glue(name)) {
        return call_unsupported(minor);
    }
    if (attribute == GSS_C_NO_BUFFER || value == GSS_C_NO_BUFFER) {
        return call_end(ERR_ARGUMENT, minor); /* the glue has no minor status for it */
    }
    return glue_get()->set_name_attribute(minor, behind(name), complete, attribute,
                                          value);
}

GSS_EXPORT OM_uint32 gssi_delete_name_attribute(OM_uint32 *minor, gss_name_t name,
                                                gss_buffer_t attribute)
{
    if (!has_glue(name)) {
        return call_unsupported(minor);
    }
    if (attribute == GSS_C_NO_BUFFER) {
        return call_end(ERR_ARGUMENT, minor); /* the glue has no minor status for it */
    }
    return glue_get()->delete_name_attribute(minor, behind(name), attribute);
}

GSS_EXPORT OM_uint32 gssi_export_name_composite(OM_uint32 *minor, gss_name_t name,
                                                gss_buffer_t token)
{
    if (!has_glue(name)) {
        return call_unsupported(minor);
    }
    return glue_get()->export_name_composite(minor, behind(name), token);
}

GSS_EXPORT OM_uint32 gssi_map_name_to_any(OM_uint32 *minor, gss_name_t name,
                                          int authenticated, gss_buffer_t type_id,
                                          gss_any_t *output)
{
    if (!has_glue(name)) {
        return call_unsupported(minor);
    }
    return glue_get()->map_name_to_any(minor, behind(name), authenticated, type_id,
                                       output);
}

GSS_EXPORT OM_uint32 gssi_release_any_name_mapping(OM_uint32 *minor, gss_name_t name,
                                                   gss_buffer_t type_id, gss_any_t *input)
{
    if (!has_glue(name)) {
        return call_unsupported(minor);
    }
    return glue_get()->release_any_name_mapping(minor, behind(name), type_id, input);
}

GSS_EXPORT OM_uint32 gssi_localname(OM_uint32 *minor, const gss_name_t name,
                                    gss_const_OID mech, gss_buffer_t local)
{
    if (!has_glue(name)) {
        return call_localname(minor, name, mech, local);
    }
    return glue_get()->localname(minor, behind(name), glue_builtin_spnego(), local);
}
