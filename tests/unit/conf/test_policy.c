/* SPDX-License-Identifier: ISC */
/* Policy: every value of every key, as a table of outcomes. */
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

/* {ntlm, fallback} -> {NTLM by its own OID, NTLM after Kerberos, Kerberos is tried; NTLM
 * follows a listed error without a ticket, one with a ticket, any other error, a Kerberos
 * token} */
static const struct {
    enum settings_ntlm ntlm;
    enum settings_fallback fallback;
    bool alone, behind, kerberos, ticketless, listed, unlisted, token;
} initiators[] = {
    {SETTINGS_NTLM_FALLBACK, SETTINGS_FALLBACK_NEVER, 1, 0, 1, 0, 0, 0, 0},
    {SETTINGS_NTLM_FALLBACK, SETTINGS_FALLBACK_TICKETLESS, 1, 1, 1, 1, 0, 0, 0},
    {SETTINGS_NTLM_FALLBACK, SETTINGS_FALLBACK_LISTED, 1, 1, 1, 1, 1, 0, 0},
    {SETTINGS_NTLM_FALLBACK, SETTINGS_FALLBACK_SERVER, 1, 1, 1, 1, 1, 0, 1},
    {SETTINGS_NTLM_FALLBACK, SETTINGS_FALLBACK_ANY, 1, 1, 1, 1, 1, 1, 1},
    {SETTINGS_NTLM_ONLY, SETTINGS_FALLBACK_LISTED, 1, 1, 0, 1, 1, 0, 0},
    {SETTINGS_NTLM_ONLY, SETTINGS_FALLBACK_ANY, 1, 1, 0, 1, 1, 1, 1},
    {SETTINGS_NTLM_NEVER, SETTINGS_FALLBACK_LISTED, 0, 0, 1, 1, 1, 0, 0},
    {SETTINGS_NTLM_NEVER, SETTINGS_FALLBACK_ANY, 0, 0, 1, 1, 1, 1, 1},
    {SETTINGS_NTLM_NEVER, SETTINGS_FALLBACK_NEVER, 0, 0, 1, 0, 0, 0, 0},
};

TEST_TABLE(initiating, initiators)
{
    struct settings s = {.path = "/test.conf",
                         .values = line_3(),
                         .ntlm = row->ntlm,
                         .fallback = row->fallback};
    const struct policy_failure ticketless = {true, false};
    const struct policy_failure listed = {true, true};
    const struct policy_failure unlisted = {false, false};
    struct policy_target target = {bytes_str("http"), bytes_str("srv")};

    ck_assert_int_eq(policy_initiate(&s, target) == ERR_OK, row->alone);
    ck_assert_int_eq(policy_initiate_after_kerberos(&s, target) == ERR_OK, row->behind);
    ck_assert_int_eq(policy_tries_kerberos(&s), row->kerberos);
    ck_assert_int_eq(policy_falls_back(&s, &ticketless), row->ticketless);
    ck_assert_int_eq(policy_falls_back(&s, &listed), row->listed);
    ck_assert_int_eq(policy_falls_back(&s, &unlisted), row->unlisted);
    ck_assert_int_eq(policy_follows_token(&s), row->token);
    ck_assert_int_eq(policy_asks_for_ticket(&s),
                     s.fallback == SETTINGS_FALLBACK_TICKETLESS);
}

TEST(addresses)
{
    struct settings s = {.address_targets = SETTINGS_ADDRESS_NTLM};

    ck_assert(!policy_tries_address(&s));
    s.address_targets = SETTINGS_ADDRESS_KERBEROS;
    ck_assert(policy_tries_address(&s));
}

TEST(accepting)
{
    struct settings s = {.path = "/test.conf", .ntlm_accept = true, .values = line_3()};

    ck_ok(policy_accept(&s));
    s.ntlm_accept = false;
    ck_err(policy_accept(&s), ERR_POLICY);
    ck_assert_str_eq(err_note_get(ERR_POLICY), "ntlm_accept = no in /test.conf:3");
}

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

TEST_TABLE(protection, protections)
{
    struct settings s = {
        .path = "/test.conf", .values = line_3(), .min_protection = row->wanted};
    const char *refused_by = row->refused_by;

    err_note_clear();
    ck_err(policy_protection(&s, row->signs, row->seals),
           refused_by == NULL ? ERR_OK : ERR_PROTECTION);
    ck_assert_str_eq(err_note_get(ERR_PROTECTION), refused_by == NULL ? "" : refused_by);
}

TEST(cached_credential)
{
    struct settings s = {.path = "/test.conf", .values = line_3()};

    ck_err(policy_cached_credential(&s), ERR_POLICY);
    ck_assert_str_eq(err_note_get(ERR_POLICY),
                     "credentials_from = its value in /test.conf:3");
    s.credentials_from = SETTINGS_CREDENTIALS_FILE_WINBIND;
    ck_ok(policy_cached_credential(&s));
}

/* {error, source of the value} -> the detail; "seen" is a detail that was there
 * before. */
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

TEST_TABLE(explaining, explained)
{
    struct setting_value values[SETTING_COUNT + 1] = {{NULL, SETTING_DEFAULT, 0}};
    struct settings s = {.path = "/test.conf", .values = values};
    enum err e = row->e;

    values[row->setting] =
        (struct setting_value){(char *)(uintptr_t) "x", row->source, 7};
    (void)err_note(e, "seen");
    policy_explain(&s, e);
    ck_assert_str_eq(err_note_get(e), row->detail);
}

/* The detail has the place of the value, however long the value is. */
TEST(explaining_a_long_value)
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
