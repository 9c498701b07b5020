/* SPDX-License-Identifier: ISC */
/* Protection of messages on an established context; several threads may use it at once.
 */
#ifndef MECH_MESSAGE_H
#define MECH_MESSAGE_H

#include "mech/context.h"

/* MESSAGE_OVERHEAD: the length of a MIC, and what wrap adds. */
#define MESSAGE_OVERHEAD ((size_t)MESSAGE_SIGNATURE_LEN)

/*
 * All functions: the output is written to the caller's memory, which was allocated before
 * the keystream moves, so that nothing can fail afterwards. Errors: those of
 * context_established, ERR_NO_PROTECTION, ERR_SIGNATURE*, ERR_SEQUENCE. After an error
 * the context is unchanged, and the output holds nothing secret.
 *
 * message_sign, message_verify: a MIC of the data.
 */
MUST_USE enum err message_sign(struct mech_context *context, struct bytes data,
                               uint8_t out_signature[MESSAGE_SIGNATURE_LEN]);
MUST_USE enum err message_verify(struct mech_context *context, struct bytes data,
                                 struct bytes signature);
/*
 * message_wrap: out gets the signature and the sealed data, MESSAGE_SIGNATURE_LEN bytes
 * more than data; message_unwrap: as many bytes less than the token. The data are sealed
 * even if the application asked for none, because LDAP of Exchange and Samba requires it.
 * assoc is signed before the data but is not in the token; message_unwrap needs the same
 * assoc. If the context only signs, message_unwrap accepts data in clear too; *out_sealed
 * says whether they were sealed.
 */
MUST_USE enum err message_wrap(struct mech_context *context, struct bytes assoc,
                               struct bytes data, uint8_t *out);
MUST_USE enum err message_unwrap(struct mech_context *context, struct bytes assoc,
                                 struct bytes token, uint8_t *out, bool *out_sealed);

/* message_seal, message_unseal: a message in parts (seal_seal, seal_unseal). If no part
 * is sealed, the signature is a MIC. */
MUST_USE enum err message_seal(struct mech_context *context,
                               const struct message_part *parts, size_t n_parts,
                               uint8_t out_signature[MESSAGE_SIGNATURE_LEN]);
MUST_USE enum err message_unseal(struct mech_context *context,
                                 const struct message_part *parts, size_t n_parts,
                                 struct bytes signature);

/* message_unwrap_parts: as message_unseal, for a token of gss_wrap. If the context only
 * signs, data in clear are accepted too, and each part is then marked as not sealed. */
MUST_USE enum err message_unwrap_parts(struct mech_context *context,
                                       struct message_part *parts, size_t n_parts,
                                       struct bytes signature);

/* message_size_limit: the length of the longest data that wrap to at most max_output
 * bytes; 0 if no data do. */
MUST_USE enum err message_size_limit(struct mech_context *context, size_t max_output,
                                     size_t *out_max_input);

#endif
