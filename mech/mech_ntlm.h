/* SPDX-License-Identifier: ISC */
/* NTLM as a mechanism. */
#ifndef MECH_MECH_NTLM_H
#define MECH_MECH_NTLM_H

#include "mech/mechanism.h"

/*
 * mech_ntlm_initiate: request->cred must be able to initiate (ERR_CRED_USAGE);
 * GSS_C_ANON_FLAG needs none. mech_ntlm_accept: without a credential the settings' user
 * file decides. Both read the settings in force; errors of cred_acquire.
 */
MUST_USE enum err mech_ntlm_initiate(const struct mechanism_request *request,
                                     struct mechanism **out);
MUST_USE enum err mech_ntlm_accept(const struct mechanism_request *request,
                                   struct mechanism **out);

/* mech_ntlm_import: a context that is done, from the token of its export, and whose end
 * of the exchange it is. Errors of session_token_decode. */
MUST_USE enum err mech_ntlm_import(struct bytes token, struct mechanism **out,
                                   enum gss_role *out_role);

#endif
