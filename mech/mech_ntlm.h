/* SPDX-License-Identifier: ISC */
/* NTLM as a mechanism. */
#ifndef MECH_MECH_NTLM_H
#define MECH_MECH_NTLM_H

#include "mech/mechanism.h"

/*
 * mech_ntlm_initiate: starts a client. request->cred must be able to initiate
 * (ERR_CRED_USAGE); with GSS_C_ANON_FLAG it may be NULL. mech_ntlm_accept: starts a
 * server. If request->cred is NULL, the authority of the settings verifies the login.
 * Both use the settings in force. Other errors: those of cred_acquire.
 */
MUST_USE enum err mech_ntlm_initiate(const struct mechanism_request *request,
                                     struct mechanism **out);
MUST_USE enum err mech_ntlm_accept(const struct mechanism_request *request,
                                   struct mechanism **out);

/* mech_ntlm_import: makes an established context from the token that its export wrote,
 * and gives its role. Errors: those of session_token_decode. */
MUST_USE enum err mech_ntlm_import(struct bytes token, struct mechanism **out,
                                   enum gss_role *out_role);

#endif
