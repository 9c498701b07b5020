/* SPDX-License-Identifier: ISC */
/* SPNEGO's gssi_init_sec_context and gssi_accept_sec_context: ours, or handed on. */
#include "mech/api/call.h"
#include "mech/passthrough/passthrough.h"
#include "mech/api/step.h"
#include "mech/api/step_trace.h"
#include "mech/glue.h"
#include "mech/status.h"
#include "mech/passthrough/route.h"
#include "mech/report/trace.h"

/* NTLM's default credential, if NTLM is configured; kept by the context, or why there is
 * none, for files may have changed by the time that it is told. An acceptor's is
 * given the way to Kerberos' keys; an initiator's Kerberos goes by its own default, which
 * depends on the target. */
static enum err default_cred(struct mech_context *context, gss_cred_usage_t usage)
{
    struct cred_source nobody = {0};
    struct glue_cred_source from = {.usage = usage};
    enum err e;

    if (context->default_cred != NULL || !glue_has_ntlm()) {
        return ERR_OK;
    }
    e = cred_acquire(&nobody, usage, &context->default_cred);
    if (e != ERR_OK) {
        err_keep(&context->excluded, e);
        return e == ERR_NO_MEMORY ? e : ERR_OK;
    }
    return usage == GSS_C_ACCEPT
               ? glue_creds_new(&from, &context->default_cred->glue_creds)
               : ERR_OK;
}

/* Where NTLM must not be, the exchange is none of ours. A fault is for us to tell. */
static bool is_forbidden(struct mech_context *context, const struct mech_cred *cred,
                         const struct mech_name *target)
{
    bool initiates = context->role == ROLE_INITIATOR;
    enum err e = route_permits_ntlm(context->role, target);

    if (e != ERR_POLICY && e != ERR_FIPS) {
        return false;
    }
    trace_refuse("ntlm", "kept-out", "NTLM", e);
    if (cred_has_ntlm(cred, initiates ? GSS_C_INITIATE : GSS_C_ACCEPT)) {
        err_keep(&context->excluded, e);
    }
    return true;
}

/* The credential that decides who takes the exchange: the application's, or the default
 * one; NULL: nothing of NTLM is configured, or the settings forbid it here. */
static enum err deciding_cred(struct mech_context *context, gss_cred_id_t given,
                              const struct mech_name *target, struct mech_cred **out)
{
    bool initiates = context->role == ROLE_INITIATOR;
    enum err e = ERR_OK;

    *out = call_cred(given);
    if (given == GSS_C_NO_CREDENTIAL) {
        e = default_cred(context, initiates ? GSS_C_INITIATE : GSS_C_ACCEPT);
        *out = context->default_cred;
    }
    if (*out != NULL && context->framing == FRAMING_UNKNOWN &&
        is_forbidden(context, *out, target)) {
        *out = NULL;
    }
    return e;
}

/* Where NTLM plays no part: what decided that was told before, if it is not in the token.
 */
static void trace_route(enum route route, const struct mech_cred *cred)
{
    static const char *const routes[] = {
        [ROUTE_OURS] = "ours",
        [ROUTE_BUILTIN] = "builtin",
        [ROUTE_KRB5] = "krb5",
    };
    const char *reason = NULL;

    if (route == ROUTE_BUILTIN) {
        reason = cred == NULL ? "NTLM can play no part" : "NTLM is not in question";
    }
    trace_decide("route", routes[route], "reason", reason);
}

/* What an initiator's leg is, once its context is there. */
static OM_uint32 init_leg(const struct init_call *call, bool made_here,
                          const struct step_result *result)
{
    struct mech_context *context = call_context(*call->handle);
    struct mech_cred *cred;
    enum route route;
    enum err e;

    if ((e = context_may_step(context, ROLE_INITIATOR)) != ERR_OK) {
        return call_end(e, result->minor);
    }
    if (context->framing == FRAMING_PASSTHROUGH) {
        return passthrough_init(context, call, made_here, result);
    }
    if ((e = deciding_cred(context, call->cred, call_name(call->target), &cred)) !=
        ERR_OK) {
        step_drop(call->handle, made_here);
        return call_end(e, result->minor);
    }
    route = route_find(context, cred, call_bytes(call->in));
    if (context->framing == FRAMING_UNKNOWN) {
        trace_route(route, cred);
    }
    if (route == ROUTE_OURS) {
        return step_init(call, made_here, result);
    }
    return passthrough_init(context, call, made_here, result);
}

GSS_EXPORT OM_uint32 gssi_init_sec_context(
    OM_uint32 *minor, gss_cred_id_t cred, gss_ctx_id_t *context, gss_name_t target,
    gss_OID mech, OM_uint32 req_flags, OM_uint32 time_req,
    gss_channel_bindings_t bindings, gss_buffer_t in, gss_OID *actual_mech,
    gss_buffer_t out, OM_uint32 *ret_flags, OM_uint32 *time_rec)
{
    struct init_call call = {context, cred, target, req_flags, time_req, bindings, in};
    struct step_result result = {minor, actual_mech, out, ret_flags, time_rec};
    struct step_trace trace;
    bool made_here;
    enum err e = step_begin_init(&call, VIA_SPNEGO, &result, &made_here);

    (void)mech;
    status_forget_after();
    if (e != ERR_OK) {
        return call_end(e, minor);
    }
    step_trace_init(&trace, &call);
    return step_trace_end(&trace, init_leg(&call, made_here, &result), &result);
}

static OM_uint32 accept_leg(const struct accept_call *call, bool made_here,
                            const struct step_result *result)
{
    struct mech_context *context = call_context(*call->handle);
    struct mech_cred *cred;
    enum route route;
    enum err e;

    if ((e = context_may_step(context, ROLE_ACCEPTOR)) != ERR_OK) {
        return call_end(e, result->minor);
    }
    if (context->framing == FRAMING_PASSTHROUGH) {
        return passthrough_accept(context, context->passthrough_kind, call, made_here,
                                  result);
    }
    if ((e = deciding_cred(context, call->cred, NULL, &cred)) != ERR_OK) {
        step_drop(call->handle, made_here);
        return call_end(e, result->minor);
    }
    route = route_find(context, cred, call_bytes(call->in));
    if (context->framing == FRAMING_UNKNOWN) {
        trace_route(route, cred);
    }
    switch (route) {
    case ROUTE_BUILTIN:
        return passthrough_accept(context, GLUE_CRED_BUILTIN, call, made_here, result);
    case ROUTE_KRB5:
        return passthrough_accept(context, GLUE_CRED_KRB5, call, made_here, result);
    case ROUTE_OURS:
        break;
    }
    return step_accept(call, made_here, result);
}

GSS_EXPORT OM_uint32 gssi_accept_sec_context(
    OM_uint32 *minor, gss_ctx_id_t *context, gss_cred_id_t cred, gss_buffer_t in,
    gss_channel_bindings_t bindings, gss_name_t *source, gss_OID *mech, gss_buffer_t out,
    OM_uint32 *ret_flags, OM_uint32 *time_rec, gss_cred_id_t *delegated)
{
    struct accept_call call = {context, cred, in, bindings, source, delegated};
    struct step_result result = {minor, mech, out, ret_flags, time_rec};
    struct step_trace trace;
    bool made_here;
    enum err e = step_begin_accept(&call, VIA_SPNEGO, &result, &made_here);

    status_forget_after();
    if (e != ERR_OK) {
        return call_end(e, minor);
    }
    step_trace_accept(&trace, &call);
    return step_trace_end(&trace, accept_leg(&call, made_here, &result), &result);
}
