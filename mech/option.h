/* SPDX-License-Identifier: ISC */
/* Properties and options of a context by OID. */
#ifndef MECH_OPTION_H
#define MECH_OPTION_H

#include "mech/context.h"

/*
 * option_inquire: appends the value of a property.
 *   OPTION_SPNEGO_REQUIRE_MIC  1 byte: whether a mechListMIC must be exchanged; 0 before
 *                              AUTHENTICATE exists (MIT's SPNEGO asks after each token)
 *   OPTION_SESSION_KEY         the ExportedSessionKey, 16 bytes (established;
 *                              ERR_NO_SESSION_KEY while NTLM's exchange is in progress)
 *   OPTION_SASL_SSF            key bits, a big-endian u32 (0 while NTLM's exchange is in
 *                              progress)
 * Errors: ERR_OPTION for any other property; those of context_established.
 */
MUST_USE enum err option_inquire(struct mech_context *context, struct bytes option,
                                 struct buf *out);

/*
 * option_set: sets an option from a value of 4 bytes in host order.
 *
 *   OPTION_SET_SEQUENCE  the sequence number; datagram contexts only
 *   OPTION_RESET_CRYPTO  1 resets the verifying side, any other value the signing side
 *
 * OPTION_RESET_CRYPTO has no effect while NTLM's exchange is in progress, or without
 * protection. Errors: ERR_OPTION for any other option; ERR_OPTION_VALUE for a value of
 * another length; those of context_established.
 */
MUST_USE enum err option_set(struct mech_context *context, struct bytes option,
                             struct bytes value);

#endif
