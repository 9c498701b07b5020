/* SPDX-License-Identifier: ISC */
/* Which mechanisms a negotiation offers or accepts, and in which order. */
#ifndef MECH_SPNEGO_OFFER_H
#define MECH_SPNEGO_OFFER_H

#include "mech/spnego/spnego.h"

/*
 * offer_mechs: adds the mechanisms that this request allows: Kerberos, then NTLM; or
 * those that gss_set_neg_mechs named, in its order. A mechanism without a credential, or
 * that cannot be used for this target, is left out. The caller has checked that there is
 * an NTLM credential. Errors: ERR_NO_MEMORY, ERR_ARGUMENT (too many are named).
 */
MUST_USE enum err offer_mechs(struct spnego *s, const struct mechanism_request *request);

/* offer_trace: writes the initiator's list to the trace. */
void offer_trace(const struct spnego *s);

#endif
