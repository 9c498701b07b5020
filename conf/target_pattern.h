/* SPDX-License-Identifier: ISC */
/* Patterns of targets: those of ntlm_hosts and of the sections of a credential file. */
#ifndef CONF_TARGET_PATTERN_H
#define CONF_TARGET_PATTERN_H

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

/* TARGET_UNASKED_SERVICE: a pattern without a service matches every known service but
 * this one. */
#define TARGET_UNASKED_SERVICE "host"

/*
 * target_pattern_find: the first of the patterns, [!][service/]host, that matches the
 * target; NULL if none does. words: a list of setting_list_read (conf/settings_list.h).
 * target_pattern_forbids: whether the pattern begins with a !.
 *
 * Case does not matter, and two spellings of one address are equal.
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
const char *target_pattern_find(const struct settings *settings, char *const *words,
                                struct policy_target asked);
bool target_pattern_forbids(const char *word);

/* target_pattern_read_target: the target with its service or host empty if that is not
 * known. */
struct policy_target target_pattern_read_target(const struct settings *settings,
                                                struct policy_target target);

/* target_pattern_matches_host: whether the host part of a pattern matches a host. */
bool target_pattern_matches_host(struct bytes pattern, struct bytes host);

/* target_pattern_covers: whether wide matches every target that narrow matches, as far as
 * it can be seen without knowing the targets. A ! does not count. */
bool target_pattern_covers(const char *wide, const char *narrow);

#endif
