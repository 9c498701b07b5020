/* SPDX-License-Identifier: ISC */
/* Protection of messages on an established context. */
#include "mech/message.h"

/* The inner context, locked; give it back by end(). */
static enum err begin(struct mech_context *context, struct inner **out_inner)
{
    enum err e = context_established(context);

    *out_inner = NULL;
    if (e != ERR_OK) {
        return e;
    }
    if (pthread_mutex_lock(&context->lock) != 0) {
        return ERR_INTERNAL;
    }
    *out_inner = context_inner(context);
    return ERR_OK;
}

static enum err end(struct mech_context *context, enum err e)
{
    (void)pthread_mutex_unlock(&context->lock);
    return e;
}

enum err message_sign(struct mech_context *context, struct bytes data, struct buf *out)
{
    struct inner *inner;
    enum err e = begin(context, &inner);

    return e != ERR_OK ? e : end(context, inner->ops->sign(inner, data, out));
}

enum err message_verify(struct mech_context *context, struct bytes data,
                        struct bytes signature)
{
    struct inner *inner;
    enum err e = begin(context, &inner);

    return e != ERR_OK ? e : end(context, inner->ops->verify(inner, data, signature));
}

enum err message_wrap(struct mech_context *context, bool confidential, struct bytes data,
                      struct buf *out, bool *out_confidential)
{
    struct inner *inner;
    enum err e = begin(context, &inner);

    *out_confidential = false;
    if (e != ERR_OK) {
        return e;
    }
    return end(context,
               inner->ops->wrap(inner, confidential, data, out, out_confidential));
}

enum err message_unwrap(struct mech_context *context, struct bytes token, struct buf *out,
                        bool *out_confidential)
{
    struct inner *inner;
    enum err e = begin(context, &inner);

    *out_confidential = false;
    if (e != ERR_OK) {
        return e;
    }
    return end(context, inner->ops->unwrap(inner, token, out, out_confidential));
}

enum err message_size_limit(struct mech_context *context, size_t max_output,
                            size_t *out_max_input)
{
    struct inner *inner;
    enum err e = begin(context, &inner);
    size_t overhead;

    *out_max_input = 0;
    if (e != ERR_OK) {
        return e;
    }
    overhead = inner->ops->wrap_overhead(inner);
    *out_max_input = max_output > overhead ? max_output - overhead : 0;
    return end(context, ERR_OK);
}
