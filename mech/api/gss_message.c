/* SPDX-License-Identifier: ISC */
/* Protection of messages: MIC and wrap. */
#include "mech/message.h"

#include "mech/api/call.h"
#include "mech/status.h"

#include <limits.h>

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

static void set_qop(gss_qop_t *out)
{
    if (out != NULL) {
        *out = GSS_C_QOP_DEFAULT;
    }
}

OM_uint32 call_get_mic(OM_uint32 *minor, gss_ctx_id_t context, gss_qop_t qop,
                       gss_buffer_t data, gss_buffer_t token)
{
    BUF_AUTO out = BUF_INIT;
    RESERVED_AUTO reserved = {NULL, 0};
    enum err e;

    call_begin(minor);
    call_buffer_clear(token);
    if (context == GSS_C_NO_CONTEXT || token == NULL) {
        return call_end(ERR_ARGUMENT, minor);
    }
    if ((e = check_qop(qop)) != ERR_OK ||
        (e = reserved_output_make(&reserved, MESSAGE_MAX_OVERHEAD)) != ERR_OK ||
        (e = message_sign(call_context(context), call_bytes(data), &out)) != ERR_OK) {
        return call_end(e, minor);
    }
    reserved_output_fill(&reserved, token, &out);
    return GSS_S_COMPLETE;
}
EXPORT_AS(gss_get_mic, call_get_mic);

OM_uint32 call_verify_mic(OM_uint32 *minor, gss_ctx_id_t context, gss_buffer_t data,
                          gss_buffer_t token, gss_qop_t *qop)
{
    call_begin(minor);
    set_qop(qop);
    if (context == GSS_C_NO_CONTEXT) {
        return call_end(ERR_ARGUMENT, minor);
    }
    return call_end(
        message_verify(call_context(context), call_bytes(data), call_bytes(token)),
        minor);
}
EXPORT_AS(gss_verify_mic, call_verify_mic);

OM_uint32 call_wrap_aead(OM_uint32 *minor, gss_ctx_id_t context, int conf_req,
                         gss_qop_t qop, gss_buffer_t assoc, gss_buffer_t in,
                         int *conf_state, gss_buffer_t token)
{
    BUF_AUTO out = BUF_INIT;
    RESERVED_AUTO reserved = {NULL, 0};
    enum err e;

    (void)conf_req; /* data is always sealed */
    call_begin(minor);
    call_buffer_clear(token);
    set_int(conf_state, 0);
    if (context == GSS_C_NO_CONTEXT || token == NULL) {
        return call_end(ERR_ARGUMENT, minor);
    }
    if ((e = check_qop(qop)) != ERR_OK ||
        (e = reserved_output_make(&reserved, call_bytes(in).n + MESSAGE_MAX_OVERHEAD)) !=
            ERR_OK ||
        (e = message_wrap(call_context(context), call_bytes(assoc), call_bytes(in),
                          &out)) != ERR_OK) {
        return call_end(e, minor);
    }
    set_int(conf_state, 1);
    reserved_output_fill(&reserved, token, &out);
    return GSS_S_COMPLETE;
}
EXPORT_AS(gss_wrap_aead, call_wrap_aead);

OM_uint32 call_wrap(OM_uint32 *minor, gss_ctx_id_t context, int conf_req, gss_qop_t qop,
                    gss_buffer_t in, int *conf_state, gss_buffer_t token)
{
    return call_wrap_aead(minor, context, conf_req, qop, GSS_C_NO_BUFFER, in, conf_state,
                          token);
}
EXPORT_AS(gss_wrap, call_wrap);

OM_uint32 call_unwrap_aead(OM_uint32 *minor, gss_ctx_id_t context, gss_buffer_t token,
                           gss_buffer_t assoc, gss_buffer_t data, int *conf_state,
                           gss_qop_t *qop)
{
    BUF_AUTO out = BUF_INIT;
    RESERVED_AUTO reserved = {NULL, 0};
    bool sealed;
    enum err e;

    call_begin(minor);
    call_buffer_clear(data);
    set_int(conf_state, 0);
    set_qop(qop);
    if (context == GSS_C_NO_CONTEXT || data == NULL) {
        return call_end(ERR_ARGUMENT, minor);
    }
    if ((e = reserved_output_make(&reserved, call_bytes(token).n)) != ERR_OK ||
        (e = message_unwrap(call_context(context), call_bytes(assoc), call_bytes(token),
                            &out, &sealed)) != ERR_OK) {
        return call_end(e, minor);
    }
    set_int(conf_state, sealed ? 1 : 0);
    reserved_output_fill(&reserved, data, &out);
    return GSS_S_COMPLETE;
}
EXPORT_AS(gss_unwrap_aead, call_unwrap_aead);

OM_uint32 call_unwrap(OM_uint32 *minor, gss_ctx_id_t context, gss_buffer_t token,
                      gss_buffer_t data, int *conf_state, gss_qop_t *qop)
{
    return call_unwrap_aead(minor, context, token, GSS_C_NO_BUFFER, data, conf_state,
                            qop);
}
EXPORT_AS(gss_unwrap, call_unwrap);

OM_uint32 call_wrap_size_limit(OM_uint32 *minor, gss_ctx_id_t context, int conf_req,
                               gss_qop_t qop, OM_uint32 max_output, OM_uint32 *max_input)
{
    size_t limit;
    enum err e;

    (void)conf_req;
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
EXPORT_AS(gss_wrap_size_limit, call_wrap_size_limit);
