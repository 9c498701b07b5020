/* SPDX-License-Identifier: ISC */
/* SPNEGO's contexts as tokens: the built-in SPNEGO's own. */
#include "base/secret.h"
#include "mech/context.h"
#include "mech/api/call.h"
#include "mech/glue.h"
#include "mech/status.h"
#include "ntlm/envelope.h"

/*
 * The glue's token of a context (lengths big-endian u32): OID length, OID, mechanism's
 * token. The nested call writes the OID that reaches past us, the outer one will write
 * SPNEGO's: what lies between is the same with and without us.
 */
static enum err strip_oid(struct bytes *token)
{
    struct reader r = reader_of(*token);

    (void)envelope_field(&r);
    *token = r.rest;
    return reader_status(&r);
}

static void put_builtin_oid(struct buf *out)
{
    gss_OID oid = glue_builtin_spnego();

    buf_put_u32be(out, oid->length);
    buf_put(out, bytes_of(oid->elements, oid->length));
}

static enum err give(struct bytes token, gss_buffer_t out)
{
    BUF_AUTO copy = BUF_INIT;
    enum err e = buf_dup(&copy, token);

    return e != ERR_OK ? e : status_move_to_buffer(out, &copy);
}

/* The nested token holds keys: it is wiped before it goes. */
static void release_token(gss_buffer_t token)
{
    OM_uint32 unused;

    secret_wipe(token->value, token->length);
    (void)gss_release_buffer(&unused, token);
}

/* NTLM's own: the glue's token of a context of NTLM, which the built-in SPNEGO imports.
 * As there, a context that is not complete cannot be exported at all. */
static OM_uint32 export_ntlm(OM_uint32 *minor, gss_ctx_id_t *context, gss_buffer_t out)
{
    BUF_AUTO token = BUF_INIT;

    if (context_established(call_context(*context)) != ERR_OK) {
        return call_end(err_note(ERR_UNSUPPORTED, "the context is not complete"), minor);
    }
    buf_put_u32be(&token, (uint32_t)OID_NTLM.n);
    buf_put(&token, OID_NTLM);
    return call_end(call_export_context(context, &token, out), minor);
}

GSS_EXPORT OM_uint32 gssi_export_sec_context(OM_uint32 *minor, gss_ctx_id_t *context,
                                             gss_buffer_t out)
{
    gss_buffer_desc nested = GSS_C_EMPTY_BUFFER;
    OM_uint32 major;
    enum err e;

    call_begin(minor);
    call_buffer_clear(out);
    if (context == NULL || *context == GSS_C_NO_CONTEXT || out == NULL) {
        return call_end(ERR_ARGUMENT, minor);
    }
    if (call_glue_handle(*context) == GSS_C_NO_CONTEXT) {
        return export_ntlm(minor, context, out);
    }
    major = glue_get()->export_sec_context(minor, call_glue_context(*context), &nested);
    if (GSS_ERROR(major)) {
        return major;
    }
    struct bytes token = call_bytes(&nested);
    e = ERR_OK;
    if (call_context(*context)->framing == FRAMING_PASSTHROUGH) {
        e = strip_oid(&token); /* else the token is what the built-in SPNEGO gives: the
                                * glue's of the mechanism under it */
    }
    if (e == ERR_OK) {
        e = give(token, out);
    }
    release_token(&nested);
    context_free(call_context(*context));
    *context = GSS_C_NO_CONTEXT;
    return call_end(e, minor);
}

/* The token of a context of SPNEGO holds that of the mechanism under it, which the
 * built-in SPNEGO gives to the glue. A hostile one names SPNEGO again, and again. */
static _Thread_local bool is_importing;

static OM_uint32 import_nested(OM_uint32 *minor, gss_buffer_t token, gss_ctx_id_t *out)
{
    BUF_AUTO nested = BUF_INIT;
    gss_buffer_desc buffer;
    OM_uint32 major;

    if (is_importing) {
        return call_end(err_note(ERR_EXPORTED, "SPNEGO within SPNEGO"), minor);
    }
    put_builtin_oid(&nested);
    buf_put(&nested, call_bytes(token));
    if (buf_status(&nested) != ERR_OK) {
        return call_end(buf_status(&nested), minor);
    }
    buffer = (gss_buffer_desc){nested.n, nested.p};
    is_importing = true;
    major = glue_get()->import_sec_context(minor, &buffer, out);
    is_importing = false;
    struct bytes parts = call_bytes(token);
    if (GSS_ERROR(major) && strip_oid(&parts) != ERR_OK) {
        /* The glue refuses a malformed token without a reason. */
        (void)call_end(err_note(ERR_EXPORTED, "it names no mechanism"), minor);
    }
    return major;
}

/* Which side it was does not matter any more. */
static OM_uint32 import_context(OM_uint32 *minor, gss_buffer_t token, gss_ctx_id_t *out)
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
    context->state = CONTEXT_ESTABLISHED; /* no other is exported */
    *out = (gss_ctx_id_t)context;
    return major;
}

GSS_EXPORT OM_uint32 gssi_import_sec_context(OM_uint32 *minor, gss_buffer_t token,
                                             gss_ctx_id_t *context)
{
    return import_context(minor, token, context);
}

GSS_EXPORT OM_uint32 gssi_import_sec_context_by_mech(OM_uint32 *minor, gss_OID mech,
                                                     gss_buffer_t token,
                                                     gss_ctx_id_t *context)
{
    (void)mech;
    return import_context(minor, token, context);
}
