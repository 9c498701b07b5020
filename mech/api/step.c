/* SPDX-License-Identifier: ISC */
/* One call of gss_init_sec_context or gss_accept_sec_context. */
#include "mech/api/step.h"

#include "mech/bindings.h"
#include "mech/api/call.h"
#include "mech/report/login_origin.h"
#include "mech/mech_ntlm.h"
#include "mech/spnego/withheld.h"
#include "mech/status.h"

static void clear(const struct step_result *result)
{
    call_begin(result->minor);
    mech_ntlm_begin_call();
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

/* SPNEGO tells the mechanism when it is sure of it, as the built-in one does. */
static void report_inner(const struct mech_context *context,
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

void step_drop(gss_ctx_id_t *handle, bool made_here)
{
    if (made_here) {
        context_free(call_context(*handle));
        *handle = GSS_C_NO_CONTEXT;
    }
}

/* The end of a leg. */
static OM_uint32 finish(enum err e, gss_ctx_id_t *handle, bool made_here,
                        struct buf *token, const struct step_result *result)
{
    struct mech_context *context = call_context(*handle);
    enum err given = status_move_to_buffer(result->token, token);

    e = e == ERR_OK ? given : e;
    mechanism_end_step(context_mechanism(context), e,
                       context->state == CONTEXT_ESTABLISHED);
    if (e != ERR_OK) {
        withheld_report_failed(&context->spnego, e);
        /* a token too many leaves an established context as it is */
        context->state = e == ERR_STATE ? context->state : CONTEXT_FAILED;
        step_drop(handle, made_here);
        return call_end(e, result->minor);
    }
    report_inner(context, result);
    if (context->state != CONTEXT_ESTABLISHED) {
        return GSS_S_CONTINUE_NEEDED;
    }
    cred_free(context->default_cred);
    context->default_cred = NULL; /* nobody asks for it any more, and it has a hash */
    return GSS_S_COMPLETE;
}

/* Without an explicit credential, the default one, once per context. */
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
        login_origin_refused(context, request, in, e);
        return e;
    }
    request->cred = context->default_cred;
    return ERR_OK;
}

static enum err initiate(struct mech_context *context, struct mechanism_request *request,
                         const gss_buffer_desc *in, gss_channel_bindings_t bindings,
                         struct buf *out)
{
    struct step_input step = {call_bytes(in), {0}, bindings, request};
    enum err e = context_may_step(context, ROLE_INITIATOR);

    if (e != ERR_OK ||
        (e = default_cred(context, GSS_C_INITIATE, request, step.in)) != ERR_OK ||
        (e = bindings_hash(bindings, &step.bindings)) != ERR_OK) {
        return e;
    }
    return context_initiate(context, &step, out);
}

/* What an acceptor gets beside a leg's results. */
static void clear_accept(const struct accept_call *call)
{
    if (call->source != NULL) {
        *call->source = GSS_C_NO_NAME;
    }
    if (call->delegated != NULL) {
        *call->delegated = GSS_C_NO_CREDENTIAL;
    }
}

static enum err make_context(gss_ctx_id_t *handle, enum gss_role role, enum mech_via via,
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

enum err step_begin_init(const struct init_call *call, enum mech_via via,
                         const struct step_result *result, bool *out_made)
{
    *out_made = false;
    clear(result);
    if (call->handle == NULL || result->token == NULL) {
        return ERR_ARGUMENT;
    }
    return make_context(call->handle, ROLE_INITIATOR, via, out_made);
}

enum err step_begin_accept(const struct accept_call *call, enum mech_via via,
                           const struct step_result *result, bool *out_made)
{
    *out_made = false;
    clear(result);
    clear_accept(call);
    if (call->handle == NULL || result->token == NULL || call->in == NULL) {
        return ERR_ARGUMENT;
    }
    return make_context(call->handle, ROLE_ACCEPTOR, via, out_made);
}

OM_uint32 step_init(const struct init_call *call, bool made_here,
                    const struct step_result *result)
{
    BUF_AUTO token = BUF_INIT;
    struct mechanism_request request = {.cred = call_cred(call->cred),
                                        .target = call_name(call->target),
                                        .flags = call->flags,
                                        .time_req = call->time};
    enum err e =
        initiate(call_context(*call->handle), &request, call->in, call->bindings, &token);

    return finish(e, call->handle, made_here, &token, result);
}

static enum err accept(struct mech_context *context, struct mechanism_request *request,
                       const gss_buffer_desc *in, gss_channel_bindings_t bindings,
                       struct buf *out)
{
    struct step_input step = {call_bytes(in), {0}, bindings, request};
    enum err e = context_may_step(context, ROLE_ACCEPTOR);

    if (e != ERR_OK ||
        (e = default_cred(context, GSS_C_ACCEPT, request, step.in)) != ERR_OK ||
        (e = bindings_hash(bindings, &step.bindings)) != ERR_OK) {
        return e;
    }
    return context_accept(context, &step, out);
}

/* The client's name, once the context is established and if it is asked for. */
static enum err source_name(const struct mech_context *context, const gss_name_t *wanted,
                            struct mech_name **out)
{
    struct mechanism *mechanism = context_mechanism(context);

    if (wanted == NULL || context->state != CONTEXT_ESTABLISHED) {
        return ERR_OK;
    }
    return mechanism->ops->source_name(mechanism, out);
}

static gss_cred_id_t delegated_cred(const struct mech_context *context)
{
    struct mechanism *mechanism = context_mechanism(context);

    return mechanism->ops->move_delegated(mechanism);
}

OM_uint32 step_accept(const struct accept_call *call, bool made_here,
                      const struct step_result *result)
{
    BUF_AUTO token = BUF_INIT;
    NAME_AUTO *source = NULL;
    struct mech_context *context = call_context(*call->handle);
    struct mechanism_request request = {.cred = call_cred(call->cred)};
    enum err e = accept(context, &request, call->in, call->bindings, &token);

    if (e == ERR_OK && (e = source_name(context, call->source, &source)) != ERR_OK) {
        buf_cleanup(&token);
    }
    OM_uint32 major = finish(e, call->handle, made_here, &token, result);
    if (source != NULL && !GSS_ERROR(major)) {
        *call->source = (gss_name_t)source;
        source = NULL;
    }
    if (major == GSS_S_COMPLETE && call->delegated != NULL) {
        *call->delegated = delegated_cred(context);
    }
    return major;
}
