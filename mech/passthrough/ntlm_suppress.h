/* SPDX-License-Identifier: ISC */
/* Suppresses NTLM during nested calls of the mechglue. */
#ifndef MECH_PASSTHROUGH_NTLM_SUPPRESS_H
#define MECH_PASSTHROUGH_NTLM_SUPPRESS_H

#include <stdbool.h>

/*
 * ntlm_suppress_begin: suppresses NTLM in this thread. For the glue it is then no default
 * mechanism (GSS_C_MA_NOT_DFLT_MECH), so that the built-in SPNEGO does not list it. It
 * has no credential and begins no exchange, even if a credential that was made elsewhere
 * has an NTLM part. Contexts that exist already go on. Returns the previous state, which
 * ntlm_suppress_end restores; so scopes nest. NTLM_SUPPRESS_AUTO ends with its block:
 *     NTLM_SUPPRESS_AUTO suppressed = ntlm_suppress_begin();
 */
bool ntlm_suppress_begin(void);
void ntlm_suppress_end(const bool *before);
bool ntlm_is_suppressed(void);
#define NTLM_SUPPRESS_AUTO __attribute__((cleanup(ntlm_suppress_end), unused)) const bool

#endif
