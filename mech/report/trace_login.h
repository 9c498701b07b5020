/* SPDX-License-Identifier: ISC */
/* What the trace says of who logs in: credentials, and logins by NTLM. */
#ifndef MECH_REPORT_TRACE_LOGIN_H
#define MECH_REPORT_TRACE_LOGIN_H

#include "conf/credfile.h"
#include "ntlm/session.h"

/* trace_user: an initiator's credential, and where it comes from; never what proves it.
 * trace_users: an acceptor's, by the file of its users. */
void trace_user(const struct credential *user, const char *from);
void trace_users(const char *path);

/* trace_login: what a finished exchange of NTLM has agreed on, of either side. */
void trace_login(const struct ntlm_session *session);

#endif
