/* SPDX-License-Identifier: ISC */
/* Settings in force: defaults, every key, the environment. */
#include "conf/settings.h"

#include "tests/lib/harness.h"

#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const variables[] = {"LM_COMPAT_LEVEL", "NETBIOS_COMPUTER_NAME",
                                        "NETBIOS_DOMAIN_NAME", "NTLM_USER_FILE"};

static char config[300];

/* Writes the settings file of this test. */
static void use_file(const char *contents)
{
    const char *path = write_file("negotiate.conf", contents, 0644);

    (void)snprintf(config, sizeof(config), "%s", path);
    ck_assert(setenv("GSS_NEGOTIATE_CONFIG", config, 1) == 0);
}

static void use_key(const char *key, const char *value)
{
    char contents[1200];

    (void)snprintf(contents, sizeof(contents), "[negotiate]\n    %s = %s\n", key, value);
    use_file(contents);
}

static void setup(void)
{
    for (size_t i = 0; i < N(variables); i++) {
        ck_assert(unsetenv(variables[i]) == 0);
    }
    use_file("# nothing\n");
}

static const struct settings *acquire(void)
{
    const struct settings *settings;

    ck_ok(settings_acquire(&settings));
    return settings;
}

static void check_defaults(const struct settings *s)
{
    ck_assert_str_eq(s->user_file, "/etc/gss/negotiate.users");
    ck_assert_ptr_null(s->env_user_file);
    ck_assert_uint_eq(s->ntlm_level, 5);
    ck_assert(!s->allow_anonymous && !s->allow_guest && !s->require_mic);
    ck_assert_int_eq(s->channel_bindings, NTLM_BINDINGS_ACCEPT);
    ck_assert_int_eq(s->target_names, TARGET_NAMES_ANY);
    ck_assert_ptr_null(s->target_name_list);
    ck_assert_str_eq(s->netbios_name, s->netbios_domain);
    ck_assert_uint_ge(strlen(s->netbios_name), 1);
    ck_assert_uint_le(strlen(s->netbios_name), 15);
    ck_assert_uint_eq(s->challenge_lifetime_s, 120);
    ck_assert_int_eq(s->ntlm, SETTINGS_NTLM_FALLBACK);
    ck_assert(s->ntlm_accept && s->ntlm_hosts == NULL);
    ck_assert_int_eq(s->fallback, SETTINGS_FALLBACK_LISTED);
    ck_assert_int_eq(s->address_targets, SETTINGS_ADDRESS_NTLM);
    ck_assert_int_eq(s->min_protection, SETTINGS_PROTECT_NONE);
    ck_assert(s->audit);
    ck_assert_int_eq(s->users_from, SETTINGS_USERS_FILE);
    ck_assert_uint_eq(s->winbind_timeout_s, 10);
    ck_assert_int_eq(s->credentials_from, SETTINGS_CREDENTIALS_FILE);
}

TEST_FIXTURE(setup, NULL)

TEST(defaults)
{
    static const char *const files[] = {"", "# c\n; c\n\n", "[negotiate]\n"};
    const struct settings *s;
    struct passwd *user = getpwuid(geteuid());
    char want[1024];

    for (size_t i = 0; i < 3; i++) {
        use_file(files[i]);
        s = acquire();
        check_defaults(s);
        ck_assert(s->file_present);
        if (user != NULL) {
            (void)snprintf(want, sizeof(want), "%s/.config/gss-negotiate/credentials",
                           user->pw_dir);
            ck_assert_str_eq(s->credential_file, want);
            ck_assert_str_eq(s->account, user->pw_name);
        }
        settings_release(s);
    }
}

TEST(absent_file_means_defaults)
{
    const struct settings *s;

    ck_assert(unlink(config) == 0);
    s = acquire();
    check_defaults(s);
    ck_assert(!s->file_present);
    ck_assert_str_eq(s->path, config);
    settings_release(s);
}

TEST(every_key)
{
    const struct settings *s;

    use_file("[negotiate]\n"
             "user_file = /u\ncredential_file = /c d\nntlm_level = 3\n"
             "anonymous = yes\nguest=yes\nrequire_mic =yes\n"
             "channel_bindings = require\ntarget_names = HTTP/a, cifs/b\thost/c\n"
             "netbios_name = ws-1\nnetbios_domain = \"Lab\"\nchallenge_lifetime = 60\n"
             "ntlm = only\nntlm_accept = no\nntlm_hosts = !a.b *.c, *\n"
             "fallback = any\naddress_targets = kerberos\nmin_protection = seal\n"
             "audit = no\nusers_from = file,winbind\nwinbind_timeout = 5\n"
             "credentials_from = file,winbind\n");
    s = acquire();
    ck_assert_str_eq(s->user_file, "/u");
    ck_assert_str_eq(s->credential_file, "/c d");
    ck_assert_uint_eq(s->ntlm_level, 3);
    ck_assert(s->allow_anonymous && s->allow_guest && s->require_mic);
    ck_assert_int_eq(s->channel_bindings, NTLM_BINDINGS_REQUIRE);
    ck_assert_int_eq(s->target_names, TARGET_NAMES_LIST);
    ck_assert_str_eq(s->target_name_list[0], "HTTP/a");
    ck_assert_str_eq(s->target_name_list[1], "cifs/b");
    ck_assert_str_eq(s->target_name_list[2], "host/c");
    ck_assert_ptr_null(s->target_name_list[3]);
    ck_assert_str_eq(s->netbios_name, "WS-1");
    ck_assert_str_eq(s->netbios_domain, "LAB");
    ck_assert_uint_eq(s->challenge_lifetime_s, 60);
    ck_assert_int_eq(s->ntlm, SETTINGS_NTLM_ONLY);
    ck_assert(!s->ntlm_accept);
    ck_assert_str_eq(s->ntlm_hosts[0], "!a.b");
    ck_assert_str_eq(s->ntlm_hosts[1], "*.c");
    ck_assert_str_eq(s->ntlm_hosts[2], "*");
    ck_assert_ptr_null(s->ntlm_hosts[3]);
    ck_assert_int_eq(s->fallback, SETTINGS_FALLBACK_ANY);
    ck_assert_int_eq(s->address_targets, SETTINGS_ADDRESS_KERBEROS);
    ck_assert_int_eq(s->min_protection, SETTINGS_SEAL);
    ck_assert(!s->audit);
    ck_assert_int_eq(s->users_from, SETTINGS_USERS_FILE_WINBIND);
    ck_assert_uint_eq(s->winbind_timeout_s, 5);
    ck_assert_int_eq(s->credentials_from, SETTINGS_CREDENTIALS_FILE_WINBIND);
    settings_release(s);
}

static const struct {
    const char *key;
    const char *value;
    enum err e;
} values[] = {
    {"user_file", "/x", ERR_OK},
    {"user_file", "x", ERR_SETTING},
    {"user_file", "~/x", ERR_SETTING},
    {"user_file", "\"\"", ERR_SETTING},
    {"credential_file", "/x", ERR_OK},
    {"credential_file", "~/x", ERR_OK},
    {"credential_file", "~root/x", ERR_SETTING},
    {"credential_file", "x", ERR_SETTING},
    {"ntlm_level", "0", ERR_OK},
    {"ntlm_level", "5", ERR_OK},
    {"ntlm_level", "6", ERR_SETTING},
    {"ntlm_level", "-1", ERR_SETTING},
    {"ntlm_level", "+3", ERR_SETTING},
    {"ntlm_level", "3 4", ERR_SETTING},
    {"ntlm_level", "0x3", ERR_SETTING},
    {"ntlm_level", "4294967299", ERR_SETTING},
    {"anonymous", "no", ERR_OK},
    {"anonymous", "true", ERR_SETTING},
    {"anonymous", "Yes", ERR_SETTING},
    {"guest", "no", ERR_OK},
    {"guest", "1", ERR_SETTING},
    {"require_mic", "no", ERR_OK},
    {"require_mic", "always", ERR_SETTING},
    {"channel_bindings", "accept", ERR_OK},
    {"channel_bindings", "require", ERR_OK},
    {"channel_bindings", "ignore", ERR_OK},
    {"channel_bindings", "requires", ERR_SETTING},
    {"channel_bindings", "Ignore", ERR_SETTING},
    {"target_names", "any", ERR_OK},
    {"target_names", "own", ERR_OK},
    {"target_names", "HTTP/a", ERR_OK},
    {"target_names", "any HTTP/a", ERR_SETTING},
    {"target_names", "HTTP", ERR_SETTING},
    {"target_names", "HTTP/", ERR_SETTING},
    {"target_names", "/a", ERR_SETTING},
    {"target_names", "a/b/c", ERR_SETTING},
    {"target_names", ",", ERR_SETTING},
    {"netbios_name", "ABCDEFGHIJKLMNO", ERR_OK},
    {"netbios_name", "ABCDEFGHIJKLMNOP", ERR_SETTING},
    {"netbios_name", "A B", ERR_SETTING},
    {"netbios_name", "A\\B", ERR_SETTING},
    {"netbios_name", ".A", ERR_SETTING},
    {"netbios_name", "\xc3\x84", ERR_SETTING},
    {"netbios_domain", "LAB", ERR_OK},
    {"netbios_domain", "L*B", ERR_SETTING},
    {"ntlm", "fallback", ERR_OK},
    {"ntlm", "only", ERR_OK},
    {"ntlm", "never", ERR_OK},
    {"ntlm", "no", ERR_SETTING},
    {"ntlm_accept", "no", ERR_OK},
    {"ntlm_accept", "never", ERR_SETTING},
    {"ntlm_hosts", "*", ERR_OK},
    {"ntlm_hosts", "!*", ERR_OK},
    {"ntlm_hosts", "2001:db8::1, 192.0.2.*", ERR_OK},
    {"ntlm_hosts", "!", ERR_SETTING},
    {"ntlm_hosts", "!!a", ERR_SETTING},
    {"ntlm_hosts", "host/srv", ERR_OK},
    {"ntlm_hosts", "!*/*, http*/2001:db8::1", ERR_OK},
    {"ntlm_hosts", "/srv", ERR_SETTING},
    {"ntlm_hosts", "!/srv", ERR_SETTING},
    {"ntlm_hosts", "http/", ERR_SETTING},
    {"ntlm_hosts", "http/!srv", ERR_SETTING},
    {"ntlm_hosts", "http/srv/more", ERR_SETTING},
    {"ntlm_hosts", "2001:db8::1/http", ERR_SETTING},
    {"ntlm_hosts", "http@srv", ERR_SETTING},
    {"ntlm_hosts", "[::1]", ERR_SETTING},
    {"fallback", "listed", ERR_OK},
    {"fallback", "any", ERR_OK},
    {"fallback", "never", ERR_OK},
    {"fallback", "ticketless", ERR_OK},
    {"fallback", "server", ERR_OK},
    {"fallback", "all", ERR_SETTING},
    {"address_targets", "ntlm", ERR_OK},
    {"address_targets", "kerberos", ERR_OK},
    {"address_targets", "Kerberos", ERR_SETTING},
    {"address_targets", "yes", ERR_SETTING},
    {"min_protection", "none", ERR_OK},
    {"min_protection", "sign", ERR_OK},
    {"min_protection", "seal", ERR_OK},
    {"min_protection", "encrypt", ERR_SETTING},
    {"audit", "yes", ERR_OK},
    {"audit", "no", ERR_OK},
    {"audit", "syslog", ERR_SETTING},
    {"users_from", "file", ERR_OK},
    {"users_from", "winbind", ERR_OK},
    {"users_from", "file,winbind", ERR_OK},
    {"users_from", "winbind,file", ERR_SETTING},
    {"winbind_timeout", "1", ERR_OK},
    {"winbind_timeout", "60", ERR_OK},
    {"winbind_timeout", "0", ERR_SETTING},
    {"winbind_timeout", "61", ERR_SETTING},
    {"credentials_from", "file", ERR_OK},
    {"credentials_from", "file,winbind", ERR_OK},
    {"credentials_from", "winbind", ERR_SETTING},
    {"challenge_lifetime", "1", ERR_OK},
    {"challenge_lifetime", "86400", ERR_OK},
    {"challenge_lifetime", "0", ERR_SETTING},
    {"challenge_lifetime", "86401", ERR_SETTING},
    {"challenge_lifetime", "2m", ERR_SETTING},
    /* typos, and keys of other versions */
    {"userfile", "/x", ERR_SETTING},
    {"Anonymous", "no", ERR_SETTING},
    {"anonymous_", "no", ERR_SETTING},
    {"ntlm-level", "5", ERR_SETTING},
    {"channel_binding", "require", ERR_SETTING},
    {"user_from", "file", ERR_SETTING},
};

TEST_TABLE(value_table, values)
{
    const struct settings *s;
    enum err e;
    char start[400];

    use_key(row->key, row->value);
    err_note_clear();
    e = settings_acquire(&s);
    ck_err(e, row->e);
    if (e == ERR_OK) {
        settings_release(s);
        return;
    }
    ck_assert_ptr_null(s);
    (void)snprintf(start, sizeof(start), "%s:2: %s", config, row->key);
    ck_assert_msg(strncmp(err_note_get(e), start, strlen(start)) == 0, "%s",
                  err_note_get(e));
    ck_assert_ptr_nonnull(strstr(err_note_get(e), ": must be "));
}

TEST(detail_shows_key_value_and_what_is_allowed)
{
    const struct settings *s;
    char want[512];

    use_key("ntlm_level", "9\xff");
    ck_err(settings_acquire(&s), ERR_SETTING);
    (void)snprintf(want, sizeof(want),
                   "%s:2: ntlm_level = 9\\xff: must be a number from 0 to 5", config);
    ck_assert_str_eq(err_note_get(ERR_SETTING), want);
}

TEST(environment_is_stronger)
{
    const struct settings *s;

    use_file("[negotiate]\nuser_file = /u\nntlm_level = 3\nnetbios_name = A\n"
             "netbios_domain = B\n");
    ck_assert(setenv("LM_COMPAT_LEVEL", "4", 1) == 0);
    ck_assert(setenv("NETBIOS_COMPUTER_NAME", "ws", 1) == 0);
    ck_assert(setenv("NETBIOS_DOMAIN_NAME", "lab", 1) == 0);
    ck_assert(setenv("NTLM_USER_FILE", "users", 1) == 0);
    s = acquire();
    ck_assert_uint_eq(s->ntlm_level, 4);
    ck_assert_str_eq(s->netbios_name, "WS");
    ck_assert_str_eq(s->netbios_domain, "LAB");
    ck_assert_str_eq(s->user_file, "users");
    ck_assert_str_eq(s->env_user_file, "users");
    settings_release(s);
    setup();
    ck_assert(setenv("NTLM_USER_FILE", "", 1) == 0);
    s = acquire();
    check_defaults(s);
    settings_release(s);
}

static const struct {
    const char *variable;
    const char *value;
} garbage[] = {
    {"LM_COMPAT_LEVEL", "6"},
    {"LM_COMPAT_LEVEL", "five"},
    {"LM_COMPAT_LEVEL", " 5"},
    {"LM_COMPAT_LEVEL", "-1"},
    {"NETBIOS_COMPUTER_NAME", "ABCDEFGHIJKLMNOP"},
    {"NETBIOS_DOMAIN_NAME", "A/B"},
    {"GSS_NEGOTIATE_CONFIG", "negotiate.conf"},
};

TEST_TABLE(environment_garbage, garbage)
{
    const struct settings *s;
    const char *detail;

    ck_assert(setenv(row->variable, row->value, 1) == 0);
    ck_err(settings_acquire(&s), ERR_ENVIRONMENT);
    detail = err_note_get(ERR_ENVIRONMENT);
    ck_assert(strncmp(detail, row->variable, strlen(row->variable)) == 0);
    ck_assert_ptr_nonnull(strstr(detail, ": must be "));
}

struct seen {
    size_t n;
    bool level_from_file;
    bool name_from_environment;
    bool guest_default;
};

static void see(void *arg, const char *key, const char *value, const char *source)
{
    struct seen *seen = arg;

    seen->n++;
    seen->level_from_file |= strcmp(key, "ntlm_level") == 0 && strcmp(value, "3") == 0 &&
                             strncmp(source, config, strlen(config)) == 0 &&
                             strcmp(source + strlen(config), ":2") == 0;
    seen->name_from_environment |=
        strcmp(key, "netbios_name") == 0 && strcmp(value, "WS") == 0 &&
        strcmp(source, "environment NETBIOS_COMPUTER_NAME") == 0;
    seen->guest_default |= strcmp(key, "guest") == 0 && strcmp(value, "no") == 0 &&
                           strcmp(source, "default") == 0;
}

TEST(each_key_has_its_source)
{
    struct seen seen = {.n = 0};
    const struct settings *s;

    use_key("ntlm_level", "3");
    ck_assert(setenv("NETBIOS_COMPUTER_NAME", "ws", 1) == 0);
    s = acquire();
    settings_each(s, see, &seen);
    settings_release(s);
    ck_assert_uint_eq(seen.n, SETTING_COUNT);
    ck_assert(seen.level_from_file && seen.name_from_environment && seen.guest_default);
}
