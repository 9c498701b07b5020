/* SPDX-License-Identifier: ISC */
/* What the tokens of exported objects have in common: fields, and a checksum. */
#ifndef NTLM_ENVELOPE_H
#define NTLM_ENVELOPE_H

#include "base/buf.h"

/* The MD5 at the end, of all before it: against damage, not against forgers. */
#define ENVELOPE_CHECKSUM_LEN 16

/* envelope_put_field, envelope_get_field: a length (u32, big-endian) and so many bytes.
 * Putting: the error sticks to out (ERR_TOO_LARGE); getting: ERR_TRUNCATED. */
void envelope_put_field(struct buf *out, struct bytes field);
MUST_USE enum err envelope_get_field(struct bytes *in, struct bytes *out);

/*
 * envelope_close: appends the checksum of all that is in token; its errors, and those of
 * crypto_md5. envelope_open: what stands before a checksum that is right. ERR_EXPORTED
 * with a detail; errors of crypto_md5.
 */
MUST_USE enum err envelope_close(struct buf *token);
MUST_USE enum err envelope_open(struct bytes token, struct bytes *out_body);

#endif
