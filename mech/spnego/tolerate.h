/* SPDX-License-Identifier: ISC */
/* Peers that deviate from RFC 4178 and are tolerated, one function each. */
#ifndef MECH_SPNEGO_TOLERATE_H
#define MECH_SPNEGO_TOLERATE_H

#include "mech/spnego/spnego.h"

/* Windows 2000 puts a copy of its responseToken where the mechListMIC belongs: dropped.
 */
void tolerate_mic_that_echoes_token(struct negtoken_resp *resp);

/* Java and old Samba leave negState out: a reply is the last if the mechanism, which has
 * read it, is done and we have nothing to answer. */
void tolerate_missing_state(struct negtoken_resp *resp, const struct spnego *s,
                            bool sends_something);

/* Java and old Samba leave supportedMech out of the first reply: the first of the list.
 */
void tolerate_missing_mech(struct negtoken_resp *resp, struct bytes first_mech);

/* Old IIS sends an empty responseToken with its last reply: the same as none. */
void tolerate_empty_token(struct negtoken_resp *resp, const struct spnego *s);

/* Windows 2000 and what imitates it spell Kerberos' OID with a digit too few: the same.
 */
void tolerate_microsofts_krb5(struct negtoken_resp *resp);

#endif
