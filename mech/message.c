/* SPDX-License-Identifier: ISC */
/* Protection of messages on an established context. */
#include "mech/message.h"

#include <string.h>

/* Locks an established context and gives its mechanism; end() unlocks it. */
static enum err begin(struct mech_context *context, struct mechanism **out_mechanism)
{
    enum err e = context_established(context);

    *out_mechanism = NULL;
    if (e != ERR_OK) {
        return e;
    }
    if ((e = context_lock(context)) != ERR_OK) {
        return e;
    }
    *out_mechanism = context_mechanism(context);
    return ERR_OK;
}

static enum err end(struct mech_context *context, enum err e)
{
    fork_lock_release(&context->lock);
    return e;
}

enum err message_sign(struct mech_context *context, struct bytes data, struct buf *out)
{
    struct mechanism *mechanism;
    enum err e = begin(context, &mechanism);

    return e != ERR_OK ? e : end(context, mechanism->ops->sign(mechanism, data, out));
}

enum err message_verify(struct mech_context *context, struct bytes data,
                        struct bytes signature)
{
    struct mechanism *mechanism;
    enum err e = begin(context, &mechanism);

    return e != ERR_OK ? e
                       : end(context, mechanism->ops->verify(mechanism, data, signature));
}

enum err message_seal(struct mech_context *context, const struct message_part *parts,
                      size_t n_parts, uint8_t out_signature[MESSAGE_SIGNATURE_LEN])
{
    struct mechanism *mechanism;
    enum err e = begin(context, &mechanism);

    if (e != ERR_OK) {
        return e;
    }
    return end(context, mechanism->ops->seal(mechanism, parts, n_parts, out_signature));
}

enum err message_unseal(struct mech_context *context, const struct message_part *parts,
                        size_t n_parts, struct bytes signature)
{
    struct mechanism *mechanism;
    enum err e = begin(context, &mechanism);

    if (e != ERR_OK) {
        return e;
    }
    return end(context, mechanism->ops->unseal(mechanism, parts, n_parts, signature));
}

/* A part that is not sealed is only read, so that the cast is safe. */
static struct message_part signed_part(struct bytes data)
{
    return (struct message_part){(uint8_t *)(uintptr_t)data.p, data.n, false};
}

/* The output is allocated before the keystream moves, so that nothing can fail
 * afterwards. */
enum err message_wrap(struct mech_context *context, struct bytes assoc, struct bytes data,
                      struct buf *out)
{
    uint8_t signature[MESSAGE_SIGNATURE_LEN];
    struct message_part parts[2] = {signed_part(assoc)};
    size_t at = out->n;
    enum err e;

    buf_append_zeros(out, MESSAGE_SIGNATURE_LEN);
    buf_append(out, data);
    if ((e = buf_status(out)) != ERR_OK) {
        return e;
    }
    parts[1] = (struct message_part){out->p + at + MESSAGE_SIGNATURE_LEN, data.n, true};
    if ((e = message_seal(context, parts, 2, signature)) != ERR_OK) {
        return e;
    }
    buf_set(out, at, bytes_of(signature, sizeof(signature)));
    return buf_status(out);
}

/* If SIGN was negotiated without SEAL, Samba's wrap leaves the data in clear. This module
 * and the other plugins for MIT krb5 seal the data in that case too. So the data are read
 * as sealed first, and then as clear. */
enum err message_unwrap_parts(struct mech_context *context, struct message_part *parts,
                              size_t n_parts, struct bytes signature)
{
    enum err e = message_unseal(context, parts, n_parts, signature);
    OM_uint32 protection;

    if (e != ERR_SIGNATURE) {
        return e;
    }
    protection = context_flags(context) & (GSS_C_INTEG_FLAG | GSS_C_CONF_FLAG);
    if (protection != GSS_C_INTEG_FLAG) {
        return e;
    }
    for (size_t i = 0; i < n_parts; i++) {
        parts[i].sealed = false;
    }
    return message_unseal(context, parts, n_parts, signature);
}

enum err message_unwrap(struct mech_context *context, struct bytes assoc,
                        struct bytes token, struct buf *out, bool *out_sealed)
{
    struct message_part parts[2] = {signed_part(assoc)};
    struct bytes signature;
    size_t at = out->n;
    enum err e = context_established(context);

    *out_sealed = false;
    if (e != ERR_OK) {
        return e;
    }
    if (bytes_consume(&token, MESSAGE_SIGNATURE_LEN, &signature) != ERR_OK) {
        return ERR_SIGNATURE_LEN;
    }
    buf_append(out, token);
    if ((e = buf_status(out)) != ERR_OK) {
        return e;
    }
    parts[1] = (struct message_part){token.n > 0 ? out->p + at : NULL, token.n, true};
    e = message_unwrap_parts(context, parts, 2, signature);
    *out_sealed = e == ERR_OK && parts[1].sealed;
    return e;
}

enum err message_size_limit(struct mech_context *context, size_t max_output,
                            size_t *out_max_input)
{
    enum err e = context_established(context);

    *out_max_input = 0;
    if (e == ERR_OK && max_output > MESSAGE_MAX_OVERHEAD) {
        *out_max_input = max_output - MESSAGE_MAX_OVERHEAD;
    }
    return e;
}
