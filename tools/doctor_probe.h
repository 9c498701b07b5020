/* SPDX-License-Identifier: ISC */
/* Whether the SPNEGO of MIT krb5 itself can use NTLM: tried, in memory. */
#ifndef TOOLS_DOCTOR_PROBE_H
#define TOOLS_DOCTOR_PROBE_H

/*
 * probe_builtin_spnego: lets MIT's own SPNEGO begin a login by NTLM as an invented user,
 * answers it, and ends with a mechListMIC that is wrong. PROBE_GOOD: it was checked.
 * PROBE_BAD: it was not seen, so that a right one would not be, either. PROBE_UNKNOWN:
 * the login did not come so far (FIPS mode, another module). module: the path of ours.
 * Changes the environment: only for a process that does nothing else with the GSS-API.
 * Nothing is read of the user's files, nothing sent, nothing logged.
 */
enum probe_result { PROBE_UNKNOWN, PROBE_GOOD, PROBE_BAD };
enum probe_result probe_builtin_spnego(const char *module);

#endif
