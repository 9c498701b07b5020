/* SPDX-License-Identifier: ISC */
/* gss_init_sec_context and gss_accept_sec_context of both OIDs, and a context's end. */
#include "mech/api/call.h"
#include "mech/api/step.h"
#include "mech/passthrough/ntlm_suppress.h"

GSS_EXPORT OM_uint32 gss_init_sec_context(
    OM_uint32 *minor, gss_cred_id_t cred, gss_ctx_id_t *context, gss_name_t target,
    gss_OID mech, OM_uint32 req_flags, OM_uint32 time_req,
    gss_channel_bindings_t bindings, gss_buffer_t in, gss_OID *actual_mech,
    gss_buffer_t out, OM_uint32 *ret_flags, OM_uint32 *time_rec)
{
    struct init_call call = {context, cred, target, req_flags, time_req, bindings, in};
    struct step_result result = {minor, actual_mech, out, ret_flags, time_rec};

    (void)mech;
    return ntlm_is_suppressed() ? call_suppressed(minor)
                                : step_init(VIA_NTLM, &call, &result);
}

GSS_EXPORT OM_uint32 gssi_init_sec_context(
    OM_uint32 *minor, gss_cred_id_t cred, gss_ctx_id_t *context, gss_name_t target,
    gss_OID mech, OM_uint32 req_flags, OM_uint32 time_req,
    gss_channel_bindings_t bindings, gss_buffer_t in, gss_OID *actual_mech,
    gss_buffer_t out, OM_uint32 *ret_flags, OM_uint32 *time_rec)
{
    struct init_call call = {context, cred, target, req_flags, time_req, bindings, in};
    struct step_result result = {minor, actual_mech, out, ret_flags, time_rec};

    (void)mech;
    return step_init(VIA_SPNEGO, &call, &result);
}

GSS_EXPORT OM_uint32 gss_accept_sec_context(OM_uint32 *minor, gss_ctx_id_t *context,
                                            gss_cred_id_t cred, gss_buffer_t in,
                                            gss_channel_bindings_t bindings,
                                            gss_name_t *source, gss_OID *mech,
                                            gss_buffer_t out, OM_uint32 *ret_flags,
                                            OM_uint32 *time_rec, gss_cred_id_t *delegated)
{
    struct accept_call call = {context, cred, in, bindings, source, delegated};
    struct step_result result = {minor, mech, out, ret_flags, time_rec};

    return ntlm_is_suppressed() ? call_suppressed(minor)
                                : step_accept(VIA_NTLM, &call, &result);
}

GSS_EXPORT OM_uint32 gssi_accept_sec_context(
    OM_uint32 *minor, gss_ctx_id_t *context, gss_cred_id_t cred, gss_buffer_t in,
    gss_channel_bindings_t bindings, gss_name_t *source, gss_OID *mech, gss_buffer_t out,
    OM_uint32 *ret_flags, OM_uint32 *time_rec, gss_cred_id_t *delegated)
{
    struct accept_call call = {context, cred, in, bindings, source, delegated};
    struct step_result result = {minor, mech, out, ret_flags, time_rec};

    return step_accept(VIA_SPNEGO, &call, &result);
}

GSS_EXPORT OM_uint32 gss_delete_sec_context(OM_uint32 *minor, gss_ctx_id_t *context,
                                            gss_buffer_t token)
{
    call_begin_release(minor);
    call_buffer_clear(token);
    if (context == NULL) {
        return call_end(ERR_ARGUMENT, minor);
    }
    context_free(call_context(*context));
    *context = GSS_C_NO_CONTEXT;
    return GSS_S_COMPLETE;
}
GSSI_ALIAS(delete_sec_context);

OM_uint32 call_process_context_token(OM_uint32 *minor, gss_ctx_id_t context,
                                     gss_buffer_t token)
{
    (void)context;
    (void)token;
    call_begin(minor);
    return call_end(err_note(ERR_UNSUPPORTED, "NTLM has no context tokens"), minor);
}
EXPORT_AS(gss_process_context_token, call_process_context_token);

OM_uint32 call_context_time(OM_uint32 *minor, gss_ctx_id_t context, OM_uint32 *time)
{
    enum err e;

    call_begin(minor);
    if (time != NULL) {
        *time = 0;
    }
    if (context == GSS_C_NO_CONTEXT || time == NULL) {
        return call_end(ERR_ARGUMENT, minor);
    }
    e = context_established(call_context(context));
    *time = e == ERR_OK ? GSS_C_INDEFINITE : 0;
    return call_end(e, minor);
}
EXPORT_AS(gss_context_time, call_context_time);
