/* SPDX-License-Identifier: ISC */
/* Whether NTLM may be used. It depends on the settings and the facts of one login only.
 */
#ifndef CONF_POLICY_H
#define CONF_POLICY_H

#include "conf/target_pattern.h"

/*
 * policy_initiate: whether an initiator may use NTLM towards a target.
 * policy_may_initiate: whether it may use NTLM towards some target.
 * policy_accept: whether an acceptor may use NTLM.
 * ERR_POLICY, with a detail that names the setting, the file and the line, if it may not.
 *
 * The patterns of ntlm_hosts are tried in their order (conf/target_pattern.h). NTLM may
 * be used if the first that matches does not begin with a !. If no pattern matches, NTLM
 * may not be used.
 */
MUST_USE enum err policy_initiate(const struct settings *settings,
                                  struct policy_target target);
MUST_USE enum err policy_may_initiate(const struct settings *settings);
MUST_USE enum err policy_accept(const struct settings *settings);

/* policy_cached_credential: whether an initiator may use winbind's cached credential.
 * ERR_POLICY as above. */
MUST_USE enum err policy_cached_credential(const struct settings *settings);

/*
 * policy_initiate_after_kerberos: whether an initiator may use NTLM towards a target for
 * which Kerberos is tried first: as policy_initiate, and not with fallback = never.
 */
MUST_USE enum err policy_initiate_after_kerberos(const struct settings *settings,
                                                 struct policy_target target);

/*
 * policy_tries_kerberos: whether an initiator offers Kerberos; false with ntlm = only.
 * policy_tries_address: whether it tries Kerberos towards an IP address; true with
 * address_targets = kerberos.
 */
bool policy_tries_kerberos(const struct settings *settings);
bool policy_tries_address(const struct settings *settings);

/*
 * struct policy_failure: how Kerberos failed. is_listed: the error is in the documented
 * table. has_ticket: the credential holds a valid ticket-granting ticket; it matters only
 * if policy_asks_for_ticket is true.
 */
struct policy_failure {
    bool is_listed;
    bool has_ticket;
};

/*
 * policy_falls_back: whether NTLM may follow this failure of Kerberos.
 * policy_asks_for_ticket: whether that depends on has_ticket.
 * policy_follows_token: whether the server may choose NTLM after Kerberos has made a
 * token; true with fallback = server and any.
 * policy_refuse_fallback: returns ERR_POLICY with a detail that names the value of
 * fallback.
 */
bool policy_falls_back(const struct settings *settings,
                       const struct policy_failure *failure);
bool policy_asks_for_ticket(const struct settings *settings);
bool policy_follows_token(const struct settings *settings);
enum err policy_refuse_fallback(const struct settings *settings);

/* policy_fallback_value: the text of fallback's value. */
const char *policy_fallback_value(const struct settings *settings);

/* policy_protection: ERR_PROTECTION, with a detail as above, if a finished exchange has
 * not negotiated the signing or sealing that min_protection demands. */
MUST_USE enum err policy_protection(const struct settings *settings, bool signs,
                                    bool seals);

/*
 * policy_explain: if a setting refused the login with e, prepends that setting to this
 * thread's detail: "require_mic = yes in FILE:3", or "anonymous = no by default, not set
 * in FILE".
 */
void policy_explain(const struct settings *settings, enum err e);

#endif
