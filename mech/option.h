/* SPDX-License-Identifier: ISC */
/* Properties and options of a context by OID. */
#ifndef MECH_OPTION_H
#define MECH_OPTION_H

#include "mech/context.h"

/*
 * option_inquire: one buffer's contents.
 *   OPTION_SPNEGO_REQUIRE_MIC  1 byte: whether a mechListMIC must be exchanged; 0 before
 *                              AUTHENTICATE exists (MIT's SPNEGO asks after each leg)
 *   OPTION_SESSION_KEY         the ExportedSessionKey, 16 bytes (established;
 *                              ERR_NO_SESSION_KEY while NTLM's exchange goes on)
 *   OPTION_SASL_SSF            bits, a big-endian u32 (0 while NTLM's exchange goes on)
 * ERR_OPTION for others; context_established's errors.
 */
MUST_USE enum err option_inquire(struct mech_context *context, struct bytes option,
                                 struct buf *out);

/*
 * option_set:
 *   OPTION_SET_SEQUENCE  4 bytes, host order; datagram contexts only
 *   OPTION_RESET_CRYPTO  4 bytes, host order: 1 = verifying side, else = signing side; no
 *                        effect while NTLM's exchange goes on, or without protection
 * ERR_OPTION_VALUE for a value of another length.
 */
MUST_USE enum err option_set(struct mech_context *context, struct bytes option,
                             struct bytes value);

#endif
