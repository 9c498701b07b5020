/* SPDX-License-Identifier: ISC */
/* Writes the audit's record of a login by NTLM: its origin, its reason and its end. */
#ifndef MECH_REPORT_LOGIN_RECORD_H
#define MECH_REPORT_LOGIN_RECORD_H

#include "mech/context.h"

struct mech_ntlm;

/* login_origin_raw: the origin of a login by raw NTLM. */
struct login_origin login_origin_raw(enum gss_role role);

/*
 * Each function sets s->reason, which says why a negotiation uses NTLM and not Kerberos.
 * It is called before NTLM is started:
 * - login_reason_no_kerberos: by an initiator. It does nothing unless NTLM is the first
 *   mechanism of the list.
 * - login_reason_mech_failed: by both roles, when this mechanism failed (ERR_GLUE).
 * - login_reason_server_chose: by an initiator whose server chose NTLM from the list.
 * - login_reason_client_chose: by an acceptor, for which the client's list alone decides.
 */
void login_reason_no_kerberos(struct spnego *s, const struct mechanism_request *request);
void login_reason_mech_failed(struct spnego *s, const struct spnego_mech *mech,
                              const struct failure *failure);
void login_reason_server_chose(struct spnego *s);
void login_reason_client_chose(struct spnego *s, const struct negtoken_init *init);

/* login_record_end: writes the record of a login that ended with e. A second call for the
 * same context writes nothing. */
void login_record_end(struct mech_ntlm *self, enum err e);

/*
 * login_record_refused: writes the record of an NTLM login that could not begin because
 * of e. login_record_not_begun: the same, if the application or the client's first token
 * asked for NTLM, and unless e says that NTLM is not configured. A call of the
 * application writes at most one such record: while the built-in SPNEGO serves an
 * exchange, NTLM is suppressed (passthrough/ntlm_suppress.h) and writes none.
 */
void login_record_refused(enum gss_role role, const struct mechanism_request *request,
                          enum err e);
void login_record_not_begun(const struct mech_context *context,
                            const struct mechanism_request *request, struct bytes token,
                            enum err e);

#endif
