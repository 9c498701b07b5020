/* SPDX-License-Identifier: ISC */
/* Writes credentials and logins by NTLM to the trace. */
#ifndef MECH_REPORT_TRACE_LOGIN_H
#define MECH_REPORT_TRACE_LOGIN_H

#include "conf/credfile.h"
#include "ntlm/session.h"

/* trace_user: writes an initiator's user and where the credential comes from; never the
 * password or its hash. trace_users: writes an acceptor's credential: the name of its
 * authority, and, unless it is "", which of its sources cannot be used. */
void trace_user(const struct credential *user, const char *from);
void trace_users(const char *name, const char *unusable);

/* trace_login: writes what a complete exchange of NTLM has negotiated; for both roles. */
void trace_login(const struct ntlm_session *session);

#endif
