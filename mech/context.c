/* SPDX-License-Identifier: ISC */
/* Security contexts of both OIDs. */
#include "mech/context.h"

#include "mech/passthrough/first_token.h"
#include "mech/glue.h"
#include "mech/report/login_origin.h"
#include "mech/oid.h"
#include "mech/mech_ntlm.h"
#include "mech/spnego/offer.h"
#include "mech/spnego/withheld.h"
#include "mech/report/trace.h"

#include <stdlib.h>
#include <string.h>

/* Its address is in every context, and in no object of others. */
static const char mark = 0;

bool context_is_ours(const void *object)
{
    const void *first;

    memcpy(&first, object, sizeof(first));
    return first == &mark;
}

enum err context_new(enum gss_role role, enum mech_via via, struct mech_context **out)
{
    struct mech_context *context = calloc(1, sizeof(*context));

    *out = NULL;
    if (context == NULL) {
        return ERR_NO_MEMORY;
    }
    context->mark = &mark;
    context->role = role;
    context->via = via;
    spnego_init(&context->spnego, role);
    *out = context;
    return ERR_OK;
}

enum err context_lock(struct mech_context *context)
{
    if (fork_lock_acquire(&context->lock)) {
        return ERR_OK;
    }
    fork_lock_release(&context->lock);
    return err_note(ERR_CONTEXT_FAILED,
                    "another thread was using it when this process was forked");
}

/* An exchange that the program gives up; in the trace it belongs to its context. */
static void report_unfinished(struct mech_context *context)
{
    unsigned before = trace_enter(context->number);

    if (context->state == CONTEXT_OPEN) {
        withheld_report_unfinished(&context->spnego);
    }
    (void)trace_enter(before);
}

/* What another thread had changed by half cannot be freed, only left. */
void context_free(struct mech_context *context)
{
    OM_uint32 minor;

    if (context == NULL || context_lock(context) != ERR_OK) {
        return;
    }
    fork_lock_release(&context->lock);
    if (context->passthrough != GSS_C_NO_CONTEXT) {
        (void)glue_get()->delete_sec_context(&minor, &context->passthrough, NULL);
    }
    mechanism_free(context->raw_mechanism);
    report_unfinished(context);
    spnego_cleanup(&context->spnego);
    cred_free(context->default_cred);
    name_free(context->target);
    free(context);
}

struct mechanism *context_mechanism(const struct mech_context *context)
{
    return context->framing == FRAMING_SPNEGO ? context->spnego.mechanism
                                              : context->raw_mechanism;
}

OM_uint32 context_flags(const struct mech_context *context)
{
    struct mechanism *mechanism = context_mechanism(context);
    OM_uint32 flags = mechanism == NULL ? 0 : mechanism->ops->flags(mechanism);

    return context->state == CONTEXT_ESTABLISHED
               ? flags
               : flags & ~(OM_uint32)GSS_C_PROT_READY_FLAG;
}

enum err context_established(const struct mech_context *context)
{
    bool is_gone = context->framing == FRAMING_PASSTHROUGH &&
                   context->state == CONTEXT_ESTABLISHED &&
                   context->passthrough == GSS_C_NO_CONTEXT;

    if (context->state == CONTEXT_FAILED || is_gone) {
        return ERR_CONTEXT_FAILED;
    }
    return context->state == CONTEXT_ESTABLISHED ? ERR_OK : ERR_NOT_ESTABLISHED;
}

/* What the initiator's credential and flags say of integrity; an acceptor takes what the
 * initiator brings. */
static enum spnego_integrity integrity_of(const struct mechanism_request *request)
{
    if (request->cred == NULL || !request->cred->no_ci_flags) {
        return INTEGRITY_ADDED;
    }
    return (request->flags & (GSS_C_INTEG_FLAG | GSS_C_CONF_FLAG)) != 0 ? INTEGRITY_ASKED
                                                                        : INTEGRITY_NONE;
}

/* What a program may ask for before there is a mechanism that knows it: Java's acceptor
 * does so after the first token. */
static enum err save_target(struct mech_context *context,
                            const struct mechanism_request *request)
{
    const struct mech_name *target = request->target;

    if (context->role == ROLE_ACCEPTOR) {
        target = request->cred == NULL ? NULL : request->cred->name;
    }
    return target == NULL ? ERR_OK : name_copy(target, &context->target);
}

static enum err begin_spnego(struct mech_context *context,
                             const struct mechanism_request *request)
{
    struct spnego *s = &context->spnego;
    enum err e;

    context->framing = FRAMING_SPNEGO;
    if (s->n_mechs > 0) {
        return ERR_OK;
    }
    if ((e = save_target(context, request)) != ERR_OK) {
        return e;
    }
    s->integrity = integrity_of(request);
    return offer_mechs(s, request);
}

static enum err step_raw(struct mech_context *context, const struct step_input *step,
                         struct buf *out)
{
    struct mechanism *mechanism = context->raw_mechanism;
    enum err e = mechanism->ops->step(mechanism, step, out);

    if (e == ERR_OK && mechanism->ops->is_done(mechanism)) {
        context->state = CONTEXT_ESTABLISHED;
    }
    return e;
}

static enum err step_spnego(struct mech_context *context, const struct step_input *step,
                            struct buf *out)
{
    enum err e = spnego_step(&context->spnego, step, out);

    if (e == ERR_OK && context->spnego.state == SPNEGO_DONE) {
        context->state = CONTEXT_ESTABLISHED;
    }
    return e;
}

static enum err begin_initiate(struct mech_context *context,
                               const struct mechanism_request *request)
{
    struct mechanism_request raw = *request;

    if (context->via == VIA_SPNEGO) {
        return begin_spnego(context, request);
    }
    context->framing = FRAMING_RAW;
    raw.origin = login_origin_raw(context->role);
    return mech_ntlm_initiate(&raw, &context->raw_mechanism);
}

static enum err do_initiate(struct mech_context *context, const struct step_input *step,
                            struct buf *out)
{
    enum err e;

    if (context->framing == FRAMING_UNKNOWN &&
        (e = begin_initiate(context, step->request)) != ERR_OK) {
        return e;
    }
    if (context->framing == FRAMING_RAW) {
        return step_raw(context, step, out);
    }
    return step_spnego(context, step, out);
}

static enum err begin_raw_accept(struct mech_context *context,
                                 const struct mechanism_request *request)
{
    struct mechanism_request raw = *request;

    if (request->cred != NULL && !cred_may_use(request->cred, &MECH_OID_NTLM)) {
        return err_note(ERR_NEG_NO_COMMON, "the application does not allow NTLM");
    }
    context->framing = FRAMING_RAW;
    raw.origin = login_origin_raw(context->role);
    return mech_ntlm_accept(&raw, &context->raw_mechanism);
}

/* What the first token may be depends on the OID through which it came. */
static enum err first_accept(struct mech_context *context, struct step_input *step,
                             struct buf *out)
{
    struct bytes ntlm;
    enum first_token kind = first_token_classify(step->in, &ntlm);
    bool speaks_spnego = context->via == VIA_SPNEGO;
    enum err e;

    if (kind == FIRST_NTLM || kind == FIRST_NTLM_FRAMED) {
        step->in = ntlm;
        e = begin_raw_accept(context, step->request);
        return e != ERR_OK ? e : step_raw(context, step, out);
    }
    if (speaks_spnego && (kind == FIRST_EMPTY || kind == FIRST_SPNEGO)) {
        e = begin_spnego(context, step->request);
        return e != ERR_OK ? e : step_spnego(context, step, out);
    }
    if (kind == FIRST_KERBEROS) {
        return err_note(ERR_NEG_NO_COMMON, "the client sent a Kerberos token");
    }
    return kind == FIRST_EMPTY ? ERR_TRUNCATED : ERR_TOKEN_UNKNOWN;
}

static enum err do_accept(struct mech_context *context, const struct step_input *step,
                          struct buf *out)
{
    struct step_input copy = *step;
    bool after_hints =
        context->framing == FRAMING_SPNEGO && context->spnego.state == SPNEGO_FIRST;

    if (context->framing == FRAMING_UNKNOWN || after_hints) {
        return first_accept(context, &copy, out);
    }
    if (context->framing == FRAMING_RAW) {
        return step_raw(context, step, out);
    }
    return step_spnego(context, step, out);
}

enum err context_may_step(const struct mech_context *context, enum gss_role role)
{
    if (context->state == CONTEXT_FAILED) {
        return ERR_CONTEXT_FAILED;
    }
    return context->role == role && context->state == CONTEXT_OPEN ? ERR_OK : ERR_STATE;
}

/* Runs one leg of either side; any error ends the context. */
static enum err run(struct mech_context *context,
                    enum err (*step_of)(struct mech_context *context,
                                        const struct step_input *step, struct buf *out),
                    const struct step_input *step, struct buf *out)
{
    enum err e = step_of(context, step, out);

    if (e != ERR_OK) {
        context->state = CONTEXT_FAILED;
    }
    return e;
}

enum err context_initiate(struct mech_context *context, const struct step_input *step,
                          struct buf *out)
{
    enum err e = context_may_step(context, ROLE_INITIATOR);

    return e == ERR_OK ? run(context, do_initiate, step, out) : e;
}

enum err context_accept(struct mech_context *context, const struct step_input *step,
                        struct buf *out)
{
    enum err e = context_may_step(context, ROLE_ACCEPTOR);

    return e == ERR_OK ? run(context, do_accept, step, out) : e;
}

enum err context_export(const struct mech_context *context, struct buf *out)
{
    const struct mechanism *mechanism;
    enum err e = context_established(context);

    if (e != ERR_OK) {
        return e;
    }
    mechanism = context_mechanism(context);
    return mechanism->ops->export(mechanism, out);
}

enum err context_import(struct bytes token, struct mech_context **out)
{
    enum gss_role role;
    struct mechanism *mechanism;
    enum err e = mech_ntlm_import(token, &mechanism, &role);

    *out = NULL;
    if (e != ERR_OK) {
        return e;
    }
    if ((e = context_new(role, VIA_NTLM, out)) != ERR_OK) {
        mechanism_free(mechanism);
        return e;
    }
    (*out)->framing = FRAMING_RAW;
    (*out)->raw_mechanism = mechanism;
    (*out)->state = CONTEXT_ESTABLISHED;
    return ERR_OK;
}
