/* SPDX-License-Identifier: ISC */
/* NTLM as a struct mechanism: its steps, and the functions of its context. */
#include "mech/mech_ntlm_object.h"

#include "conf/policy.h"
#include "mech/bindings.h"
#include "mech/flags.h"
#include "mech/oid.h"
#include "mech/report/login_record.h"
#include "mech/report/trace_login.h"
#include "ntlm/session_token.h"

#include <stdlib.h>

static struct mech_ntlm *of(struct mechanism *mechanism)
{
    return (struct mech_ntlm *)mechanism;
}

static const struct mech_ntlm *of_const(const struct mechanism *mechanism)
{
    return (const struct mech_ntlm *)mechanism;
}

/* Frees what only the exchange needs. */
static void free_exchange(struct mech_ntlm *self)
{
    ntlm_client_free(self->client);
    self->client = NULL;
    ntlm_server_free(self->server);
    self->server = NULL;
    authority_cleanup(&self->authority);
    self->authority = (struct authority){0};
    if (self->settings != NULL) {
        settings_release(self->settings);
        self->settings = NULL;
    }
}

static void ntlm_free(struct mechanism *mechanism)
{
    struct mech_ntlm *self = of(mechanism);

    if (self->use == USE_DUE) {
        login_record_end(self, ERR_NEG_MIC_MISSING);
    }
    free_exchange(self);
    ntlm_session_free(self->session);
    seal_free(self->seal);
    name_free(self->target);
    free(self);
}

static bool ntlm_is_done(const struct mechanism *mechanism)
{
    const struct mech_ntlm *self = of_const(mechanism);

    if (self->session != NULL) {
        return true;
    }
    return self->client != NULL ? ntlm_client_is_done(self->client)
                                : ntlm_server_is_done(self->server);
}

static const struct ntlm_session *session_of(const struct mechanism *mechanism)
{
    const struct mech_ntlm *self = of_const(mechanism);

    if (self->session != NULL) {
        return self->session;
    }
    return self->client != NULL ? ntlm_client_session(self->client)
                                : ntlm_server_session(self->server);
}

/* The GSS flags that follow from the NTLM flags in force (RFC 2744 5.19). */
static OM_uint32 protection_flags(const struct ntlm_session *s)
{
    OM_uint32 flags = 0;

    if (!ntlm_session_protects(s)) {
        return 0;
    }
    flags |= GSS_C_INTEG_FLAG | GSS_C_REPLAY_FLAG | GSS_C_SEQUENCE_FLAG;
    if ((s->flags & NTLM_SEAL) != 0) {
        flags |= GSS_C_CONF_FLAG;
    }
    return flags;
}

/* Called when the client has made its AUTHENTICATE, or the server has accepted one.
 * Checks that the negotiated protection suffices, and makes the keys for it. */
static enum err finish(struct mech_ntlm *self)
{
    const struct ntlm_session *s = session_of(&self->mechanism);
    OM_uint32 flags = protection_flags(s);
    enum err e = policy_protection(self->settings, (flags & GSS_C_INTEG_FLAG) != 0,
                                   (flags & GSS_C_CONF_FLAG) != 0);

    /* Without protection no seal is made, because it would accept the dummy signature of
     * ALWAYS_SIGN for any text. */
    if (e == ERR_OK && ntlm_session_protects(s)) {
        e = seal_new(s->role, s->flags, &s->exported_session_key, &self->seal);
    }
    if (e == ERR_OK) {
        trace_login(s);
    }
    return e;
}

static enum err ntlm_step(struct mechanism *mechanism, const struct step_input *step,
                          struct buf *out)
{
    struct mech_ntlm *self = of(mechanism);
    BUF_AUTO token = BUF_INIT;
    struct ntlm_bindings bindings;
    enum err e = bindings_hash(step->bindings, &bindings);

    if (e == ERR_OK) {
        e = self->client != NULL
                ? ntlm_client_step(self->client, step->in, &bindings, &token)
                : ntlm_server_step(self->server, step->in, &bindings, &token);
    }
    if (e == ERR_OK && ntlm_is_done(mechanism)) {
        e = finish(self);
    }
    if (e == ERR_OK) {
        buf_append(out, buf_bytes(&token));
        e = buf_status(out);
    }
    policy_explain(self->settings, e);
    if (e != ERR_OK) {
        login_record_end(self, e);
        return e;
    }
    if (ntlm_is_done(mechanism)) {
        self->use = USE_DUE;
        self->gave_bindings = bindings.present;
    }
    return ERR_OK;
}

/* Keeps the session alone, once the exchange has ended and the audit has its record. */
static void end_exchange(struct mech_ntlm *self)
{
    self->session = self->client != NULL ? ntlm_client_move_session(self->client)
                                         : ntlm_server_move_session(self->server);
    free_exchange(self);
}

/* The audit reports a client's answer when it leaves, because often no reply comes; it
 * reports a login to the server once the context is established. */
static void ntlm_end_step(struct mechanism *mechanism, enum err e, bool established)
{
    struct mech_ntlm *self = of(mechanism);

    if (self->use == USE_DUE && (e != ERR_OK || established || self->client != NULL)) {
        login_record_end(self, e);
    }
    if (e == ERR_OK && established && self->session == NULL) {
        end_exchange(self);
    }
}

static OM_uint32 ntlm_flags(const struct mechanism *mechanism)
{
    const struct ntlm_session *s;
    OM_uint32 flags;

    if (!ntlm_is_done(mechanism)) {
        return 0;
    }
    s = session_of(mechanism);
    flags = protection_flags(s) | GSS_C_PROT_READY_FLAG | GSS_C_TRANS_FLAG;
    flags |= s->anonymous ? GSS_C_ANON_FLAG : 0;
    flags |= s->bound ? GSS_C_CHANNEL_BOUND_FLAG : 0;
    flags |= (s->flags & NTLM_IDENTIFY) != 0 ? GSS_C_IDENTIFY_FLAG : 0;
    flags |= (s->flags & NTLM_DATAGRAM) != 0 ? MECH_DATAGRAM_FLAG : 0;
    return flags;
}

static bool ntlm_demands_mic(const struct mechanism *mechanism)
{
    return ntlm_is_done(mechanism) && session_of(mechanism)->mic_flag;
}

static enum err ntlm_source_name(const struct mechanism *mechanism,
                                 struct mech_name **out)
{
    const struct ntlm_session *s = session_of(mechanism);
    NAME_AUTO *name = NULL;
    enum err e;

    *out = NULL;
    if (s->anonymous) {
        return name_new_anonymous(out);
    }
    if ((e = name_new_user(buf_bytes(&s->user), buf_bytes(&s->domain), &name)) !=
            ERR_OK ||
        (e = buf_dup(&name->sids, buf_bytes(&s->sids))) != ERR_OK) {
        return e;
    }
    *out = name;
    name = NULL;
    return ERR_OK;
}

static enum err ntlm_target_name(const struct mechanism *mechanism,
                                 struct mech_name **out)
{
    *out = NULL;
    if (of_const(mechanism)->target == NULL) {
        return ERR_OK;
    }
    return name_copy(of_const(mechanism)->target, out);
}

static enum err ntlm_sign(struct mechanism *mechanism, struct bytes data, struct buf *out)
{
    uint8_t signature[MESSAGE_SIGNATURE_LEN];
    size_t at = out->n;
    enum err e;

    if (of(mechanism)->seal == NULL) {
        return ERR_NO_PROTECTION;
    }
    /* The output is allocated before the keystream moves, so that nothing fails later. */
    buf_append_zeros(out, MESSAGE_SIGNATURE_LEN);
    if ((e = buf_status(out)) != ERR_OK ||
        (e = seal_sign(of(mechanism)->seal, &data, 1, signature)) != ERR_OK) {
        return e;
    }
    buf_set(out, at, bytes_of(signature, sizeof(signature)));
    return buf_status(out);
}

static enum err ntlm_verify(struct mechanism *mechanism, struct bytes data,
                            struct bytes signature)
{
    if (of(mechanism)->seal == NULL) {
        return ERR_NO_PROTECTION;
    }
    return seal_verify(of(mechanism)->seal, &data, 1, signature);
}

static enum err ntlm_seal(struct mechanism *mechanism, const struct message_part *parts,
                          size_t n_parts, uint8_t out_signature[MESSAGE_SIGNATURE_LEN])
{
    if (of(mechanism)->seal == NULL) {
        return ERR_NO_PROTECTION;
    }
    return seal_seal(of(mechanism)->seal, parts, n_parts, out_signature);
}

static enum err ntlm_unseal(struct mechanism *mechanism, const struct message_part *parts,
                            size_t n_parts, struct bytes signature)
{
    if (of(mechanism)->seal == NULL) {
        return ERR_NO_PROTECTION;
    }
    return seal_unseal(of(mechanism)->seal, parts, n_parts, signature);
}

/* The token holds the target as an NTLM name. It leaves out a name that only other
 * mechanisms can read. */
static enum err ntlm_export(const struct mechanism *mechanism, struct buf *out)
{
    const struct mech_ntlm *self = of_const(mechanism);
    BUF_AUTO target = BUF_INIT;

    if (self->target != NULL && self->target->kind != NAME_FOREIGN) {
        name_export(self->target, &target);
    }
    if (buf_status(&target) != ERR_OK) {
        return buf_status(&target);
    }
    return session_token_encode(
        out,
        &(struct session_parts){session_of(mechanism), self->seal, buf_bytes(&target)});
}

static enum err ntlm_after_mic(struct mechanism *mechanism, enum message_direction side)
{
    if (of(mechanism)->seal == NULL) {
        return ERR_NO_PROTECTION;
    }
    seal_reset(of(mechanism)->seal, side);
    return ERR_OK;
}

static enum err ntlm_set_sequence(struct mechanism *mechanism, uint32_t sequence)
{
    if (of(mechanism)->seal == NULL) {
        return ERR_NO_PROTECTION;
    }
    if ((session_of(mechanism)->flags & NTLM_DATAGRAM) == 0) {
        return err_note(ERR_OPTION_VALUE,
                        "the sequence number is set in datagram contexts only");
    }
    seal_set_sequence(of(mechanism)->seal, sequence);
    return ERR_OK;
}

static enum err ntlm_session_key(const struct mechanism *mechanism, struct bytes *out_key)
{
    const struct ntlm_session *s = session_of(mechanism);

    *out_key = bytes_of(NULL, 0);
    if (s->anonymous || s->guest) {
        return ERR_NO_PROTECTION;
    }
    *out_key = bytes_of(s->exported_session_key.b, sizeof(s->exported_session_key.b));
    return ERR_OK;
}

static unsigned ntlm_ssf(const struct mechanism *mechanism)
{
    const struct ntlm_session *s = session_of(mechanism);

    if (!ntlm_session_protects(s)) {
        return 0;
    }
    if ((s->flags & NTLM_SEAL) == 0) {
        return 1;
    }
    if ((s->flags & NTLM_128) != 0) {
        return 128;
    }
    return (s->flags & NTLM_56) != 0 ? 56 : 40;
}

const struct mechanism_ops MECH_NTLM_OPS = {
    .mech = &MECH_OID_NTLM,
    .step = ntlm_step,
    .is_done = ntlm_is_done,
    .end_step = ntlm_end_step,
    .flags = ntlm_flags,
    .lifetime = mechanism_no_end,
    .demands_mic = ntlm_demands_mic,
    .source_name = ntlm_source_name,
    .target_name = ntlm_target_name,
    .sign = ntlm_sign,
    .verify = ntlm_verify,
    .seal = ntlm_seal,
    .unseal = ntlm_unseal,
    .export = ntlm_export,
    .after_mic = ntlm_after_mic,
    .set_sequence = ntlm_set_sequence,
    .session_key = ntlm_session_key,
    .ssf = ntlm_ssf,
    .glue_context = mechanism_no_glue_context,
    .move_delegated = mechanism_no_delegated,
    .free = ntlm_free,
};
