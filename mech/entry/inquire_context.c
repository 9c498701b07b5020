/* SPDX-License-Identifier: ISC */
/* gss_inquire_context. */
#include "mech/context.h"
#include "mech/entry/call.h"
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

/* Of a half-open context SPNEGO does not know yet what it will be, as the built-in. */
static void inquire_plain(const struct mech_context *context, const struct inquiry *q)
{
    struct inner *inner = context_inner(context);
    bool established = context->state == CONTEXT_ESTABLISHED;

    if (q->locally_initiated != NULL) {
        *q->locally_initiated = context->role == NTLM_INITIATOR;
    }
    if (q->open != NULL) {
        *q->open = established;
    }
    if (q->lifetime != NULL) {
        *q->lifetime = established ? GSS_C_INDEFINITE : 0;
    }
    if (q->mech != NULL && inner != NULL) {
        *q->mech = established || context->framing == FRAMING_RAW ? inner->ops->mech
                                                                  : &MECH_OID_SPNEGO;
    }
    if (q->flags != NULL) {
        *q->flags = established ? context_flags(context)
                                : context_flags(context) & ~(OM_uint32)GSS_C_TRANS_FLAG;
    }
}

/* Both names, or neither: what was made of them before an error is given back. */
static enum err inquire_names(const struct mech_context *context, const struct inquiry *q)
{
    NAME_AUTO *source = NULL;
    NAME_AUTO *target = NULL;
    struct inner *inner = context_inner(context);
    enum err e;

    if (context->state != CONTEXT_ESTABLISHED) {
        return ERR_OK;
    }
    if ((e = inner->ops->source_name(inner, &source)) != ERR_OK ||
        (e = inner->ops->target_name(inner, &target)) != ERR_OK) {
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

    call_begin(minor);
    clear_inquiry(&q);
    if (context == GSS_C_NO_CONTEXT) {
        return call_end(ERR_ARGUMENT, minor);
    }
    inquire_plain(call_context(context), &q);
    return call_end(inquire_names(call_context(context), &q), minor);
}
EXPORT_AS(gss_inquire_context, call_inquire_context);
