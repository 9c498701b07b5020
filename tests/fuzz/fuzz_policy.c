/* SPDX-License-Identifier: ISC */
/*
 * The targets for which NTLM may be used. An input is a target, service/host or a host
 * alone, and after the first newline the words of ntlm_hosts. conf/policy must give the
 * answer of a slow and simple matcher; an address must be what getaddrinfo accepts as
 * one; and a host with brackets, a port, a scope or a last dot must stay the same host.
 */
#include "conf/host.h"
#include "conf/policy.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/memfile.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <netdb.h>
#include <string.h>

#define TEXT_MAX  128
#define WORDS_MAX 16

static uint8_t lower(uint8_t c)
{
    return c >= 'A' && c <= 'Z' ? (uint8_t)(c + ('a' - 'A')) : c;
}

/* fits[i][j]: whether the pattern from i on matches the text from j on. end: the
 * character that a * does not match; NUL: none. */
static bool step(const bool fits[TEXT_MAX + 2][TEXT_MAX + 2], struct bytes pattern,
                 struct bytes text, char end, size_t i, size_t j)
{
    bool more = j < text.n;

    if (i == pattern.n) {
        return !more;
    }
    if (pattern.p[i] == '*') {
        return fits[i + 1][j] ||
               (more && (end == '\0' || text.p[j] != end) && fits[i][j + 1]);
    }
    return more && lower(pattern.p[i]) == lower(text.p[j]) && fits[i + 1][j + 1];
}

static bool text_matches(struct bytes pattern, struct bytes text, char end)
{
    static bool fits[TEXT_MAX + 2][TEXT_MAX + 2];

    for (size_t i = pattern.n + 1; i-- > 0;) {
        for (size_t j = text.n + 1; j-- > 0;) {
            fits[i][j] = step(fits, pattern, text, end, i, j);
        }
    }
    return fits[0][0];
}

static struct bytes without_last_dot(struct bytes text)
{
    return bytes_has_suffix(text, bytes_str(".")) ? bytes_of(text.p, text.n - 1) : text;
}

/* Prints an address as getaddrinfo gives it; IPv4 in IPv6 is printed as IPv4. */
static void print_address(const struct sockaddr *address, char out[INET6_ADDRSTRLEN])
{
    static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
    const void *bits = &((const struct sockaddr_in *)(const void *)address)->sin_addr;
    int family = address->sa_family;

    if (family == AF_INET6) {
        bits = &((const struct sockaddr_in6 *)(const void *)address)->sin6_addr;
        if (memcmp(bits, mapped, sizeof(mapped)) == 0) {
            bits = (const uint8_t *)bits + sizeof(mapped);
            family = AF_INET;
        }
    }
    FUZZ_MUST(inet_ntop(family, bits, out, INET6_ADDRSTRLEN) != NULL);
}

/* Whether the system's resolver accepts a plain host as an address, and which one. */
static bool resolves(struct bytes plain, char out[INET6_ADDRSTRLEN])
{
    const struct addrinfo hints = {.ai_flags = AI_NUMERICHOST};
    struct addrinfo *found = NULL;
    char host[HOST_MAX + 1];

    if (plain.n == 0 || plain.n >= sizeof(host) || bytes_has(plain, '\0')) {
        return false;
    }
    memcpy(host, plain.p, plain.n);
    host[plain.n] = '\0';
    if (strchr(host, '%') != NULL || getaddrinfo(host, NULL, &hints, &found) != 0) {
        return false;
    }
    print_address(found->ai_addr, out);
    freeaddrinfo(found);
    return true;
}

static struct bytes canonical(struct bytes host, char out[INET6_ADDRSTRLEN])
{
    const struct bytes plain = host_plain(host);

    return resolves(plain, out) ? bytes_str(out) : plain;
}

/* Whether a pattern with a star is for IPv4 addresses: it has digits, dots, and nothing
 * else. */
static bool is_for_ipv4(struct bytes pattern)
{
    size_t n[2] = {0, 0}; /* dots, stars */

    for (size_t i = 0; i < pattern.n; i++) {
        n[0] += pattern.p[i] == '.';
        n[1] += pattern.p[i] == '*';
        if (strchr("0123456789.*", pattern.p[i]) == NULL || pattern.p[i] == '\0') {
            return false;
        }
    }
    return n[0] > 0 && n[1] > 0 && n[0] + n[1] < pattern.n;
}

/* A star alone matches every host; an empty label matches only an empty one; a pattern of
 * addresses matches only an address, or is compared with another pattern. */
static bool matches(struct bytes pattern, struct bytes host)
{
    char addresses[2][INET6_ADDRSTRLEN];

    if (bytes_equal(pattern, bytes_str("*"))) {
        return true;
    }
    if (is_for_ipv4(pattern) && !bytes_has(host, '*') &&
        !resolves(host_plain(host), addresses[0])) {
        return false;
    }
    host = canonical(host, addresses[0]);
    if (!bytes_has(pattern, '*')) {
        pattern = canonical(pattern, addresses[1]);
    }
    return (pattern.n == 0) == (host.n == 0) &&
           text_matches(without_last_dot(pattern), without_last_dot(host), '.');
}

static bool is_word(struct bytes text)
{
    size_t n_inside = 0;

    while (n_inside < text.n &&
           (isalnum(text.p[n_inside]) != 0 || text.p[n_inside] == '-' ||
            text.p[n_inside] == '.' || text.p[n_inside] == '_')) {
        n_inside++;
    }
    return text.n > 0 && n_inside == text.n;
}

/* Whether a host is neither a name nor an address, so that it may be any host. */
static bool may_be_any(struct bytes host)
{
    char unused[INET6_ADDRSTRLEN];
    const struct bytes plain = host_plain(host);

    return plain.n > HOST_MAX || (!is_word(plain) && !resolves(plain, unused));
}

static bool word_matches(struct bytes word, bool forbids, struct policy_target target)
{
    const bool any_service = !is_word(target.service);
    struct bytes service;
    struct bytes host;
    bool is_meant;

    if (!bytes_split(word, '/', &service, &host)) {
        host = word;
        is_meant = forbids || (!any_service &&
                               !bytes_equal_nocase(target.service, bytes_str("host")));
    } else if (any_service) {
        is_meant = forbids || bytes_equal(service, bytes_str("*"));
    } else {
        is_meant = text_matches(service, target.service, '\0');
    }
    if (may_be_any(target.host)) {
        return is_meant && (forbids || bytes_equal(host, bytes_str("*")));
    }
    return is_meant && matches(host, target.host);
}

static enum err decide(char **words, struct policy_target target)
{
    static char every[] = "*";
    static char *none[] = {every, NULL};

    for (words = words == NULL ? none : words; *words != NULL; words++) {
        bool forbids = **words == '!';

        if (word_matches(bytes_str(*words + (forbids ? 1 : 0)), forbids, target)) {
            return forbids ? ERR_POLICY : ERR_OK;
        }
    }
    return ERR_POLICY;
}

static bool are_short(char **words)
{
    size_t n = 0;

    for (; words != NULL && *words != NULL; words++) {
        if (++n > WORDS_MAX || strlen(*words) > TEXT_MAX) {
            return false;
        }
    }
    return true;
}

static void check_list(const struct settings *settings, struct policy_target target)
{
    enum err e = policy_initiate(settings, target);

    if (target.service.n == 0 && target.host.n > 0 &&
        bytes_equal_nocase(target.host, bytes_str(settings->netbios_name))) {
        target.service = bytes_str("own-acceptor");
    }
    if (is_word(target.service) && target.host.n == 0) {
        target.host = bytes_str(settings->host_name);
    }
    FUZZ_MUST(e == decide(settings->ntlm_hosts, target));
    FUZZ_MUST(e == ERR_OK || strlen(err_note_get(e)) > 0);
}

/* Feeds the words as an administrator writes them. */
static void feed_list(struct policy_target target, struct bytes words)
{
    static struct memfile file;
    const struct settings *settings;
    BUF_AUTO text = BUF_INIT;

    buf_append_text(&text, "[negotiate]\nntlm_hosts = ");
    buf_append(&text, words);
    buf_append_text(&text, "\n");
    FUZZ_MUST(buf_status(&text) == ERR_OK);
    memfile_set(&file, buf_bytes(&text));
    (void)setenv("GSS_NEGOTIATE_CONFIG", file.path, 1);
    if (settings_acquire(&settings) != ERR_OK) {
        return;
    }
    if (are_short(settings->ntlm_hosts)) {
        check_list(settings, target);
    }
    settings_release(settings);
}

/* Checks that a plain host is a part of the host. */
static void feed_host(struct bytes host)
{
    struct bytes plain = host_plain(host);
    char unused[INET6_ADDRSTRLEN];

    FUZZ_MUST(plain.n <= host.n &&
              (plain.n > 0 || host.n == 0 || host.p[0] == '[' || host.p[0] == ':'));
    FUZZ_MUST(plain.n == 0 ||
              (plain.p >= host.p && plain.p + plain.n <= host.p + host.n));
    FUZZ_MUST(host_is_address(host) == resolves(plain, unused));
}

static void check_dressed(struct bytes name, const char *before, const char *behind)
{
    BUF_AUTO dressed = BUF_INIT;

    buf_append_text(&dressed, before);
    buf_append(&dressed, name);
    buf_append_text(&dressed, behind);
    FUZZ_MUST(buf_status(&dressed) == ERR_OK);
    FUZZ_MUST(bytes_equal(host_plain(buf_bytes(&dressed)), name));
    FUZZ_MUST(host_is_address(buf_bytes(&dressed)) == host_is_address(name));
}

static bool has_one_of(struct bytes text, const char *chars)
{
    for (; *chars != '\0'; chars++) {
        if (bytes_has(text, *chars)) {
            return true;
        }
    }
    return false;
}

static void feed_dressed(struct bytes name)
{
    if (name.n == 0 || has_one_of(name, "[]%") ||
        bytes_has_suffix(name, bytes_str(".")) || !bytes_equal(host_plain(name), name)) {
        return;
    }
    check_dressed(name, "[", "]");
    check_dressed(name, "[", "]:443");
    check_dressed(name, "[", ".]");
    if (bytes_has(name, ':')) {
        check_dressed(name, "[", "%eth0]");
        check_dressed(name, "[", "%1]:443");
        return;
    }
    check_dressed(name, "", ".");
    check_dressed(name, "", ":443");
    check_dressed(name, "", ".:443");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bytes host = bytes_of(data, size);
    struct bytes words = bytes_of(NULL, 0);
    struct policy_target target = {bytes_str("http"), bytes_of(NULL, 0)};

    (void)bytes_split(host, '\n', &host, &words);
    feed_host(host);
    feed_dressed(host);
    if (host.n <= TEXT_MAX && words.n <= TEXT_MAX) {
        FUZZ_MUST(target_pattern_matches_host(words, host) == matches(words, host));
    }
    target.host = host;
    if (bytes_has(host, '/')) {
        (void)bytes_split(host, '/', &target.service, &target.host);
    }
    if (host.n <= TEXT_MAX && words.n > 0 && !bytes_has(words, '\n')) {
        feed_list(target, words);
    }
    return 0;
}
