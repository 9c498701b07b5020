/* SPDX-License-Identifier: ISC */
/* The mechglue's token of a credential. */
#ifndef MECH_GLUE_TOKEN_H
#define MECH_GLUE_TOKEN_H

#include "base/buf.h"
#include "base/reader.h"

#include <gssapi/gssapi.h>

/*
 * struct glue_part: views of one mechanism's part in the token of a credential. whole is
 * also the token of a credential that has this part alone. The token in the built-in
 * SPNEGO's part is itself a list of parts, one for each mechanism that it negotiates.
 *
 *   OID length (u32, big-endian), OID, token length (u32, big-endian), mechanism's token
 */
struct glue_part {
    struct bytes mech;
    struct bytes token;
    struct bytes whole;
};

/* glue_part_read: reads the next part. If it is cut off, ERR_TRUNCATED sticks to r and
 * the part is empty. */
struct glue_part glue_part_read(struct reader *r);

/* glue_part_append: appends a part. The error sticks to out. */
void glue_part_append(struct buf *out, const gss_OID_desc *mech, struct bytes token);

/* glue_wrap_cred: makes a credential of the built-in SPNEGO with copies of this one's
 * parts. No I/O. Returns GSS_S_* and gives minor. */
OM_uint32 glue_wrap_cred(OM_uint32 *minor, gss_cred_id_t cred, gss_cred_id_t *out);

#endif
