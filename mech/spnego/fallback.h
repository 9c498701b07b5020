/* SPDX-License-Identifier: ISC */
/* When NTLM is tried after Kerberos has failed, and when Kerberos is not tried at all. */
#ifndef MECH_SPNEGO_FALLBACK_H
#define MECH_SPNEGO_FALLBACK_H

#include "base/failure.h"
#include "conf/settings.h"
#include "mech/mechanism.h"

/*
 * struct fallback_row: a Kerberos error after which NTLM is tried, and the reason. An
 * error without a row is returned to the caller: a wrong password, an expired or locked
 * account, a policy, an encryption type.
 */
struct fallback_row {
    long code; /* com_err code of libkrb5 or of its GSS-API (mech/krb5_codes.h) */
    const char *name;
    const char *reason;
};
extern const struct fallback_row FALLBACK_ROWS[];
extern const size_t N_FALLBACK_ROWS;

/* fallback_is_kerberos: whether the OID is Kerberos' or IAKERB's, whose errors are the
 * codes of the table. */
bool fallback_is_kerberos(gss_const_OID mech);

/*
 * fallback_follows: whether the next mechanism may be tried after the first call of a
 * mechanism of the glue has failed with this status. After Kerberos, if the table has a
 * row for it. After another mechanism, whose codes are not known, if the major says that
 * there is no credential or that the target cannot be named.
 */
bool fallback_follows(struct bytes mech, OM_uint32 major, OM_uint32 minor);

/* fallback_find: the row of a minor that the glue returned for krb5; NULL if there is
 * none. */
const struct fallback_row *fallback_find(OM_uint32 minor);

/* fallback_append_minor: appends the name of a minor: ERR_LOGIN for one of ours,
 * KRB5_FCC_NOFILE for one of the table. Any other minor is appended as its signed number,
 * as com_err prints it. */
void fallback_append_minor(struct buf *out, OM_uint32 minor);

/* fallback_after_token: whether an acceptor may try another mechanism after the client's
 * Kerberos token has failed with this status. It may not after a replay or with the
 * bindings of another channel: both are attacks, and a fallback to NTLM would let the
 * attack succeed against a client that sends no bindings with NTLM. */
bool fallback_after_token(OM_uint32 major, OM_uint32 minor);

/* fallback_names_windows_domain: whether a user is named as DOMAIN\user, a form that
 * Kerberos cannot take. name may be NULL. */
bool fallback_names_windows_domain(const struct mech_name *name);

/*
 * fallback_krb5_applies: whether Kerberos can be used for this target and credential. It
 * cannot be used if either is anonymous. For an IP address it needs address_targets =
 * kerberos. settings may be NULL if they cannot be read; the default is then assumed. The
 * function does no I/O.
 * fallback_krb5_concerns: the same, by target and user alone. A credential that was
 * exported without tickets has lost its Kerberos part, but NTLM is still only the
 * fallback of Kerberos. fallback_krb5_obstacle: why Kerberos cannot be used, as the end
 * of a sentence; NULL if it can.
 */
bool fallback_krb5_applies(const struct settings *settings,
                           const struct mechanism_request *request);
bool fallback_krb5_concerns(const struct settings *settings,
                            const struct mechanism_request *request);
const char *fallback_krb5_obstacle(const struct settings *settings,
                                   const struct mechanism_request *request);

/* fallback_trace: writes to the trace whether the next mechanism is tried (follows) after
 * this one failed. is_listed: fallback_follows permits that. fallback: the value of the
 * setting. */
void fallback_trace(struct bytes mech, const struct failure *failure, bool is_listed,
                    bool follows, const char *fallback);

#endif
