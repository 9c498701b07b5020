/* SPDX-License-Identifier: ISC */
/* The interface of a mechanism, which is used under SPNEGO or without it. */
#ifndef MECH_MECHANISM_H
#define MECH_MECHANISM_H

#include "base/message_part.h"
#include "conf/settings.h"
#include "mech/cred.h"
#include "mech/name.h"
#include "mech/report/audit.h"

/* struct login_origin: how an exchange of NTLM came about, for the audit. reason lives
 * until the exchange has ended, and the audit has its record. */
struct login_origin {
    enum audit_framing framing;
    const char *reason;
};

/*
 * struct mechanism_request: what the application asks for; borrowed for the call that
 * makes the mechanism. flags are GSS_C_*_FLAG; cred and target may be NULL. mech is the
 * body of the OID of a mechanism of the glue, and lives as long as the mechanism.
 * settings: those of the exchange; NULL if it has acquired none.
 */
struct mechanism_request {
    const struct mech_cred *cred;
    const struct mech_name *target; /* initiator */
    OM_uint32 flags;
    OM_uint32 time_req;
    struct bytes mech;
    struct login_origin origin;
    const struct settings *settings;
};

/* struct step_input: one token in, with what the application passes beside it. */
struct step_input {
    struct bytes in;
    gss_channel_bindings_t bindings; /* well-formed, or GSS_C_NO_CHANNEL_BINDINGS */
    const struct mechanism_request *request;
};

/*
 * struct mechanism: one security context of a mechanism. The mechanism's own struct has
 * it as its first member. A table sets every function: one that a mechanism does not need
 * is the mechanism_no_* of mechanism.c, named in the comment of the member. sign, verify,
 * seal and unseal leave the context unchanged when they fail.
 */
struct mechanism {
    const struct mechanism_ops *ops;
};

struct mechanism_ops {
    gss_OID mech; /* static, or the mechanism's own */

    /* One step; appends the token to send to out. After an error only free may be called.
     */
    enum err (*step)(struct mechanism *self, const struct step_input *step,
                     struct buf *out);
    bool (*is_done)(const struct mechanism *self);

    /* The application's call ends with the result e; established: the exchange is
     * complete. The mechanism reports to the audit here. (mechanism_no_end_step) */
    void (*end_step)(struct mechanism *self, enum err e, bool established);

    /* GSS_C_*_FLAG that are in force; final once done. */
    OM_uint32 (*flags)(const struct mechanism *self);

    /* Seconds for which the context is good, as its last step said. (mechanism_no_end:
     * GSS_C_INDEFINITE) */
    OM_uint32 (*lifetime)(const struct mechanism *self);

    /* Whether the exchange itself demands a mechListMIC. (mechanism_no_mic_demand) */
    bool (*demands_mic)(const struct mechanism *self);

    /* Names, made for the caller; the target may be NULL if none is known. */
    enum err (*source_name)(const struct mechanism *self, struct mech_name **out);
    enum err (*target_name)(const struct mechanism *self, struct mech_name **out);

    /* The mechListMIC, once done: makes it, or verifies the peer's. */
    enum err (*sign)(struct mechanism *self, struct bytes data, struct buf *out);
    enum err (*verify)(struct mechanism *self, struct bytes data, struct bytes signature);

    /* Protection of a message in parts, signed as a whole (base/message_part.h), once
     * done. If no part is sealed, the signature is a MIC. (mechanism_no_seal,
     * mechanism_no_unseal) */
    enum err (*seal)(struct mechanism *self, const struct message_part *parts,
                     size_t n_parts, uint8_t out_signature[MESSAGE_SIGNATURE_LEN]);
    enum err (*unseal)(struct mechanism *self, const struct message_part *parts,
                       size_t n_parts, struct bytes signature);

    /* Appends the established context as a token that holds its keys.
     * (mechanism_no_export) */
    enum err (*export)(const struct mechanism *self, struct buf *out);

    /* A mechListMIC was made (MESSAGE_SENT) or verified (MESSAGE_RECEIVED) with the keys
     * of this context. (mechanism_no_after_mic) */
    enum err (*after_mic)(struct mechanism *self, enum message_direction direction);

    /* Properties. (mechanism_no_sequence, mechanism_no_session_key) ssf: the strength for
     * SASL, in bits. (mechanism_no_ssf) */
    enum err (*set_sequence)(struct mechanism *self, uint32_t sequence);
    enum err (*session_key)(const struct mechanism *self, struct bytes *out_key);
    unsigned (*ssf)(const struct mechanism *self);

    /* The mechglue's context that this mechanism wraps. Calls without a function in this
     * table, and all per-message calls, are made on it. (mechanism_no_glue_context:
     * NULL) */
    gss_ctx_id_t *(*glue_context)(struct mechanism *self);

    /* Moves the credential that the client delegated to the caller.
     * (mechanism_no_delegated: GSS_C_NO_CREDENTIAL) */
    gss_cred_id_t (*move_delegated)(struct mechanism *self);

    void (*free)(struct mechanism *self);
};

/* The functions for the tables of mechanisms that lack one. Those that return enum err
 * return ERR_UNSUPPORTED, except mechanism_no_after_mic, which returns ERR_OK. */
__typeof__(*((struct mechanism_ops *)0)->end_step) mechanism_no_end_step;
__typeof__(*((struct mechanism_ops *)0)->lifetime) mechanism_no_end;
__typeof__(*((struct mechanism_ops *)0)->demands_mic) mechanism_no_mic_demand;
__typeof__(*((struct mechanism_ops *)0)->seal) mechanism_no_seal;
__typeof__(*((struct mechanism_ops *)0)->unseal) mechanism_no_unseal;
__typeof__(*((struct mechanism_ops *)0)->export) mechanism_no_export;
__typeof__(*((struct mechanism_ops *)0)->after_mic) mechanism_no_after_mic;
__typeof__(*((struct mechanism_ops *)0)->set_sequence) mechanism_no_sequence;
__typeof__(*((struct mechanism_ops *)0)->session_key) mechanism_no_session_key;
__typeof__(*((struct mechanism_ops *)0)->ssf) mechanism_no_ssf;
__typeof__(*((struct mechanism_ops *)0)->glue_context) mechanism_no_glue_context;
__typeof__(*((struct mechanism_ops *)0)->move_delegated) mechanism_no_delegated;

/* mechanism_free: frees it; NULL is allowed. */
static inline void mechanism_free(struct mechanism *mechanism)
{
    if (mechanism != NULL) {
        mechanism->ops->free(mechanism);
    }
}

/* mechanism_end_step: calls end_step; does nothing for NULL. */
static inline void mechanism_end_step(struct mechanism *mechanism, enum err e,
                                      bool established)
{
    if (mechanism != NULL) {
        mechanism->ops->end_step(mechanism, e, established);
    }
}

/* mechanism_has_integrity: whether the mechanism can make and verify a mechListMIC. */
static inline bool mechanism_has_integrity(const struct mechanism *mechanism)
{
    return (mechanism->ops->flags(mechanism) & GSS_C_INTEG_FLAG) != 0;
}

#endif
