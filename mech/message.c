/* SPDX-License-Identifier: ISC */
/* Protection of messages on an established context. */
#include "mech/message.h"

#include "base/secret.h"

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

enum err message_sign(struct mech_context *context, struct bytes data,
                      uint8_t out_signature[MESSAGE_SIGNATURE_LEN])
{
    const struct message_part part = signed_part(data);

    return message_seal(context, &part, 1, out_signature);
}

enum err message_verify(struct mech_context *context, struct bytes data,
                        struct bytes signature)
{
    const struct message_part part = signed_part(data);

    return message_unseal(context, &part, 1, signature);
}

/* A copy of data that is sealed or unsealed in place. */
static struct message_part sealed_copy(struct bytes data, uint8_t *out)
{
    if (data.n > 0) {
        memcpy(out, data.p, data.n);
    }
    return (struct message_part){out, data.n, true};
}

enum err message_wrap(struct mech_context *context, struct bytes assoc, struct bytes data,
                      uint8_t *out)
{
    const struct message_part parts[2] = {signed_part(assoc),
                                          sealed_copy(data, out + MESSAGE_SIGNATURE_LEN)};
    enum err e = message_seal(context, parts, 2, out);

    if (e != ERR_OK) {
        secret_wipe(out, MESSAGE_SIGNATURE_LEN + data.n);
    }
    return e;
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
                        struct bytes token, uint8_t *out, bool *out_sealed)
{
    struct message_part parts[2] = {signed_part(assoc)};
    struct bytes signature;
    enum err e = context_established(context);

    *out_sealed = false;
    if (e != ERR_OK) {
        return e;
    }
    if (bytes_consume(&token, MESSAGE_SIGNATURE_LEN, &signature) != ERR_OK) {
        return ERR_SIGNATURE_LEN;
    }
    parts[1] = sealed_copy(token, out);
    e = message_unwrap_parts(context, parts, 2, signature);
    *out_sealed = e == ERR_OK && parts[1].sealed;
    return e;
}

enum err message_size_limit(struct mech_context *context, size_t max_output,
                            size_t *out_max_input)
{
    enum err e = context_established(context);

    *out_max_input = 0;
    if (e == ERR_OK && max_output > MESSAGE_OVERHEAD) {
        *out_max_input = max_output - MESSAGE_OVERHEAD;
    }
    return e;
}
