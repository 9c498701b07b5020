/* SPDX-License-Identifier: ISC */
/* When NTLM may follow a Kerberos that failed, and when Kerberos is not even tried. */
#ifndef MECH_SPNEGO_FALLBACK_H
#define MECH_SPNEGO_FALLBACK_H

#include "conf/settings.h"
#include "mech/mechanism.h"

/*
 * struct fallback_row: one Kerberos error after which NTLM is tried, and why. What has no
 * row is the caller's error: a wrong password at the KDC, an expired or locked account, a
 * policy, an encryption type.
 */
struct fallback_row {
    long code; /* com_err code of libkrb5 or of its GSS-API (mech/krb5_codes.h) */
    const char *name;
    const char *reason;
};
extern const struct fallback_row FALLBACK_ROWS[];
extern const size_t N_FALLBACK_ROWS;

/* fallback_is_kerberos: Kerberos under one of the glue's OIDs that it may be asked for by
 * (IAKERB): its codes are those of the table. */
bool fallback_is_kerberos(gss_const_OID mech);

/*
 * fallback_follows: whether the next mechanism may be tried after the first call of one
 * of the glue's failed so: for Kerberos, if the table has a row; for any other, of whose
 * codes we know nothing, if it says that it has no credential or cannot name the target.
 */
bool fallback_follows(struct bytes mech, OM_uint32 major, OM_uint32 minor);

/* fallback_find: the row of a minor that the glue gave for krb5; NULL if there is none.
 */
const struct fallback_row *fallback_find(OM_uint32 minor);

/* fallback_put_minor: appends what a minor is called: one of ours ERR_LOGIN, a listed one
 * of Kerberos' KRB5_FCC_NOFILE, any other as com_err prints it, a signed number. */
void fallback_put_minor(struct buf *out, OM_uint32 minor);

/* fallback_after_token: whether an acceptor may try another mechanism after the client's
 * Kerberos token failed so. Not after a replay, and not with bindings of another channel:
 * that is an attack, and would be one on a client that sends no bindings with NTLM. */
bool fallback_after_token(OM_uint32 major, OM_uint32 minor);

/* fallback_names_windows_domain: whether a user is named as DOMAIN\user, which is NTLM's
 * alone. name may be NULL. */
bool fallback_names_windows_domain(const struct mech_name *name);

/*
 * fallback_krb5_applies: whether Kerberos can play a part for this target and credential,
 * decided without any I/O: not for an anonymous one, and for an IP address only with
 * address_targets = kerberos. settings may be NULL: they cannot be read, and the default
 * holds.
 * fallback_krb5_concerns: the same of target and user alone. A credential exported
 * without tickets has no part of Kerberos any more: that makes NTLM no first choice.
 * fallback_krb5_obstacle: why it does not apply, as the end of a sentence; NULL: it does.
 */
bool fallback_krb5_applies(const struct settings *settings,
                           const struct mechanism_request *request);
bool fallback_krb5_concerns(const struct settings *settings,
                            const struct mechanism_request *request);
const char *fallback_krb5_obstacle(const struct settings *settings,
                                   const struct mechanism_request *request);

/* fallback_trace: the last status_glue is this mechanism's; whether it is listed as one
 * after which the next may be tried, whether it is, and the value of fallback. */
void fallback_trace(struct bytes mech, bool is_listed, bool follows,
                    const char *fallback);

#endif
