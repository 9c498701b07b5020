/* SPDX-License-Identifier: ISC */
/* How NTLM came to be asked for, outside of our negotiation: for the audit. */
#ifndef MECH_REPORT_LOGIN_ORIGIN_H
#define MECH_REPORT_LOGIN_ORIGIN_H

#include "mech/context.h"

/* login_origin_raw: of NTLM as it is. */
struct login_origin login_origin_raw(enum gss_role role);

/*
 * login_origin_refused: tells the audit that NTLM was asked for, by the application or by
 * an acceptor's first token, and cannot begin because of a setting or a fault (nothing of
 * it being configured is neither). Whatever was to come before it has failed.
 */
void login_origin_refused(const struct mech_context *context,
                          const struct mechanism_request *request, struct bytes token,
                          enum err e);

#endif
