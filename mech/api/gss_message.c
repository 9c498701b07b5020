/* SPDX-License-Identifier: ISC */
/* Protection of messages: MIC and wrap. If the context wraps a context of the mechglue
 * (call_glue_handle), the mechglue protects the message; otherwise NTLM does. */
#include "mech/message.h"

#include "mech/api/call.h"
#include "mech/glue.h"
#include "mech/status.h"

static enum err check_qop(gss_qop_t qop)
{
    return qop == GSS_C_QOP_DEFAULT ? ERR_OK : ERR_QOP;
}

static void set_int(int *out, int value)
{
    if (out != NULL) {
        *out = value;
    }
}

GSS_EXPORT OM_uint32 gss_get_mic(OM_uint32 *minor, gss_ctx_id_t context, gss_qop_t qop,
                                 gss_buffer_t data, gss_buffer_t token)
{
    gss_ctx_id_t glue_context = call_glue_handle(context);
    RESERVED_AUTO reserved = {NULL};
    enum err e;

    if (glue_context != GSS_C_NO_CONTEXT) {
        return glue_get()->get_mic(minor, glue_context, qop, data, token);
    }
    call_begin(minor);
    call_buffer_clear(token);
    if (context == GSS_C_NO_CONTEXT || token == NULL) {
        return call_end(ERR_ARGUMENT, minor);
    }
    if ((e = check_qop(qop)) != ERR_OK ||
        (e = reserved_output_make(&reserved, MESSAGE_OVERHEAD, 0)) != ERR_OK ||
        (e = message_sign(call_context(context), call_bytes(data), reserved.p)) !=
            ERR_OK) {
        return call_end(e, minor);
    }
    reserved_output_move(&reserved, token, MESSAGE_OVERHEAD);
    return GSS_S_COMPLETE;
}
GSSI_ALIAS(get_mic);

GSS_EXPORT OM_uint32 gss_verify_mic(OM_uint32 *minor, gss_ctx_id_t context,
                                    gss_buffer_t data, gss_buffer_t token, gss_qop_t *qop)
{
    gss_ctx_id_t glue_context = call_glue_handle(context);

    if (glue_context != GSS_C_NO_CONTEXT) {
        return glue_get()->verify_mic(minor, glue_context, data, token, qop);
    }
    call_begin(minor);
    if (qop != NULL) {
        *qop = GSS_C_QOP_DEFAULT;
    }
    if (context == GSS_C_NO_CONTEXT) {
        return call_end(ERR_ARGUMENT, minor);
    }
    return call_end(
        message_verify(call_context(context), call_bytes(data), call_bytes(token)),
        minor);
}
GSSI_ALIAS(verify_mic);

/* NTLM always seals the data, whatever the application's conf_req says. */
static OM_uint32 wrap(OM_uint32 *minor, gss_ctx_id_t context, gss_qop_t qop,
                      gss_buffer_t assoc, gss_buffer_t in, int *conf_state,
                      gss_buffer_t token)
{
    const struct bytes data = call_bytes(in);
    RESERVED_AUTO reserved = {NULL};
    enum err e;

    call_begin(minor);
    call_buffer_clear(token);
    set_int(conf_state, 0);
    if (context == GSS_C_NO_CONTEXT || token == NULL) {
        return call_end(ERR_ARGUMENT, minor);
    }
    if ((e = check_qop(qop)) != ERR_OK ||
        (e = reserved_output_make(&reserved, data.n, MESSAGE_OVERHEAD)) != ERR_OK ||
        (e = message_wrap(call_context(context), call_bytes(assoc), data, reserved.p)) !=
            ERR_OK) {
        return call_end(e, minor);
    }
    set_int(conf_state, 1);
    reserved_output_move(&reserved, token, data.n + MESSAGE_OVERHEAD);
    return GSS_S_COMPLETE;
}

GSS_EXPORT OM_uint32 gss_wrap(OM_uint32 *minor, gss_ctx_id_t context, int conf_req,
                              gss_qop_t qop, gss_buffer_t in, int *conf_state,
                              gss_buffer_t token)
{
    gss_ctx_id_t glue_context = call_glue_handle(context);

    if (glue_context != GSS_C_NO_CONTEXT) {
        return glue_get()->wrap(minor, glue_context, conf_req, qop, in, conf_state,
                                token);
    }
    return wrap(minor, context, qop, GSS_C_NO_BUFFER, in, conf_state, token);
}
GSSI_ALIAS(wrap);

GSS_EXPORT OM_uint32 gss_wrap_aead(OM_uint32 *minor, gss_ctx_id_t context, int conf_req,
                                   gss_qop_t qop, gss_buffer_t assoc, gss_buffer_t in,
                                   int *conf_state, gss_buffer_t token)
{
    gss_ctx_id_t glue_context = call_glue_handle(context);

    if (glue_context != GSS_C_NO_CONTEXT) {
        return glue_get()->wrap_aead(minor, glue_context, conf_req, qop, assoc, in,
                                     conf_state, token);
    }
    return wrap(minor, context, qop, assoc, in, conf_state, token);
}
GSSI_ALIAS(wrap_aead);

static OM_uint32 unwrap(OM_uint32 *minor, gss_ctx_id_t context, gss_buffer_t token,
                        gss_buffer_t assoc, gss_buffer_t data, int *conf_state,
                        gss_qop_t *qop)
{
    const struct bytes wrapped = call_bytes(token);
    RESERVED_AUTO reserved = {NULL};
    bool sealed;
    enum err e;

    call_begin(minor);
    call_buffer_clear(data);
    set_int(conf_state, 0);
    if (qop != NULL) {
        *qop = GSS_C_QOP_DEFAULT;
    }
    if (context == GSS_C_NO_CONTEXT || data == NULL) {
        return call_end(ERR_ARGUMENT, minor);
    }
    if ((e = reserved_output_make(&reserved, wrapped.n, 0)) != ERR_OK ||
        (e = message_unwrap(call_context(context), call_bytes(assoc), wrapped, reserved.p,
                            &sealed)) != ERR_OK) {
        return call_end(e, minor);
    }
    set_int(conf_state, sealed ? 1 : 0);
    reserved_output_move(&reserved, data, wrapped.n - MESSAGE_OVERHEAD);
    return GSS_S_COMPLETE;
}

GSS_EXPORT OM_uint32 gss_unwrap(OM_uint32 *minor, gss_ctx_id_t context,
                                gss_buffer_t token, gss_buffer_t data, int *conf_state,
                                gss_qop_t *qop)
{
    gss_ctx_id_t glue_context = call_glue_handle(context);

    if (glue_context != GSS_C_NO_CONTEXT) {
        return glue_get()->unwrap(minor, glue_context, token, data, conf_state, qop);
    }
    return unwrap(minor, context, token, GSS_C_NO_BUFFER, data, conf_state, qop);
}
GSSI_ALIAS(unwrap);

GSS_EXPORT OM_uint32 gss_unwrap_aead(OM_uint32 *minor, gss_ctx_id_t context,
                                     gss_buffer_t token, gss_buffer_t assoc,
                                     gss_buffer_t data, int *conf_state, gss_qop_t *qop)
{
    gss_ctx_id_t glue_context = call_glue_handle(context);

    if (glue_context != GSS_C_NO_CONTEXT) {
        return glue_get()->unwrap_aead(minor, glue_context, token, assoc, data,
                                       conf_state, qop);
    }
    return unwrap(minor, context, token, assoc, data, conf_state, qop);
}
GSSI_ALIAS(unwrap_aead);

GSS_EXPORT OM_uint32 gss_wrap_size_limit(OM_uint32 *minor, gss_ctx_id_t context,
                                         int conf_req, gss_qop_t qop,
                                         OM_uint32 max_output, OM_uint32 *max_input)
{
    gss_ctx_id_t glue_context = call_glue_handle(context);
    size_t limit;
    enum err e;

    if (glue_context != GSS_C_NO_CONTEXT) {
        return glue_get()->wrap_size_limit(minor, glue_context, conf_req, qop, max_output,
                                           max_input);
    }
    call_begin(minor);
    if (context == GSS_C_NO_CONTEXT || max_input == NULL) {
        return call_end(ERR_ARGUMENT, minor);
    }
    *max_input = 0;
    if ((e = check_qop(qop)) != ERR_OK ||
        (e = message_size_limit(call_context(context), max_output, &limit)) != ERR_OK) {
        return call_end(e, minor);
    }
    *max_input = (OM_uint32)limit;
    return GSS_S_COMPLETE;
}
GSSI_ALIAS(wrap_size_limit);

/* NTLM has no function that derives keys. */
GSS_EXPORT OM_uint32 gssi_pseudo_random(OM_uint32 *minor, gss_ctx_id_t context, int key,
                                        const gss_buffer_t in, ssize_t len,
                                        gss_buffer_t out)
{
    gss_ctx_id_t glue_context = call_glue_handle(context);
    enum err e = ERR_ARGUMENT;

    if (glue_context != GSS_C_NO_CONTEXT) {
        return glue_get()->pseudo_random(minor, glue_context, key, in, len, out);
    }
    call_begin(minor);
    if (context != GSS_C_NO_CONTEXT) {
        e = context_established(call_context(context));
    }
    return call_end(e == ERR_OK ? ERR_UNSUPPORTED : e, minor);
}
