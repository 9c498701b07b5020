/* SPDX-License-Identifier: ISC */
/* Calls of the glue for whom our NTLM does not exist. */
#ifndef MECH_PASSTHROUGH_NTLM_SUPPRESS_H
#define MECH_PASSTHROUGH_NTLM_SUPPRESS_H

#include <stdbool.h>

/*
 * hidden_begin: from now on, in this thread, NTLM is hidden from the glue: it is no
 * default mechanism (GSS_C_MA_NOT_DFLT_MECH), so that the built-in SPNEGO lists it
 * nowhere, and it has no credential and no exchange, also where a credential that was
 * made elsewhere holds its part. Contexts that are there already go on. Returns what
 * was before, for hidden_end: scopes nest. HIDDEN_AUTO ends with its block:
 *   HIDDEN_AUTO hidden = hidden_begin();
 */
bool hidden_begin(void);
void hidden_end(const bool *before);
bool hidden_is(void);
#define HIDDEN_AUTO __attribute__((cleanup(hidden_end), unused)) const bool

#endif
