/* SPDX-License-Identifier: ISC */
/* Protection of messages on an established context, safe for several threads. */
#ifndef MECH_MESSAGE_H
#define MECH_MESSAGE_H

#include "mech/context.h"

/* MESSAGE_MAX_OVERHEAD: no token of a MIC, and nothing that wrap adds, is longer. */
#define MESSAGE_MAX_OVERHEAD ((size_t)MESSAGE_SIGNATURE_LEN)

/*
 * Errors: context_established's, ERR_NO_PROTECTION, ERR_SIGNATURE*, ERR_SEQUENCE; the
 * context stays as it was. out is appended to.
 */
MUST_USE enum err message_sign(struct mech_context *context, struct bytes data,
                               struct buf *out);
MUST_USE enum err message_verify(struct mech_context *context, struct bytes data,
                                 struct bytes signature);
/*
 * wrap: signature and sealed data (Exchange's and Samba's LDAP want data sealed whatever
 * the application asked for). assoc is signed in front of the data and not part of the
 * token; unwrap needs the same. Of a context that only signs unwrap takes data in clear
 * too; *out_sealed tells.
 */
MUST_USE enum err message_wrap(struct mech_context *context, struct bytes assoc,
                               struct bytes data, struct buf *out);
MUST_USE enum err message_unwrap(struct mech_context *context, struct bytes assoc,
                                 struct bytes token, struct buf *out, bool *out_sealed);

/* message_seal, message_unseal: a message in parts (seal_seal, seal_unseal); with none of
 * them sealed it is a MIC. */
MUST_USE enum err message_seal(struct mech_context *context,
                               const struct message_part *parts, size_t n_parts,
                               uint8_t out_signature[MESSAGE_SIGNATURE_LEN]);
MUST_USE enum err message_unseal(struct mech_context *context,
                                 const struct message_part *parts, size_t n_parts,
                                 struct bytes signature);

/* message_unwrap_parts: the same of what wrap made; of a context that only signs, data in
 * clear are taken too: no part is a sealed one then. */
MUST_USE enum err message_unwrap_parts(struct mech_context *context,
                                       struct message_part *parts, size_t n_parts,
                                       struct bytes signature);

/* message_size_limit: the most bytes that wrap to at most max_output bytes; 0 if none do.
 */
MUST_USE enum err message_size_limit(struct mech_context *context, size_t max_output,
                                     size_t *out_max_input);

#endif
