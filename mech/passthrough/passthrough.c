/* SPDX-License-Identifier: ISC */
/* Passes each step of an exchange without NTLM to MIT's own code. */
#include "mech/passthrough/passthrough.h"

#include "mech/api/call.h"
#include "mech/cred_token.h"
#include "mech/glue.h"
#include "mech/glue_token.h"
#include "mech/name_glue.h"
#include "mech/oid.h"
#include "mech/passthrough/ntlm_suppress.h"
#include "mech/passthrough/route.h"
#include "mech/report/login_record.h"
#include "mech/status.h"

/* Finds the glue's credential of this kind in the application's credential; there is none
 * if the application gave no credential. ERR_CRED_USAGE if the glue has no such
 * credential and the application's one is for the other direction. */
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

/* struct ntlm_part: the arguments that decide whether NTLM can play a part. */
struct ntlm_part {
    gss_cred_id_t cred; /* the application's */
    const struct mech_name *target;
    OM_uint32 flags;
    struct bytes token; /* acceptor: the client's first token */
};

/* Writes an audit line if NTLM was asked for and e keeps it out. An initiator
 * without an NTLM credential did not ask for NTLM. If a setting prevented the default
 * credential from being acquired, the initiator did ask. If the settings or the files
 * cannot be read, that is not known, and the line is written too. */
static void report_refusal(const struct mech_context *context,
                           const struct mechanism_request *request, struct bytes token,
                           enum err e)
{
    struct mech_cred by_default = {0};
    struct mechanism_request asked = *request;
    bool is_asked_for = e != ERR_OK && !status_is_absence(e);

    if (is_asked_for && context->role == ROLE_INITIATOR && request->cred == NULL) {
        FAILURE_AUTO saved = *failure_last();

        is_asked_for = cred_default_users(&by_default.users) != ERR_NO_CRED;
        asked.cred = &by_default;
    }
    if (is_asked_for) {
        login_record_not_begun(context, &asked, token, e);
    }
    credential_list_cleanup(&by_default.users);
}

/* Reports to the audit what keeps NTLM out of the exchange, and returns it; ERR_OK if
 * nothing does. */
static enum err report_exclusion(const struct mech_context *context,
                                 const struct ntlm_part *ntlm)
{
    bool by_default = ntlm->cred == GSS_C_NO_CREDENTIAL;
    struct mechanism_request request = {
        .cred = by_default ? context->default_cred : call_cred(ntlm->cred),
        .target = ntlm->target,
        .flags = ntlm->flags,
    };

    if (context->excluded.code == ERR_OK) {
        return ERR_OK;
    }
    report_refusal(context, &request, ntlm->token,
                   failure_raise_saved(&context->excluded));
    return context->excluded.code;
}

/* Appends what keeps NTLM out to the error that the glue has returned. An error that only
 * says that NTLM is not configured is appended where it helps the user: if the other
 * mechanisms had no credential either or cannot read the user's name, and the settings
 * permit NTLM here. */
static void append_exclusion(struct mech_context *context, const struct ntlm_part *ntlm)
{
    struct failure glue = failure_of(ERR_GLUE);
    OM_uint32 error = GSS_ROUTINE_ERROR(glue.major);
    bool helps = !status_is_absence(context->excluded.code) ||
                 ((error == GSS_S_NO_CRED || error == GSS_S_BAD_NAME) &&
                  route_permits_ntlm(context, ntlm->target) == ERR_OK);
    enum err e = report_exclusion(context, ntlm);

    if (e != ERR_OK && helps) {
        status_append(&glue, "NTLM", failure_of_saved(&context->excluded));
    }
}

/* Ends an exchange for which the glue has no credential. If no other mechanism ever had
 * one, the call fails with the error that keeps NTLM out. */
static OM_uint32 refuse_passthrough(enum err e, struct mech_context *context,
                                    const struct ntlm_part *ntlm, OM_uint32 *minor)
{
    enum err fault = ERR_OK;

    if (e == ERR_GLUE) {
        append_exclusion(context, ntlm);
    }
    if ((e == ERR_NO_CRED || e == ERR_CRED_NTLM_ALONE) &&
        !status_is_absence(context->excluded.code)) {
        fault = report_exclusion(context, ntlm);
    }
    return call_end(fault != ERR_OK ? fault : e, minor);
}

/* Ends a step. What keeps NTLM out is appended to the error of an acceptor's first step,
 * or to that of any step of an initiator, because the server may choose or refuse at each
 * step. A first step that fails leaves no context: neither ours nor one that only
 * asked for hints. */
static OM_uint32 end_passthrough(OM_uint32 major, struct mech_context *context,
                                 const struct ntlm_part *ntlm, bool made_here,
                                 OM_uint32 *minor)
{
    bool is_first = made_here || context->passthrough == GSS_C_NO_CONTEXT;
    bool may_report = is_first || context->role == ROLE_INITIATOR;

    if (!GSS_ERROR(major)) {
        context->state =
            (major & GSS_S_CONTINUE_NEEDED) != 0 ? CONTEXT_OPEN : CONTEXT_ESTABLISHED;
        return major;
    }
    if (minor != NULL && may_report) {
        (void)status_glue(major, *minor);
        append_exclusion(context, ntlm);
    }
    return major;
}

static OM_uint32 pass_init(struct mech_context *context, gss_cred_id_t cred,
                           const struct init_call *call, const struct step_result *result)
{
    NTLM_SUPPRESS_AUTO suppressed = ntlm_suppress_begin();
    gss_name_t target;
    enum err e = name_glue_text(call_name(call->target), &target);

    if (e != ERR_OK) {
        return call_end(e, result->minor);
    }
    return glue_get()->init_sec_context(
        result->minor, cred, &context->passthrough, target, glue_builtin_spnego(),
        call->flags, call->time, call->bindings, call->in, result->mech, result->token,
        result->flags, result->time);
}

OM_uint32 passthrough_init(struct mech_context *context, const struct init_call *call,
                           bool made_here, const struct step_result *result)
{
    const struct ntlm_part ntlm = {
        call->cred, call_name(call->target), call->flags, {NULL, 0}};
    gss_cred_id_t cred;
    OM_uint32 major;
    enum err e = route_cred(context, call->cred, GLUE_CRED_BUILTIN, &cred);

    if (e != ERR_OK) {
        return refuse_passthrough(e, context, &ntlm, result->minor);
    }
    context->framing = FRAMING_PASSTHROUGH;
    major = pass_init(context, cred, call, result);
    return end_passthrough(major, context, &ntlm, made_here, result->minor);
}

/* Acquires the built-in SPNEGO's default credential. */
static OM_uint32 acquire_builtin_default(OM_uint32 *minor, gss_cred_id_t *out_cred)
{
    NTLM_SUPPRESS_AUTO suppressed = ntlm_suppress_begin();

    return glue_get()->acquire_cred_from(minor, GSS_C_NO_NAME, GSS_C_INDEFINITE,
                                         glue_builtin_spnego_set(), GSS_C_ACCEPT, NULL,
                                         out_cred, NULL, NULL);
}

/* Makes a credential of the built-in SPNEGO that holds only one of an NTLM acceptor with
 * a made-up name: enough to make a context. Its user file is that of the settings, but no
 * login uses it, because NTLM is suppressed during the nested call. ERR_GLUE if the NTLM
 * line is missing. */
static enum err make_bypass_cred(gss_cred_id_t *out_cred)
{
    struct mech_cred nobody = {.usage = GSS_C_ACCEPT};
    const struct cred_glue_tokens none = {0};
    BUF_AUTO token_of_nobody = BUF_INIT;
    BUF_AUTO ntlm = BUF_INIT;
    BUF_AUTO spnego = BUF_INIT;
    OM_uint32 minor = 0;
    enum err e = name_new_user(bytes_str("nobody"), bytes_of(NULL, 0), &nobody.name);

    if (e == ERR_OK) {
        e = cred_token_encode(&nobody, &none, &token_of_nobody);
    }
    name_free(nobody.name);
    *out_cred = GSS_C_NO_CREDENTIAL;
    glue_part_append(&ntlm, &MECH_OID_NTLM, buf_bytes(&token_of_nobody));
    glue_part_append(&spnego, glue_builtin_spnego(), buf_bytes(&ntlm));
    if (e != ERR_OK || (e = buf_status(&ntlm)) != ERR_OK ||
        (e = buf_status(&spnego)) != ERR_OK) {
        return e;
    }
    gss_buffer_desc token = {spnego.n, spnego.p};
    OM_uint32 major = glue_get()->import_cred(&minor, &token, out_cred);
    return status_glue(major, minor);
}

/* Makes the glue's context by asking for hints with the bypass credential. The token is
 * then accepted without a credential, because a credential of the caller changes what
 * NegoEx offers. */
static OM_uint32 open_by_hints(struct mech_context *context, OM_uint32 *minor,
                               gss_cred_id_t bypass)
{
    NTLM_SUPPRESS_AUTO suppressed = ntlm_suppress_begin();
    gss_buffer_desc empty = GSS_C_EMPTY_BUFFER;
    gss_buffer_desc hints = GSS_C_EMPTY_BUFFER;
    OM_uint32 unused;
    OM_uint32 major =
        glue_get()->accept_sec_context(minor, &context->passthrough, bypass, &empty, NULL,
                                       NULL, NULL, &hints, NULL, NULL, NULL);

    (void)gss_release_buffer(&unused, &hints);
    return major;
}

/* Gives the application the glue's name of the client as a name of ours. */
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
    gss_OID
        unused_mech; /* without it the glue takes a delegated credential for SPNEGO's */
    OM_uint32 major = glue_get()->accept_sec_context(
        result->minor, &context->passthrough, cred, call->in, call->bindings,
        call->source == NULL ? NULL : &source,
        result->mech == NULL ? &unused_mech : result->mech, result->token, result->flags,
        result->time, call->delegated);

    return adopt_source(major, source, call, result);
}

/*
 * The first step of an acceptor whose application gave no credential. The glue calls us
 * for every accept without a credential. A nested accept reaches the built-in SPNEGO only
 * with a credential of the built-in SPNEGO. For a request for hints that is its default
 * one; if it has none, the request fails, as it does without us. For a token it is the
 * bypass credential of make_bypass_cred, which costs less to make, or the default one
 * without the NTLM line. The built-in SPNEGO then looks for its own credential, once it
 * has read the token.
 */
static OM_uint32 pass_first_accept(struct mech_context *context,
                                   const struct accept_call *call,
                                   const struct step_result *result)
{
    bool for_hints = call->in->length == 0;
    gss_cred_id_t bypass = GSS_C_NO_CREDENTIAL;
    OM_uint32 unused;
    OM_uint32 major = GSS_S_COMPLETE;

    if (for_hints || make_bypass_cred(&bypass) != ERR_OK) {
        major = acquire_builtin_default(result->minor, &bypass);
    }
    if (GSS_ERROR(major)) {
        return major;
    }
    if (for_hints) {
        major = pass_accept(context, bypass, call, result);
    } else {
        major = open_by_hints(context, result->minor, bypass);
    }
    (void)glue_get()->release_cred(&unused, &bypass);
    if (GSS_ERROR(major) || for_hints) {
        return major;
    }
    return pass_accept(context, GSS_C_NO_CREDENTIAL, call, result);
}

OM_uint32 passthrough_accept(struct mech_context *context, enum glue_cred_kind kind,
                             const struct accept_call *call, bool made_here,
                             const struct step_result *result)
{
    bool opens = context->passthrough == GSS_C_NO_CONTEXT && kind == GLUE_CRED_BUILTIN;
    const struct ntlm_part ntlm = {call->cred, NULL, 0, call_bytes(call->in)};
    gss_cred_id_t cred;
    OM_uint32 major;
    enum err e = route_cred(context, call->cred, kind, &cred);

    if (e != ERR_OK) {
        return refuse_passthrough(e, context, &ntlm, result->minor);
    }
    context->framing = FRAMING_PASSTHROUGH;
    context->passthrough_kind = kind;
    if (opens && cred == GSS_C_NO_CREDENTIAL) {
        major = pass_first_accept(context, call, result);
    } else {
        major = pass_accept(context, cred, call, result);
    }
    return end_passthrough(major, context, &ntlm, made_here, result->minor);
}
