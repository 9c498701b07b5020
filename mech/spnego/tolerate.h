/* SPDX-License-Identifier: ISC */
/* Deviations of peers from RFC 4178 that are tolerated, one function each. */
#ifndef MECH_SPNEGO_TOLERATE_H
#define MECH_SPNEGO_TOLERATE_H

#include "mech/spnego/spnego.h"

/* Windows 2000 sends a copy of its responseToken in place of the mechListMIC: it is
 * ignored. */
void tolerate_mic_that_echoes_token(struct negtoken_resp *resp);

/* Java and old Samba leave out negState. Such a reply is the last one if the mechanism is
 * done after it, no mechListMIC is missing and we have nothing to send. */
void tolerate_missing_state(struct negtoken_resp *resp, const struct spnego *s,
                            bool sends_something);

/* Java and old Samba leave out supportedMech in the first reply: it is the first
 * mechanism of the list. */
void tolerate_missing_mech(struct negtoken_resp *resp, struct bytes first_mech);

/* Old IIS sends an empty responseToken with its last reply. It counts as absent. */
void tolerate_empty_token(struct negtoken_resp *resp, const struct spnego *s);

/* MIT krb5 1.21.0 to 1.22.1 look for the client's MIC under another tag and then send no
 * MIC of their own, and impacket never sends one. So accept-completed without a MIC ends
 * the exchange if the server took our first mechanism and did not ask for MICs. No
 * attacker can then have changed the choice that a MIC proves (RFC 4178 5). */
bool tolerate_missing_mic(const struct spnego *s);

/* Windows 2000, and programs that imitate it, write Kerberos' OID with a wrong arc
 * (1.2.840.48018): it counts as Kerberos'. */
void tolerate_microsofts_krb5(struct negtoken_resp *resp);

#endif
