/* SPDX-License-Identifier: ISC */
/* Policy: the targets for which NTLM may be used, by the patterns of ntlm_hosts. */
#include "conf/host.h"
#include "conf/policy.h"
#include "conf/settings_keys.h"
#include "tests/lib/harness.h"

#include <string.h>

/* Values for every setting, as if each were in line 3. */
static const struct setting_value *line_3(void)
{
    static struct setting_value values[SETTING_COUNT];

    for (size_t i = 0; i < SETTING_COUNT; i++) {
        values[i] =
            (struct setting_value){(char *)(uintptr_t) "its value", SETTING_FILE, 3};
    }
    return values;
}

static const struct {
    const char *pattern;
    const char *host;
    bool matches;
} patterns[] = {
    {"*", "srv.example.com", true},
    {"*", "", true},
    {"srv", "srv", true},
    {"srv", "SRV", true},
    {"srv", "srv2", false},
    {"srv", "", false},
    {"srv", "srv.example.com", false},
    {"*.example.com", "srv.example.com", true},
    {"*.example.com", "SRV.Example.COM", true},
    {"*.example.com", "example.com", false},
    {"*.example.com", "a.b.example.com", false},
    {"*.*.example.com", "a.b.example.com", true},
    {"srv*.example.com", "srv.example.com", true},
    {"srv*.example.com", "srv12.example.com", true},
    {"srv*.example.com", "asrv.example.com", false},
    {"*-nas", "big-nas", true},
    {"*-nas", "big-nas-", false},
    {"a*b*c", "axxbyyc", true},
    {"a*b*c", "acb", false},
    {"a*b*c", "abc", true},
    {"**", "any", true},
    {"**", "any.other", false},
    {"192.0.2.*", "192.0.2.17", true},
    {"192.0.2.*", "192.0.3.17", false},
    {"192.0.2.*", "0xc0000211", true},
    {"192.0.2.*", "::ffff:192.0.2.17", true},
    {"192.0.2.*", "192.0.2.example", false},
    {"192.0.*.*", "192.0.2.example", false},
    {"10.*.*.*", "10.0.1.com.", false},
    {"10.*.*.1*", "10.0.1.1a", false},
    {"10.*", "10.example", false},
    {"1*", "1example", true},
    {"192.0.2.17", "192.0.529", true},
    {"0300.0.2.021", "192.0.2.17", true},
    {"192.0.2.17", "192.0.2.18", false},
    {"2001:db8::*", "2001:db8::1", true},
    {"2001:db8::*", "2001:DB8:0:0:0::1", true},
    {"2001:db8:0:0::1", "2001:db8::1", true},
    {"2001:db8::1", "2001:db8:0::0:1", true},
    {"2001:db8::1", "2001:db8::2", false},
    {"::ffff:192.0.2.1", "192.0.2.1", true},
    {"srv.", "srv", true},
    {"srv", "srv.", true},
    {"example.*", "example.com", true},
    {"example.*", "example", false},
};

TEST_TABLE(host_patterns, patterns)
{
    ck_assert_msg(target_pattern_matches_host(bytes_str(row->pattern),
                                              bytes_str(row->host)) == row->matches,
                  "%s %s", row->pattern, row->host);
}

/* A pattern made to be slow takes no more steps than the product of the lengths. */
TEST(slow_pattern)
{
    char pattern[2001];
    char host[60001];

    for (size_t i = 0; i + 1 < sizeof(pattern); i += 2) {
        memcpy(pattern + i, "a*", 2);
    }
    memcpy(pattern + sizeof(pattern) - 3, "*b", 3);
    memset(host, 'a', sizeof(host) - 1);
    host[sizeof(host) - 1] = '\0';
    ck_assert(!target_pattern_matches_host(bytes_str(pattern), bytes_str(host)));
}

#define MAX_WORDS    4

#define NO_PATTERN   "ntlm_hosts in /test.conf:3 has no pattern for it"
#define NO_HOST      " has no pattern for the service host; write host/HOST to allow it"
#define HOST_UNKNOWN " has no pattern for the service host; write host/* to allow it"
#define NOTHING_KNOWN                                                                    \
    " has no pattern for a target without a service; write */* to allow it"
#define NO_SERVICE                                                                       \
    " has no pattern for a target without a service; write */HOST to allow it"

static const struct {
    const char *words[MAX_WORDS];
    const char *host;
    const char *refused_by; /* NULL: allowed */
} lists[] = {
    {{NULL}, "srv", NULL},
    {{"srv"}, "srv", NULL},
    {{"srv"}, "srv:8080", NULL},
    {{"srv"}, "srv.", NULL},
    {{"srv"}, "other", NO_PATTERN},
    {{"srv"}, "?", NO_PATTERN},
    {{"!srv"}, "srv", "ntlm_hosts = !srv in /test.conf:3"},
    {{"!srv"}, "other", NO_PATTERN},
    {{"!srv", "*"}, "other.example.com", NULL},
    {{"!srv", "*"}, "srv", "ntlm_hosts = !srv in /test.conf:3"},
    {{"*", "!srv"}, "srv", NULL},
    /* an unknown host may be the forbidden one */
    {{"*"}, "srv/more", NULL},
    {{"!srv", "*"}, "?", "ntlm_hosts = !srv in /test.conf:3"},
    {{"!srv", "*"}, "srv/more", "ntlm_hosts = !srv in /test.conf:3"},
    {{"!srv", "*"}, "srv@more", "ntlm_hosts = !srv in /test.conf:3"},
    {{"!srv", "*"}, "srv:http", "ntlm_hosts = !srv in /test.conf:3"},
    {{"!srv", "*"}, " srv", "ntlm_hosts = !srv in /test.conf:3"},
    {{"!srv", "*"}, "\xef\xbd\x93rv", "ntlm_hosts = !srv in /test.conf:3"},
    {{"!srv", "*"}, "[2001:db8::1]:445", NULL},
    {{"*", "!srv"}, "?", NULL},
    {{"!srv", "*"}, "srv:80%", "ntlm_hosts = !srv in /test.conf:3"},
    {{"srv"}, "srv:80%", NO_PATTERN},
    {{"32"}, "32:80%", NO_PATTERN},
    {{"*.*"}, "srv/a.b", NO_PATTERN},
    {{"*.a", "!*.b", "*"}, "x.b", "ntlm_hosts = !*.b in /test.conf:3"},
    {{"*.a", "!*.b", "*"}, "x.c", NULL},
    {{"192.0.2.1"}, "192.0.2.1:445", NULL},
    {{"2001:db8::1"}, "[2001:db8::1]:445", NULL},
    /* addresses are compared by their value */
    {{"!192.0.2.1", "*"}, "3221225985", "ntlm_hosts = !192.0.2.1 in /test.conf:3"},
    {{"!192.0.2.1", "*"}, "0xC0.0.0x201", "ntlm_hosts = !192.0.2.1 in /test.conf:3"},
    {{"!192.0.2.1", "*"}, "0300.0.2.1", "ntlm_hosts = !192.0.2.1 in /test.conf:3"},
    {{"!192.0.2.1", "*"}, "192.513:80", "ntlm_hosts = !192.0.2.1 in /test.conf:3"},
    {{"!192.0.2.1", "*"}, "[::ffff:c000:201]", "ntlm_hosts = !192.0.2.1 in /test.conf:3"},
    {{"!192.0.2.1", "*"}, "192.0.2.1 x", "ntlm_hosts = !192.0.2.1 in /test.conf:3"},
    {{"!192.0.2.1", "*"}, "192.0.2.2", NULL},
    {{"!2001:db8::1", "*"},
     "2001:db8:0:00:000::1",
     "ntlm_hosts = !2001:db8::1 in /test.conf:3"},
    /* a service without a host is the local host's */
    {{"local"}, "", NULL},
    {{"!local", "*"}, "", "ntlm_hosts = !local in /test.conf:3"},
    {{"other"}, "", NO_PATTERN},
};

/* The same for services. */
static const struct {
    const char *words[MAX_WORDS];
    const char *service;
    const char *host;
    const char *refused_by; /* NULL: allowed */
} services[] = {
    {{NULL}, "http", "srv", NULL},
    {{NULL}, "hosts", "srv", NULL},
    {{NULL}, "http", "?", NULL},
    {{NULL}, "host", "srv", "ntlm_hosts = * in /test.conf:3" NO_HOST},
    {{NULL}, "HOST", "srv", "ntlm_hosts = * in /test.conf:3" NO_HOST},
    {{NULL}, "", "srv", "ntlm_hosts = * in /test.conf:3" NO_SERVICE},
    {{NULL}, "ho\xef\xbd\x93t", "srv", "ntlm_hosts = * in /test.conf:3" NO_SERVICE},
    {{NULL}, "http/srv", "srv", "ntlm_hosts = * in /test.conf:3" NO_SERVICE},
    {{NULL}, "host ", "srv", "ntlm_hosts = * in /test.conf:3" NO_SERVICE},
    {{NULL}, "", "", "ntlm_hosts = * in /test.conf:3" NOTHING_KNOWN},
    {{"host/srv"}, "host", "?", "ntlm_hosts in /test.conf:3" HOST_UNKNOWN},
    {{"*"}, "host", "srv", "ntlm_hosts in /test.conf:3" NO_HOST},
    {{"srv"}, "Host", "srv", "ntlm_hosts in /test.conf:3" NO_HOST},
    {{"host/srv"}, "host", "srv", NULL},
    {{"HOST/srv"}, "host", "srv", NULL},
    {{"host/srv"}, "host", "other", "ntlm_hosts in /test.conf:3" NO_HOST},
    {{"host/srv"}, "http", "srv", NO_PATTERN},
    {{"host/*"}, "host", "srv.example.com", NULL},
    {{"*/srv"}, "host", "srv", NULL},
    {{"*/srv"}, "", "srv", NULL},
    {{"*/srv"}, "http", "srv", NULL},
    {{"*/srv"}, "host", "other", "ntlm_hosts in /test.conf:3" NO_HOST},
    {{"*/*"}, "", "", NULL},
    {{"*/*"}, "host", "?", NULL},
    {{"http/*"}, "HTTP", "srv", NULL},
    {{"http/*"}, "cifs", "srv", NO_PATTERN},
    {{"http/*"}, "", "srv", "ntlm_hosts in /test.conf:3" NO_SERVICE},
    {{"h*/srv"}, "host", "srv", NULL},
    {{"h*/srv"}, "cifs", "srv", NO_PATTERN},
    {{"h*/srv"}, "", "srv", "ntlm_hosts in /test.conf:3" NO_SERVICE},
    {{"http/192.0.2.1"}, "http", "0xc0000201", NULL},
    {{"http/2001:db8::1"}, "http", "[2001:DB8:0::1]:80", NULL},
    /* our own acceptor without a name: the NetBIOS name without a service */
    {{NULL}, "", "OURS", NULL},
    {{NULL}, "", "ours", NULL},
    {{"!ours", "*"}, "", "OURS", "ntlm_hosts = !ours in /test.conf:3"},
    {{"other"}, "", "OURS", NO_PATTERN},
    {{NULL}, "host", "OURS", "ntlm_hosts = * in /test.conf:3" NO_HOST},
    {{NULL}, "?", "OURS", "ntlm_hosts = * in /test.conf:3" NO_SERVICE},
    /* a pattern that forbids matches each service, and an unknown one */
    {{"!srv", "*/*"}, "host", "srv", "ntlm_hosts = !srv in /test.conf:3"},
    {{"!srv", "*/*"}, "", "srv", "ntlm_hosts = !srv in /test.conf:3"},
    {{"!srv", "*/*"}, "http", "srv", "ntlm_hosts = !srv in /test.conf:3"},
    {{"!cifs/srv", "*"}, "CIFS", "srv", "ntlm_hosts = !cifs/srv in /test.conf:3"},
    {{"!cifs/srv", "*"}, "http", "srv", NULL},
    {{"!cifs/srv", "*"}, "cifs", "other", NULL},
    {{"!cifs/srv", "*/*"}, "", "srv", "ntlm_hosts = !cifs/srv in /test.conf:3"},
    {{"!cifs/srv", "*/*"}, "", "other", NULL},
    {{"!cifs/srv", "*"}, "cifs", "?", "ntlm_hosts = !cifs/srv in /test.conf:3"},
    {{"!host/*", "*/*"}, "host", "srv", "ntlm_hosts = !host/* in /test.conf:3"},
    {{"!host/*", "*/*"}, "http", "srv", NULL},
};

static void check_list(const char *const words[MAX_WORDS], struct policy_target target,
                       const char *refused_by)
{
    char *list[MAX_WORDS + 1] = {NULL};
    struct settings settings = {.path = "/test.conf",
                                .host_name = "local",
                                .netbios_name = "OURS",
                                .ntlm_accept = true,
                                .values = line_3()};

    for (size_t i = 0; i < MAX_WORDS; i++) {
        list[i] = (char *)(uintptr_t)words[i];
    }
    settings.ntlm_hosts = list[0] == NULL ? NULL : list;
    err_note_clear();
    ck_err(policy_initiate(&settings, target), refused_by == NULL ? ERR_OK : ERR_POLICY);
    ck_assert_str_eq(err_note_get(ERR_POLICY), refused_by == NULL ? "" : refused_by);
}

TEST_TABLE(hosts, lists)
{
    check_list(row->words,
               (struct policy_target){bytes_str("http"), bytes_str(row->host)},
               row->refused_by);
}

TEST_TABLE(services_of_hosts, services)
{
    check_list(row->words,
               (struct policy_target){bytes_str(row->service), bytes_str(row->host)},
               row->refused_by);
}

/* A host that is longer than every possible one. */
TEST(endless_host)
{
    const char *const words[MAX_WORDS] = {"!other", "*"};
    char host[HOST_MAX + 1];

    memset(host, 'a', sizeof(host));
    check_list(words, (struct policy_target){bytes_str("http"), bytes_of(host, HOST_MAX)},
               NULL);
    check_list(words,
               (struct policy_target){bytes_str("http"), bytes_of(host, sizeof(host))},
               "ntlm_hosts = !other in /test.conf:3");
}
