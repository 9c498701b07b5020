/* SPDX-License-Identifier: ISC */
/* Whether NTLM may be used. */
#include "conf/policy.h"

#include "asn1/text.h"
#include "conf/host.h"
#include "conf/settingkeys.h"

#include <stdio.h>
#include <string.h>

/* struct origin: where a value comes from, in words. */
struct origin {
    const char *how;
    const char *where;
    char line[24];
};

static struct origin origin_of(const struct settings *settings, enum setting setting)
{
    const struct setting_value *value = &settings->values[setting];
    struct origin origin = {"in", settings->path, ""};

    switch (value->source) {
    case SETTING_DEFAULT:
        origin.how = "by default, not set in";
        break;
    case SETTING_FILE:
        (void)snprintf(origin.line, sizeof(origin.line), ":%zu", value->line_number);
        break;
    case SETTING_ENVIRONMENT:
        origin.how = "by the environment variable";
        origin.where = environment_name(setting_variable(setting));
        break;
    }
    return origin;
}

/* A list may be long, and what is behind it must be read, too. */
#define SHOWN_MAX ((size_t)64)

/* The setting, a value of it, and where it stands, as the detail of e. */
static enum err refuse(const struct settings *settings, enum err e, enum setting setting,
                       const char *value)
{
    const struct origin origin = origin_of(settings, setting);
    const bool whole = strlen(value) <= SHOWN_MAX;
    struct text_escaped shown;

    return err_note(e, "%s = %s%s %s %s%s", setting_name(setting),
                    text_escaped(&shown, bytes_of(value, strnlen(value, SHOWN_MAX))),
                    whole ? "" : "...", origin.how, origin.where, origin.line);
}

/* What refuses a login that is under way, and the setting by which it does. */
static const struct {
    enum err e;
    enum setting setting;
} deciders[] = {
    {ERR_NTLM_LEVEL, SETTING_NTLM_LEVEL},
    {ERR_ANONYMOUS, SETTING_ANONYMOUS},
    {ERR_GUEST, SETTING_GUEST},
    {ERR_MIC_REQUIRED, SETTING_REQUIRE_MIC},
    {ERR_BINDINGS_MISSING, SETTING_CHANNEL_BINDINGS},
    {ERR_TARGET_NAME, SETTING_TARGET_NAMES},
    {ERR_CHALLENGE_EXPIRED, SETTING_CHALLENGE_LIFETIME},
};

/* The setting comes first: what a peer says may be long. */
static void explain(const struct settings *settings, enum err e, enum setting setting)
{
    char before[ERR_NOTE_SIZE];

    (void)snprintf(before, sizeof(before), "%s", err_note_get(e));
    (void)refuse(settings, e, setting, settings->values[setting].text);
    if (before[0] != '\0') {
        (void)err_note(e, "%s; %s", err_note_get(e), before);
    }
}

void policy_explain(const struct settings *settings, enum err e)
{
    for (size_t i = 0; i < sizeof(deciders) / sizeof(deciders[0]); i++) {
        if (deciders[i].e == e) {
            explain(settings, e, deciders[i].setting);
        }
    }
}

/* Goes on behind the last * whenever what follows it does not fit: no more steps than the
 * product of the lengths. */
static bool label_matches(struct bytes pattern, struct bytes label)
{
    size_t at = 0;
    size_t behind_star = pattern.n + 1;
    size_t resume = 0;

    for (size_t i = 0; i < label.n;) {
        bool is_star = at < pattern.n && pattern.p[at] == '*';

        if (is_star) {
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

/* The text up to the next dot, which is taken too. */
static struct bytes next_label(struct bytes *name)
{
    struct bytes label = *name;

    if (!bytes_split(*name, '.', &label, name)) {
        *name = bytes_of(NULL, 0);
    }
    return label;
}

bool policy_host_matches(struct bytes pattern, struct bytes host)
{
    if (bytes_equal(pattern, bytes_str("*"))) {
        return true;
    }
    while (pattern.n > 0 && host.n > 0) {
        if (!label_matches(next_label(&pattern), next_label(&host))) {
            return false;
        }
    }
    return pattern.n == 0 && host.n == 0;
}

/* Whether this is a name or an address as patterns are: of any other text, and of none,
 * nobody knows which host is meant. */
static bool is_known(struct bytes plain)
{
    static const char inside[] = "abcdefghijklmnopqrstuvwxyz"
                                 "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._";

    for (size_t i = 0; i < plain.n; i++) {
        if (!bytes_has(bytes_str(inside), (char)plain.p[i])) {
            return host_is_address(plain);
        }
    }
    return plain.n > 0;
}

/* A host that is not known may be any that is forbidden. */
static bool concerns(struct bytes pattern, bool forbids, struct bytes plain)
{
    if (!is_known(plain)) {
        return forbids || bytes_equal(pattern, bytes_str("*"));
    }
    return policy_host_matches(pattern, plain);
}

static enum err check_hosts(const struct settings *settings, struct bytes host)
{
    struct bytes plain = host_plain(host);

    for (char **word = settings->ntlm_hosts; word != NULL && *word != NULL; word++) {
        bool forbids = (*word)[0] == '!';

        if (concerns(bytes_str(*word + (forbids ? 1 : 0)), forbids, plain)) {
            return forbids ? refuse(settings, ERR_POLICY, SETTING_NTLM_HOSTS, *word)
                           : ERR_OK;
        }
    }
    if (settings->ntlm_hosts == NULL) {
        return ERR_OK;
    }
    const struct origin origin = origin_of(settings, SETTING_NTLM_HOSTS);
    return err_note(ERR_POLICY, "ntlm_hosts %s %s%s has no pattern for it", origin.how,
                    origin.where, origin.line);
}

enum err policy_may_initiate(const struct settings *settings)
{
    return settings->ntlm == SETTINGS_NTLM_NEVER
               ? refuse(settings, ERR_POLICY, SETTING_NTLM, "never")
               : ERR_OK;
}

enum err policy_initiate(const struct settings *settings, struct bytes host)
{
    const enum err e = policy_may_initiate(settings);

    return e != ERR_OK ? e : check_hosts(settings, host);
}

enum err policy_initiate_after_kerberos(const struct settings *settings,
                                        struct bytes host)
{
    const enum err e = policy_initiate(settings, host);

    if (e == ERR_OK && settings->fallback == SETTINGS_FALLBACK_NEVER) {
        return policy_refuse_fallback(settings);
    }
    return e;
}

enum err policy_refuse_fallback(const struct settings *settings)
{
    return refuse(settings, ERR_POLICY, SETTING_FALLBACK, "never");
}

enum err policy_accept(const struct settings *settings)
{
    return settings->ntlm_accept
               ? ERR_OK
               : refuse(settings, ERR_POLICY, SETTING_NTLM_ACCEPT, "no");
}

bool policy_tries_kerberos(const struct settings *settings)
{
    return settings->ntlm != SETTINGS_NTLM_ONLY;
}

bool policy_falls_back(const struct settings *settings, bool is_listed)
{
    switch (settings->fallback) {
    case SETTINGS_FALLBACK_LISTED:
        return is_listed;
    case SETTINGS_FALLBACK_ANY:
        return true;
    case SETTINGS_FALLBACK_NEVER:
        return false;
    }
    return false;
}

enum err policy_protection(const struct settings *settings, bool signs, bool seals)
{
    if (settings->min_protection == SETTINGS_SEAL && !seals) {
        return refuse(settings, ERR_PROTECTION, SETTING_MIN_PROTECTION, "seal");
    }
    if (settings->min_protection == SETTINGS_SIGN && !signs && !seals) {
        return refuse(settings, ERR_PROTECTION, SETTING_MIN_PROTECTION, "sign");
    }
    return ERR_OK;
}
