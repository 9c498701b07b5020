/* SPDX-License-Identifier: ISC */
/* gss_inquire_context. */
#include "mech/context.h"
#include "mech/api/call.h"
#include "mech/oid.h"

/* struct inquiry: what is asked of a context; each may be NULL. */
struct inquiry {
    gss_name_t *source;
    gss_name_t *target;
    OM_uint32 *lifetime;
    gss_OID *mech;
    OM_uint32 *flags;
    int *locally_initiated;
    int *open;
};

static void clear_inquiry(const struct inquiry *q)
{
    if (q->locally_initiated != NULL) {
        *q->locally_initiated = 0;
    }
    if (q->open != NULL) {
        *q->open = 0;
    }
    if (q->source != NULL) {
        *q->source = GSS_C_NO_NAME;
    }
    if (q->target != NULL) {
        *q->target = GSS_C_NO_NAME;
    }
    if (q->lifetime != NULL) {
        *q->lifetime = 0;
    }
    if (q->mech != NULL) {
        *q->mech = GSS_C_NO_OID;
    }
    if (q->flags != NULL) {
        *q->flags = 0;
    }
}

/* Of a half-open context SPNEGO does not know yet what it will be, as the built-in; the
 * mechanism is never none, for programs read what is behind it. */
static gss_OID mechanism(const struct mech_context *context)
{
    if (context->state == CONTEXT_ESTABLISHED) {
        return context_mechanism(context)->ops->mech;
    }
    return context->framing == FRAMING_RAW ? &MECH_OID_NTLM : &MECH_OID_SPNEGO;
}

static void inquire_plain(const struct mech_context *context, const struct inquiry *q)
{
    bool established = context->state == CONTEXT_ESTABLISHED;

    if (q->locally_initiated != NULL) {
        *q->locally_initiated = context->role == ROLE_INITIATOR;
    }
    if (q->open != NULL) {
        *q->open = established;
    }
    if (q->lifetime != NULL) {
        *q->lifetime = established ? GSS_C_INDEFINITE : 0;
    }
    if (q->mech != NULL) {
        *q->mech = mechanism(context);
    }
    if (q->flags != NULL) {
        *q->flags = established ? context_flags(context)
                                : context_flags(context) & ~(OM_uint32)GSS_C_TRANS_FLAG;
    }
}

/* Who initiates is known once the context is established; the target is known before. */
static enum err read_names(const struct mech_context *context, struct mech_name **source,
                           struct mech_name **target)
{
    struct mechanism *mechanism = context_mechanism(context);
    enum err e;

    if (context->state != CONTEXT_ESTABLISHED && context->framing == FRAMING_SPNEGO) {
        return context->target == NULL ? ERR_OK : name_copy(context->target, target);
    }
    if (context->state == CONTEXT_ESTABLISHED &&
        (e = mechanism->ops->source_name(mechanism, source)) != ERR_OK) {
        return e;
    }
    return mechanism == NULL ? ERR_OK : mechanism->ops->target_name(mechanism, target);
}

/* Both names, or neither: what was made of them before an error is given back. */
static enum err inquire_names(const struct mech_context *context, const struct inquiry *q)
{
    NAME_AUTO *source = NULL;
    NAME_AUTO *target = NULL;
    enum err e = read_names(context, &source, &target);

    if (e != ERR_OK) {
        return e;
    }
    if (q->source != NULL) {
        *q->source = (gss_name_t)source;
        source = NULL;
    }
    if (q->target != NULL) {
        *q->target = (gss_name_t)target;
        target = NULL;
    }
    return ERR_OK;
}

OM_uint32 call_inquire_context(OM_uint32 *minor, gss_ctx_id_t context, gss_name_t *source,
                               gss_name_t *target, OM_uint32 *lifetime, gss_OID *mech,
                               OM_uint32 *flags, int *locally_initiated, int *open)
{
    struct inquiry q = {source, target, lifetime, mech, flags, locally_initiated, open};
    enum err e;

    call_begin(minor);
    clear_inquiry(&q);
    if (context == GSS_C_NO_CONTEXT) {
        return call_end(ERR_ARGUMENT, minor);
    }
    if ((e = context_established(call_context(context))) == ERR_CONTEXT_FAILED) {
        return call_end(e, minor);
    }
    inquire_plain(call_context(context), &q);
    return call_end(inquire_names(call_context(context), &q), minor);
}
EXPORT_AS(gss_inquire_context, call_inquire_context);
