/* SPDX-License-Identifier: ISC */
/* A mechanism of the glue, such as Kerberos, as a struct mechanism. */
#include "mech/mech_glue.h"

#include "mech/glue.h"
#include "mech/name_glue.h"
#include "mech/status.h"

#include <stdlib.h>

/*
 * struct mech_glue: the glue's context, and what its last call returned. ops is a copy of
 * the table below; the glue's call sets its OID of the mechanism.
 */
struct mech_glue {
    struct mechanism mechanism;
    struct mechanism_ops ops;
    gss_OID_desc mech;
    enum gss_role role;
    gss_ctx_id_t context;
    bool done;
    OM_uint32 flags;
    OM_uint32 lifetime;
    gss_cred_id_t delegated;
};

static struct mech_glue *of(struct mechanism *mechanism)
{
    return (struct mech_glue *)mechanism;
}

static const struct mech_glue *of_const(const struct mechanism *mechanism)
{
    return (const struct mech_glue *)mechanism;
}

static void glue_free(struct mechanism *mechanism)
{
    struct mech_glue *self = of(mechanism);
    OM_uint32 minor;

    if (self->context != GSS_C_NO_CONTEXT) {
        (void)glue_get()->delete_sec_context(&minor, &self->context, NULL);
    }
    if (self->delegated != GSS_C_NO_CREDENTIAL) {
        (void)glue_get()->release_cred(&minor, &self->delegated);
    }
    free(self);
}

/* Gives this mechanism's part of the application's credential. GSS_C_NO_CREDENTIAL means
 * the default credential. */
static enum err acquire(struct mech_glue *self, const struct mechanism_request *request,
                        gss_cred_id_t *out)
{
    *out = GSS_C_NO_CREDENTIAL;
    if (request->cred == NULL || request->cred->glue_creds == NULL) {
        return ERR_OK;
    }
    return glue_creds_get_mech(request->cred->glue_creds, &self->mech, out);
}

/* Appends the glue's token to out, also beside an error, and releases the glue's copy. */
static enum err take_token(struct mech_glue *self, OM_uint32 major, OM_uint32 minor,
                           gss_buffer_t token, struct buf *out)
{
    OM_uint32 unused;

    buf_append(out, bytes_of(token->value, token->length));
    (void)gss_release_buffer(&unused, token);
    self->done = major == GSS_S_COMPLETE;
    if (GSS_ERROR(major)) {
        return status_glue(major, minor);
    }
    return buf_status(out);
}

static enum err init_step(struct mech_glue *self, const struct step_input *step,
                          struct buf *out)
{
    const struct mechanism_request *request = step->request;
    gss_buffer_desc in = {step->in.n, (void *)(uintptr_t)step->in.p};
    gss_buffer_desc token = GSS_C_EMPTY_BUFFER;
    gss_cred_id_t cred;
    gss_name_t target;
    OM_uint32 minor = 0;
    enum err e = acquire(self, request, &cred);

    if (e != ERR_OK || (e = name_glue_text(request->target, &target)) != ERR_OK) {
        return e;
    }
    OM_uint32 major = glue_get()->init_sec_context(
        &minor, cred, &self->context, target, &self->mech, request->flags,
        request->time_req, step->bindings, step->in.n > 0 ? &in : GSS_C_NO_BUFFER,
        &self->ops.mech, &token, &self->flags, &self->lifetime);
    return take_token(self, major, minor, &token, out);
}

static enum err accept_step(struct mech_glue *self, const struct step_input *step,
                            struct buf *out)
{
    gss_buffer_desc in = {step->in.n, (void *)(uintptr_t)step->in.p};
    gss_buffer_desc token = GSS_C_EMPTY_BUFFER;
    gss_cred_id_t cred;
    OM_uint32 minor = 0;
    enum err e = acquire(self, step->request, &cred);

    if (e != ERR_OK) {
        return e;
    }
    /* The call asks for the mechanism's OID: without it, the glue returns a delegated
     * credential that is not the mechanism's own. */
    OM_uint32 major = glue_get()->accept_sec_context(
        &minor, &self->context, cred, &in, step->bindings, NULL, &self->ops.mech, &token,
        &self->flags, &self->lifetime, &self->delegated);
    return take_token(self, major, minor, &token, out);
}

static enum err glue_step(struct mechanism *mechanism, const struct step_input *step,
                          struct buf *out)
{
    struct mech_glue *self = of(mechanism);

    return self->role == ROLE_INITIATOR ? init_step(self, step, out)
                                        : accept_step(self, step, out);
}

static bool glue_is_done(const struct mechanism *mechanism)
{
    return of_const(mechanism)->done;
}

static OM_uint32 glue_flags(const struct mechanism *mechanism)
{
    return of_const(mechanism)->flags;
}

static OM_uint32 glue_lifetime(const struct mechanism *mechanism)
{
    return of_const(mechanism)->lifetime;
}

/* Gives the target's or the initiator's name of the glue's context. */
static enum err get_name(const struct mechanism *mechanism, bool target,
                         struct mech_name **out)
{
    gss_name_t name = GSS_C_NO_NAME;
    OM_uint32 minor = 0;
    OM_uint32 major = glue_get()->inquire_context(
        &minor, of_const(mechanism)->context, target ? NULL : &name,
        target ? &name : NULL, NULL, NULL, NULL, NULL, NULL);

    *out = NULL;
    if (GSS_ERROR(major)) {
        return status_glue(major, minor);
    }
    return name == GSS_C_NO_NAME ? ERR_OK : name_adopt(name, out);
}

static enum err glue_source_name(const struct mechanism *mechanism,
                                 struct mech_name **out)
{
    return get_name(mechanism, false, out);
}

static enum err glue_target_name(const struct mechanism *mechanism,
                                 struct mech_name **out)
{
    return get_name(mechanism, true, out);
}

static enum err glue_sign(struct mechanism *mechanism, struct bytes data, struct buf *out)
{
    gss_buffer_desc in = {data.n, (void *)(uintptr_t)data.p};
    gss_buffer_desc mic = GSS_C_EMPTY_BUFFER;
    OM_uint32 minor = 0;
    OM_uint32 unused;
    OM_uint32 major =
        glue_get()->get_mic(&minor, of(mechanism)->context, GSS_C_QOP_DEFAULT, &in, &mic);

    buf_append(out, bytes_of(mic.value, mic.length));
    (void)gss_release_buffer(&unused, &mic);
    return GSS_ERROR(major) ? status_glue(major, minor) : buf_status(out);
}

static enum err glue_verify(struct mechanism *mechanism, struct bytes data,
                            struct bytes signature)
{
    gss_buffer_desc in = {data.n, (void *)(uintptr_t)data.p};
    gss_buffer_desc mic = {signature.n, (void *)(uintptr_t)signature.p};
    OM_uint32 minor = 0;
    OM_uint32 major =
        glue_get()->verify_mic(&minor, of(mechanism)->context, &in, &mic, NULL);

    return status_glue(major, minor);
}

static gss_ctx_id_t *glue_context(struct mechanism *mechanism)
{
    return &of(mechanism)->context;
}

static gss_cred_id_t glue_move_delegated(struct mechanism *mechanism)
{
    gss_cred_id_t delegated = of(mechanism)->delegated;

    of(mechanism)->delegated = GSS_C_NO_CREDENTIAL;
    return delegated;
}

/* Other calls, such as gss_wrap, go straight to the glue's context (glue_context). */
static const struct mechanism_ops glue_ops = {
    .step = glue_step,
    .is_done = glue_is_done,
    .end_step = mechanism_no_end_step,
    .flags = glue_flags,
    .lifetime = glue_lifetime,
    .demands_mic = mechanism_no_mic_demand,
    .source_name = glue_source_name,
    .target_name = glue_target_name,
    .sign = glue_sign,
    .verify = glue_verify,
    .seal = mechanism_no_seal,
    .unseal = mechanism_no_unseal,
    .export = mechanism_no_export,
    .after_mic = mechanism_no_after_mic,
    .set_sequence = mechanism_no_sequence,
    .session_key = mechanism_no_session_key,
    .ssf = mechanism_no_ssf,
    .glue_context = glue_context,
    .move_delegated = glue_move_delegated,
    .free = glue_free,
};

static enum err start(enum gss_role role, const struct mechanism_request *request,
                      struct mechanism **out)
{
    struct mech_glue *self = calloc(1, sizeof(*self));

    *out = NULL;
    if (self == NULL || glue_get() == NULL) {
        free(self);
        return ERR_NO_MEMORY;
    }
    self->ops = glue_ops;
    self->mechanism.ops = &self->ops;
    self->mech =
        (gss_OID_desc){(OM_uint32)request->mech.n, (void *)(uintptr_t)request->mech.p};
    self->role = role;
    *out = &self->mechanism;
    return ERR_OK;
}

enum err mech_glue_initiate(const struct mechanism_request *request,
                            struct mechanism **out)
{
    return start(ROLE_INITIATOR, request, out);
}

enum err mech_glue_accept(const struct mechanism_request *request, struct mechanism **out)
{
    return start(ROLE_ACCEPTOR, request, out);
}
