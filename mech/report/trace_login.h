/* SPDX-License-Identifier: ISC */
/* Writes credentials and logins by NTLM to the trace. */
#ifndef MECH_REPORT_TRACE_LOGIN_H
#define MECH_REPORT_TRACE_LOGIN_H

#include "conf/credential.h"
#include "ntlm/session.h"

/* trace_users_found: writes an initiator's users and where the credentials come from;
 * never the password or its hash. trace_user_chosen: writes which of several is used for
 * the target. trace_users: writes an acceptor's credential: the name of its
 * authority, and, unless it is "", which of its sources cannot be used. */
void trace_users_found(const struct credential_list *users);
void trace_user_chosen(const struct credential_list *users,
                       const struct credential_choice *choice);
void trace_users(const char *name, const char *unusable);

/* trace_login: writes what a complete exchange of NTLM has negotiated; for both roles. */
void trace_login(const struct ntlm_session *session);

#endif
