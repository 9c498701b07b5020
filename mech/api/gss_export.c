/* SPDX-License-Identifier: ISC */
/*
 * Contexts as tokens. NTLM's are in a form of ours. SPNEGO's are those that the built-in
 * SPNEGO makes and imports: the mechglue's token of the mechanism under it,
 *
 *   OID length (u32, big-endian), OID, mechanism's token
 */
#include "base/secret.h"
#include "mech/api/call.h"
#include "mech/context.h"
#include "mech/glue.h"
#include "mech/oid.h"
#include "mech/status.h"
#include "ntlm/envelope.h"

/* Appends the token of NTLM's context to token and moves both to out. The context is then
 * gone; after an error it stays (RFC 2743 2.2.8). */
static enum err export_ntlm(gss_ctx_id_t *context, struct buf *token, gss_buffer_t out)
{
    enum err e = context_export(call_context(*context), token);

    if (e != ERR_OK || (e = status_move_to_buffer(out, token)) != ERR_OK) {
        return e;
    }
    context_free(call_context(*context));
    *context = GSS_C_NO_CONTEXT;
    return ERR_OK;
}

GSS_EXPORT OM_uint32 gss_export_sec_context(OM_uint32 *minor, gss_ctx_id_t *context,
                                            gss_buffer_t out)
{
    BUF_AUTO token = BUF_INIT;

    call_begin(minor);
    call_buffer_clear(out);
    if (context == NULL || *context == GSS_C_NO_CONTEXT || out == NULL) {
        return call_end(ERR_ARGUMENT, minor);
    }
    return call_end(export_ntlm(context, &token, out), minor);
}

/* The mechglue writes SPNEGO's OID in front of the token that we return. With
 * FRAMING_PASSTHROUGH the nested call's token begins with the OID of glue_builtin_spnego.
 * This function removes that OID, so that the application gets the same token as without
 * this module. */
static OM_uint32 export_glue(OM_uint32 *minor, gss_ctx_id_t *context, gss_buffer_t out)
{
    gss_buffer_desc nested = GSS_C_EMPTY_BUFFER;
    BUF_AUTO token = BUF_INIT;
    OM_uint32 unused;
    OM_uint32 major =
        glue_get()->export_sec_context(minor, call_glue_context(*context), &nested);
    struct reader r = reader_of(call_bytes(&nested));

    if (GSS_ERROR(major)) {
        return major;
    }
    if (call_context(*context)->framing == FRAMING_PASSTHROUGH) {
        (void)envelope_field(&r);
    }
    buf_append(&token, r.rest);
    enum err e = reader_status(&r);
    e = e != ERR_OK ? e : status_move_to_buffer(out, &token);
    secret_wipe(nested.value, nested.length); /* it holds keys */
    (void)gss_release_buffer(&unused, &nested);
    context_free(call_context(*context));
    *context = GSS_C_NO_CONTEXT;
    return call_end(e, minor);
}

GSS_EXPORT OM_uint32 gssi_export_sec_context(OM_uint32 *minor, gss_ctx_id_t *context,
                                             gss_buffer_t out)
{
    BUF_AUTO token = BUF_INIT;

    call_begin(minor);
    call_buffer_clear(out);
    if (context == NULL || *context == GSS_C_NO_CONTEXT || out == NULL) {
        return call_end(ERR_ARGUMENT, minor);
    }
    if (call_glue_handle(*context) != GSS_C_NO_CONTEXT) {
        return export_glue(minor, context, out);
    }
    if (context_established(call_context(*context)) != ERR_OK) {
        /* the built-in SPNEGO does not export one either */
        return call_end(err_note(ERR_UNSUPPORTED, "the context is not complete"), minor);
    }
    envelope_append_field(&token, OID_NTLM);
    return call_end(export_ntlm(context, &token, out), minor);
}

GSS_EXPORT OM_uint32 gss_import_sec_context(OM_uint32 *minor, gss_buffer_t token,
                                            gss_ctx_id_t *context)
{
    struct mech_context *imported;
    enum err e;

    call_begin(minor);
    if (context == NULL || token == NULL) {
        return call_end(ERR_ARGUMENT, minor);
    }
    e = context_import(call_bytes(token), &imported);
    *context = (gss_ctx_id_t)imported;
    return call_end(e, minor);
}

/* Imports by the OID of glue_builtin_spnego. The built-in SPNEGO passes the token to the
 * mechglue, which calls the mechanism that the token names. Refuses a token that names
 * SPNEGO, because a hostile one could nest deeply, and a malformed token, because the
 * mechglue would refuse it without a reason. */
static OM_uint32 import_nested(OM_uint32 *minor, gss_buffer_t token, gss_ctx_id_t *out)
{
    gss_OID builtin = glue_builtin_spnego();
    struct reader r = reader_of(call_bytes(token));
    struct bytes mech = envelope_field(&r);
    BUF_AUTO nested = BUF_INIT;

    if (reader_status(&r) != ERR_OK) {
        return call_end(err_note(ERR_EXPORTED, "it names no mechanism"), minor);
    }
    if (oid_is(&MECH_OID_SPNEGO, mech) || oid_is(builtin, mech)) {
        return call_end(err_note(ERR_EXPORTED, "SPNEGO within SPNEGO"), minor);
    }
    envelope_append_field(&nested, bytes_of(builtin->elements, builtin->length));
    buf_append(&nested, call_bytes(token));
    if (buf_status(&nested) != ERR_OK) {
        return call_end(buf_status(&nested), minor);
    }
    gss_buffer_desc buffer = {nested.n, nested.p};
    return glue_get()->import_sec_context(minor, &buffer, out);
}

/* The token does not say the role, and an established context does not need it. */
static OM_uint32 import_spnego(OM_uint32 *minor, gss_buffer_t token, gss_ctx_id_t *out)
{
    struct mech_context *context;
    OM_uint32 major;
    enum err e;

    call_begin(minor);
    if (out == NULL || token == NULL || glue_get() == NULL) {
        return call_end(ERR_ARGUMENT, minor);
    }
    *out = GSS_C_NO_CONTEXT;
    if ((e = context_new(ROLE_INITIATOR, VIA_SPNEGO, &context)) != ERR_OK) {
        return call_end(e, minor);
    }
    context->framing = FRAMING_PASSTHROUGH;
    major = import_nested(minor, token, &context->passthrough);
    if (GSS_ERROR(major)) {
        context_free(context);
        return major;
    }
    context->state = CONTEXT_ESTABLISHED; /* a context in another state is not exported */
    *out = (gss_ctx_id_t)context;
    return major;
}

GSS_EXPORT OM_uint32 gssi_import_sec_context(OM_uint32 *minor, gss_buffer_t token,
                                             gss_ctx_id_t *context)
{
    return import_spnego(minor, token, context);
}

GSS_EXPORT OM_uint32 gssi_import_sec_context_by_mech(OM_uint32 *minor, gss_OID mech,
                                                     gss_buffer_t token,
                                                     gss_ctx_id_t *context)
{
    (void)mech;
    return import_spnego(minor, token, context);
}
