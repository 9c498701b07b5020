/* SPDX-License-Identifier: ISC */
/* One call of gss_init_sec_context or gss_accept_sec_context. */
#include "mech/api/step.h"

#include "mech/api/call.h"
#include "mech/api/step_trace.h"
#include "mech/mech_ntlm.h"
#include "mech/passthrough/passthrough.h"
#include "mech/passthrough/route.h"
#include "mech/report/login_record.h"
#include "mech/status.h"

static void clear(enum mech_via via, const struct step_result *result)
{
    call_begin(result->minor);
    if (via == VIA_SPNEGO) {
        status_clear_appended();
    }
    call_buffer_clear(result->token);
    if (result->mech != NULL) {
        *result->mech = GSS_C_NO_OID;
    }
    if (result->flags != NULL) {
        *result->flags = 0;
    }
    if (result->time != NULL) {
        *result->time = 0;
    }
}

/* Checks the context of the call, or makes it if the application has none yet. */
static enum err open_context(gss_ctx_id_t *handle, enum gss_role role, enum mech_via via,
                             bool *out_made)
{
    struct mech_context *context;
    enum err e;

    *out_made = *handle == GSS_C_NO_CONTEXT;
    if (!*out_made) {
        return context_is_ours(*handle) && call_context(*handle)->via == via
                   ? ERR_OK
                   : err_note(ERR_STATE, "the context is another mechanism's");
    }
    e = context_new(role, via, &context);
    *handle = (gss_ctx_id_t)context;
    return e;
}

/* Uses the default credential if the application gave none; acquires it once per
 * context. */
static enum err default_cred(struct mech_context *context, gss_cred_usage_t usage,
                             struct mechanism_request *request, struct bytes in)
{
    struct cred_source nobody = {0};
    bool anonymous = usage == GSS_C_INITIATE && (request->flags & GSS_C_ANON_FLAG) != 0;
    enum err e;

    if (request->cred != NULL || anonymous) {
        return ERR_OK;
    }
    if (context->default_cred == NULL &&
        (e = cred_acquire(&nobody, usage, &context->default_cred)) != ERR_OK) {
        login_record_not_begun(context, request, in, e);
        return e;
    }
    request->cred = context->default_cred;
    return ERR_OK;
}

/* Sets the mechanism, the flags and the lifetime. Under SPNEGO the mechanism is set only
 * once the context is established, as MIT's own SPNEGO does. */
static void report_mechanism(const struct mech_context *context,
                             const struct step_result *result)
{
    struct mechanism *mechanism = context_mechanism(context);
    bool raw = context->framing == FRAMING_RAW;

    if (mechanism == NULL) {
        return;
    }
    if (result->mech != NULL && (raw || context->state == CONTEXT_ESTABLISHED)) {
        *result->mech = mechanism->ops->mech;
    }
    if (result->flags != NULL) {
        *result->flags = context_flags(context);
    }
    if (result->time != NULL) {
        *result->time = mechanism->ops->lifetime(mechanism);
    }
}

/* The call failed: deletes the context if this call made it. */
static void drop(gss_ctx_id_t *handle, bool made_here)
{
    if (made_here) {
        context_free(call_context(*handle));
        *handle = GSS_C_NO_CONTEXT;
    }
}

/* Ends a step that our own mechanism took: moves the token to the application, and sets
 * the state of the context and the results. */
static OM_uint32 finish(enum err e, gss_ctx_id_t *handle, bool made_here,
                        struct buf *token, const struct step_result *result)
{
    struct mech_context *context = call_context(*handle);
    enum err given = status_move_to_buffer(result->token, token);

    e = e == ERR_OK ? given : e;
    context_end_step(context, e);
    if (e != ERR_OK) {
        drop(handle, made_here);
        return call_end(e, result->minor);
    }
    report_mechanism(context, result);
    return context->state == CONTEXT_ESTABLISHED ? GSS_S_COMPLETE : GSS_S_CONTINUE_NEEDED;
}

/* Ends a step that another mechanism took. */
static OM_uint32 finish_passthrough(OM_uint32 major, gss_ctx_id_t *handle, bool made_here)
{
    context_end_step(call_context(*handle), GSS_ERROR(major) ? ERR_GLUE : ERR_OK);
    if (GSS_ERROR(major)) {
        drop(handle, made_here);
    }
    return major;
}

OM_uint32 step_init(enum mech_via via, const struct init_call *call,
                    const struct step_result *result)
{
    BUF_AUTO token = BUF_INIT;
    struct mechanism_request request = {.cred = call_cred(call->cred),
                                        .target = call_name(call->target),
                                        .flags = call->flags,
                                        .time_req = call->time};
    struct step_input input = {call_bytes(call->in), call->bindings, &request};
    enum route route = ROUTE_OURS;
    struct mech_context *context;
    struct step_trace trace;
    bool made_here;
    OM_uint32 major;
    enum err e;

    clear(via, result);
    if (call->handle == NULL || result->token == NULL) {
        return call_end(ERR_ARGUMENT, result->minor);
    }
    if ((e = open_context(call->handle, ROLE_INITIATOR, via, &made_here)) != ERR_OK) {
        return call_end(e, result->minor);
    }
    context = call_context(*call->handle);
    step_trace_init(&trace, call);
    if ((e = context_may_step(context, ROLE_INITIATOR)) != ERR_OK) {
        return step_trace_end(&trace, call_end(e, result->minor), result);
    }
    if (via == VIA_SPNEGO) {
        e = route_find(context, call_cred(call->cred), request.target, call->bindings,
                       input.in, &route);
    }
    if (route != ROUTE_OURS) {
        major = passthrough_init(context, call, made_here, result);
        major = finish_passthrough(major, call->handle, made_here);
        return step_trace_end(&trace, major, result);
    }
    if (e == ERR_OK &&
        (e = default_cred(context, GSS_C_INITIATE, &request, input.in)) == ERR_OK) {
        e = context_step(context, &input, &token);
    }
    major = finish(e, call->handle, made_here, &token, result);
    return step_trace_end(&trace, major, result);
}

/* Finds the client's name, if the application wants it and the context is established. */
static enum err source_name(const struct mech_context *context, const gss_name_t *wanted,
                            struct mech_name **out)
{
    struct mechanism *mechanism = context_mechanism(context);

    if (wanted == NULL || context->state != CONTEXT_ESTABLISHED) {
        return ERR_OK;
    }
    return mechanism->ops->source_name(mechanism, out);
}

/* Empties the results that only an acceptor has. */
static void clear_accept(const struct accept_call *call)
{
    if (call->source != NULL) {
        *call->source = GSS_C_NO_NAME;
    }
    if (call->delegated != NULL) {
        *call->delegated = GSS_C_NO_CREDENTIAL;
    }
}

OM_uint32 step_accept(enum mech_via via, const struct accept_call *call,
                      const struct step_result *result)
{
    BUF_AUTO token = BUF_INIT;
    NAME_AUTO *source = NULL;
    struct mechanism_request request = {.cred = call_cred(call->cred)};
    struct step_input input = {call_bytes(call->in), call->bindings, &request};
    enum route route = ROUTE_OURS;
    struct mech_context *context;
    struct mechanism *mechanism;
    struct step_trace trace;
    bool made_here;
    OM_uint32 major;
    enum err e;

    clear(via, result);
    clear_accept(call);
    if (call->handle == NULL || result->token == NULL || call->in == NULL) {
        return call_end(ERR_ARGUMENT, result->minor);
    }
    if ((e = open_context(call->handle, ROLE_ACCEPTOR, via, &made_here)) != ERR_OK) {
        return call_end(e, result->minor);
    }
    context = call_context(*call->handle);
    step_trace_accept(&trace, call);
    if ((e = context_may_step(context, ROLE_ACCEPTOR)) != ERR_OK) {
        return step_trace_end(&trace, call_end(e, result->minor), result);
    }
    if (via == VIA_SPNEGO) {
        e = route_find(context, call_cred(call->cred), NULL, GSS_C_NO_CHANNEL_BINDINGS,
                       input.in, &route);
    }
    if (route != ROUTE_OURS) {
        major = passthrough_accept(
            context, route == ROUTE_KRB5 ? GLUE_CRED_KRB5 : GLUE_CRED_BUILTIN, call,
            made_here, result);
        major = finish_passthrough(major, call->handle, made_here);
        return step_trace_end(&trace, major, result);
    }
    if (e == ERR_OK &&
        (e = default_cred(context, GSS_C_ACCEPT, &request, input.in)) == ERR_OK) {
        e = context_step(context, &input, &token);
    }
    if (e == ERR_OK && (e = source_name(context, call->source, &source)) != ERR_OK) {
        buf_cleanup(&token);
    }
    major = finish(e, call->handle, made_here, &token, result);
    if (source != NULL && !GSS_ERROR(major)) {
        *call->source = (gss_name_t)source;
        source = NULL;
    }
    if (major == GSS_S_COMPLETE && call->delegated != NULL) {
        mechanism = context_mechanism(context);
        *call->delegated = mechanism->ops->move_delegated(mechanism);
    }
    return step_trace_end(&trace, major, result);
}
