/* SPDX-License-Identifier: ISC */
/* What the audit records of a login by NTLM: its origin, its reason and its end. */
#ifndef MECH_REPORT_LOGIN_RECORD_H
#define MECH_REPORT_LOGIN_RECORD_H

#include "mech/context.h"

struct mech_ntlm;

/* login_origin_raw: the origin of a login by raw NTLM. */
struct login_origin login_origin_raw(enum gss_role role);

/*
 * Why a negotiation comes to NTLM and not to Kerberos. Each function sets s->reason,
 * before NTLM is started: login_reason_no_kerberos    initiator: NTLM is the first
 * mechanism of the list, if so login_reason_mech_failed    both roles: this mechanism
 * failed with the last status_glue login_reason_server_chose   initiator: the server
 * chose NTLM from the list login_reason_client_chose   acceptor: the client's list alone
 * decides
 */
void login_reason_no_kerberos(struct spnego *s, const struct mechanism_request *request);
void login_reason_mech_failed(struct spnego *s, const struct spnego_mech *mech);
void login_reason_server_chose(struct spnego *s);
void login_reason_client_chose(struct spnego *s, const struct negtoken_init *init);

/* login_record_end: writes the record of a login that ended with e, once. */
void login_record_end(struct mech_ntlm *self, enum err e);

/*
 * login_record_refused: writes the record of an NTLM login that could not begin because
 * of e. login_record_not_begun: the same, if NTLM was asked for by the application or by
 * an acceptor's first token, and e is not that nothing of NTLM is configured. A call of
 * the application, which login_record_begin_call begins, writes one such record: the
 * built-in SPNEGO may have asked for NTLM within it.
 */
void login_record_begin_call(void);
void login_record_refused(enum gss_role role, const struct mechanism_request *request,
                          enum err e);
void login_record_not_begun(const struct mech_context *context,
                            const struct mechanism_request *request, struct bytes token,
                            enum err e);

#endif
