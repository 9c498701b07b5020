/* SPDX-License-Identifier: ISC */
/* How NTLM came to be asked for, outside of our negotiation: for the audit. */
#ifndef MECH_REPORT_LOGIN_ORIGIN_H
#define MECH_REPORT_LOGIN_ORIGIN_H

#include "mech/context.h"

/* occasion_raw: of NTLM as it is. */
struct login_origin occasion_raw(enum gss_role role);

/*
 * occasion_refused: tells the audit that NTLM was asked for, by the application or by
 * an acceptor's first token, and cannot begin because of a setting or a fault (nothing of
 * it being configured is neither). Whatever was to come before it has failed.
 */
void occasion_refused(const struct mech_context *context,
                      const struct mechanism_request *request, struct bytes token,
                      enum err e);

#endif
