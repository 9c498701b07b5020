/* SPDX-License-Identifier: ISC */
/* NTLM that an initiator could use but does not offer beside a Kerberos token. */
#ifndef MECH_SPNEGO_WITHHELD_H
#define MECH_SPNEGO_WITHHELD_H

#include "mech/spnego/spnego.h"

/*
 * A server, or an attacker in its place, can answer a Kerberos token by choosing NTLM. If
 * NTLM were in the list, the client would send an NTLMv2 response, from which the
 * password can be guessed offline; a MIC that fails later cannot undo that. So NTLM is
 * removed from the list as soon as Kerberos has made a token, unless fallback = server or
 * any.
 *
 * struct withheld: the user and target of the login that NTLM would have made, and who
 * withheld it. The negotiation owns it. It is reported once, if the exchange ends without
 * Kerberos.
 */

/*
 * withheld_apply: to be called when the first mechanism of the initiator's list has made
 * its token. Removes NTLM from the list if Kerberos is before it and the settings do not
 * let the server choose, or if another mechanism is before it and a mechListMIC could not
 * prove the choice (INTEGRITY_NONE). Errors: ERR_NO_MEMORY; those of spnego_settings.
 */
MUST_USE enum err withheld_apply(struct spnego *s,
                                 const struct mechanism_request *request);

/*
 * withheld_report_failed: the exchange failed with e. Appends the reason for which NTLM
 * was withheld to that error. withheld_report_unfinished: the program ended the exchange
 * before it was complete, as happens with a server without Kerberos that sends no answer.
 * Both write to the audit and the trace, once. Neither does anything if NTLM was not
 * withheld.
 */
void withheld_report_failed(struct spnego *s, enum err e);
void withheld_report_unfinished(struct spnego *s);

void withheld_free(struct withheld *withheld);

#endif
