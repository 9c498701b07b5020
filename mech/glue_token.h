/* SPDX-License-Identifier: ISC */
/* The mechglue's token of a credential. */
#ifndef MECH_GLUE_TOKEN_H
#define MECH_GLUE_TOKEN_H

#include "base/buf.h"
#include "base/reader.h"

#include <gssapi/gssapi.h>

/*
 * struct glue_part: the part of one mechanism in the token of a credential; views. whole
 * is also the token of a credential that holds this part alone. The part of the built-in
 * SPNEGO holds such a token itself, with the parts of the mechanisms that it negotiates.
 *
 *   OID length (u32, big-endian), OID, token length (likewise), mechanism's token
 */
struct glue_part {
    struct bytes mech;
    struct bytes token;
    struct bytes whole;
};

/* glue_part_read: the next part; an empty one, and ERR_TRUNCATED sticks to r, if it is
 * cut off. */
struct glue_part glue_part_read(struct reader *r);

/* glue_part_put: appends a part. The error sticks to out. */
void glue_part_put(struct buf *out, const gss_OID_desc *mech, struct bytes token);

/* glue_wrap_cred: a credential of the built-in SPNEGO with copies of the parts of this
 * one. No I/O. Gives GSS_S_* and minor. */
OM_uint32 glue_wrap_cred(OM_uint32 *minor, gss_cred_id_t cred, gss_cred_id_t *out);

#endif
