/* SPDX-License-Identifier: ISC */
/* Whether NTLM may be used. It depends on the settings and the facts of one login only.
 */
#ifndef CONF_POLICY_H
#define CONF_POLICY_H

#include "conf/settings.h"

/*
 * struct policy_target: the service that an initiator wants to reach, and its host: views
 * of UTF-8 as the application wrote it; the host may have brackets, a scope and a port.
 * Each is empty if it is not known. A known service without a host is a service of the
 * local host.
 */
struct policy_target {
    struct bytes service;
    struct bytes host;
};

/*
 * policy_initiate: whether an initiator may use NTLM towards a target.
 * policy_may_initiate: whether it may use NTLM towards some target.
 * policy_accept: whether an acceptor may use NTLM.
 * ERR_POLICY, with a detail that names the setting, the file and the line, if it may not.
 *
 * The patterns of ntlm_hosts, [!][service/]host, are tried in their order. The first that
 * matches decides: NTLM may be used unless the pattern begins with a !. If no pattern
 * matches, NTLM may not be used. Case does not matter, and two spellings of one address
 * are equal.
 *
 * The host of a pattern: * alone matches every host, even one that is not known. Inside a
 * longer pattern, * matches any characters but a dot.
 *
 * The service of a pattern: a pattern without a service matches every service but "host",
 * because OpenSSH offers every mechanism to "host" by itself. With a ! it matches every
 * service. A service of * alone matches even a service that is not known.
 *
 * A service or host with other characters than letters, digits and "-._" is not known,
 * unless it is an address. A pattern with a ! always matches it, because it may be what
 * the pattern forbids. A pattern without a ! matches it only with a * in its place. Our
 * NetBIOS name without a service is known: it is the name of our own acceptor.
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

/* policy_host_matches: whether the host part of a pattern matches a host. */
bool policy_host_matches(struct bytes pattern, struct bytes host);

#endif
