/* SPDX-License-Identifier: ISC */
/* The glue's token of a credential. */
#include "mech/entry/glue_token.h"

static enum err get_field(struct bytes *in, struct bytes *out)
{
    uint32_t n;
    enum err e = bytes_get_u32be(in, &n);

    return e != ERR_OK ? e : bytes_take(in, n, out);
}

enum err glue_part_next(struct bytes *in, struct glue_part *out)
{
    struct bytes rest = *in;
    enum err e;

    if ((e = get_field(&rest, &out->mech)) != ERR_OK ||
        (e = get_field(&rest, &out->token)) != ERR_OK) {
        return e;
    }
    return bytes_take(in, in->n - rest.n, &out->whole);
}

void glue_part_put(struct buf *out, const gss_OID_desc *mech, struct bytes token)
{
    if (token.n > UINT32_MAX) {
        buf_fail(out, ERR_TOO_LARGE);
        return;
    }
    buf_put_u32be(out, mech->length);
    buf_put(out, bytes_of(mech->elements, mech->length));
    buf_put_u32be(out, (uint32_t)token.n);
    buf_put(out, token);
}
