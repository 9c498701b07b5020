/* SPDX-License-Identifier: ISC */
/* NTLM's gss_init_sec_context, gss_accept_sec_context, and a context's end and time. */
#include "mech/api/call.h"
#include "mech/api/step.h"
#include "mech/api/step_trace.h"
#include "mech/passthrough/ntlm_suppress.h"

GSS_EXPORT OM_uint32 gss_init_sec_context(
    OM_uint32 *minor, gss_cred_id_t cred, gss_ctx_id_t *context, gss_name_t target,
    gss_OID mech, OM_uint32 req_flags, OM_uint32 time_req,
    gss_channel_bindings_t bindings, gss_buffer_t in, gss_OID *actual_mech,
    gss_buffer_t out, OM_uint32 *ret_flags, OM_uint32 *time_rec)
{
    struct init_call call = {context, cred, target, req_flags, time_req, bindings, in};
    struct step_result result = {minor, actual_mech, out, ret_flags, time_rec};
    struct step_trace trace;
    bool made_here;

    if (ntlm_is_suppressed()) {
        return call_suppressed(minor);
    }
    enum err e = step_begin_init(&call, VIA_NTLM, &result, &made_here);

    (void)mech;
    if (e != ERR_OK) {
        return call_end(e, minor);
    }
    step_trace_init(&trace, &call);
    return step_trace_end(&trace, step_init(&call, made_here, &result), &result);
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
    struct step_trace trace;
    bool made_here;

    if (ntlm_is_suppressed()) {
        return call_suppressed(minor);
    }
    enum err e = step_begin_accept(&call, VIA_NTLM, &result, &made_here);

    if (e != ERR_OK) {
        return call_end(e, minor);
    }
    step_trace_accept(&trace, &call);
    return step_trace_end(&trace, step_accept(&call, made_here, &result), &result);
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
