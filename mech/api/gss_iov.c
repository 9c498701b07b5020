/* SPDX-License-Identifier: ISC */
/* Protection of messages in several buffers: NTLM's. */
#include "mech/iov.h"

#include "mech/api/call.h"

static void set_conf(int *out, enum err e)
{
    if (out != NULL) {
        *out = e == ERR_OK;
    }
}

static void set_qop(gss_qop_t *out)
{
    if (out != NULL) {
        *out = GSS_C_QOP_DEFAULT;
    }
}

/* Runs one of mech/iov.h with what all of them check first. */
static enum err run(enum err (*of)(struct mech_context *context, gss_iov_buffer_desc *iov,
                                   int n),
                    gss_ctx_id_t context, gss_qop_t qop, gss_iov_buffer_desc *iov, int n)
{
    if (context == GSS_C_NO_CONTEXT) {
        return ERR_ARGUMENT;
    }
    return qop == GSS_C_QOP_DEFAULT ? of(call_context(context), iov, n) : ERR_QOP;
}

/* What is wrapped is always sealed, whatever conf_req says, as by gss_wrap. */
OM_uint32 call_wrap_iov(OM_uint32 *minor, gss_ctx_id_t context, int conf_req,
                        gss_qop_t qop, int *conf_state, gss_iov_buffer_desc *iov, int n)
{
    enum err e;

    (void)conf_req;
    call_begin(minor);
    e = run(iov_wrap, context, qop, iov, n);
    set_conf(conf_state, e);
    return call_end(e, minor);
}
EXPORT_AS(gss_wrap_iov, call_wrap_iov);

OM_uint32 call_wrap_iov_length(OM_uint32 *minor, gss_ctx_id_t context, int conf_req,
                               gss_qop_t qop, int *conf_state, gss_iov_buffer_desc *iov,
                               int n)
{
    enum err e;

    (void)conf_req;
    call_begin(minor);
    e = run(iov_wrap_length, context, qop, iov, n);
    set_conf(conf_state, e);
    return call_end(e, minor);
}
EXPORT_AS(gss_wrap_iov_length, call_wrap_iov_length);

OM_uint32 call_unwrap_iov(OM_uint32 *minor, gss_ctx_id_t context, int *conf_state,
                          gss_qop_t *qop, gss_iov_buffer_desc *iov, int n)
{
    bool sealed = false;
    enum err e = ERR_ARGUMENT;

    call_begin(minor);
    set_qop(qop);
    if (context != GSS_C_NO_CONTEXT) {
        e = iov_unwrap(call_context(context), iov, n, &sealed);
    }
    if (conf_state != NULL) {
        *conf_state = e == ERR_OK && sealed;
    }
    return call_end(e, minor);
}
EXPORT_AS(gss_unwrap_iov, call_unwrap_iov);

OM_uint32 call_get_mic_iov(OM_uint32 *minor, gss_ctx_id_t context, gss_qop_t qop,
                           gss_iov_buffer_desc *iov, int n)
{
    call_begin(minor);
    return call_end(run(iov_sign, context, qop, iov, n), minor);
}
EXPORT_AS(gss_get_mic_iov, call_get_mic_iov);

OM_uint32 call_get_mic_iov_length(OM_uint32 *minor, gss_ctx_id_t context, gss_qop_t qop,
                                  gss_iov_buffer_desc *iov, int n)
{
    call_begin(minor);
    return call_end(run(iov_sign_length, context, qop, iov, n), minor);
}
EXPORT_AS(gss_get_mic_iov_length, call_get_mic_iov_length);

OM_uint32 call_verify_mic_iov(OM_uint32 *minor, gss_ctx_id_t context, gss_qop_t *qop,
                              gss_iov_buffer_desc *iov, int n)
{
    call_begin(minor);
    set_qop(qop);
    return call_end(run(iov_verify, context, GSS_C_QOP_DEFAULT, iov, n), minor);
}
EXPORT_AS(gss_verify_mic_iov, call_verify_mic_iov);
