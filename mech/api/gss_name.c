/* SPDX-License-Identifier: ISC */
/* NTLM's names: import, display, compare, duplicate, export, release. */
#include "mech/name.h"

#include "mech/api/call.h"
#include "mech/localname.h"
#include "mech/oid.h"
#include "mech/status.h"

static OM_uint32 import(OM_uint32 *minor, gss_buffer_t text, gss_OID type,
                        gss_name_t *name)
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
    e = name_import(call_bytes(text), type, &made);
    *name = (gss_name_t)made;
    return call_end(e, minor);
}

GSS_EXPORT OM_uint32 gss_import_name(OM_uint32 *minor, gss_buffer_t text, gss_OID type,
                                     gss_name_t *name)
{
    return import(minor, text, type, name);
}

GSS_EXPORT OM_uint32 gssspi_import_name_by_mech(OM_uint32 *minor, gss_OID mech,
                                                gss_buffer_t text, gss_OID type,
                                                gss_name_t *name)
{
    (void)mech;
    return import(minor, text, type, name);
}

GSS_EXPORT OM_uint32 gss_release_name(OM_uint32 *minor, gss_name_t *name)
{
    call_begin_release(minor);
    if (name == NULL) {
        return call_end(ERR_ARGUMENT, minor);
    }
    name_free(call_name(*name));
    *name = GSS_C_NO_NAME;
    return GSS_S_COMPLETE;
}
GSSI_ALIAS(release_name);

OM_uint32 call_display_name(OM_uint32 *minor, gss_name_t name, gss_buffer_t text,
                            gss_OID *type)
{
    BUF_AUTO out = BUF_INIT;
    gss_OID shown = GSS_C_NO_OID;

    call_begin(minor);
    call_buffer_clear(text);
    if (type != NULL) {
        *type = GSS_C_NO_OID;
    }
    if (name == GSS_C_NO_NAME || text == NULL) {
        return call_end(ERR_NAME, minor);
    }
    name_display(call_name(name), &out, &shown);
    if (type != NULL) {
        *type = shown;
    }
    return call_end(status_move_to_buffer(text, &out), minor);
}
EXPORT_AS(gss_display_name, call_display_name);

OM_uint32 call_compare_name(OM_uint32 *minor, gss_name_t a, gss_name_t b, int *equal)
{
    bool same;
    enum err e;

    call_begin(minor);
    if (equal == NULL) {
        return call_end(ERR_ARGUMENT, minor);
    }
    *equal = 0;
    if (a == GSS_C_NO_NAME || b == GSS_C_NO_NAME) {
        return call_end(ERR_NAME, minor);
    }
    e = name_equal(call_name(a), call_name(b), &same);
    *equal = same;
    return call_end(e, minor);
}
EXPORT_AS(gss_compare_name, call_compare_name);

OM_uint32 call_duplicate_name(OM_uint32 *minor, const gss_name_t name, gss_name_t *copy)
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
EXPORT_AS(gss_duplicate_name, call_duplicate_name);

OM_uint32 call_export_name(OM_uint32 *minor, const gss_name_t name, gss_buffer_t token)
{
    BUF_AUTO out = BUF_INIT;

    call_begin(minor);
    call_buffer_clear(token);
    if (name == GSS_C_NO_NAME || token == NULL) {
        return call_end(ERR_NAME, minor);
    }
    name_export(call_name(name), &out);
    return call_end(status_move_to_buffer(token, &out), minor);
}
EXPORT_AS(gss_export_name, call_export_name);

OM_uint32 call_inquire_name(OM_uint32 *minor, gss_name_t name, int *is_mn, gss_OID *mech,
                            gss_buffer_set_t *attributes)
{
    call_begin(minor);
    if (attributes != NULL) {
        *attributes = GSS_C_NO_BUFFER_SET;
    }
    if (name == GSS_C_NO_NAME) {
        return call_end(ERR_NAME, minor);
    }
    if (is_mn != NULL) {
        *is_mn = 1;
    }
    if (mech != NULL) {
        *mech = &MECH_OID_NTLM;
    }
    return GSS_S_COMPLETE;
}
EXPORT_AS(gss_inquire_name, call_inquire_name);

OM_uint32 call_localname(OM_uint32 *minor, const gss_name_t name, gss_const_OID mech,
                         gss_buffer_t local)
{
    BUF_AUTO out = BUF_INIT;
    enum err e;

    (void)mech;
    call_begin(minor);
    call_buffer_clear(local);
    if (name == GSS_C_NO_NAME || local == NULL) {
        return call_end(ERR_NAME, minor);
    }
    e = localname_find(call_name(name), &out);
    return call_end(e != ERR_OK ? e : status_move_to_buffer(local, &out), minor);
}
EXPORT_AS(gss_localname, call_localname);
