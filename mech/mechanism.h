/* SPDX-License-Identifier: ISC */
/* A mechanism under SPNEGO, or alone: one security context of its own. */
#ifndef MECH_MECHANISM_H
#define MECH_MECHANISM_H

#include "mech/report/audit.h"
#include "mech/cred.h"
#include "mech/name.h"
#include "ntlm/seal.h"
#include "ntlm/session.h"

/* struct login_origin: what the audit of NTLM tells of how the exchange came about; why
 * lives as long as the inner. */
struct login_origin {
    enum audit_framing framing;
    const char *reason;
};

/*
 * struct mechanism_request: what the application asks for; borrowed for the call that
 * makes the inner. flags are GSS_C_*_FLAG; cred and target may be NULL. mech is what a
 * mechanism of the glue is told by, as an OID's body that lives as long as the inner.
 */
struct mechanism_request {
    const struct mech_cred *cred;
    const struct mech_name *target; /* initiator */
    OM_uint32 flags;
    OM_uint32 time_req;
    struct bytes mech;
    struct login_origin origin;
};

/* struct step_input: one token in, with what the application passes beside it. */
struct step_input {
    struct bytes in;
    struct ntlm_bindings bindings;
    gss_channel_bindings_t raw_bindings; /* the same as the application gave them */
    const struct mechanism_request *request;
};

/*
 * struct inner: an object of a mechanism; its first member is this. Every function is
 * there. sign, verify, seal and unseal leave the inner unchanged when they fail.
 */
struct mechanism {
    const struct mechanism_ops *ops;
};

struct mechanism_ops {
    gss_OID mech; /* static, of the mechanism */

    /* One step; out is appended to. After an error only free may be called. */
    enum err (*step)(struct mechanism *self, const struct step_input *step,
                     struct buf *out);
    bool (*is_done)(const struct mechanism *self);

    /* The application's leg is over, with this result, and perhaps the whole exchange;
     * for the audit. May be NULL. */
    void (*end_step)(struct mechanism *self, enum err e, bool established);

    /* GSS_C_*_FLAG that are in force (final once done). */
    OM_uint32 (*flags)(const struct mechanism *self);

    /* Seconds the context is good for, as its last step told; NTLM's ends with its
     * connection: GSS_C_INDEFINITE. */
    OM_uint32 (*lifetime)(const struct mechanism *self);

    /* Whether the exchange itself demands a mechListMIC (NTLM's MsvAvFlags 0x2). */
    bool (*demands_mic)(const struct mechanism *self);

    /* Names, made for the caller; target may be NULL where none is known. */
    enum err (*source_name)(const struct mechanism *self, struct mech_name **out);
    enum err (*target_name)(const struct mechanism *self, struct mech_name **out);

    /* Per message; done inners only. */
    enum err (*sign)(struct mechanism *self, struct bytes data, struct buf *out);
    enum err (*verify)(struct mechanism *self, struct bytes data, struct bytes signature);
    /* A message in parts, signed as a whole; those that are sealed are encrypted in place
     * (ntlm/seal.h). */
    enum err (*seal)(struct mechanism *self, const struct seal_part *parts,
                     size_t n_parts, uint8_t out_signature[SEAL_SIGNATURE_LEN]);
    enum err (*unseal)(struct mechanism *self, const struct seal_part *parts,
                       size_t n_parts, struct bytes signature);

    /* The done context as a token that holds its keys. */
    enum err (*export)(const struct mechanism *self, struct buf *out);

    /* After a mechListMIC was made (SEND) or verified (RECEIVE) by these keys. */
    enum err (*after_mic)(struct mechanism *self, enum seal_side side);

    enum err (*set_sequence)(struct mechanism *self, uint32_t sequence);
    enum err (*session_key)(const struct mechanism *self, struct bytes *out_key);
    /* The strength that SASL reckons with, in bits. */
    unsigned (*ssf)(const struct mechanism *self);

    /* The glue's context of a mechanism of the glue, to which what has no function here
     * goes directly (the per-message functions but sign and verify, and
     * the properties, may then be NULL); else NULL. */
    gss_ctx_id_t *(*glue_context)(struct mechanism *self);
    /* The credential that the client delegated, once; NULL where there is none. */
    gss_cred_id_t (*take_delegated)(struct mechanism *self);

    void (*free)(struct mechanism *self);
};

static inline void mechanism_free(struct mechanism *mechanism)
{
    if (mechanism != NULL) {
        mechanism->ops->free(mechanism);
    }
}

/* mechanism_end_step: end_step of what may be NULL or have none. */
static inline void mechanism_end_step(struct mechanism *mechanism, enum err e,
                                      bool established)
{
    if (mechanism != NULL && mechanism->ops->end_step != NULL) {
        mechanism->ops->end_step(mechanism, e, established);
    }
}

/* mechanism_has_integrity: the mechanism can make and check a mechListMIC. */
static inline bool mechanism_has_integrity(const struct mechanism *mechanism)
{
    return (mechanism->ops->flags(mechanism) & GSS_C_INTEG_FLAG) != 0;
}

#endif
