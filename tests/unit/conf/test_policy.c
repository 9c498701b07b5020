/* SPDX-License-Identifier: ISC */
/* Policy: every value of every key, as a table of outcomes. */
#include "conf/policy.h"

#include "conf/settingkeys.h"
#include "tests/lib/harness.h"

#include <string.h>

/* Every setting is written in line 3. */
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
    {"2001:db8::*", "2001:db8::1", true},
    {"example.*", "example.com", true},
    {"example.*", "example", false},
};

START_TEST(host_patterns)
{
    ck_assert_msg(policy_host_matches(bytes_str(patterns[_i].pattern),
                                      bytes_str(patterns[_i].host)) ==
                      patterns[_i].matches,
                  "%s %s", patterns[_i].pattern, patterns[_i].host);
}
END_TEST

/* A pattern made to be slow takes no more steps than the product of the lengths. */
START_TEST(slow_pattern)
{
    char pattern[2001];
    char host[60001];

    for (size_t i = 0; i + 1 < sizeof(pattern); i += 2) {
        memcpy(pattern + i, "a*", 2);
    }
    memcpy(pattern + sizeof(pattern) - 3, "*b", 3);
    memset(host, 'a', sizeof(host) - 1);
    host[sizeof(host) - 1] = '\0';
    ck_assert(!policy_host_matches(bytes_str(pattern), bytes_str(host)));
}
END_TEST

#define MAX_WORDS 4

static const struct {
    const char *words[MAX_WORDS];
    const char *host;
    const char *refused_by; /* NULL: allowed */
} lists[] = {
    {{NULL}, "srv", NULL},
    {{NULL}, "", NULL},
    {{"srv"}, "srv", NULL},
    {{"srv"}, "srv:8080", NULL},
    {{"srv"}, "srv.", NULL},
    {{"srv"}, "other", "ntlm_hosts in /test.conf:3 has no pattern for it"},
    {{"srv"}, "", "ntlm_hosts in /test.conf:3 has no pattern for it"},
    {{"!srv"}, "srv", "ntlm_hosts = !srv in /test.conf:3"},
    {{"!srv"}, "other", "ntlm_hosts in /test.conf:3 has no pattern for it"},
    {{"!srv", "*"}, "other.example.com", NULL},
    {{"!srv", "*"}, "srv", "ntlm_hosts = !srv in /test.conf:3"},
    {{"*", "!srv"}, "srv", NULL},
    /* who is not known may be who is forbidden */
    {{"*"}, "srv/more", NULL},
    {{"!srv", "*"}, "", "ntlm_hosts = !srv in /test.conf:3"},
    {{"!srv", "*"}, "srv/more", "ntlm_hosts = !srv in /test.conf:3"},
    {{"!srv", "*"}, "srv@more", "ntlm_hosts = !srv in /test.conf:3"},
    {{"!srv", "*"}, "srv:http", "ntlm_hosts = !srv in /test.conf:3"},
    {{"!srv", "*"}, " srv", "ntlm_hosts = !srv in /test.conf:3"},
    {{"!srv", "*"}, "\xef\xbd\x93rv", "ntlm_hosts = !srv in /test.conf:3"},
    {{"!srv", "*"}, "[2001:db8::1]:445", NULL},
    {{"*", "!srv"}, "", NULL},
    {{"*.*"}, "srv/a.b", "ntlm_hosts in /test.conf:3 has no pattern for it"},
    {{"*.a", "!*.b", "*"}, "x.b", "ntlm_hosts = !*.b in /test.conf:3"},
    {{"*.a", "!*.b", "*"}, "x.c", NULL},
    {{"192.0.2.1"}, "192.0.2.1:445", NULL},
    {{"2001:db8::1"}, "[2001:db8::1]:445", NULL},
};

START_TEST(hosts)
{
    char *words[MAX_WORDS + 1] = {NULL};
    struct settings settings = {
        .path = "/test.conf", .ntlm_accept = true, .values = line_3()};

    for (size_t i = 0; i < MAX_WORDS; i++) {
        words[i] = (char *)(uintptr_t)lists[_i].words[i];
    }
    settings.ntlm_hosts = words[0] == NULL ? NULL : words;
    err_note_clear();
    ck_err(policy_initiate(&settings, bytes_str(lists[_i].host)),
           lists[_i].refused_by == NULL ? ERR_OK : ERR_POLICY);
    ck_assert_str_eq(err_note_get(ERR_POLICY),
                     lists[_i].refused_by == NULL ? "" : lists[_i].refused_by);
}
END_TEST

/* {ntlm, fallback} -> {alone, behind Kerberos, Kerberos tried, after a listed error,
 * after any other} */
static const struct {
    enum settings_ntlm ntlm;
    enum settings_fallback fallback;
    bool alone, behind, kerberos, listed, unlisted;
} initiators[] = {
    {SETTINGS_NTLM_FALLBACK, SETTINGS_FALLBACK_LISTED, true, true, true, true, false},
    {SETTINGS_NTLM_FALLBACK, SETTINGS_FALLBACK_ANY, true, true, true, true, true},
    {SETTINGS_NTLM_FALLBACK, SETTINGS_FALLBACK_NEVER, true, false, true, false, false},
    {SETTINGS_NTLM_ONLY, SETTINGS_FALLBACK_LISTED, true, true, false, true, false},
    {SETTINGS_NTLM_ONLY, SETTINGS_FALLBACK_ANY, true, true, false, true, true},
    {SETTINGS_NTLM_NEVER, SETTINGS_FALLBACK_LISTED, false, false, true, true, false},
    {SETTINGS_NTLM_NEVER, SETTINGS_FALLBACK_ANY, false, false, true, true, true},
    {SETTINGS_NTLM_NEVER, SETTINGS_FALLBACK_NEVER, false, false, true, false, false},
};

START_TEST(initiating)
{
    struct settings s = {.path = "/test.conf",
                         .values = line_3(),
                         .ntlm = initiators[_i].ntlm,
                         .fallback = initiators[_i].fallback};
    struct bytes host = bytes_str("srv");

    ck_assert_int_eq(policy_initiate(&s, host) == ERR_OK, initiators[_i].alone);
    ck_assert_int_eq(policy_initiate_after_kerberos(&s, host) == ERR_OK,
                     initiators[_i].behind);
    ck_assert_int_eq(policy_tries_kerberos(&s), initiators[_i].kerberos);
    ck_assert_int_eq(policy_falls_back(&s, true), initiators[_i].listed);
    ck_assert_int_eq(policy_falls_back(&s, false), initiators[_i].unlisted);
}
END_TEST

START_TEST(accepting)
{
    struct settings s = {.path = "/test.conf", .ntlm_accept = true, .values = line_3()};

    ck_ok(policy_accept(&s));
    s.ntlm_accept = false;
    ck_err(policy_accept(&s), ERR_POLICY);
    ck_assert_str_eq(err_note_get(ERR_POLICY), "ntlm_accept = no in /test.conf:3");
}
END_TEST

/* {wanted, signs, seals} */
static const struct {
    enum settings_protection wanted;
    bool signs, seals;
    const char *refused_by;
} protections[] = {
    {SETTINGS_PROTECT_NONE, false, false, NULL},
    {SETTINGS_SIGN, false, false, "min_protection = sign in /test.conf:3"},
    {SETTINGS_SIGN, true, false, NULL},
    {SETTINGS_SIGN, false, true, NULL},
    {SETTINGS_SEAL, false, false, "min_protection = seal in /test.conf:3"},
    {SETTINGS_SEAL, true, false, "min_protection = seal in /test.conf:3"},
    {SETTINGS_SEAL, true, true, NULL},
};

START_TEST(protection)
{
    struct settings s = {.path = "/test.conf",
                         .values = line_3(),
                         .min_protection = protections[_i].wanted};
    const char *refused_by = protections[_i].refused_by;

    err_note_clear();
    ck_err(policy_protection(&s, protections[_i].signs, protections[_i].seals),
           refused_by == NULL ? ERR_OK : ERR_PROTECTION);
    ck_assert_str_eq(err_note_get(ERR_PROTECTION), refused_by == NULL ? "" : refused_by);
}
END_TEST

/* {error, where the value comes from} -> the detail, "seen" being one that was there. */
static const struct {
    enum err e;
    enum setting setting;
    enum setting_source source;
    const char *detail;
} explained[] = {
    {ERR_NTLM_LEVEL, SETTING_NTLM_LEVEL, SETTING_ENVIRONMENT,
     "ntlm_level = x by the environment variable LM_COMPAT_LEVEL; seen"},
    {ERR_ANONYMOUS, SETTING_ANONYMOUS, SETTING_DEFAULT,
     "anonymous = x by default, not set in /test.conf; seen"},
    {ERR_GUEST, SETTING_GUEST, SETTING_FILE, "guest = x in /test.conf:7; seen"},
    {ERR_MIC_REQUIRED, SETTING_REQUIRE_MIC, SETTING_FILE,
     "require_mic = x in /test.conf:7; seen"},
    {ERR_BINDINGS_MISSING, SETTING_CHANNEL_BINDINGS, SETTING_FILE,
     "channel_bindings = x in /test.conf:7; seen"},
    {ERR_TARGET_NAME, SETTING_TARGET_NAMES, SETTING_FILE,
     "target_names = x in /test.conf:7; seen"},
    {ERR_CHALLENGE_EXPIRED, SETTING_CHALLENGE_LIFETIME, SETTING_FILE,
     "challenge_lifetime = x in /test.conf:7; seen"},
    {ERR_LOGIN, SETTING_COUNT, SETTING_FILE, "seen"},
    {ERR_BINDINGS, SETTING_COUNT, SETTING_FILE, "seen"},
    {ERR_NTLM_MIC_MISSING, SETTING_COUNT, SETTING_FILE, "seen"},
    {ERR_OK, SETTING_COUNT, SETTING_FILE, ""},
};

START_TEST(explaining)
{
    struct setting_value values[SETTING_COUNT + 1] = {{NULL, SETTING_DEFAULT, 0}};
    struct settings s = {.path = "/test.conf", .values = values};
    enum err e = explained[_i].e;

    values[explained[_i].setting] =
        (struct setting_value){(char *)(uintptr_t) "x", explained[_i].source, 7};
    (void)err_note(e, "seen");
    policy_explain(&s, e);
    ck_assert_str_eq(err_note_get(e), explained[_i].detail);
}
END_TEST

/* Its place is told whatever the value is. */
START_TEST(explaining_a_long_value)
{
    struct setting_value values[SETTING_COUNT] = {{NULL, SETTING_DEFAULT, 0}};
    struct settings s = {.path = "/test.conf", .values = values};
    char list[512];

    memset(list, '\x01', sizeof(list) - 1);
    list[sizeof(list) - 1] = '\0';
    values[SETTING_TARGET_NAMES] = (struct setting_value){list, SETTING_FILE, 7};
    err_note_clear();
    policy_explain(&s, ERR_TARGET_NAME);
    ck_assert_ptr_nonnull(
        strstr(err_note_get(ERR_TARGET_NAME), "\\x01\\x01... in /test.conf:7"));
    memset(list, 'x', 64);
    list[64] = '\0';
    policy_explain(&s, ERR_TARGET_NAME);
    ck_assert_ptr_nonnull(strstr(err_note_get(ERR_TARGET_NAME), "xx in /test.conf:7; "));
}
END_TEST

#define N_ROWS(table) ((int)(sizeof(table) / sizeof((table)[0])))

static Suite *make_suite(void)
{
    Suite *suite = suite_create("policy");
    TCase *all = tcase_create("all");

    tcase_add_loop_test(all, host_patterns, 0, N_ROWS(patterns));
    tcase_add_test(all, slow_pattern);
    tcase_add_loop_test(all, hosts, 0, N_ROWS(lists));
    tcase_add_loop_test(all, initiating, 0, N_ROWS(initiators));
    tcase_add_test(all, accepting);
    tcase_add_loop_test(all, protection, 0, N_ROWS(protections));
    tcase_add_loop_test(all, explaining, 0, N_ROWS(explained));
    tcase_add_test(all, explaining_a_long_value);
    suite_add_tcase(suite, all);
    return suite;
}

int main(void)
{
    return harness_run(make_suite());
}
