/* SPDX-License-Identifier: ISC */
/* Why an exchange is NTLM's and not Kerberos', in words for the audit. */
#ifndef MECH_REPORT_LOGIN_REASON_H
#define MECH_REPORT_LOGIN_REASON_H

#include "mech/spnego/spnego.h"

/*
 * Each sets s->why, before NTLM is started for the reason that it tells.
 *   login_reason_no_kerberos   initiator: if NTLM is the first that is offered
 *   login_reason_mech_failed   either: the mechanism before it, by the last status_glue;
 * the acceptor's client sent the token of it login_reason_server_chose  initiator: the
 * server took NTLM from a list with others before it login_reason_client_chose  acceptor:
 * by the client's list alone
 */
void login_reason_no_kerberos(struct spnego *s, const struct mechanism_request *request);
void login_reason_mech_failed(struct spnego *s, const struct spnego_mech *mech);
void login_reason_server_chose(struct spnego *s);
void login_reason_client_chose(struct spnego *s, const struct negtoken_init *init);

#endif
