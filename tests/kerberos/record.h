/* SPDX-License-Identifier: ISC */
/* Records what a test's calls of the GSS-API returned and sent, and the secrets that may
 * be written nowhere, in files for the program that searches for them. */
/*
 * Each file is in the folder that LAB_OUT names, and is appended to:
 *
 *   statuses  every text of gss_display_status, whoever asked for it
 *   tokens    every token of a leg, "I " or "A " (who made it) and hex, a line each
 *   secrets   "kind:" and hex, a line each
 *
 * The first two write themselves: the program is linked with --wrap for
 * gss_display_status, gss_init_sec_context and gss_accept_sec_context.
 */
#ifndef TESTS_KERBEROS_RECORD_H
#define TESTS_KERBEROS_RECORD_H

#include "tests/exchange/peer.h"

void record_secret(const char *kind, struct bytes secret);
void record_text(const char *file, const char *text);

/* record_take_delegated: returns the credential that was delegated in the last accept
 * call, whose caller did not get it; the caller of this function owns it.
 * GSS_C_NO_CREDENTIAL if there is none. */
gss_cred_id_t record_take_delegated(void);

#endif
