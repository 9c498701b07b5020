/* SPDX-License-Identifier: ISC */
/* What a context is (gss_inquire_context, gss_context_time) and what a credential is
 * (gss_inquire_cred). If the context wraps a context of the mechglue (call_glue_handle),
 * the mechglue returns its answers. */
#include "mech/api/call.h"
#include "mech/cred.h"
#include "mech/glue.h"
#include "mech/name_glue.h"
#include "mech/oid.h"

/* struct inquiry: where the answers go; each may be NULL. */
struct inquiry {
    gss_name_t *source;
    gss_name_t *target;
    OM_uint32 *lifetime;
    gss_OID *mech;
    OM_uint32 *flags;
    int *locally_initiated;
    int *open;
};

static void clear_context_inquiry(const struct inquiry *q)
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
    if (q->locally_initiated != NULL) {
        *q->locally_initiated = 0;
    }
    if (q->open != NULL) {
        *q->open = 0;
    }
}

/* Moves each name that the caller wants into its place. Cannot fail. */
static void give_names(const struct inquiry *q, struct mech_name **source,
                       struct mech_name **target)
{
    if (q->source != NULL) {
        *q->source = (gss_name_t)*source;
        *source = NULL;
    }
    if (q->target != NULL) {
        *q->target = (gss_name_t)*target;
        *target = NULL;
    }
}

static enum err adopt(gss_name_t glue_name, struct mech_name **out)
{
    return glue_name == GSS_C_NO_NAME ? ERR_OK : name_adopt(glue_name, out);
}

static OM_uint32 inquire_glue(OM_uint32 *minor, gss_ctx_id_t glue_context,
                              const struct inquiry *q)
{
    NAME_AUTO *source = NULL;
    NAME_AUTO *target = NULL;
    gss_name_t glue_source = GSS_C_NO_NAME;
    gss_name_t glue_target = GSS_C_NO_NAME;
    gss_OID unused_mech;
    OM_uint32 major = glue_get()->inquire_context(
        minor, glue_context, q->source == NULL ? NULL : &glue_source,
        q->target == NULL ? NULL : &glue_target, q->lifetime,
        q->mech == NULL ? &unused_mech : q->mech, q->flags, q->locally_initiated,
        q->open);
    enum err e_source = adopt(glue_source, &source);
    enum err e_target = adopt(glue_target, &target);

    if (e_source != ERR_OK || e_target != ERR_OK) {
        return call_end(e_source != ERR_OK ? e_source : e_target, minor);
    }
    give_names(q, &source, &target);
    return major;
}

/* The mechanism that an established context uses. Before that SPNEGO returns its own OID,
 * as the built-in SPNEGO does. The result is never GSS_C_NO_OID (NULL), because programs
 * dereference it. */
static gss_OID mechanism_oid(const struct mech_context *context)
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
        *q->mech = mechanism_oid(context);
    }
    if (q->flags != NULL) {
        *q->flags = established ? context_flags(context)
                                : context_flags(context) & ~(OM_uint32)GSS_C_TRANS_FLAG;
    }
}

/* The initiator's name is known once the context is established, the target before. */
static enum err read_names(const struct mech_context *context, struct mech_name **source,
                           struct mech_name **target)
{
    struct mechanism *mechanism = context_mechanism(context);
    enum err e;

    if (context->target != NULL) {
        return name_copy(context->target, target);
    }
    if (context->state == CONTEXT_ESTABLISHED &&
        (e = mechanism->ops->source_name(mechanism, source)) != ERR_OK) {
        return e;
    }
    return mechanism == NULL ? ERR_OK : mechanism->ops->target_name(mechanism, target);
}

/* The mechglue's context that ours wraps. gss_inquire_context is the one call that the
 * built-in SPNEGO also answers for a half-open context. */
static gss_ctx_id_t inquirable(gss_ctx_id_t handle)
{
    struct mech_context *context = call_context(handle);

    if (context != NULL && context->framing == FRAMING_PASSTHROUGH &&
        context->state == CONTEXT_OPEN) {
        return context->passthrough;
    }
    return call_glue_handle(handle);
}

GSS_EXPORT OM_uint32 gss_inquire_context(OM_uint32 *minor, gss_ctx_id_t context,
                                         gss_name_t *source, gss_name_t *target,
                                         OM_uint32 *lifetime, gss_OID *mech,
                                         OM_uint32 *flags, int *locally_initiated,
                                         int *open)
{
    struct inquiry q = {source, target, lifetime, mech, flags, locally_initiated, open};
    gss_ctx_id_t glue_context = inquirable(context);
    NAME_AUTO *source_name = NULL;
    NAME_AUTO *target_name = NULL;
    enum err e;

    clear_context_inquiry(&q);
    if (glue_context != GSS_C_NO_CONTEXT) {
        return inquire_glue(minor, glue_context, &q);
    }
    call_begin(minor);
    if (context == GSS_C_NO_CONTEXT) {
        return call_end(ERR_ARGUMENT, minor);
    }
    if ((e = context_established(call_context(context))) == ERR_CONTEXT_FAILED) {
        return call_end(e, minor);
    }
    inquire_plain(call_context(context), &q);
    if ((e = read_names(call_context(context), &source_name, &target_name)) == ERR_OK) {
        give_names(&q, &source_name, &target_name);
    }
    return call_end(e, minor);
}
GSSI_ALIAS(inquire_context);

GSS_EXPORT OM_uint32 gss_context_time(OM_uint32 *minor, gss_ctx_id_t context,
                                      OM_uint32 *time)
{
    gss_ctx_id_t glue_context = call_glue_handle(context);
    enum err e;

    if (glue_context != GSS_C_NO_CONTEXT) {
        return glue_get()->context_time(minor, glue_context, time);
    }
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

static void clear_cred_inquiry(gss_name_t *name, gss_OID_set *mechs,
                               gss_cred_usage_t *usage)
{
    if (name != NULL) {
        *name = GSS_C_NO_NAME;
    }
    if (mechs != NULL) {
        *mechs = GSS_C_NO_OID_SET;
    }
    if (usage != NULL) {
        *usage = GSS_C_BOTH;
    }
}

/* Gives the answers of the NTLM part. After an error it has given neither the name nor
 * the mechanism. */
static enum err inquire_ntlm(const struct mech_cred *cred, gss_const_OID mech,
                             gss_name_t *name, OM_uint32 *time, gss_cred_usage_t *usage,
                             gss_OID_set *mechs)
{
    NAME_AUTO *copy = NULL;
    enum err e;

    if (name != NULL && (e = name_copy(cred->name, &copy)) != ERR_OK) {
        return e;
    }
    if (mechs != NULL && (e = oid_set_new(&mech, 1, mechs)) != ERR_OK) {
        return e;
    }
    if (name != NULL) {
        *name = (gss_name_t)copy;
        copy = NULL;
    }
    if (time != NULL) {
        *time = GSS_C_INDEFINITE;
    }
    if (usage != NULL) {
        *usage = cred->usage;
    }
    return ERR_OK;
}

/* Makes the default credential, for an application that gives none: the initiator's, or
 * the acceptor's if there is no user. The caller frees it. */
static enum err default_ntlm(struct mech_cred **out)
{
    struct cred_source nobody = {0};
    enum err e = cred_acquire(&nobody, GSS_C_INITIATE, out);

    if (e == ERR_NO_CRED) {
        e = cred_acquire(&nobody, GSS_C_ACCEPT, out);
    }
    if (e ==
        ERR_NO_AUTHORITY) { /* there is neither; the initiator's error is more useful */
        e = cred_acquire(&nobody, GSS_C_INITIATE, out);
    }
    return e;
}

GSS_EXPORT OM_uint32 gss_inquire_cred(OM_uint32 *minor, gss_cred_id_t handle,
                                      gss_name_t *name, OM_uint32 *time,
                                      gss_cred_usage_t *usage, gss_OID_set *mechs)
{
    CRED_AUTO *made = NULL;
    const struct mech_cred *cred = call_cred(handle);
    enum err e = ERR_OK;

    call_begin(minor);
    clear_cred_inquiry(name, mechs, usage);
    if (cred == NULL) {
        e = default_ntlm(&made);
        cred = made;
    }
    if (e == ERR_OK) {
        e = inquire_ntlm(cred, &MECH_OID_NTLM, name, time, usage, mechs);
    }
    return call_end(e, minor);
}

GSS_EXPORT OM_uint32 gss_inquire_cred_by_mech(OM_uint32 *minor, gss_cred_id_t handle,
                                              gss_OID mech, gss_name_t *name,
                                              OM_uint32 *initiator_time,
                                              OM_uint32 *acceptor_time,
                                              gss_cred_usage_t *usage)
{
    CRED_AUTO *made = NULL;
    const struct mech_cred *cred = call_cred(handle);
    enum err e = ERR_OK;

    (void)mech;
    call_begin(minor);
    clear_cred_inquiry(name, NULL, usage);
    if (cred == NULL) {
        e = default_ntlm(&made);
        cred = made;
    }
    if (e != ERR_OK ||
        (e = inquire_ntlm(cred, &MECH_OID_NTLM, name, NULL, usage, NULL)) != ERR_OK) {
        return call_end(e, minor);
    }
    if (initiator_time != NULL) {
        *initiator_time = cred_may(cred, GSS_C_INITIATE) ? GSS_C_INDEFINITE : 0;
    }
    if (acceptor_time != NULL) {
        *acceptor_time = cred_may(cred, GSS_C_ACCEPT) ? GSS_C_INDEFINITE : 0;
    }
    return GSS_S_COMPLETE;
}

/* The default credential of SPNEGO: for both directions; if there is none, for
 * initiators; if there is none, for acceptors. */
static enum err default_spnego(struct mech_cred **out)
{
    static const gss_cred_usage_t usages[] = {GSS_C_BOTH, GSS_C_INITIATE, GSS_C_ACCEPT};
    struct cred_source nobody = {0};
    enum err first = ERR_OK;

    for (size_t i = 0; i < sizeof(usages) / sizeof(usages[0]); i++) {
        struct glue_cred_source from = {.usage = usages[i]};
        enum err e = cred_acquire_spnego(&nobody, &from, out);

        if (e == ERR_OK) {
            return ERR_OK;
        }
        first = first == ERR_OK ? e : first;
    }
    return first;
}

static OM_uint32 inquire_builtin(OM_uint32 *minor, gss_cred_id_t builtin,
                                 gss_name_t *name, OM_uint32 *time,
                                 gss_cred_usage_t *usage, gss_OID_set *mechs)
{
    gss_name_t glue_name = GSS_C_NO_NAME;
    struct mech_name *adopted = NULL;
    OM_uint32 unused;
    OM_uint32 major = glue_get()->inquire_cred(
        minor, builtin, name == NULL ? NULL : &glue_name, time, usage, mechs);

    if (GSS_ERROR(major) || glue_name == GSS_C_NO_NAME) {
        return major;
    }
    enum err e = name_adopt(glue_name, &adopted);
    *name = (gss_name_t)adopted;
    if (e != ERR_OK && mechs != NULL) {
        (void)gss_release_oid_set(&unused, mechs);
    }
    return e == ERR_OK ? major : call_end(e, minor);
}

/* Kerberos' part answers first. If it cannot, because its tickets have expired, the
 * credential is still what its NTLM part answers. */
GSS_EXPORT OM_uint32 gssi_inquire_cred(OM_uint32 *minor, gss_cred_id_t handle,
                                       gss_name_t *name, OM_uint32 *time,
                                       gss_cred_usage_t *usage, gss_OID_set *mechs)
{
    CRED_AUTO *made = NULL;
    const struct mech_cred *cred = call_cred(handle);
    gss_cred_id_t builtin;
    enum err e;

    call_begin(minor);
    clear_cred_inquiry(name, mechs, usage);
    if (cred == NULL) {
        if ((e = default_spnego(&made)) != ERR_OK) {
            return call_end(e, minor);
        }
        cred = made;
    }
    if ((builtin = glue_creds_builtin(cred->glue_creds)) != GSS_C_NO_CREDENTIAL) {
        OM_uint32 major = inquire_builtin(minor, builtin, name, time, usage, mechs);

        if (!GSS_ERROR(major) || cred->name == NULL) {
            return major;
        }
    }
    if (cred->name == NULL) {
        return call_end(ERR_NO_CRED, minor);
    }
    return call_end(inquire_ntlm(cred, &MECH_OID_SPNEGO, name, time, usage, mechs),
                    minor);
}
