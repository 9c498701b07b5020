/* SPDX-License-Identifier: ISC */
/* What a test's calls of the GSS-API said and sent, and what must be told nowhere, kept
 * in files for whoever looks for it. */
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

/* record_take_delegated: the credential that the last accept call was given, which its
 * caller did not see; the caller's now. GSS_C_NO_CREDENTIAL if there was none. */
gss_cred_id_t record_take_delegated(void);

#endif
