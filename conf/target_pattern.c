/* SPDX-License-Identifier: ISC */
/* Patterns of targets. */
#include "conf/target_pattern.h"

#include "base/ascii.h"
#include "conf/host.h"

/* On a mismatch after a *, the * takes one more character and matching goes on from
 * there. The steps are at most the product of the two lengths. */
static bool label_matches(struct bytes pattern, struct bytes label)
{
    size_t at = 0;
    size_t behind_star = pattern.n + 1;
    size_t resume = 0;

    for (size_t i = 0; i < label.n;) {
        bool at_star = at < pattern.n && pattern.p[at] == '*';

        if (at_star) {
            behind_star = ++at;
            resume = i;
        } else if (at < pattern.n && bytes_equal_nocase(bytes_of(&pattern.p[at], 1),
                                                        bytes_of(&label.p[i], 1))) {
            at++;
            i++;
        } else if (behind_star <= pattern.n) {
            at = behind_star;
            i = ++resume;
        } else {
            return false;
        }
    }
    while (at < pattern.n && pattern.p[at] == '*') {
        at++;
    }
    return at == pattern.n;
}

/* Consumes a label and the dot after it, and returns the label. */
static struct bytes next_label(struct bytes *name)
{
    struct bytes label = *name;

    if (!bytes_split(*name, '.', &label, name)) {
        *name = bytes_of(NULL, 0);
    }
    return label;
}

static bool is_star(struct bytes pattern)
{
    return bytes_equal(pattern, bytes_str("*"));
}

/* Whether a pattern with a * can only be for IPv4 addresses: digits, dots and *. */
static bool is_for_ipv4(struct bytes pattern)
{
    bool has_dot = false;
    bool has_digit = false;

    for (size_t i = 0; i < pattern.n; i++) {
        const uint8_t c = pattern.p[i];

        if (c != '*' && c != '.' && (c < '0' || c > '9')) {
            return false;
        }
        has_dot = has_dot || c == '.';
        has_digit = has_digit || (c >= '0' && c <= '9');
    }
    return has_dot && has_digit;
}

bool target_pattern_matches_host(struct bytes pattern, struct bytes host)
{
    char pattern_address[HOST_ADDRESS_SIZE];
    char host_address[HOST_ADDRESS_SIZE];

    if (is_star(pattern)) {
        return true;
    }
    if (!bytes_has(pattern, '*')) {
        pattern = host_canonical(pattern, pattern_address);
    } else if (is_for_ipv4(pattern) && !bytes_has(host, '*') && !host_is_address(host)) {
        return false; /* who has the domain 1.example could have 10.0.1.example */
    }
    host = host_canonical(host, host_address);
    while (pattern.n > 0 && host.n > 0) {
        if (!label_matches(next_label(&pattern), next_label(&host))) {
            return false;
        }
    }
    return pattern.n == 0 && host.n == 0;
}

/* Letters, digits and "-._": the characters of names. Patterns also have * and colons. */
static bool is_word(struct bytes text)
{
    for (size_t i = 0; i < text.n; i++) {
        const uint8_t c = text.p[i];

        if (!ascii_is_alphanumeric(c) && c != '-' && c != '.' && c != '_') {
            return false;
        }
    }
    return text.n > 0;
}

/* The service of our own acceptor if it has no name. */
#define OWN_ACCEPTOR "own-acceptor"

/*
 * Empties the service or the host if it is not known, and gives a known
 * service without a host the local host's name. A program that checks a password by a
 * login at its own acceptor, as mod_auth_gssapi does, uses the acceptor's name as the
 * target. An acceptor without a name has our NetBIOS name and no service
 * (mech/cred_acquire.c).
 */
struct policy_target target_pattern_read_target(const struct settings *settings,
                                                struct policy_target target)
{
    struct bytes plain;

    if (target.service.n == 0 && target.host.n > 0 &&
        bytes_equal_nocase(target.host, bytes_str(settings->netbios_name))) {
        target.service = bytes_str(OWN_ACCEPTOR);
    } else if (!is_word(target.service)) {
        target.service = bytes_of(NULL, 0);
    } else if (target.host.n == 0) {
        target.host = bytes_str(settings->host_name);
    }
    plain = host_plain(target.host);
    if (plain.n > HOST_MAX || (!is_word(plain) && !host_is_address(target.host))) {
        target.host = bytes_of(NULL, 0);
    }
    return target;
}

/* struct pattern: a word of a list. */
struct pattern {
    bool forbids;
    bool has_service;
    struct bytes service;
    struct bytes host;
};

static struct pattern read_pattern(const char *word)
{
    struct pattern pattern = {.forbids = word[0] == '!'};
    const struct bytes text = bytes_str(word + (pattern.forbids ? 1 : 0));

    pattern.has_service = bytes_split(text, '/', &pattern.service, &pattern.host);
    if (!pattern.has_service) {
        pattern.host = text;
    }
    return pattern;
}

static bool matches_service(const struct pattern *pattern, struct bytes service)
{
    if (pattern->forbids && (service.n == 0 || !pattern->has_service)) {
        return true;
    }
    if (pattern->has_service) {
        return service.n == 0 ? is_star(pattern->service)
                              : label_matches(pattern->service, service);
    }
    return service.n > 0 &&
           !bytes_equal_nocase(service, bytes_str(TARGET_UNASKED_SERVICE));
}

const char *target_pattern_find(const struct settings *settings, char *const *words,
                                struct policy_target asked)
{
    const struct policy_target target = target_pattern_read_target(settings, asked);

    for (; *words != NULL; words++) {
        const struct pattern pattern = read_pattern(*words);
        const bool matches_host =
            target.host.n == 0 ? pattern.forbids || is_star(pattern.host)
                               : target_pattern_matches_host(pattern.host, target.host);

        if (matches_host && matches_service(&pattern, target.service)) {
            return *words;
        }
    }
    return NULL;
}

bool target_pattern_forbids(const char *word)
{
    return word[0] == '!';
}

bool target_pattern_covers(const char *wide, const char *narrow)
{
    const struct pattern outer = read_pattern(wide);
    const struct pattern inner = read_pattern(narrow);

    if (outer.has_service && !inner.has_service && !is_star(outer.service)) {
        return false;
    }
    if (outer.has_service && inner.has_service &&
        !label_matches(outer.service, inner.service)) {
        return false;
    }
    return target_pattern_matches_host(outer.host, inner.host);
}
