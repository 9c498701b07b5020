/* SPDX-License-Identifier: ISC */
/* Attributes of names. Those of a name that contains a name of the mechglue are the
 * mechglue's. A name of NTLM has some if a domain has authenticated its user
 * (mech/name_attribute.h). */
#include "mech/name_attribute.h"

#include "mech/api/call.h"
#include "mech/glue.h"
#include "mech/localname.h"
#include "mech/name_glue.h"
#include "mech/oid.h"
#include "mech/status.h"

/* Moves the value to both buffers; the application may leave either out. */
static enum err move_to_buffers(struct buf *value, gss_buffer_t out,
                                gss_buffer_t out_display)
{
    BUF_AUTO copy = BUF_INIT;
    OM_uint32 unused;
    enum err e = buf_dup(&copy, buf_bytes(value));

    if (e == ERR_OK && out_display != NULL) {
        e = status_move_to_buffer(out_display, &copy);
    }
    if (e == ERR_OK && out != NULL && (e = status_move_to_buffer(out, value)) != ERR_OK &&
        out_display != NULL) {
        (void)gss_release_buffer(&unused, out_display);
    }
    return e;
}

static enum err get_attribute(const struct mech_name *name, struct bytes attribute,
                              int *more, gss_buffer_t out, gss_buffer_t out_display)
{
    BUF_AUTO value = BUF_INIT;
    enum err e;

    /* If gss_localname finds no account, the mechglue asks for this attribute, and the
     * program gets the error of this call: so this returns the reason why there is no
     * account. If there is an account, the attribute must still not be returned, because
     * gss_userok would accept it as an authorisation. */
    if (bytes_equal(attribute, call_bytes(GSS_C_ATTR_LOCAL_LOGIN_USER))) {
        e = localname_find(name, &value);
        return e != ERR_OK ? e : ERR_UNSUPPORTED;
    }
    e = name_attribute_get(name, attribute, more, &value);
    return e != ERR_OK ? e : move_to_buffers(&value, out, out_display);
}

GSS_EXPORT OM_uint32 gss_get_name_attribute(OM_uint32 *minor, gss_name_t name,
                                            gss_buffer_t attribute, int *authenticated,
                                            int *complete, gss_buffer_t value,
                                            gss_buffer_t display_value, int *more)
{
    int next = more == NULL ? NAME_ATTRIBUTE_FIRST : *more;
    gss_name_t glue_name;
    enum err e = name_glue(call_name(name), &glue_name);

    if (glue_name != GSS_C_NO_NAME) {
        return glue_get()->get_name_attribute(minor, glue_name, attribute, authenticated,
                                              complete, value, display_value, more);
    }
    call_begin(minor);
    call_buffer_clear(value);
    call_buffer_clear(display_value);
    if (e != ERR_OK || name == GSS_C_NO_NAME || attribute == GSS_C_NO_BUFFER) {
        return call_end(e != ERR_OK ? e : ERR_UNSUPPORTED, minor);
    }
    e = get_attribute(call_name(name), call_bytes(attribute), &next, value,
                      display_value);
    if (authenticated != NULL) {
        *authenticated = e == ERR_OK;
    }
    if (complete != NULL) {
        *complete = e == ERR_OK;
    }
    if (more != NULL) {
        *more = e == ERR_OK ? next : 0;
    }
    return call_end(e, minor);
}
GSSI_ALIAS(get_name_attribute);

GSS_EXPORT OM_uint32 gssi_set_name_attribute(OM_uint32 *minor, gss_name_t name,
                                             int complete, gss_buffer_t attribute,
                                             gss_buffer_t value)
{
    gss_name_t glue_name;
    enum err e = name_glue(call_name(name), &glue_name);

    if (e != ERR_OK || glue_name == GSS_C_NO_NAME) {
        return e != ERR_OK ? call_end(e, minor) : call_unsupported(minor);
    }
    if (attribute == GSS_C_NO_BUFFER || value == GSS_C_NO_BUFFER) {
        return call_end(ERR_ARGUMENT, minor); /* the mechglue would give no minor */
    }
    return glue_get()->set_name_attribute(minor, glue_name, complete, attribute, value);
}

GSS_EXPORT OM_uint32 gssi_delete_name_attribute(OM_uint32 *minor, gss_name_t name,
                                                gss_buffer_t attribute)
{
    gss_name_t glue_name;
    enum err e = name_glue(call_name(name), &glue_name);

    if (e != ERR_OK || glue_name == GSS_C_NO_NAME) {
        return e != ERR_OK ? call_end(e, minor) : call_unsupported(minor);
    }
    if (attribute == GSS_C_NO_BUFFER) {
        return call_end(ERR_ARGUMENT, minor); /* the mechglue would give no minor */
    }
    return glue_get()->delete_name_attribute(minor, glue_name, attribute);
}

GSS_EXPORT OM_uint32 gssi_map_name_to_any(OM_uint32 *minor, gss_name_t name,
                                          int authenticated, gss_buffer_t type_id,
                                          gss_any_t *output)
{
    gss_name_t glue_name;
    enum err e = name_glue(call_name(name), &glue_name);

    if (e != ERR_OK || glue_name == GSS_C_NO_NAME) {
        return e != ERR_OK ? call_end(e, minor) : call_unsupported(minor);
    }
    return glue_get()->map_name_to_any(minor, glue_name, authenticated, type_id, output);
}

GSS_EXPORT OM_uint32 gssi_release_any_name_mapping(OM_uint32 *minor, gss_name_t name,
                                                   gss_buffer_t type_id, gss_any_t *input)
{
    gss_name_t glue_name;
    enum err e = name_glue(call_name(name), &glue_name);

    if (e != ERR_OK || glue_name == GSS_C_NO_NAME) {
        return e != ERR_OK ? call_end(e, minor) : call_unsupported(minor);
    }
    return glue_get()->release_any_name_mapping(minor, glue_name, type_id, input);
}
