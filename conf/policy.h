/* SPDX-License-Identifier: ISC */
/* Whether NTLM may be used: a pure function of the settings and the facts of one use. */
#ifndef CONF_POLICY_H
#define CONF_POLICY_H

#include "conf/settings.h"

/*
 * struct policy_target: which service an initiator wants to reach, and on which host:
 * views of UTF-8 as the application wrote it, the host with brackets, scope and port or
 * without. Each is empty if it is not known. A service that is known and has no host is
 * one of the local host.
 */
struct policy_target {
    struct bytes service;
    struct bytes host;
};

/*
 * policy_initiate: whether an initiator may use NTLM towards a target.
 * policy_may_initiate: the same as far as it does not depend on the target.
 * policy_accept: whether an acceptor may. ERR_POLICY with a detail that names the
 * setting, the file and the line.
 *
 * The patterns of ntlm_hosts, [!][service/]host, are tried in their order; the first that
 * matches decides: with a ! before it NTLM may not go there. No match: it may not.
 * Letters count without case, and addresses are equal if they are the same address.
 *
 * The host: * alone matches every one, also one that is not known; within a pattern it
 * matches any characters of one label (none of them a dot).
 *
 * The service: a pattern that names none matches every service but "host", because
 * OpenSSH offers every mechanism to that one by itself; with a ! before it, every
 * service. A service of * alone matches also one that is not known.
 *
 * A service or host that has other characters than letters, digits and "-._", and is no
 * address, is not known: every pattern with a ! matches it, because it may be what is
 * forbidden, and of the others only * as its service or host does. Our NetBIOS name
 * without a service is known: our own acceptor goes by it.
 */
MUST_USE enum err policy_initiate(const struct settings *settings,
                                  struct policy_target target);
MUST_USE enum err policy_may_initiate(const struct settings *settings);
MUST_USE enum err policy_accept(const struct settings *settings);

/*
 * policy_initiate_after_kerberos: the same where Kerberos applies to the target, so that
 * NTLM would be its fallback: not with fallback = never.
 */
MUST_USE enum err policy_initiate_after_kerberos(const struct settings *settings,
                                                 struct policy_target target);

/*
 * policy_tries_kerberos: whether an initiator offers Kerberos: not with ntlm = only.
 * policy_tries_address: whether Kerberos applies to a target that is an IP address: with
 * address_targets = kerberos.
 */
bool policy_tries_kerberos(const struct settings *settings);
bool policy_tries_address(const struct settings *settings);

/*
 * struct policy_failure: how Kerberos failed. is_listed: the error is in the documented
 * table. has_ticket: the credential holds a valid ticket-granting ticket; it is asked
 * only where policy_asks_for_ticket says so.
 */
struct policy_failure {
    bool is_listed;
    bool has_ticket;
};

/*
 * policy_falls_back: whether NTLM may follow this failure of Kerberos.
 * policy_follows_token: whether NTLM stays in the list, so that the server may choose it,
 * after Kerberos has made a token: with fallback = server and any.
 * policy_refuse_fallback: ERR_POLICY, whose detail names the value of fallback.
 */
bool policy_falls_back(const struct settings *settings,
                       const struct policy_failure *failure);
bool policy_asks_for_ticket(const struct settings *settings);
bool policy_follows_token(const struct settings *settings);
enum err policy_refuse_fallback(const struct settings *settings);

/* policy_fallback_value: the value of fallback as the settings spell it. */
const char *policy_fallback_value(const struct settings *settings);

/* policy_protection: whether a finished exchange has the signing or sealing that
 * min_protection wants. ERR_PROTECTION with a detail as above. */
MUST_USE enum err policy_protection(const struct settings *settings, bool signs,
                                    bool seals);

/*
 * policy_explain: puts the setting by which a login that is under way was refused before
 * what this thread's detail says already: "require_mic = yes in FILE:3", or "anonymous =
 * no by default, not set in FILE". Nothing if no setting refuses by this error.
 */
void policy_explain(const struct settings *settings, enum err e);

/* policy_host_matches: a host by the host's part of one pattern. */
bool policy_host_matches(struct bytes pattern, struct bytes host);

#endif
