/* SPDX-License-Identifier: ISC */
/* gss_init_sec_context, gss_accept_sec_context and what asks about a context. */
#include "mech/context.h"

#include "mech/bindings.h"
#include "mech/entry/call.h"
#include "mech/status.h"

/* struct leg_result: where a leg's results go; each may be NULL. */
struct leg_result {
    OM_uint32 *minor;
    gss_OID *mech;
    gss_buffer_t token;
    OM_uint32 *flags;
    OM_uint32 *time;
};

static void clear_result(const struct leg_result *result)
{
    call_begin(result->minor);
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

static void report_inner(const struct mech_context *context,
                         const struct leg_result *result)
{
    struct inner *inner = context_inner(context);

    if (inner == NULL) {
        return;
    }
    if (result->mech != NULL) {
        *result->mech = inner->ops->mech;
    }
    if (result->flags != NULL) {
        *result->flags = context_flags(context);
    }
    if (result->time != NULL) {
        *result->time = GSS_C_INDEFINITE;
    }
}

/*
 * The end of a leg. A context made by this very call goes when the call fails: the glue
 * never deletes it.
 */
static OM_uint32 finish(enum err e, gss_ctx_id_t *handle, bool made_here,
                        struct buf *token, const struct leg_result *result)
{
    struct mech_context *context = call_context(*handle);
    enum err given = status_give(result->token, token);

    e = e == ERR_OK ? given : e;
    if (e != ERR_OK) {
        /* a token too many leaves an established context as it is */
        context->state = e == ERR_STATE ? context->state : CONTEXT_FAILED;
        if (made_here) {
            context_free(context);
            *handle = GSS_C_NO_CONTEXT;
        }
        return call_end(e, result->minor);
    }
    report_inner(context, result);
    return context->state == CONTEXT_ESTABLISHED ? GSS_S_COMPLETE : GSS_S_CONTINUE_NEEDED;
}

/* Without an explicit credential, the default one, once per context. */
static enum err default_cred(struct mech_context *context, gss_cred_usage_t usage,
                             struct inner_request *request)
{
    struct cred_source nobody = {0};
    bool anonymous = usage == GSS_C_INITIATE && (request->flags & GSS_C_ANON_FLAG) != 0;
    enum err e;

    if (request->cred != NULL || anonymous) {
        return ERR_OK;
    }
    if (context->default_cred == NULL &&
        (e = cred_acquire(&nobody, usage, &context->default_cred)) != ERR_OK) {
        return e;
    }
    request->cred = context->default_cred;
    return ERR_OK;
}

static enum err initiate(struct mech_context *context, struct inner_request *request,
                         const gss_buffer_desc *in, gss_channel_bindings_t bindings,
                         struct buf *out)
{
    struct inner_leg leg = {call_bytes(in), {0}};
    enum err e = context_may_step(context, NTLM_INITIATOR);

    if (e != ERR_OK || (e = default_cred(context, GSS_C_INITIATE, request)) != ERR_OK ||
        (e = bindings_hash(bindings, &leg.bindings)) != ERR_OK) {
        return e;
    }
    return context_initiate(context, request, &leg, out);
}

static enum err get_context(gss_ctx_id_t *handle, enum ntlm_role role,
                            enum mech_surface surface, bool *out_made)
{
    struct mech_context *context;
    enum err e;

    *out_made = *handle == GSS_C_NO_CONTEXT;
    if (!*out_made) {
        return ERR_OK;
    }
    e = context_new(role, surface, &context);
    *handle = (gss_ctx_id_t)context;
    return e;
}

static OM_uint32 init_leg(enum mech_surface surface, gss_ctx_id_t *handle,
                          struct inner_request *request, const gss_buffer_desc *in,
                          gss_channel_bindings_t bindings,
                          const struct leg_result *result)
{
    BUF_AUTO token = BUF_INIT;
    bool made_here;
    enum err e;

    clear_result(result);
    if (handle == NULL || result->token == NULL) {
        return call_end(ERR_ARGUMENT, result->minor);
    }
    if ((e = get_context(handle, NTLM_INITIATOR, surface, &made_here)) != ERR_OK) {
        return call_end(e, result->minor);
    }
    e = initiate(call_context(*handle), request, in, bindings, &token);
    return finish(e, handle, made_here, &token, result);
}

GSS_EXPORT OM_uint32 gss_init_sec_context(
    OM_uint32 *minor, gss_cred_id_t cred, gss_ctx_id_t *context, gss_name_t target,
    gss_OID mech, OM_uint32 req_flags, OM_uint32 time_req,
    gss_channel_bindings_t bindings, gss_buffer_t in, gss_OID *actual_mech,
    gss_buffer_t out, OM_uint32 *ret_flags, OM_uint32 *time_rec)
{
    struct inner_request request = {call_cred(cred), call_name(target), req_flags};
    struct leg_result result = {minor, actual_mech, out, ret_flags, time_rec};

    (void)mech;
    (void)time_req;
    return init_leg(SURFACE_NTLM, context, &request, in, bindings, &result);
}

GSS_EXPORT OM_uint32 gssi_init_sec_context(
    OM_uint32 *minor, gss_cred_id_t cred, gss_ctx_id_t *context, gss_name_t target,
    gss_OID mech, OM_uint32 req_flags, OM_uint32 time_req,
    gss_channel_bindings_t bindings, gss_buffer_t in, gss_OID *actual_mech,
    gss_buffer_t out, OM_uint32 *ret_flags, OM_uint32 *time_rec)
{
    struct inner_request request = {call_cred(cred), call_name(target), req_flags};
    struct leg_result result = {minor, actual_mech, out, ret_flags, time_rec};

    (void)mech;
    (void)time_req;
    return init_leg(SURFACE_SPNEGO, context, &request, in, bindings, &result);
}

static enum err accept(struct mech_context *context, struct inner_request *request,
                       const gss_buffer_desc *in, gss_channel_bindings_t bindings,
                       struct buf *out)
{
    struct inner_leg leg = {call_bytes(in), {0}};
    enum err e = context_may_step(context, NTLM_ACCEPTOR);

    if (e != ERR_OK || (e = default_cred(context, GSS_C_ACCEPT, request)) != ERR_OK ||
        (e = bindings_hash(bindings, &leg.bindings)) != ERR_OK) {
        return e;
    }
    return context_accept(context, request, &leg, out);
}

/* The client's name, once the context is established and if it is asked for. */
static enum err source_name(const struct mech_context *context, const gss_name_t *wanted,
                            struct mech_name **out)
{
    struct inner *inner = context_inner(context);

    if (wanted == NULL || context->state != CONTEXT_ESTABLISHED) {
        return ERR_OK;
    }
    return inner->ops->source_name(inner, out);
}

/* struct accept_outputs: what an acceptor gets beside a leg's results. */
struct accept_outputs {
    gss_name_t *source;
    gss_cred_id_t *delegated;
};

static OM_uint32 accept_leg(enum mech_surface surface, gss_ctx_id_t *handle,
                            gss_cred_id_t cred, const gss_buffer_desc *in,
                            gss_channel_bindings_t bindings,
                            const struct accept_outputs *outputs,
                            const struct leg_result *result)
{
    BUF_AUTO token = BUF_INIT;
    NAME_AUTO *source = NULL;
    struct inner_request request = {call_cred(cred), NULL, 0};
    bool made_here;
    enum err e;

    clear_result(result);
    if (outputs->source != NULL) {
        *outputs->source = GSS_C_NO_NAME;
    }
    if (outputs->delegated != NULL) {
        *outputs->delegated = GSS_C_NO_CREDENTIAL;
    }
    if (handle == NULL || result->token == NULL || in == NULL) {
        return call_end(ERR_ARGUMENT, result->minor);
    }
    if ((e = get_context(handle, NTLM_ACCEPTOR, surface, &made_here)) != ERR_OK) {
        return call_end(e, result->minor);
    }
    e = accept(call_context(*handle), &request, in, bindings, &token);
    if (e == ERR_OK &&
        (e = source_name(call_context(*handle), outputs->source, &source)) != ERR_OK) {
        buf_cleanup(&token);
    }
    OM_uint32 major = finish(e, handle, made_here, &token, result);
    if (source != NULL && !GSS_ERROR(major)) {
        *outputs->source = (gss_name_t)source;
        source = NULL;
    }
    return major;
}

GSS_EXPORT OM_uint32 gss_accept_sec_context(OM_uint32 *minor, gss_ctx_id_t *context,
                                            gss_cred_id_t cred, gss_buffer_t in,
                                            gss_channel_bindings_t bindings,
                                            gss_name_t *source, gss_OID *mech,
                                            gss_buffer_t out, OM_uint32 *ret_flags,
                                            OM_uint32 *time_rec, gss_cred_id_t *delegated)
{
    struct accept_outputs outputs = {source, delegated};
    struct leg_result result = {minor, mech, out, ret_flags, time_rec};

    return accept_leg(SURFACE_NTLM, context, cred, in, bindings, &outputs, &result);
}

GSS_EXPORT OM_uint32 gssi_accept_sec_context(
    OM_uint32 *minor, gss_ctx_id_t *context, gss_cred_id_t cred, gss_buffer_t in,
    gss_channel_bindings_t bindings, gss_name_t *source, gss_OID *mech, gss_buffer_t out,
    OM_uint32 *ret_flags, OM_uint32 *time_rec, gss_cred_id_t *delegated)
{
    struct accept_outputs outputs = {source, delegated};
    struct leg_result result = {minor, mech, out, ret_flags, time_rec};

    return accept_leg(SURFACE_SPNEGO, context, cred, in, bindings, &outputs, &result);
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

GSS_EXPORT OM_uint32 gss_process_context_token(OM_uint32 *minor, gss_ctx_id_t context,
                                               gss_buffer_t token)
{
    (void)context;
    (void)token;
    call_begin(minor);
    return call_end(err_note(ERR_UNSUPPORTED, "NTLM has no context tokens"), minor);
}

GSS_EXPORT OM_uint32 gss_context_time(OM_uint32 *minor, gss_ctx_id_t context,
                                      OM_uint32 *time)
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
GSSI_ALIAS(context_time);
