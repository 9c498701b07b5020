/* SPDX-License-Identifier: ISC */
/* The parts that the tokens of exported objects have in common: fields and a checksum. */
#ifndef NTLM_ENVELOPE_H
#define NTLM_ENVELOPE_H

#include "base/buf.h"
#include "base/reader.h"

/* envelope_append_field, envelope_field: a field is a length (u32, big-endian) and that
 * many bytes. Errors stick to the builder (ERR_TOO_LARGE) and to the reader
 * (ERR_TRUNCATED).
 */
void envelope_append_field(struct buf *out, struct bytes field);
struct bytes envelope_field(struct reader *r);

/*
 * envelope_close: appends the checksum, the MD5 of all that is in token. It finds damage;
 * it does not stop a forger. The sticky error of token; errors of crypto_md5.
 * envelope_open: a reader of the bytes before the checksum, which must be right. Errors
 * stick to it: ERR_EXPORTED with a detail; errors of crypto_md5.
 */
MUST_USE enum err envelope_close(struct buf *token);
struct reader envelope_open(struct bytes token);

#endif
