/* SPDX-License-Identifier: ISC */
/* SPNEGO's gssi_init_sec_context and gssi_accept_sec_context: ours, or handed on. */
#include "mech/entry/call.h"
#include "mech/entry/leg.h"
#include "mech/entry/leg_trace.h"
#include "mech/entry/opener.h"
#include "mech/glue.h"
#include "mech/oid.h"
#include "mech/status.h"
#include "mech/trace.h"

/* NTLM's default credential, if NTLM is configured; kept by the context. An acceptor's is
 * given the way to Kerberos' keys; an initiator's Kerberos goes by its own default, which
 * depends on the target. */
static enum err default_cred(struct mech_context *context, gss_cred_usage_t usage)
{
    struct cred_source nobody = {0};
    struct foreign_source from = {.usage = usage};
    enum err e;

    if (context->default_cred != NULL || !glue_has_ntlm()) {
        return ERR_OK;
    }
    e = cred_acquire(&nobody, usage, &context->default_cred);
    if (e != ERR_OK) {
        return e == ERR_NO_MEMORY ? e : ERR_OK;
    }
    return usage == GSS_C_ACCEPT ? foreign_new(&from, &context->default_cred->foreign)
                                 : ERR_OK;
}

/* Where NTLM must not be, the exchange is none of ours. A fault is for us to tell. */
static bool is_forbidden(enum err e)
{
    bool forbidden = e == ERR_POLICY || e == ERR_FIPS;

    trace_refuse("ntlm", "the settings keep NTLM out", forbidden ? e : ERR_OK);
    return forbidden;
}

/* The credential that decides who takes the exchange: the application's, or the default
 * one; NULL: nothing of NTLM is configured, or the settings forbid it here. */
static enum err deciding_cred(struct mech_context *context, gss_cred_id_t given,
                              const struct mech_name *target, struct mech_cred **out)
{
    bool initiates = context->role == NTLM_INITIATOR;
    enum err e = ERR_OK;

    *out = call_cred(given);
    if (given == GSS_C_NO_CREDENTIAL) {
        e = default_cred(context, initiates ? GSS_C_INITIATE : GSS_C_ACCEPT);
        *out = context->default_cred;
    }
    if (*out != NULL && context->framing == FRAMING_UNKNOWN &&
        is_forbidden(context_permits_ntlm(context->role, target))) {
        *out = NULL;
    }
    return e;
}

/* What the taker acquired; the application's lack of a credential stays one. */
static enum err taker_cred(gss_cred_id_t given, enum foreign_kind kind,
                           gss_cred_id_t *out)
{
    *out = GSS_C_NO_CREDENTIAL;
    if (given == GSS_C_NO_CREDENTIAL) {
        return ERR_OK;
    }
    return foreign_get(call_cred(given)->foreign, kind, out);
}

/* struct ntlm_part: what NTLM's part in an exchange hangs on. */
struct ntlm_part {
    gss_cred_id_t cred; /* the application's */
    const struct mech_name *target;
    struct bytes token; /* acceptor: the client's first */
};

/* What keeps NTLM out of an exchange, if it is a fault or a setting; that nothing is
 * configured is neither. The audit hears of it if NTLM was asked for: where nobody gave a
 * credential, there may be none. */
static enum err find_fault(const struct mech_context *context,
                           const struct ntlm_part *ntlm)
{
    bool initiates = context->role == NTLM_INITIATOR;
    gss_cred_usage_t usage = initiates ? GSS_C_INITIATE : GSS_C_ACCEPT;
    struct inner_request request = {.cred = call_cred(ntlm->cred),
                                    .target = ntlm->target};
    const struct mech_cred *cred =
        ntlm->cred == GSS_C_NO_CREDENTIAL ? context->default_cred : request.cred;
    enum err e = ERR_OK;

    if (ntlm->cred == GSS_C_NO_CREDENTIAL) {
        e = cred_check_default(usage);
    }
    if (e == ERR_OK && cred != NULL && cred_has_ntlm(cred, usage)) {
        e = context_permits_ntlm(context->role, ntlm->target);
    }
    if (!initiates || ntlm->cred != GSS_C_NO_CREDENTIAL) {
        context_refused_ntlm(context, &request, ntlm->token, e);
    }
    return e;
}

/* Behind the error of an exchange that was handed on. */
static void tell_of_ntlm(const struct mech_context *context, const struct ntlm_part *ntlm)
{
    enum err e = find_fault(context, ntlm);

    if (e != ERR_OK) {
        status_note_after("NTLM", e);
    }
}

/* An exchange that could not even be handed on is over. */
static OM_uint32 end_unhanded(enum err e, gss_ctx_id_t *handle,
                              const struct ntlm_part *ntlm, bool made_here,
                              OM_uint32 *minor)
{
    if (e == ERR_GLUE) {
        tell_of_ntlm(call_context(*handle), ntlm);
    }
    call_context(*handle)->state = CONTEXT_FAILED;
    leg_drop(handle, made_here);
    return call_end(e, minor);
}

/* A handed-on call that failed on its first leg leaves no context behind: neither ours
 * nor one that was only opened by asking for hints. What kept NTLM's default credential
 * from playing a part is told behind the reason. */
static OM_uint32 end_handed(OM_uint32 major, gss_ctx_id_t *handle,
                            const struct ntlm_part *ntlm, bool made_here,
                            OM_uint32 *minor)
{
    struct mech_context *context = call_context(*handle);

    if (!GSS_ERROR(major) || (context->handed_on != GSS_C_NO_CONTEXT && !made_here)) {
        return major;
    }
    if (minor != NULL) {
        (void)status_glue(major, *minor);
        tell_of_ntlm(context, ntlm);
    }
    context->state = CONTEXT_FAILED;
    leg_drop(handle, made_here);
    return major;
}

/* Where NTLM plays no part: what decided that was told before, if it is not in the token.
 */
static void tell_taker(enum mech_taker taker, const struct mech_cred *cred)
{
    static const char *const takers[] = {
        [TAKER_US] = "gss-negotiate",
        [TAKER_BUILTIN] = "the built-in SPNEGO",
        [TAKER_KRB5] = "Kerberos without SPNEGO",
    };
    const char *why = "";

    if (taker == TAKER_BUILTIN) {
        why = cred == NULL ? ": NTLM can play no part" : ": NTLM is not in question";
    }
    trace_decide("taker", "%s takes the exchange%s", takers[taker], why);
}

static OM_uint32 hand_init_on(struct mech_context *context, const struct init_call *call,
                              bool made_here, const struct leg_result *result)
{
    struct mech_name *target = call_name(call->target);
    const struct ntlm_part ntlm = {call->cred, target, {NULL, 0}};
    gss_cred_id_t cred;
    enum err e = taker_cred(call->cred, FOREIGN_BUILTIN, &cred);

    if (e != ERR_OK) {
        return end_unhanded(e, call->handle, &ntlm, made_here, result->minor);
    }
    context->framing = FRAMING_HANDED_ON;
    OM_uint32 major = glue_get()->init_sec_context(
        result->minor, cred, &context->handed_on,
        target == NULL ? GSS_C_NO_NAME : target->glue, glue_builtin_spnego(), call->flags,
        call->time, call->bindings, call->in, result->mech, result->token, result->flags,
        result->time);
    return end_handed(major, call->handle, &ntlm, made_here, result->minor);
}

/* What an initiator's leg is, once its context is there. */
static OM_uint32 init_leg(const struct init_call *call, bool made_here,
                          const struct leg_result *result)
{
    struct mech_context *context = call_context(*call->handle);
    struct mech_cred *cred;
    enum mech_taker taker;
    enum err e;

    if (context->state == CONTEXT_FAILED) {
        return call_end(ERR_CONTEXT_FAILED, result->minor);
    }
    if (context->framing == FRAMING_HANDED_ON) {
        return hand_init_on(context, call, made_here, result);
    }
    if ((e = deciding_cred(context, call->cred, call_name(call->target), &cred)) !=
        ERR_OK) {
        leg_drop(call->handle, made_here);
        return call_end(e, result->minor);
    }
    taker = context_taker(context, cred, call_bytes(call->in));
    if (context->framing == FRAMING_UNKNOWN) {
        tell_taker(taker, cred);
    }
    if (taker == TAKER_US) {
        return leg_init(call, made_here, result);
    }
    return hand_init_on(context, call, made_here, result);
}

GSS_EXPORT OM_uint32 gssi_init_sec_context(
    OM_uint32 *minor, gss_cred_id_t cred, gss_ctx_id_t *context, gss_name_t target,
    gss_OID mech, OM_uint32 req_flags, OM_uint32 time_req,
    gss_channel_bindings_t bindings, gss_buffer_t in, gss_OID *actual_mech,
    gss_buffer_t out, OM_uint32 *ret_flags, OM_uint32 *time_rec)
{
    struct init_call call = {context, cred, target, req_flags, time_req, bindings, in};
    struct leg_result result = {minor, actual_mech, out, ret_flags, time_rec};
    struct leg_trace trace;
    bool made_here;
    enum err e = leg_begin_init(&call, SURFACE_SPNEGO, &result, &made_here);

    (void)mech;
    status_forget_after();
    if (e != ERR_OK) {
        return call_end(e, minor);
    }
    leg_trace_init(&trace, &call);
    return leg_trace_end(&trace, init_leg(&call, made_here, &result), &result);
}

/* A nested accept is steered past us only by a credential of the built-in SPNEGO. Where
 * there is none, hints must fail, but a token is read before credentials are missed. */
static OM_uint32 find_opener(OM_uint32 *minor, bool for_hints, gss_cred_id_t *out_cred)
{
    OM_uint32 major = opener_acquire(minor, out_cred);

    if (GSS_ERROR(major) && !for_hints && opener_make(out_cred) == ERR_OK) {
        return GSS_S_COMPLETE;
    }
    return major;
}

/* But an explicit credential changes what NegoEx offers. So it only makes the context, by
 * asking for hints; the token itself then comes without one. */
static OM_uint32 open_by_hints(struct mech_context *context, OM_uint32 *minor,
                               gss_cred_id_t opener)
{
    gss_buffer_desc empty = GSS_C_EMPTY_BUFFER;
    gss_buffer_desc hints = GSS_C_EMPTY_BUFFER;
    OM_uint32 unused;
    OM_uint32 major =
        glue_get()->accept_sec_context(minor, &context->handed_on, opener, &empty, NULL,
                                       NULL, NULL, &hints, NULL, NULL, NULL);

    (void)gss_release_buffer(&unused, &hints);
    return major;
}

/* The glue's name of the client as ours. */
static OM_uint32 adopt_source(OM_uint32 major, gss_name_t glue_name,
                              const struct accept_call *call,
                              const struct leg_result *result)
{
    struct mech_name *name = NULL;
    enum err e;

    if (glue_name == GSS_C_NO_NAME) {
        return major;
    }
    e = name_adopt(glue_name, &name);
    *call->source = (gss_name_t)name;
    return e == ERR_OK ? major : call_end(e, result->minor);
}

static OM_uint32 handed_accept(struct mech_context *context, gss_cred_id_t cred,
                               const struct accept_call *call,
                               const struct leg_result *result)
{
    gss_name_t source = GSS_C_NO_NAME;
    gss_OID unused_mech; /* always asked for, or the delegated credential is SPNEGO's */
    OM_uint32 major = glue_get()->accept_sec_context(
        result->minor, &context->handed_on, cred, call->in, call->bindings,
        call->source == NULL ? NULL : &source,
        result->mech == NULL ? &unused_mech : result->mech, result->token, result->flags,
        result->time, call->delegated);

    return adopt_source(major, source, call, result);
}

/* The first leg without a credential of the application. */
static OM_uint32 open_handed_accept(struct mech_context *context,
                                    const struct accept_call *call,
                                    const struct leg_result *result)
{
    gss_cred_id_t opener = GSS_C_NO_CREDENTIAL;
    OM_uint32 unused;
    OM_uint32 major = find_opener(result->minor, call->in->length == 0, &opener);

    if (GSS_ERROR(major)) {
        return major;
    }
    if (call->in->length == 0) {
        major = handed_accept(context, opener, call, result);
    } else {
        major = open_by_hints(context, result->minor, opener);
    }
    (void)glue_get()->release_cred(&unused, &opener);
    if (GSS_ERROR(major) || call->in->length == 0) {
        return major;
    }
    return handed_accept(context, GSS_C_NO_CREDENTIAL, call, result);
}

static OM_uint32 hand_accept_on(struct mech_context *context, enum foreign_kind kind,
                                const struct accept_call *call, bool made_here,
                                const struct leg_result *result)
{
    bool opens = context->handed_on == GSS_C_NO_CONTEXT && kind == FOREIGN_BUILTIN;
    const struct ntlm_part ntlm = {call->cred, NULL, call_bytes(call->in)};
    gss_cred_id_t cred;
    OM_uint32 major;
    enum err e = taker_cred(call->cred, kind, &cred);

    if (e != ERR_OK) {
        return end_unhanded(e, call->handle, &ntlm, made_here, result->minor);
    }
    context->framing = FRAMING_HANDED_ON;
    context->handed_to = kind;
    if (opens && cred == GSS_C_NO_CREDENTIAL) {
        major = open_handed_accept(context, call, result);
    } else {
        major = handed_accept(context, cred, call, result);
    }
    return end_handed(major, call->handle, &ntlm, made_here, result->minor);
}

static OM_uint32 accept_leg(const struct accept_call *call, bool made_here,
                            const struct leg_result *result)
{
    struct mech_context *context = call_context(*call->handle);
    struct mech_cred *cred;
    enum mech_taker taker;
    enum err e;

    if (context->state == CONTEXT_FAILED) {
        return call_end(ERR_CONTEXT_FAILED, result->minor);
    }
    if (context->framing == FRAMING_HANDED_ON) {
        return hand_accept_on(context, context->handed_to, call, made_here, result);
    }
    if ((e = deciding_cred(context, call->cred, NULL, &cred)) != ERR_OK) {
        leg_drop(call->handle, made_here);
        return call_end(e, result->minor);
    }
    taker = context_taker(context, cred, call_bytes(call->in));
    if (context->framing == FRAMING_UNKNOWN) {
        tell_taker(taker, cred);
    }
    switch (taker) {
    case TAKER_BUILTIN:
        return hand_accept_on(context, FOREIGN_BUILTIN, call, made_here, result);
    case TAKER_KRB5:
        return hand_accept_on(context, FOREIGN_KRB5, call, made_here, result);
    case TAKER_US:
        break;
    }
    return leg_accept(call, made_here, result);
}

GSS_EXPORT OM_uint32 gssi_accept_sec_context(
    OM_uint32 *minor, gss_ctx_id_t *context, gss_cred_id_t cred, gss_buffer_t in,
    gss_channel_bindings_t bindings, gss_name_t *source, gss_OID *mech, gss_buffer_t out,
    OM_uint32 *ret_flags, OM_uint32 *time_rec, gss_cred_id_t *delegated)
{
    struct accept_call call = {context, cred, in, bindings, source, delegated};
    struct leg_result result = {minor, mech, out, ret_flags, time_rec};
    struct leg_trace trace;
    bool made_here;
    enum err e = leg_begin_accept(&call, SURFACE_SPNEGO, &result, &made_here);

    status_forget_after();
    if (e != ERR_OK) {
        return call_end(e, minor);
    }
    leg_trace_accept(&trace, &call);
    return leg_trace_end(&trace, accept_leg(&call, made_here, &result), &result);
}
