/* SPDX-License-Identifier: ISC */
/* SPNEGO's protection of messages: that of the exchange it was handed to, or NTLM's. */
#include "mech/api/call.h"
#include "mech/glue.h"

GSS_EXPORT OM_uint32 gssi_get_mic(OM_uint32 *minor, gss_ctx_id_t context, gss_qop_t qop,
                                  gss_buffer_t data, gss_buffer_t token)
{
    gss_ctx_id_t glue_context = call_glue_handle(context);

    if (glue_context == GSS_C_NO_CONTEXT) {
        return call_get_mic(minor, context, qop, data, token);
    }
    return glue_get()->get_mic(minor, glue_context, qop, data, token);
}

GSS_EXPORT OM_uint32 gssi_verify_mic(OM_uint32 *minor, gss_ctx_id_t context,
                                     gss_buffer_t data, gss_buffer_t token,
                                     gss_qop_t *qop)
{
    gss_ctx_id_t glue_context = call_glue_handle(context);

    if (glue_context == GSS_C_NO_CONTEXT) {
        return call_verify_mic(minor, context, data, token, qop);
    }
    return glue_get()->verify_mic(minor, glue_context, data, token, qop);
}

GSS_EXPORT OM_uint32 gssi_wrap(OM_uint32 *minor, gss_ctx_id_t context, int conf_req,
                               gss_qop_t qop, gss_buffer_t in, int *conf_state,
                               gss_buffer_t out)
{
    gss_ctx_id_t glue_context = call_glue_handle(context);

    if (glue_context == GSS_C_NO_CONTEXT) {
        return call_wrap(minor, context, conf_req, qop, in, conf_state, out);
    }
    return glue_get()->wrap(minor, glue_context, conf_req, qop, in, conf_state, out);
}

GSS_EXPORT OM_uint32 gssi_unwrap(OM_uint32 *minor, gss_ctx_id_t context, gss_buffer_t in,
                                 gss_buffer_t out, int *conf_state, gss_qop_t *qop)
{
    gss_ctx_id_t glue_context = call_glue_handle(context);

    if (glue_context == GSS_C_NO_CONTEXT) {
        return call_unwrap(minor, context, in, out, conf_state, qop);
    }
    return glue_get()->unwrap(minor, glue_context, in, out, conf_state, qop);
}

GSS_EXPORT OM_uint32 gssi_wrap_size_limit(OM_uint32 *minor, gss_ctx_id_t context,
                                          int conf_req, gss_qop_t qop,
                                          OM_uint32 max_output, OM_uint32 *max_input)
{
    gss_ctx_id_t glue_context = call_glue_handle(context);

    if (glue_context == GSS_C_NO_CONTEXT) {
        return call_wrap_size_limit(minor, context, conf_req, qop, max_output, max_input);
    }
    return glue_get()->wrap_size_limit(minor, glue_context, conf_req, qop, max_output,
                                       max_input);
}

GSS_EXPORT OM_uint32 gssi_wrap_aead(OM_uint32 *minor, gss_ctx_id_t context, int conf_req,
                                    gss_qop_t qop, gss_buffer_t assoc, gss_buffer_t in,
                                    int *conf_state, gss_buffer_t out)
{
    gss_ctx_id_t glue_context = call_glue_handle(context);

    if (glue_context == GSS_C_NO_CONTEXT) {
        return call_wrap_aead(minor, context, conf_req, qop, assoc, in, conf_state, out);
    }
    return glue_get()->wrap_aead(minor, glue_context, conf_req, qop, assoc, in,
                                 conf_state, out);
}

GSS_EXPORT OM_uint32 gssi_unwrap_aead(OM_uint32 *minor, gss_ctx_id_t context,
                                      gss_buffer_t in, gss_buffer_t assoc,
                                      gss_buffer_t out, int *conf_state, gss_qop_t *qop)
{
    gss_ctx_id_t glue_context = call_glue_handle(context);

    if (glue_context == GSS_C_NO_CONTEXT) {
        return call_unwrap_aead(minor, context, in, assoc, out, conf_state, qop);
    }
    return glue_get()->unwrap_aead(minor, glue_context, in, assoc, out, conf_state, qop);
}

GSS_EXPORT OM_uint32 gssi_wrap_iov(OM_uint32 *minor, gss_ctx_id_t context, int conf_req,
                                   gss_qop_t qop, int *conf_state,
                                   gss_iov_buffer_desc *iov, int n)
{
    gss_ctx_id_t glue_context = call_glue_handle(context);

    if (glue_context == GSS_C_NO_CONTEXT) {
        return call_wrap_iov(minor, context, conf_req, qop, conf_state, iov, n);
    }
    return glue_get()->wrap_iov(minor, glue_context, conf_req, qop, conf_state, iov, n);
}

GSS_EXPORT OM_uint32 gssi_unwrap_iov(OM_uint32 *minor, gss_ctx_id_t context,
                                     int *conf_state, gss_qop_t *qop,
                                     gss_iov_buffer_desc *iov, int n)
{
    gss_ctx_id_t glue_context = call_glue_handle(context);

    if (glue_context == GSS_C_NO_CONTEXT) {
        return call_unwrap_iov(minor, context, conf_state, qop, iov, n);
    }
    return glue_get()->unwrap_iov(minor, glue_context, conf_state, qop, iov, n);
}

GSS_EXPORT OM_uint32 gssi_wrap_iov_length(OM_uint32 *minor, gss_ctx_id_t context,
                                          int conf_req, gss_qop_t qop, int *conf_state,
                                          gss_iov_buffer_desc *iov, int n)
{
    gss_ctx_id_t glue_context = call_glue_handle(context);

    if (glue_context == GSS_C_NO_CONTEXT) {
        return call_wrap_iov_length(minor, context, conf_req, qop, conf_state, iov, n);
    }
    return glue_get()->wrap_iov_length(minor, glue_context, conf_req, qop, conf_state,
                                       iov, n);
}

GSS_EXPORT OM_uint32 gssi_get_mic_iov(OM_uint32 *minor, gss_ctx_id_t context,
                                      gss_qop_t qop, gss_iov_buffer_desc *iov, int n)
{
    gss_ctx_id_t glue_context = call_glue_handle(context);

    if (glue_context == GSS_C_NO_CONTEXT) {
        return call_get_mic_iov(minor, context, qop, iov, n);
    }
    return glue_get()->get_mic_iov(minor, glue_context, qop, iov, n);
}

GSS_EXPORT OM_uint32 gssi_verify_mic_iov(OM_uint32 *minor, gss_ctx_id_t context,
                                         gss_qop_t *qop, gss_iov_buffer_desc *iov, int n)
{
    gss_ctx_id_t glue_context = call_glue_handle(context);

    if (glue_context == GSS_C_NO_CONTEXT) {
        return call_verify_mic_iov(minor, context, qop, iov, n);
    }
    return glue_get()->verify_mic_iov(minor, glue_context, qop, iov, n);
}

GSS_EXPORT OM_uint32 gssi_get_mic_iov_length(OM_uint32 *minor, gss_ctx_id_t context,
                                             gss_qop_t qop, gss_iov_buffer_desc *iov,
                                             int n)
{
    gss_ctx_id_t glue_context = call_glue_handle(context);

    if (glue_context == GSS_C_NO_CONTEXT) {
        return call_get_mic_iov_length(minor, context, qop, iov, n);
    }
    return glue_get()->get_mic_iov_length(minor, glue_context, qop, iov, n);
}

GSS_EXPORT OM_uint32 gssi_pseudo_random(OM_uint32 *minor, gss_ctx_id_t context, int key,
                                        const gss_buffer_t in, ssize_t len,
                                        gss_buffer_t out)
{
    gss_ctx_id_t glue_context = call_glue_handle(context);

    if (glue_context == GSS_C_NO_CONTEXT) {
        return call_unsupported_of(minor, context);
    }
    return glue_get()->pseudo_random(minor, glue_context, key, in, len, out);
}
