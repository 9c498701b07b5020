/* SPDX-License-Identifier: ISC */
/* Names. A name that was imported for SPNEGO, or that the mechglue returned, contains a
 * name of the mechglue; the functions then give the results of the built-in SPNEGO. NTLM
 * serves every other name. */
#include "mech/name.h"

#include "mech/api/call.h"
#include "mech/context.h"
#include "mech/glue.h"
#include "mech/localname.h"
#include "mech/name_attribute.h"
#include "mech/name_glue.h"
#include "mech/oid.h"
#include "mech/status.h"

static OM_uint32 import(enum mech_via via, OM_uint32 *minor, gss_buffer_t text,
                        gss_OID type, gss_name_t *name)
{
    struct mech_name *made = NULL;
    enum err e;

    call_begin(minor);
    if (name != NULL) {
        *name = GSS_C_NO_NAME;
    }
    if (name == NULL || text == NULL) {
        return call_end(ERR_ARGUMENT, minor);
    }
    e = via == VIA_SPNEGO ? name_import_spnego(call_bytes(text), type, &made)
                          : name_import(call_bytes(text), type, &made);
    *name = (gss_name_t)made;
    return call_end(e, minor);
}

GSS_EXPORT OM_uint32 gss_import_name(OM_uint32 *minor, gss_buffer_t text, gss_OID type,
                                     gss_name_t *name)
{
    return import(VIA_NTLM, minor, text, type, name);
}

GSS_EXPORT OM_uint32 gssi_import_name(OM_uint32 *minor, gss_buffer_t text, gss_OID type,
                                      gss_name_t *name)
{
    return import(VIA_SPNEGO, minor, text, type, name);
}

GSS_EXPORT OM_uint32 gssspi_import_name_by_mech(OM_uint32 *minor, gss_OID mech,
                                                gss_buffer_t text, gss_OID type,
                                                gss_name_t *name)
{
    (void)mech;
    return import(VIA_NTLM, minor, text, type, name);
}

/* mech may be GSS_C_NO_OID, which means SPNEGO. */
GSS_EXPORT OM_uint32 gssi_import_name_by_mech(OM_uint32 *minor, gss_OID mech,
                                              gss_buffer_t text, gss_OID type,
                                              gss_name_t *name)
{
    (void)mech;
    return import(VIA_SPNEGO, minor, text, type, name);
}

GSS_EXPORT OM_uint32 gss_release_name(OM_uint32 *minor, gss_name_t *name)
{
    call_begin_quiet(minor);
    if (name == NULL) {
        return call_end(ERR_ARGUMENT, minor);
    }
    name_free(call_name(*name));
    *name = GSS_C_NO_NAME;
    return GSS_S_COMPLETE;
}
GSSI_ALIAS(release_name);

GSS_EXPORT OM_uint32 gss_display_name(OM_uint32 *minor, gss_name_t name,
                                      gss_buffer_t text, gss_OID *type)
{
    BUF_AUTO out = BUF_INIT;
    gss_OID shown = GSS_C_NO_OID;
    gss_name_t glue_name;
    enum err e = name_glue(call_name(name), &glue_name);

    if (glue_name != GSS_C_NO_NAME) {
        OM_uint32 major = glue_get()->display_name(minor, glue_name, text, type);

        if (type != NULL) {
            *type = GSS_ERROR(major) ? GSS_C_NO_OID : oid_name_type(*type);
        }
        return major;
    }
    call_begin(minor);
    call_buffer_clear(text);
    if (type != NULL) {
        *type = GSS_C_NO_OID;
    }
    if (e != ERR_OK || name == GSS_C_NO_NAME || text == NULL) {
        return call_end(e != ERR_OK ? e : ERR_NAME, minor);
    }
    name_display(call_name(name), &out, &shown);
    if (type != NULL) {
        *type = shown;
    }
    return call_end(status_move_to_buffer(text, &out), minor);
}
GSSI_ALIAS(display_name);

GSS_EXPORT OM_uint32 gssi_display_name_ext(OM_uint32 *minor, gss_name_t name,
                                           gss_OID display_as, gss_buffer_t text)
{
    gss_name_t glue_name;
    enum err e = name_glue(call_name(name), &glue_name);

    if (e != ERR_OK || glue_name == GSS_C_NO_NAME) {
        return e != ERR_OK ? call_end(e, minor) : call_unsupported(minor);
    }
    return glue_get()->display_name_ext(minor, glue_name, display_as, text);
}

static bool is_of_krb5(gss_name_t name)
{
    gss_OID mech = GSS_C_NO_OID;
    OM_uint32 minor;
    OM_uint32 major;
    bool is_krb5;
    int is_mn = 0;

    major = glue_get()->inquire_name(&minor, name, &is_mn, &mech, NULL);
    is_krb5 = !GSS_ERROR(major) && is_mn != 0 && mech != GSS_C_NO_OID &&
              oid_equal(mech, &MECH_OID_KRB5);
    (void)gss_release_oid(&minor, &mech); /* the mechglue made a copy */
    return is_krb5;
}

/* Compares two names of the mechglue as the built-in SPNEGO does: if one is a name of
 * Kerberos, the other is made one first. */
static OM_uint32 compare_glue_names(OM_uint32 *minor, gss_name_t a, gss_name_t b,
                                    int *equal)
{
    gss_name_t other = GSS_C_NO_NAME;
    OM_uint32 unused;
    OM_uint32 major;
    bool a_is_krb5 = is_of_krb5(a);

    if (!a_is_krb5 && !is_of_krb5(b)) {
        return glue_get()->compare_name(minor, a, b, equal);
    }
    major =
        glue_get()->canonicalize_name(minor, a_is_krb5 ? b : a, &MECH_OID_KRB5, &other);
    if (!GSS_ERROR(major)) {
        major = glue_get()->compare_name(minor, a_is_krb5 ? a : b, other, equal);
    }
    (void)glue_get()->release_name(&unused, &other);
    return major;
}

GSS_EXPORT OM_uint32 gss_compare_name(OM_uint32 *minor, gss_name_t a, gss_name_t b,
                                      int *equal)
{
    gss_name_t glue_a;
    gss_name_t glue_b;
    bool same;
    enum err e = name_glue(call_name(a), &glue_a);

    e = e != ERR_OK ? e : name_glue(call_name(b), &glue_b);
    if (e == ERR_OK && glue_a != GSS_C_NO_NAME && glue_b != GSS_C_NO_NAME) {
        return compare_glue_names(minor, glue_a, glue_b, equal);
    }
    call_begin(minor);
    if (equal == NULL) {
        return call_end(ERR_ARGUMENT, minor);
    }
    *equal = 0;
    if (e != ERR_OK) {
        return call_end(e, minor);
    }
    if (a == GSS_C_NO_NAME || b == GSS_C_NO_NAME) {
        return call_end(ERR_NAME, minor);
    }
    e = name_equal(call_name(a), call_name(b), &same);
    *equal = same;
    return call_end(e, minor);
}
GSSI_ALIAS(compare_name);

GSS_EXPORT OM_uint32 gss_duplicate_name(OM_uint32 *minor, const gss_name_t name,
                                        gss_name_t *copy)
{
    struct mech_name *made = NULL;
    enum err e;

    call_begin(minor);
    if (copy == NULL) {
        return call_end(ERR_ARGUMENT, minor);
    }
    *copy = GSS_C_NO_NAME;
    if (name == GSS_C_NO_NAME) {
        return call_end(ERR_NAME, minor);
    }
    e = name_copy(call_name(name), &made);
    *copy = (gss_name_t)made;
    return call_end(e, minor);
}
GSSI_ALIAS(duplicate_name);

/* Exports a name of the mechglue as the built-in SPNEGO does: the names of a Kerberos
 * context under our SPNEGO are names of Kerberos, and become names of SPNEGO first. */
static OM_uint32 export_glue_name(OM_uint32 *minor, gss_name_t name, gss_buffer_t token)
{
    gss_name_t exported = GSS_C_NO_NAME;
    OM_uint32 unused;
    OM_uint32 major;

    if (!is_of_krb5(name)) {
        return glue_get()->export_name(minor, name, token);
    }
    major = glue_get()->canonicalize_name(minor, name, glue_builtin_spnego(), &exported);
    if (!GSS_ERROR(major)) {
        major = glue_get()->export_name(minor, exported, token);
    }
    (void)glue_get()->release_name(&unused, &exported);
    return major;
}

GSS_EXPORT OM_uint32 gss_export_name(OM_uint32 *minor, const gss_name_t name,
                                     gss_buffer_t token)
{
    BUF_AUTO out = BUF_INIT;
    gss_name_t glue_name;
    enum err e = name_glue(call_name(name), &glue_name);

    if (glue_name != GSS_C_NO_NAME) {
        return export_glue_name(minor, glue_name, token);
    }
    call_begin(minor);
    call_buffer_clear(token);
    if (e != ERR_OK || name == GSS_C_NO_NAME || token == NULL) {
        return call_end(e != ERR_OK ? e : ERR_NAME, minor);
    }
    name_export(call_name(name), &out);
    return call_end(status_move_to_buffer(token, &out), minor);
}
GSSI_ALIAS(export_name);

GSS_EXPORT OM_uint32 gssi_export_name_composite(OM_uint32 *minor, gss_name_t name,
                                                gss_buffer_t token)
{
    gss_name_t glue_name;
    enum err e = name_glue(call_name(name), &glue_name);

    if (e != ERR_OK || glue_name == GSS_C_NO_NAME) {
        return e != ERR_OK ? call_end(e, minor) : call_unsupported(minor);
    }
    return glue_get()->export_name_composite(minor, glue_name, token);
}

/* Makes a set of the names of a name's attributes; none if there are no attributes. */
static enum err make_attribute_set(const struct mech_name *name, gss_buffer_set_t *out)
{
    struct bytes names[NAME_ATTRIBUTES];
    const size_t n = name_attribute_names(name, names);
    OM_uint32 minor;

    for (size_t i = 0; i < n; i++) {
        gss_buffer_desc member = {names[i].n, (void *)(uintptr_t)names[i].p};

        if (gss_add_buffer_set_member(&minor, &member, out) != GSS_S_COMPLETE) {
            (void)gss_release_buffer_set(&minor, out);
            return ERR_NO_MEMORY;
        }
    }
    return ERR_OK;
}

GSS_EXPORT OM_uint32 gss_inquire_name(OM_uint32 *minor, gss_name_t name, int *is_mn,
                                      gss_OID *mech, gss_buffer_set_t *attributes)
{
    gss_name_t glue_name;
    enum err e = name_glue(call_name(name), &glue_name);

    if (glue_name != GSS_C_NO_NAME) {
        return glue_get()->inquire_name(minor, glue_name, is_mn, mech, attributes);
    }
    call_begin(minor);
    if (attributes != NULL) {
        *attributes = GSS_C_NO_BUFFER_SET;
    }
    if (e != ERR_OK || name == GSS_C_NO_NAME) {
        return call_end(e != ERR_OK ? e : ERR_NAME, minor);
    }
    if (is_mn != NULL) {
        *is_mn = 1;
    }
    if (mech != NULL) {
        *mech = &MECH_OID_NTLM;
    }
    return call_end(attributes == NULL ? ERR_OK
                                       : make_attribute_set(call_name(name), attributes),
                    minor);
}
GSSI_ALIAS(inquire_name);

static OM_uint32 find_localname(OM_uint32 *minor, gss_name_t name, gss_buffer_t local)
{
    BUF_AUTO out = BUF_INIT;
    enum err e;

    call_begin(minor);
    call_buffer_clear(local);
    if (name == GSS_C_NO_NAME || local == NULL) {
        return call_end(ERR_NAME, minor);
    }
    e = localname_find(call_name(name), &out);
    return call_end(e != ERR_OK ? e : status_move_to_buffer(local, &out), minor);
}

GSS_EXPORT OM_uint32 gss_localname(OM_uint32 *minor, const gss_name_t name,
                                   gss_const_OID mech, gss_buffer_t local)
{
    gss_name_t glue_name;
    enum err e = name_glue(call_name(name), &glue_name);

    (void)mech;
    if (e != ERR_OK) {
        call_buffer_clear(local);
        return call_end(e, minor);
    }
    return glue_name == GSS_C_NO_NAME
               ? find_localname(minor, name, local)
               : glue_get()->localname(minor, glue_name, glue_builtin_spnego(), local);
}
GSSI_ALIAS(localname);
