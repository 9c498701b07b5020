/* SPDX-License-Identifier: ISC */
/* The glue's token of a credential. */
#ifndef MECH_GLUE_TOKEN_H
#define MECH_GLUE_TOKEN_H

#include "base/buf.h"

#include <gssapi/gssapi.h>

/*
 * struct glue_part: one mechanism's part of it; views. whole is the token of a credential
 * that holds nothing but this part. The built-in SPNEGO's token is one itself, of what it
 * negotiates.
 *
 *   OID length (u32, big-endian), OID, token length (likewise), mechanism's token
 */
struct glue_part {
    struct bytes mech;
    struct bytes token;
    struct bytes whole;
};

/* glue_part_next: takes the next part off *in. ERR_TRUNCATED. */
MUST_USE enum err glue_part_next(struct bytes *in, struct glue_part *out);

/* glue_part_put: appends a part; the error sticks to out. */
void glue_part_put(struct buf *out, const gss_OID_desc *mech, struct bytes token);

/* glue_wrap_cred: a credential of the built-in SPNEGO that holds copies of what this one
 * holds. No I/O. GSS_S_* and minor. */
OM_uint32 glue_wrap_cred(OM_uint32 *minor, gss_cred_id_t mechanism, gss_cred_id_t *out);

#endif
