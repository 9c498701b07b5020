/* SPDX-License-Identifier: ISC */
/* Calls of the glue for whom our NTLM does not exist. */
#ifndef MECH_PASSTHROUGH_NTLM_SUPPRESS_H
#define MECH_PASSTHROUGH_NTLM_SUPPRESS_H

#include <stdbool.h>

/*
 * ntlm_suppress_begin: from now on, in this thread, NTLM is hidden from the glue: it is
 * no default mechanism (GSS_C_MA_NOT_DFLT_MECH), so that the built-in SPNEGO lists it
 * nowhere, and it has no credential and no exchange, also where a credential that was
 * made elsewhere holds its part. Contexts that are there already go on. Returns what
 * was before, for ntlm_suppress_end: scopes nest. NTLM_SUPPRESS_AUTO ends with its block:
 *   NTLM_SUPPRESS_AUTO hidden = ntlm_suppress_begin();
 */
bool ntlm_suppress_begin(void);
void ntlm_suppress_end(const bool *before);
bool ntlm_is_suppressed(void);
#define NTLM_SUPPRESS_AUTO __attribute__((cleanup(ntlm_suppress_end), unused)) const bool

#endif
