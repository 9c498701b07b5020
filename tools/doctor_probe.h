/* SPDX-License-Identifier: ISC */
/* Tries in memory whether MIT krb5's own SPNEGO can use NTLM. */
#ifndef TOOLS_DOCTOR_PROBE_H
#define TOOLS_DOCTOR_PROBE_H

/*
 * probe_builtin_spnego: starts an NTLM login of an invented user through MIT krb5's own
 * SPNEGO, answers it as a server would, and sends a wrong mechListMIC at the end.
 *
 *   PROBE_GOOD: SPNEGO checked the MIC and refused it.
 *   PROBE_BAD: SPNEGO did not find the MIC, so it would not find a right one either.
 *   PROBE_UNKNOWN: the login ended before that (FIPS mode, another module).
 *
 * module: the path of our module. The function changes the environment, so the process
 * may do nothing else with the GSS-API. It reads no file of the user's, sends nothing
 * over the network and logs nothing.
 */
enum probe_result { PROBE_UNKNOWN, PROBE_GOOD, PROBE_BAD };
enum probe_result probe_builtin_spnego(const char *module);

#endif
