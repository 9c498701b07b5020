/* SPDX-License-Identifier: ISC */
/* Protection of messages in several buffers. If the context wraps a context of the
 * mechglue (call_glue_handle), the mechglue protects the message; otherwise NTLM does. */
#include "mech/iov.h"

#include "mech/api/call.h"
#include "mech/glue.h"

/* Runs one of the functions of mech/iov.h after the checks that they share. conf_state
 * may be NULL; NTLM seals all DATA, whatever the application's conf_req says. */
static OM_uint32 run(enum err (*of)(struct mech_context *context,
                                    gss_iov_buffer_desc *iov, int n),
                     OM_uint32 *minor, gss_ctx_id_t context, gss_qop_t qop,
                     int *conf_state, gss_iov_buffer_desc *iov, int n)
{
    enum err e = ERR_ARGUMENT;

    call_begin(minor);
    if (context != GSS_C_NO_CONTEXT) {
        e = qop == GSS_C_QOP_DEFAULT ? of(call_context(context), iov, n) : ERR_QOP;
    }
    if (conf_state != NULL) {
        *conf_state = e == ERR_OK;
    }
    return call_end(e, minor);
}

GSS_EXPORT OM_uint32 gss_wrap_iov(OM_uint32 *minor, gss_ctx_id_t context, int conf_req,
                                  gss_qop_t qop, int *conf_state,
                                  gss_iov_buffer_desc *iov, int n)
{
    gss_ctx_id_t glue_context = call_glue_handle(context);

    if (glue_context != GSS_C_NO_CONTEXT) {
        return glue_get()->wrap_iov(minor, glue_context, conf_req, qop, conf_state, iov,
                                    n);
    }
    return run(iov_wrap, minor, context, qop, conf_state, iov, n);
}
GSSI_ALIAS(wrap_iov);

GSS_EXPORT OM_uint32 gss_wrap_iov_length(OM_uint32 *minor, gss_ctx_id_t context,
                                         int conf_req, gss_qop_t qop, int *conf_state,
                                         gss_iov_buffer_desc *iov, int n)
{
    gss_ctx_id_t glue_context = call_glue_handle(context);

    if (glue_context != GSS_C_NO_CONTEXT) {
        return glue_get()->wrap_iov_length(minor, glue_context, conf_req, qop, conf_state,
                                           iov, n);
    }
    return run(iov_wrap_length, minor, context, qop, conf_state, iov, n);
}
GSSI_ALIAS(wrap_iov_length);

GSS_EXPORT OM_uint32 gss_unwrap_iov(OM_uint32 *minor, gss_ctx_id_t context,
                                    int *conf_state, gss_qop_t *qop,
                                    gss_iov_buffer_desc *iov, int n)
{
    gss_ctx_id_t glue_context = call_glue_handle(context);
    bool sealed = false;
    enum err e = ERR_ARGUMENT;

    if (glue_context != GSS_C_NO_CONTEXT) {
        return glue_get()->unwrap_iov(minor, glue_context, conf_state, qop, iov, n);
    }
    call_begin(minor);
    if (qop != NULL) {
        *qop = GSS_C_QOP_DEFAULT;
    }
    if (context != GSS_C_NO_CONTEXT) {
        e = iov_unwrap(call_context(context), iov, n, &sealed);
    }
    if (conf_state != NULL) {
        *conf_state = e == ERR_OK && sealed;
    }
    return call_end(e, minor);
}
GSSI_ALIAS(unwrap_iov);

GSS_EXPORT OM_uint32 gss_get_mic_iov(OM_uint32 *minor, gss_ctx_id_t context,
                                     gss_qop_t qop, gss_iov_buffer_desc *iov, int n)
{
    gss_ctx_id_t glue_context = call_glue_handle(context);

    if (glue_context != GSS_C_NO_CONTEXT) {
        return glue_get()->get_mic_iov(minor, glue_context, qop, iov, n);
    }
    return run(iov_sign, minor, context, qop, NULL, iov, n);
}
GSSI_ALIAS(get_mic_iov);

GSS_EXPORT OM_uint32 gss_get_mic_iov_length(OM_uint32 *minor, gss_ctx_id_t context,
                                            gss_qop_t qop, gss_iov_buffer_desc *iov,
                                            int n)
{
    gss_ctx_id_t glue_context = call_glue_handle(context);

    if (glue_context != GSS_C_NO_CONTEXT) {
        return glue_get()->get_mic_iov_length(minor, glue_context, qop, iov, n);
    }
    return run(iov_sign_length, minor, context, qop, NULL, iov, n);
}
GSSI_ALIAS(get_mic_iov_length);

GSS_EXPORT OM_uint32 gss_verify_mic_iov(OM_uint32 *minor, gss_ctx_id_t context,
                                        gss_qop_t *qop, gss_iov_buffer_desc *iov, int n)
{
    gss_ctx_id_t glue_context = call_glue_handle(context);

    if (glue_context != GSS_C_NO_CONTEXT) {
        return glue_get()->verify_mic_iov(minor, glue_context, qop, iov, n);
    }
    if (qop != NULL) {
        *qop = GSS_C_QOP_DEFAULT;
    }
    return run(iov_verify, minor, context, GSS_C_QOP_DEFAULT, NULL, iov, n);
}
GSSI_ALIAS(verify_mic_iov);
