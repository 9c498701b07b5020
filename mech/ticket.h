/* SPDX-License-Identifier: ISC */
/* Whether an initiator holds a ticket-granting ticket (fallback = ticketless). */
#ifndef MECH_TICKET_H
#define MECH_TICKET_H

#include "mech/cred.h"

/*
 * ticket_is_held: whether the Kerberos part of the credential has a valid (unexpired)
 * ticket. cred: the application's, or NTLM's default one, or NULL; without a Kerberos
 * part of its own the default ticket cache is asked, and where no user is named each
 * cache of its collection too, for the target may choose among them. In doubt the answer
 * is yes, which keeps NTLM out. Reads ticket caches; asks a KDC only where a client
 * keytab makes Kerberos do so.
 */
bool ticket_is_held(const struct mech_cred *cred);

#endif
