/* SPDX-License-Identifier: ISC */
/* The glue's token of a credential. */
#include "mech/entry/glue_token.h"

#include "ntlm/envelope.h"

enum err glue_part_next(struct bytes *in, struct glue_part *out)
{
    struct bytes rest = *in;
    enum err e;

    if ((e = envelope_get_field(&rest, &out->mech)) != ERR_OK ||
        (e = envelope_get_field(&rest, &out->token)) != ERR_OK) {
        return e;
    }
    return bytes_take(in, in->n - rest.n, &out->whole);
}

void glue_part_put(struct buf *out, const gss_OID_desc *mech, struct bytes token)
{
    envelope_put_field(out, bytes_of(mech->elements, mech->length));
    envelope_put_field(out, token);
}
