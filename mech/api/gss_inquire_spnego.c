/* SPDX-License-Identifier: ISC */
/* What SPNEGO's contexts are asked and told: by whom the exchange was handed to, or NTLM.
 */
#include "mech/context.h"
#include "mech/api/call.h"
#include "mech/glue.h"
#include "mech/name.h"
#include "mech/status.h"

#include <stdlib.h>
#include <string.h>

/* The built-in SPNEGO takes no context tokens, whatever is under it; nor does ours. */
GSS_EXPORT OM_uint32 gssi_process_context_token(OM_uint32 *minor, gss_ctx_id_t context,
                                                gss_buffer_t token)
{
    gss_ctx_id_t glue_context = call_glue_handle(context);

    if (glue_context == GSS_C_NO_CONTEXT ||
        call_context(context)->framing != FRAMING_PASSTHROUGH) {
        return call_process_context_token(minor, context, token);
    }
    return glue_get()->process_context_token(minor, glue_context, token);
}

GSS_EXPORT OM_uint32 gssi_context_time(OM_uint32 *minor, gss_ctx_id_t context,
                                       OM_uint32 *time)
{
    gss_ctx_id_t glue_context = call_glue_handle(context);

    if (glue_context == GSS_C_NO_CONTEXT) {
        return call_context_time(minor, context, time);
    }
    return glue_get()->context_time(minor, glue_context, time);
}

GSS_EXPORT OM_uint32 gssi_complete_auth_token(OM_uint32 *minor,
                                              const gss_ctx_id_t context,
                                              gss_buffer_t message)
{
    gss_ctx_id_t glue_context = call_glue_handle(context);

    if (glue_context == GSS_C_NO_CONTEXT) {
        return call_unsupported(minor);
    }
    return glue_get()->complete_auth_token(minor, glue_context, message);
}

/* struct inquired: the arguments of gss_inquire_context that need no translation. */
struct inquired {
    OM_uint32 *lifetime;
    gss_OID *mech;
    OM_uint32 *flags;
    int *locally_initiated;
    int *open;
};

static enum err adopt(gss_name_t glue_name, gss_name_t *out)
{
    struct mech_name *name = NULL;
    enum err e = ERR_OK;

    if (glue_name != GSS_C_NO_NAME) {
        e = name_adopt(glue_name, &name);
        *out = (gss_name_t)name;
    }
    return e;
}

/* Of two names both, or neither: the glue looks at none beside an error. */
static void drop_name(gss_name_t *name)
{
    if (name != NULL) {
        name_free(call_name(*name));
        *name = GSS_C_NO_NAME;
    }
}

static OM_uint32 inquire_passthrough(OM_uint32 *minor, gss_ctx_id_t glue_context,
                                     gss_name_t *source, gss_name_t *target,
                                     const struct inquired *q)
{
    gss_name_t glue_source = GSS_C_NO_NAME;
    gss_name_t glue_target = GSS_C_NO_NAME;
    gss_OID unused_mech;
    OM_uint32 major = glue_get()->inquire_context(
        minor, glue_context, source == NULL ? NULL : &glue_source,
        target == NULL ? NULL : &glue_target, q->lifetime,
        q->mech == NULL ? &unused_mech : q->mech, q->flags, q->locally_initiated,
        q->open);
    enum err e = adopt(glue_source, source);
    enum err e_target = adopt(glue_target, target);

    e = e == ERR_OK ? e_target : e;
    if (e == ERR_OK) {
        return major;
    }
    drop_name(source);
    drop_name(target);
    return call_end(e, minor);
}

/* The glue's context behind ours, also a half-open one that was handed on: this is the
 * one call that the built-in SPNEGO is made for then. */
static gss_ctx_id_t inquirable(gss_ctx_id_t handle)
{
    struct mech_context *context = call_context(handle);

    if (context != NULL && context->framing == FRAMING_PASSTHROUGH &&
        context->state == CONTEXT_OPEN) {
        return context->passthrough;
    }
    return call_glue_handle(handle);
}

GSS_EXPORT OM_uint32 gssi_inquire_context(OM_uint32 *minor, gss_ctx_id_t context,
                                          gss_name_t *source, gss_name_t *target,
                                          OM_uint32 *lifetime, gss_OID *mech,
                                          OM_uint32 *flags, int *locally_initiated,
                                          int *open)
{
    struct inquired q = {lifetime, mech, flags, locally_initiated, open};
    gss_ctx_id_t glue_context = inquirable(context);

    if (glue_context == GSS_C_NO_CONTEXT) {
        return call_inquire_context(minor, context, source, target, lifetime, mech, flags,
                                    locally_initiated, open);
    }
    if (source != NULL) {
        *source = GSS_C_NO_NAME;
    }
    if (target != NULL) {
        *target = GSS_C_NO_NAME;
    }
    return inquire_passthrough(minor, glue_context, source, target, &q);
}

/* What SPNEGO is does not depend on who plays it. */
GSS_EXPORT OM_uint32 gssi_inquire_attrs_for_mech(OM_uint32 *minor, gss_const_OID mech,
                                                 gss_OID_set *mech_attrs,
                                                 gss_OID_set *known_attrs)
{
    (void)mech;
    return glue_get()->inquire_attrs_for_mech(minor, glue_builtin_spnego(), mech_attrs,
                                              known_attrs);
}

GSS_EXPORT OM_uint32 gssi_inquire_names_for_mech(OM_uint32 *minor, gss_OID mech,
                                                 gss_OID_set *name_types)
{
    (void)mech;
    if (name_types == NULL) {
        return call_end(ERR_ARGUMENT, minor); /* the glue has no minor status for it */
    }
    return glue_get()->inquire_names_for_mech(minor, glue_builtin_spnego(), name_types);
}

/* What was noted, without the name before it, if it begins as the sentence that the glue
 * tells: NTLM's own error came to us by the built-in SPNEGO, and lost its detail there.
 */
static bool tells_the_same(const char *noted, struct bytes sentence, struct bytes *out)
{
    struct bytes name;

    return bytes_split(bytes_str(noted), ' ', &name, out) &&
           bytes_equal(name, bytes_str("NTLM:")) && bytes_has_prefix(*out, sentence);
}

/* The glue's sentence, and behind it what else was tried and failed. (Some of the
 * built-in SPNEGO's sentences count their NUL.) */
static OM_uint32 add_noted(OM_uint32 *minor, const char *noted, gss_buffer_t text)
{
    BUF_AUTO whole = BUF_INIT;
    struct bytes sentence = call_bytes(text);
    struct bytes more;
    OM_uint32 unused;

    sentence.n = sentence.n > 0 ? strnlen((const char *)sentence.p, sentence.n) : 0;
    if (tells_the_same(noted, sentence, &more)) {
        buf_put(&whole, more);
    } else {
        buf_put(&whole, sentence);
        buf_printf(&whole, "; %s", noted);
    }
    if (buf_status(&whole) != ERR_OK) {
        return GSS_S_COMPLETE; /* the glue's own sentence is there */
    }
    (void)gss_release_buffer(&unused, text);
    return status_set(status_move_to_buffer(text, &whole), minor);
}

/* Our own minors, and those of whom an exchange was handed to. */
GSS_EXPORT OM_uint32 gssi_display_status(OM_uint32 *minor, OM_uint32 value, int type,
                                         gss_OID mech, OM_uint32 *message_context,
                                         gss_buffer_t text)
{
    const char *noted = status_noted_after(value);

    bool is_ours =
        type == GSS_C_MECH_CODE && value != 0 && status_err(value) != ERR_COUNT;

    if (is_ours || text == NULL) { /* the glue has no minor status for NULL */
        return call_display_status(minor, value, type, mech, message_context, text);
    }
    OM_uint32 major = glue_get()->display_status(
        minor, value, type, glue_builtin_spnego(), message_context, text);
    if (GSS_ERROR(major) || type != GSS_C_MECH_CODE || noted[0] == '\0') {
        return major;
    }
    return add_noted(minor, noted, text);
}
