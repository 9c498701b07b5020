/* SPDX-License-Identifier: ISC */
/*
 * Where NTLM may go. An input is a host, and behind the first line's end the words of
 * ntlm_hosts: what conf/policy answers is what a slow and simple matcher does; and a host
 * that is dressed with brackets, a port, a scope or a last dot stays the same host.
 */
#include "conf/host.h"
#include "conf/policy.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/memfile.h"

#include <ctype.h>
#include <string.h>

#define TEXT_MAX  128
#define WORDS_MAX 16

static uint8_t lower(uint8_t c)
{
    return c >= 'A' && c <= 'Z' ? (uint8_t)(c + ('a' - 'A')) : c;
}

/* fits[i][j]: whether the pattern from i on matches the host from j on. */
static bool step(const bool fits[TEXT_MAX + 2][TEXT_MAX + 2], struct bytes pattern,
                 struct bytes host, size_t i, size_t j)
{
    bool more = j < host.n;

    if (i == pattern.n) {
        return !more;
    }
    if (pattern.p[i] == '*') {
        return fits[i + 1][j] || (more && host.p[j] != '.' && fits[i][j + 1]);
    }
    return more && lower(pattern.p[i]) == lower(host.p[j]) && fits[i + 1][j + 1];
}

static bool text_matches(struct bytes pattern, struct bytes host)
{
    static bool fits[TEXT_MAX + 2][TEXT_MAX + 2];

    for (size_t i = pattern.n + 1; i-- > 0;) {
        for (size_t j = host.n + 1; j-- > 0;) {
            fits[i][j] = step(fits, pattern, host, i, j);
        }
    }
    return fits[0][0];
}

static struct bytes without_last_dot(struct bytes text)
{
    return bytes_has_suffix(text, bytes_str(".")) ? bytes_of(text.p, text.n - 1) : text;
}

/* A star alone matches all; without a label one matches only the same. */
static bool matches(struct bytes pattern, struct bytes host)
{
    if (bytes_equal(pattern, bytes_str("*"))) {
        return true;
    }
    return (pattern.n == 0) == (host.n == 0) &&
           text_matches(without_last_dot(pattern), without_last_dot(host));
}

/* No name, and no address: it may be any host. */
static bool may_be_any(struct bytes host)
{
    size_t n_inside = 0;

    while (n_inside < host.n &&
           (isalnum(host.p[n_inside]) != 0 || host.p[n_inside] == '-' ||
            host.p[n_inside] == '.' || host.p[n_inside] == '_')) {
        n_inside++;
    }
    return host.n == 0 || (n_inside < host.n && !host_is_address(host));
}

static enum err decide(char **words, struct bytes host)
{
    const bool any = may_be_any(host);

    if (words == NULL) {
        return ERR_OK;
    }
    for (; *words != NULL; words++) {
        bool forbids = **words == '!';
        const char *pattern = *words + (forbids ? 1 : 0);

        if (any ? forbids || strcmp(pattern, "*") == 0
                : matches(bytes_str(pattern), host)) {
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

static void check_list(const struct settings *settings, struct bytes host)
{
    enum err e = policy_initiate(settings, host);

    FUZZ_MUST(e == decide(settings->ntlm_hosts, host_plain(host)));
    FUZZ_MUST(e == ERR_OK || strlen(err_note_get(e)) > 0);
}

/* The words as an administrator writes them. */
static void feed_list(struct bytes host, struct bytes words)
{
    static struct memfile file;
    const struct settings *settings;
    BUF_AUTO text = BUF_INIT;

    buf_put_text(&text, "[negotiate]\nntlm_hosts = ");
    buf_put(&text, words);
    buf_put_text(&text, "\n");
    FUZZ_MUST(buf_status(&text) == ERR_OK);
    memfile_set(&file, buf_bytes(&text));
    (void)setenv("GSS_NEGOTIATE_CONFIG", file.path, 1);
    if (settings_acquire(&settings) != ERR_OK) {
        return;
    }
    if (are_short(settings->ntlm_hosts)) {
        check_list(settings, host);
    }
    settings_release(settings);
}

/* Nothing of a host is invented: what is left stands in it. */
static void feed_host(struct bytes host)
{
    struct bytes plain = host_plain(host);

    FUZZ_MUST(plain.n <= host.n &&
              (plain.n > 0 || host.n == 0 || host.p[0] == '[' || host.p[0] == ':'));
    FUZZ_MUST(plain.n == 0 ||
              (plain.p >= host.p && plain.p + plain.n <= host.p + host.n));
}

static void check_dressed(struct bytes name, const char *before, const char *behind)
{
    BUF_AUTO dressed = BUF_INIT;

    buf_put_text(&dressed, before);
    buf_put(&dressed, name);
    buf_put_text(&dressed, behind);
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

    (void)bytes_split(host, '\n', &host, &words);
    feed_host(host);
    feed_dressed(host);
    if (host.n <= TEXT_MAX && words.n <= TEXT_MAX) {
        FUZZ_MUST(policy_host_matches(words, host) == matches(words, host));
    }
    if (host.n <= TEXT_MAX && words.n > 0 && !bytes_has(words, '\n')) {
        feed_list(host, words);
    }
    return 0;
}
