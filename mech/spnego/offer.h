/* SPDX-License-Identifier: ISC */
/* Which mechanisms a negotiation is about, and in which order. */
#ifndef MECH_SPNEGO_OFFER_H
#define MECH_SPNEGO_OFFER_H

#include "mech/spnego/spnego.h"

/*
 * offer_mechs: adds the mechanisms that this request allows: Kerberos, then NTLM; or
 * exactly those that gss_set_neg_mechs named, in its order. What has no credential, or
 * cannot play a part, is left out; NTLM's credential is the caller's to have checked.
 * Errors: ERR_NO_MEMORY, ERR_ARGUMENT (too many are named).
 */
MUST_USE enum err offer_mechs(struct spnego *s, const struct mechanism_request *request);

/* offer_trace: what an initiator's first token lists. */
void offer_trace(const struct spnego *s);

#endif
