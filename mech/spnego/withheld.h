/* SPDX-License-Identifier: ISC */
/* NTLM that an initiator has but does not offer, because a Kerberos token goes out. */
#ifndef MECH_SPNEGO_WITHHELD_H
#define MECH_SPNEGO_WITHHELD_H

#include "mech/spnego/spnego.h"

/*
 * A server (or whoever sits between) answers a Kerberos token as it likes. If NTLM stood
 * in the list, that answer alone would get it an NTLMv2 response, whose password can then
 * be guessed off line; every MIC comes too late. So NTLM leaves the list as soon as
 * Kerberos has made a token, unless fallback = server or any.
 *
 * struct withheld: whom and where NTLM would have logged in, and the reason. It is owned
 * by its negotiation and reported once, when the exchange ends without Kerberos.
 */

/*
 * withheld_apply: the first mechanism of the initiator's list has made its token. Takes
 * NTLM out of the list if Kerberos stands before it and the settings do not let the
 * server choose, or if another mechanism stands before it and a choice could not be
 * proven (INTEGRITY_NONE). Errors: ERR_NO_MEMORY; those of spnego_settings.
 */
MUST_USE enum err withheld_apply(struct spnego *s,
                                 const struct mechanism_request *request);

/*
 * withheld_report_failed: the exchange ended with e, which this thread then explains with
 * the reason behind it. withheld_report_unfinished: the program gave the exchange up
 * before it was complete: a server without Kerberos often sends no answer. Both write
 * audit and trace, once; neither does anything if NTLM was not withheld.
 */
void withheld_report_failed(struct spnego *s, enum err e);
void withheld_report_unfinished(struct spnego *s);

void withheld_free(struct withheld *withheld);

#endif
