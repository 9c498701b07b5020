/* SPDX-License-Identifier: ISC */
/* Exchanges in which NTLM plays no part. */
#include "mech/passthrough/passthrough.h"

#include "mech/api/call.h"
#include "mech/passthrough/bypass_cred.h"
#include "mech/glue.h"
#include "mech/passthrough/ntlm_suppress.h"
#include "mech/report/login_origin.h"
#include "mech/status.h"
#include "mech/passthrough/route.h"

/* What the taker acquired; the application's lack of a credential stays one. One for the
 * other direction is none, and says so itself if there is nobody who would. */
static enum err route_cred(const struct mech_context *context, gss_cred_id_t given,
                           enum glue_cred_kind kind, gss_cred_id_t *out)
{
    bool initiates = context->role == ROLE_INITIATOR;
    enum err e;

    *out = GSS_C_NO_CREDENTIAL;
    if (given == GSS_C_NO_CREDENTIAL) {
        return ERR_OK;
    }
    e = glue_creds_get(call_cred(given)->glue_creds, kind, out);
    if (e != ERR_OK &&
        !cred_may(call_cred(given), initiates ? GSS_C_INITIATE : GSS_C_ACCEPT)) {
        return ERR_CRED_USAGE;
    }
    return e;
}

/* struct ntlm_part: what NTLM's part in an exchange hangs on. */
struct ntlm_part {
    gss_cred_id_t cred; /* the application's */
    const struct mech_name *target;
    OM_uint32 flags;
    struct bytes token; /* acceptor: the client's first */
};

/* The audit hears of what keeps NTLM out if NTLM was asked for: an initiator who has no
 * credential for it did not. A default one that a setting kept from being acquired is
 * one; where settings or files cannot be read, nobody knows. */
static void tell_audit(const struct mech_context *context,
                       const struct mechanism_request *request, struct bytes token,
                       enum err e)
{
    struct mech_cred by_default = {.user = CREDENTIAL_INIT};
    struct mechanism_request asked = *request;
    bool is_asked_for = e != ERR_OK && !status_is_absence(e);
    struct err_saved note;

    if (is_asked_for && context->role == ROLE_INITIATOR && request->cred == NULL) {
        err_note_save(&note);
        is_asked_for = cred_default_user(&by_default.user) != ERR_NO_CRED;
        err_note_restore(&note);
        asked.cred = &by_default;
    }
    if (is_asked_for) {
        login_origin_refused(context, &asked, token, e);
    }
    credential_cleanup(&by_default.user);
}

/* What keeps NTLM out of the exchange, ERR_OK for nothing; the audit has heard of it. */
static enum err tell_kept_out(const struct mech_context *context,
                              const struct ntlm_part *ntlm)
{
    bool by_default = ntlm->cred == GSS_C_NO_CREDENTIAL;
    struct mechanism_request request = {
        .cred = by_default ? context->default_cred : call_cred(ntlm->cred),
        .target = ntlm->target,
        .flags = ntlm->flags,
    };

    if (context->excluded.e != ERR_OK) {
        err_note_restore(&context->excluded);
    }
    tell_audit(context, &request, ntlm->token, context->excluded.e);
    return context->excluded.e;
}

/* That NTLM has no credential either helps where one is what the others lack, unless the
 * settings keep NTLM from this target. */
static bool absence_helps(const struct mech_context *context,
                          const struct ntlm_part *ntlm)
{
    OM_uint32 major;
    OM_uint32 unused;

    return status_last_glue(&major, &unused) &&
           GSS_ROUTINE_ERROR(major) == GSS_S_NO_CRED &&
           route_permits_ntlm(context->role, ntlm->target) == ERR_OK;
}

/* Behind the error of an exchange that was handed on. */
static void tell_of_ntlm(const struct mech_context *context, const struct ntlm_part *ntlm)
{
    bool is_absent = status_is_absence(context->excluded.e);
    bool helps = !is_absent || absence_helps(context, ntlm);
    enum err e = tell_kept_out(context, ntlm);

    if (e != ERR_OK && helps) {
        status_note_after("NTLM", e);
    }
}

/* An exchange that could not even be handed on is over. Where there never was anything to
 * hand it on to, what kept NTLM out is all there is to tell. */
static OM_uint32 refuse_passthrough(enum err e, gss_ctx_id_t *handle,
                                    const struct ntlm_part *ntlm, bool made_here,
                                    OM_uint32 *minor)
{
    struct mech_context *context = call_context(*handle);
    enum err fault = ERR_OK;

    if (e == ERR_GLUE) {
        tell_of_ntlm(context, ntlm);
    }
    if (e == ERR_NO_CRED || e == ERR_CRED_NTLM_ALONE) {
        fault = tell_kept_out(context, ntlm);
    }
    context->state = CONTEXT_FAILED;
    step_drop(handle, made_here);
    return call_end(fault != ERR_OK ? fault : e, minor);
}

/* What kept NTLM out is told once behind an error: of the first leg, or of any of an
 * initiator's, for it is then that a server chooses or refuses. A call that failed on its
 * first leg leaves no context behind: neither ours nor one that was only opened by asking
 * for hints. */
static OM_uint32 end_passthrough(OM_uint32 major, gss_ctx_id_t *handle,
                                 const struct ntlm_part *ntlm, bool made_here,
                                 OM_uint32 *minor)
{
    struct mech_context *context = call_context(*handle);
    bool is_first = made_here || context->passthrough == GSS_C_NO_CONTEXT;
    bool may_tell = is_first || context->role == ROLE_INITIATOR;

    if (!GSS_ERROR(major)) {
        context->state =
            (major & GSS_S_CONTINUE_NEEDED) != 0 ? CONTEXT_OPEN : CONTEXT_ESTABLISHED;
        return major;
    }
    context->state = CONTEXT_FAILED; /* the owner of the exchange has deleted its part */
    if (minor != NULL && may_tell && !context->is_ntlm_told) {
        (void)status_glue(major, *minor);
        tell_of_ntlm(context, ntlm);
        context->is_ntlm_told = true;
    }
    step_drop(handle, made_here);
    return major;
}

static OM_uint32 pass_init(struct mech_context *context, gss_cred_id_t cred,
                           const struct init_call *call, const struct step_result *result)
{
    NTLM_SUPPRESS_AUTO suppressed = ntlm_suppress_begin();
    struct mech_name *target = call_name(call->target);

    return glue_get()->init_sec_context(result->minor, cred, &context->passthrough,
                                        target == NULL ? GSS_C_NO_NAME : target->glue,
                                        glue_builtin_spnego(), call->flags, call->time,
                                        call->bindings, call->in, result->mech,
                                        result->token, result->flags, result->time);
}

OM_uint32 hand_init_on(struct mech_context *context, const struct init_call *call,
                       bool made_here, const struct step_result *result)
{
    const struct ntlm_part ntlm = {
        call->cred, call_name(call->target), call->flags, {NULL, 0}};
    gss_cred_id_t cred;
    OM_uint32 major;
    enum err e = route_cred(context, call->cred, GLUE_CRED_BUILTIN, &cred);

    if (e != ERR_OK) {
        return refuse_passthrough(e, call->handle, &ntlm, made_here, result->minor);
    }
    context->framing = FRAMING_PASSTHROUGH;
    major = pass_init(context, cred, call, result);
    return end_passthrough(major, call->handle, &ntlm, made_here, result->minor);
}

/* An explicit credential changes what NegoEx offers. So the opener only makes the
 * context, by asking for hints; the token itself then comes without one. */
static OM_uint32 open_by_hints(struct mech_context *context, OM_uint32 *minor,
                               gss_cred_id_t opener)
{
    NTLM_SUPPRESS_AUTO suppressed = ntlm_suppress_begin();
    gss_buffer_desc empty = GSS_C_EMPTY_BUFFER;
    gss_buffer_desc hints = GSS_C_EMPTY_BUFFER;
    OM_uint32 unused;
    OM_uint32 major =
        glue_get()->accept_sec_context(minor, &context->passthrough, opener, &empty, NULL,
                                       NULL, NULL, &hints, NULL, NULL, NULL);

    (void)gss_release_buffer(&unused, &hints);
    return major;
}

/* The glue's name of the client as ours. */
static OM_uint32 adopt_source(OM_uint32 major, gss_name_t glue_name,
                              const struct accept_call *call,
                              const struct step_result *result)
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

static OM_uint32 pass_accept(struct mech_context *context, gss_cred_id_t cred,
                             const struct accept_call *call,
                             const struct step_result *result)
{
    NTLM_SUPPRESS_AUTO suppressed = ntlm_suppress_begin();
    gss_name_t source = GSS_C_NO_NAME;
    gss_OID unused_mech; /* always asked for, or the delegated credential is SPNEGO's */
    OM_uint32 major = glue_get()->accept_sec_context(
        result->minor, &context->passthrough, cred, call->in, call->bindings,
        call->source == NULL ? NULL : &source,
        result->mech == NULL ? &unused_mech : result->mech, result->token, result->flags,
        result->time, call->delegated);

    return adopt_source(major, source, call, result);
}

/* The first leg without a credential of the application. */
static OM_uint32 pass_first_accept(struct mech_context *context,
                                   const struct accept_call *call,
                                   const struct step_result *result)
{
    gss_cred_id_t opener = GSS_C_NO_CREDENTIAL;
    OM_uint32 unused;
    OM_uint32 major = bypass_cred_get(result->minor, call->in->length == 0, &opener);

    if (GSS_ERROR(major)) {
        return major;
    }
    if (call->in->length == 0) {
        major = pass_accept(context, opener, call, result);
    } else {
        major = open_by_hints(context, result->minor, opener);
    }
    (void)glue_get()->release_cred(&unused, &opener);
    if (GSS_ERROR(major) || call->in->length == 0) {
        return major;
    }
    return pass_accept(context, GSS_C_NO_CREDENTIAL, call, result);
}

OM_uint32 hand_accept_on(struct mech_context *context, enum glue_cred_kind kind,
                         const struct accept_call *call, bool made_here,
                         const struct step_result *result)
{
    bool opens = context->passthrough == GSS_C_NO_CONTEXT && kind == GLUE_CRED_BUILTIN;
    const struct ntlm_part ntlm = {call->cred, NULL, 0, call_bytes(call->in)};
    gss_cred_id_t cred;
    OM_uint32 major;
    enum err e = route_cred(context, call->cred, kind, &cred);

    if (e != ERR_OK) {
        return refuse_passthrough(e, call->handle, &ntlm, made_here, result->minor);
    }
    context->framing = FRAMING_PASSTHROUGH;
    context->passthrough_kind = kind;
    if (opens && cred == GSS_C_NO_CREDENTIAL) {
        major = pass_first_accept(context, call, result);
    } else {
        major = pass_accept(context, cred, call, result);
    }
    return end_passthrough(major, call->handle, &ntlm, made_here, result->minor);
}
