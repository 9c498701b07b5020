/* SPDX-License-Identifier: ISC */
/* Which mechanisms a negotiation offers or accepts, and in which order. */
#ifndef MECH_SPNEGO_OFFER_H
#define MECH_SPNEGO_OFFER_H

#include "mech/spnego/spnego.h"

/*
 * offer_mechs: adds the mechanisms that this request allows: Kerberos, then NTLM; or
 * those that gss_set_neg_mechs named, in its order. A mechanism that cannot be used for
 * this target, or for which the initiator has no credential, is left out. The caller has
 * checked that there is an NTLM credential. Errors: ERR_NO_MEMORY, ERR_ARGUMENT (too many
 * are named).
 */
MUST_USE enum err offer_mechs(struct spnego *s, const struct mechanism_request *request);

/*
 * offer_has_keys: whether an acceptor has a credential for a mechanism of its list. Every
 * later call for the mechanism gives the first call's answer. Kerberos reads its keytab
 * for the answer, so the function is called only for a mechanism that the client names.
 * offer_drop_without_keys: removes the mechanisms without a credential from the list, for
 * the hints, which name all of them.
 */
bool offer_has_keys(struct spnego *s, const struct spnego_mech *mech,
                    const struct mechanism_request *request);
void offer_drop_without_keys(struct spnego *s, const struct mechanism_request *request);

/* offer_trace: writes the initiator's list to the trace. */
void offer_trace(const struct spnego *s);

#endif
