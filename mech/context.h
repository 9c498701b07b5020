/* SPDX-License-Identifier: ISC */
/* Security contexts of both OIDs: what gss_ctx_id_t points to. */
#ifndef MECH_CONTEXT_H
#define MECH_CONTEXT_H

#include "base/failure.h"
#include "conf/lock.h"
#include "mech/spnego/spnego.h"

/* enum mech_framing: the form of the first token fixes that of every reply. A first NTLM
 * token in an RFC 2743 frame also gives FRAMING_RAW: the replies have no frame. An
 * exchange in which NTLM cannot be used has FRAMING_PASSTHROUGH, as has a context that
 * was imported through SPNEGO's OID. */
enum mech_framing {
    FRAMING_UNKNOWN, /* acceptor: no first token yet */
    FRAMING_RAW,     /* NTLMSSP without a frame */
    FRAMING_SPNEGO,
    FRAMING_PASSTHROUGH, /* a context of the mechglue serves the exchange */
};

/* enum mech_via: through which OID the context was made. */
enum mech_via { VIA_NTLM, VIA_SPNEGO };

enum mech_context_state { CONTEXT_OPEN, CONTEXT_ESTABLISHED, CONTEXT_FAILED };

/*
 * struct mech_context: on the heap, freed by gss_delete_sec_context. The mechanism's
 * context is that of the negotiation while there is one, and then mechanism. With
 * FRAMING_PASSTHROUGH the state follows the answers of the glue's context. lock: two
 * threads may protect messages at the same time; the application serialises all other
 * calls.
 */
struct mech_context {
    const void *mark; /* see context_is_ours */
    enum gss_role role;
    enum mech_via via;
    enum mech_framing framing;
    enum mech_context_state state;
    struct mechanism *mechanism;
    struct spnego *spnego;    /* VIA_SPNEGO: until the exchange has ended, or is raw */
    struct mech_name *target; /* of SPNEGO, half-open, if no mechanism knows it */
    gss_ctx_id_t passthrough; /* the glue's context with FRAMING_PASSTHROUGH */
    enum glue_cred_kind passthrough_kind;
    struct saved_failure excluded;  /* what keeps NTLM out, if anything does */
    struct mech_cred *default_cred; /* acquired for the application that gave none */
    struct fork_lock lock;
    unsigned number; /* in the trace; 0: none yet */
};

/* context_lock: takes the lock; the caller releases it. ERR_CONTEXT_FAILED in a child
 * process that was forked while another thread held the lock: that thread may have
 * processed half of a message. Such a context can only be freed. */
MUST_USE enum err context_lock(struct mech_context *context);

MUST_USE enum err context_new(enum gss_role role, enum mech_via via,
                              struct mech_context **out);
void context_free(struct mech_context *context);

/*
 * context_is_ours: whether a handle of the glue is a struct mech_context. The mechglue
 * chooses the mechanism of a step by the OID that the application gives; the context may
 * have been made by another mechanism. The object must have at least the size of a
 * pointer.
 */
bool context_is_ours(const void *object);

/*
 * One step of an exchange that is ours is three calls. context_may_step: whether this
 * role may do a step now: ERR_CONTEXT_FAILED after an error, ERR_STATE in the other role
 * and once the context is established. context_step: takes a token and appends the one to
 * send to out. ERR_ARGUMENT if the bindings are malformed; no mechanism has seen them
 * then. After an error out may hold a token too: SPNEGO's reject.
 * context_end_step: is called with the result of the application's whole call, also with
 * FRAMING_PASSTHROUGH. It reports the result to the audit; after an error the context is
 * CONTEXT_FAILED. An established context keeps what messages and inquiries need; the
 * negotiation and the default credential, which holds a hash, are freed.
 */
MUST_USE enum err context_may_step(const struct mech_context *context,
                                   enum gss_role role);
MUST_USE enum err context_step(struct mech_context *context,
                               const struct step_input *step, struct buf *out);
void context_end_step(struct mech_context *context, enum err e);

/*
 * context_export: appends the token of an established context of NTLM. The caller then
 * frees the context, because another process continues its keystream and its sequence
 * numbers. ERR_UNSUPPORTED for another mechanism; errors of context_established.
 * context_import: an established context of raw NTLM. Errors of session_token_decode.
 */
MUST_USE enum err context_export(const struct mech_context *context, struct buf *out);
MUST_USE enum err context_import(struct bytes token, struct mech_context **out);

/* context_mechanism: the context of the mechanism; NULL before one is started. */
struct mechanism *context_mechanism(const struct mech_context *context);

/* context_flags: the GSS_C_*_FLAG in force; GSS_C_PROT_READY_FLAG only once the context
 * is established (RFC 4178 3.1). */
OM_uint32 context_flags(const struct mech_context *context);

/* context_established: ERR_OK, ERR_NOT_ESTABLISHED or ERR_CONTEXT_FAILED; the last one
 * also if the glue has deleted the context of a passthrough. */
MUST_USE enum err context_established(const struct mech_context *context);

#endif
