/* SPDX-License-Identifier: ISC */
/* The functions for the tables of mechanisms that lack one. */
#include "mech/mechanism.h"

void mechanism_no_end_step(struct mechanism *self, enum err e, bool established)
{
    (void)self;
    (void)e;
    (void)established;
}

OM_uint32 mechanism_no_end(const struct mechanism *self)
{
    (void)self;
    return GSS_C_INDEFINITE;
}

bool mechanism_no_mic_demand(const struct mechanism *self)
{
    (void)self;
    return false;
}

enum err mechanism_no_seal(struct mechanism *self, const struct message_part *parts,
                           size_t n_parts, uint8_t out_signature[MESSAGE_SIGNATURE_LEN])
{
    (void)self;
    (void)parts;
    (void)n_parts;
    (void)out_signature;
    return ERR_UNSUPPORTED;
}

enum err mechanism_no_unseal(struct mechanism *self, const struct message_part *parts,
                             size_t n_parts, struct bytes signature)
{
    (void)self;
    (void)parts;
    (void)n_parts;
    (void)signature;
    return ERR_UNSUPPORTED;
}

enum err mechanism_no_export(const struct mechanism *self, struct buf *out)
{
    (void)self;
    (void)out;
    return ERR_UNSUPPORTED;
}

enum err mechanism_no_after_mic(struct mechanism *self, enum message_direction direction)
{
    (void)self;
    (void)direction;
    return ERR_OK;
}

enum err mechanism_no_sequence(struct mechanism *self, uint32_t sequence)
{
    (void)self;
    (void)sequence;
    return ERR_UNSUPPORTED;
}

enum err mechanism_no_session_key(const struct mechanism *self, struct bytes *out_key)
{
    (void)self;
    *out_key = bytes_of(NULL, 0);
    return ERR_UNSUPPORTED;
}

unsigned mechanism_no_ssf(const struct mechanism *self)
{
    (void)self;
    return 0;
}

gss_ctx_id_t *mechanism_no_glue_context(struct mechanism *self)
{
    (void)self;
    return NULL;
}

gss_cred_id_t mechanism_no_delegated(struct mechanism *self)
{
    (void)self;
    return GSS_C_NO_CREDENTIAL;
}
