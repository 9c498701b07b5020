/* SPDX-License-Identifier: ISC */
/* Whether an initiator holds a ticket-granting ticket (fallback = ticketless). */
#ifndef MECH_TICKET_H
#define MECH_TICKET_H

#include "mech/cred.h"

/*
 * ticket_is_held: whether the Kerberos part of the credential has a ticket-granting
 * ticket that has not expired. cred is the application's, or NTLM's default one, or NULL.
 * If cred has no Kerberos part, the default ticket cache is read. If no user is named,
 * each cache of its collection is read too, because Kerberos may choose among them by the
 * target. In doubt the answer is yes, and NTLM is not used. Reads ticket caches; asks a
 * KDC only where a client keytab makes Kerberos do so.
 */
bool ticket_is_held(const struct mech_cred *cred);

#endif
