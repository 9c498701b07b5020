/* SPDX-License-Identifier: ISC */
/* Peers that deviate from RFC 4178 and are tolerated, one function each. */
#ifndef MECH_SPNEGO_TOLERATE_H
#define MECH_SPNEGO_TOLERATE_H

#include "mech/spnego/spnego.h"

/* Windows 2000 puts a copy of its responseToken where the mechListMIC belongs: dropped.
 */
void tolerate_mic_that_echoes_token(struct negtoken_resp *resp);

/* Java and old Samba leave negState out: a reply is the last if the mechanism, which has
 * read it, is done, no mechListMIC is missing and we have nothing to answer. */
void tolerate_missing_state(struct negtoken_resp *resp, const struct spnego *s,
                            bool sends_something);

/* Java and old Samba leave supportedMech out of the first reply: the first of the list.
 */
void tolerate_missing_mech(struct negtoken_resp *resp, struct bytes first_mech);

/* Old IIS sends an empty responseToken with its last reply: the same as none. */
void tolerate_empty_token(struct negtoken_resp *resp, const struct spnego *s);

/* MIT krb5 1.21.0 to 1.22.1 look for the client's MIC under another tag and then send
 * none, and impacket knows none: accept-completed without a MIC ends the exchange where
 * the server simply took our first mechanism. No choice was changed then that a MIC
 * could prove (RFC 4178 5). */
bool tolerate_missing_mic(const struct spnego *s);

/* Windows 2000 and what imitates it spell Kerberos' OID with a digit too few: the same.
 */
void tolerate_microsofts_krb5(struct negtoken_resp *resp);

#endif
