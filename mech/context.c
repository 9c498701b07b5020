/* SPDX-License-Identifier: ISC */
/* Security contexts of both OIDs. */
#include "mech/context.h"

#include "mech/bindings.h"
#include "mech/glue.h"
#include "mech/mech_ntlm.h"
#include "mech/oid.h"
#include "mech/passthrough/first_token.h"
#include "mech/report/login_record.h"
#include "mech/report/trace.h"
#include "mech/spnego/offer.h"
#include "mech/spnego/withheld.h"

#include <stdlib.h>
#include <string.h>

/* Every context starts with its address; no object of another mechanism does. */
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
    if (via == VIA_SPNEGO) {
        context->spnego = calloc(1, sizeof(*context->spnego));
        if (context->spnego == NULL) {
            free(context);
            return ERR_NO_MEMORY;
        }
        context->spnego->role = role;
    }
    context->mark = &mark;
    context->role = role;
    context->via = via;
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

static void free_negotiation(struct mech_context *context)
{
    if (context->spnego != NULL) {
        spnego_cleanup(context->spnego);
        free(context->spnego);
        context->spnego = NULL;
    }
}

/* A context that another thread had half changed when this process was forked cannot be
 * freed; it is left. */
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
    mechanism_free(context->mechanism);
    if (context->state == CONTEXT_OPEN &&
        context->spnego != NULL) { /* the program gives the exchange up */
        unsigned outer = trace_enter(context->number);

        withheld_report_unfinished(context->spnego);
        (void)trace_enter(outer);
    }
    free_negotiation(context);
    cred_free(context->default_cred);
    name_free(context->target);
    saved_failure_cleanup(&context->excluded);
    free(context);
}

struct mechanism *context_mechanism(const struct mech_context *context)
{
    return context->spnego != NULL ? context->spnego->mechanism : context->mechanism;
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

/* Begins a negotiation, unless our hints have begun it. */
static enum err begin_spnego(struct mech_context *context,
                             const struct mechanism_request *request)
{
    struct spnego *s = context->spnego;
    const struct mech_cred *cred = request->cred;
    bool asks_integrity = (request->flags & (GSS_C_INTEG_FLAG | GSS_C_CONF_FLAG)) != 0;

    context->framing = FRAMING_SPNEGO;
    if (s->n_mechs > 0) {
        return ERR_OK;
    }
    s->integrity = INTEGRITY_ADDED;
    if (cred != NULL && cred->no_ci_flags) {
        s->integrity = asks_integrity ? INTEGRITY_ASKED : INTEGRITY_NONE;
    }
    return offer_mechs(s, request);
}

/* A program may ask for the target of a half-open context: Java's acceptor does so after
 * the first token. NTLM's context has the target. If no mechanism has started, or a
 * mechanism of the glue has, our context keeps a copy. */
static enum err keep_target(struct mech_context *context,
                            const struct mechanism_request *request)
{
    struct mechanism *mechanism = context->spnego->mechanism;
    const struct mech_name *target = request->target;

    if (context->role == ROLE_ACCEPTOR) {
        target = request->cred == NULL ? NULL : request->cred->name;
    }
    if (target == NULL || context->target != NULL ||
        (mechanism != NULL && mechanism->ops->glue_context(mechanism) == NULL)) {
        return ERR_OK;
    }
    return name_copy(target, &context->target);
}

/* Begins NTLM without SPNEGO. */
static enum err begin_raw(struct mech_context *context,
                          const struct mechanism_request *request)
{
    struct mechanism_request raw = *request;
    enum err e;

    context->framing = FRAMING_RAW;
    raw.origin = login_origin_raw(context->role);
    raw.settings = context->spnego != NULL ? context->spnego->settings : NULL;
    e = context->role == ROLE_INITIATOR ? mech_ntlm_initiate(&raw, &context->mechanism)
                                        : mech_ntlm_accept(&raw, &context->mechanism);
    free_negotiation(context);
    return e;
}

/* Begins by the form of the client's first token; which forms are accepted depends on the
 * OID through which it came. Takes NTLM out of a GSS frame. */
static enum err begin_accept(struct mech_context *context, struct step_input *step)
{
    const struct mechanism_request *request = step->request;
    struct bytes ntlm;
    enum first_token kind = first_token_classify(step->in, &ntlm);
    bool speaks_spnego = context->via == VIA_SPNEGO;

    if (kind == FIRST_NTLM || kind == FIRST_NTLM_FRAMED) {
        step->in = ntlm;
        return request->cred == NULL || cred_may_use(request->cred, &MECH_OID_NTLM)
                   ? begin_raw(context, request)
                   : err_note(ERR_NEG_NO_COMMON, "the application does not allow NTLM");
    }
    if (speaks_spnego && (kind == FIRST_EMPTY || kind == FIRST_SPNEGO)) {
        return begin_spnego(context, request);
    }
    if (kind == FIRST_KERBEROS) {
        return err_note(ERR_NEG_NO_COMMON, "the client sent a Kerberos token");
    }
    return kind == FIRST_EMPTY ? ERR_TRUNCATED : ERR_TOKEN_UNKNOWN;
}

enum err context_may_step(const struct mech_context *context, enum gss_role role)
{
    if (context->state == CONTEXT_FAILED) {
        return ERR_CONTEXT_FAILED;
    }
    return context->role == role && context->state == CONTEXT_OPEN ? ERR_OK : ERR_STATE;
}

enum err context_step(struct mech_context *context, const struct step_input *step,
                      struct buf *out)
{
    struct step_input input = *step;
    bool initiates = context->role == ROLE_INITIATOR;
    bool after_hints = !initiates && context->framing == FRAMING_SPNEGO &&
                       context->spnego->state == SPNEGO_FIRST;
    bool is_reply = initiates && context->framing == FRAMING_RAW;
    bool is_done = false;
    enum err e;

    if ((e = bindings_check(step->bindings)) != ERR_OK) {
        return e;
    }
    if (initiates && context->framing == FRAMING_UNKNOWN) {
        e = context->via == VIA_SPNEGO ? begin_spnego(context, step->request)
                                       : begin_raw(context, step->request);
    } else if (context->framing == FRAMING_UNKNOWN || after_hints) {
        e = begin_accept(context, &input);
    }
    if (e != ERR_OK) {
        return e;
    }
    if (is_reply && input.in.n == 0) {
        return ERR_NO_REPLY;
    }
    if (context->framing == FRAMING_RAW) {
        struct mechanism *ntlm = context->mechanism;

        e = ntlm->ops->step(ntlm, &input, out);
        is_done = e == ERR_OK && ntlm->ops->is_done(ntlm);
    } else {
        struct spnego *const spnego = context->spnego;

        e = spnego != NULL ? spnego_step(spnego, &input, out) : ERR_INTERNAL;
        is_done = e == ERR_OK && spnego->state == SPNEGO_DONE;
        if (e == ERR_OK && !is_done &&
            (e = keep_target(context, step->request)) != ERR_OK) {
            buf_cleanup(out);
        }
    }
    if (is_done) {
        context->state = CONTEXT_ESTABLISHED;
    }
    return e;
}

/* Frees what only the exchange needed. */
static void end_negotiation(struct mech_context *context)
{
    if (context->spnego != NULL) {
        context->mechanism = context->spnego->mechanism;
        context->spnego->mechanism = NULL;
        free_negotiation(context);
    }
    cred_free(context->default_cred);
    context->default_cred = NULL;
    name_free(context->target);
    context->target = NULL;
}

void context_end_step(struct mech_context *context, enum err e)
{
    mechanism_end_step(context_mechanism(context), e,
                       context->state == CONTEXT_ESTABLISHED);
    if (e != ERR_OK) {
        if (context->spnego != NULL) {
            withheld_report_failed(context->spnego, e);
        }
        context->state = CONTEXT_FAILED;
    } else if (context->state == CONTEXT_ESTABLISHED) {
        end_negotiation(context);
    }
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
    (*out)->mechanism = mechanism;
    (*out)->state = CONTEXT_ESTABLISHED;
    return ERR_OK;
}
