/* SPDX-License-Identifier: ISC */
/* A mechanism under SPNEGO, or alone: one security context of its own. */
#ifndef MECH_MECHANISM_H
#define MECH_MECHANISM_H

#include "mech/report/audit.h"
#include "mech/cred.h"
#include "mech/name.h"
#include "ntlm/seal.h"
#include "ntlm/session.h"

/* struct inner_occasion: what the audit of NTLM tells of how the exchange came about; why
 * lives as long as the inner. */
struct inner_occasion {
    enum audit_framing framing;
    const char *why;
};

/*
 * struct inner_request: what the application asks for; borrowed for the call that makes
 * the inner. flags are GSS_C_*_FLAG; cred and target may be NULL. mech is what a
 * mechanism of the glue is told by, as an OID's body that lives as long as the inner.
 */
struct inner_request {
    const struct mech_cred *cred;
    const struct mech_name *target; /* initiator */
    OM_uint32 flags;
    OM_uint32 time_req;
    struct bytes mech;
    struct inner_occasion occasion;
};

/* struct inner_leg: one token in, with what the application passes beside it. */
struct inner_leg {
    struct bytes in;
    struct ntlm_bindings bindings;
    gss_channel_bindings_t raw_bindings; /* the same as the application gave them */
    const struct inner_request *request;
};

/*
 * struct inner: an object of a mechanism; its first member is this. Every function is
 * there. sign, verify, seal and unseal leave the inner unchanged when they fail.
 */
struct inner {
    const struct inner_ops *ops;
};

struct inner_ops {
    gss_OID mech; /* static, of the mechanism */

    /* One step; out is appended to. After an error only free may be called. */
    enum err (*step)(struct inner *self, const struct inner_leg *leg, struct buf *out);
    bool (*is_done)(const struct inner *self);

    /* The application's leg is over, with this result, and perhaps the whole exchange;
     * for the audit. May be NULL. */
    void (*end_leg)(struct inner *self, enum err e, bool established);

    /* GSS_C_*_FLAG that are in force (final once done). */
    OM_uint32 (*flags)(const struct inner *self);

    /* Seconds the context is good for, as its last step told; NTLM's ends with its
     * connection: GSS_C_INDEFINITE. */
    OM_uint32 (*lifetime)(const struct inner *self);

    /* Whether the exchange itself demands a mechListMIC (NTLM's MsvAvFlags 0x2). */
    bool (*demands_mic)(const struct inner *self);

    /* Names, made for the caller; target may be NULL where none is known. */
    enum err (*source_name)(const struct inner *self, struct mech_name **out);
    enum err (*target_name)(const struct inner *self, struct mech_name **out);

    /* Per message; done inners only. */
    enum err (*sign)(struct inner *self, struct bytes data, struct buf *out);
    enum err (*verify)(struct inner *self, struct bytes data, struct bytes signature);
    /* A message in parts, signed as a whole; those that are sealed are encrypted in place
     * (ntlm/seal.h). */
    enum err (*seal)(struct inner *self, const struct seal_part *parts, size_t n_parts,
                     uint8_t out_signature[SEAL_SIGNATURE_LEN]);
    enum err (*unseal)(struct inner *self, const struct seal_part *parts, size_t n_parts,
                       struct bytes signature);

    /* The done context as a token that holds its keys. */
    enum err (*export)(const struct inner *self, struct buf *out);

    /* After a mechListMIC was made (SEND) or verified (RECEIVE) by these keys. */
    enum err (*after_mic)(struct inner *self, enum seal_side side);

    enum err (*set_sequence)(struct inner *self, uint32_t sequence);
    enum err (*session_key)(const struct inner *self, struct bytes *out_key);
    /* The strength that SASL reckons with, in bits. */
    unsigned (*ssf)(const struct inner *self);

    /* The glue's context of a mechanism of the glue, to which what has no function here
     * goes directly (the per-message functions but sign and verify, and
     * the properties, may then be NULL); else NULL. */
    gss_ctx_id_t *(*glue_context)(struct inner *self);
    /* The credential that the client delegated, once; NULL where there is none. */
    gss_cred_id_t (*take_delegated)(struct inner *self);

    void (*free)(struct inner *self);
};

static inline void inner_free(struct inner *inner)
{
    if (inner != NULL) {
        inner->ops->free(inner);
    }
}

/* inner_end_leg: end_leg of what may be NULL or have none. */
static inline void inner_end_leg(struct inner *inner, enum err e, bool established)
{
    if (inner != NULL && inner->ops->end_leg != NULL) {
        inner->ops->end_leg(inner, e, established);
    }
}

/* inner_has_integrity: the mechanism can make and check a mechListMIC. */
static inline bool inner_has_integrity(const struct inner *inner)
{
    return (inner->ops->flags(inner) & GSS_C_INTEG_FLAG) != 0;
}

#endif
