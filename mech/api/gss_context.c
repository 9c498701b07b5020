/* SPDX-License-Identifier: ISC */
/* gss_init_sec_context and gss_accept_sec_context of both OIDs, a context's end, and its
 * tokens. */
#include "mech/api/call.h"
#include "mech/api/step.h"
#include "mech/glue.h"
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
    call_begin_quiet(minor);
    call_buffer_clear(token);
    if (context == NULL) {
        return call_end(ERR_ARGUMENT, minor);
    }
    context_free(call_context(*context));
    *context = GSS_C_NO_CONTEXT;
    return GSS_S_COMPLETE;
}
GSSI_ALIAS(delete_sec_context);

/* NTLM and SPNEGO take no context tokens, whatever mechanism is under SPNEGO. The
 * mechglue answers if the context has FRAMING_PASSTHROUGH. */
GSS_EXPORT OM_uint32 gss_process_context_token(OM_uint32 *minor, gss_ctx_id_t context,
                                               gss_buffer_t token)
{
    gss_ctx_id_t glue_context = call_glue_handle(context);

    if (glue_context != GSS_C_NO_CONTEXT &&
        call_context(context)->framing == FRAMING_PASSTHROUGH) {
        return glue_get()->process_context_token(minor, glue_context, token);
    }
    call_begin(minor);
    return call_end(err_note(ERR_UNSUPPORTED, "NTLM has no context tokens"), minor);
}
GSSI_ALIAS(process_context_token);

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
