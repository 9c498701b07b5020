/* SPDX-License-Identifier: ISC */
/* Whether NTLM may be used. */
#include "conf/policy.h"

#include "base/failure.h"
#include "base/text.h"
#include "conf/settings_keys.h"

#include <stdio.h>
#include <string.h>

/* struct origin: the words that say where a value comes from. */
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

/* A longer value is cut, so that the rest of the detail still fits. */
#define SHOWN_MAX ((size_t)64)

/* Notes the setting, its value and where that stands as the detail of e; returns e. */
static enum err refuse(const struct settings *settings, enum err e, enum setting setting,
                       const char *value)
{
    const struct origin origin = origin_of(settings, setting);
    const bool whole = strlen(value) <= SHOWN_MAX;
    struct text_escaped shown;

    return err_note(e, "%s = %s%s %s %s%s", setting_name(setting),
                    text_printed(&shown, bytes_of(value, strnlen(value, SHOWN_MAX))),
                    whole ? "" : "...", origin.how, origin.where, origin.line);
}

/* The errors by which a setting refuses a login that has begun. */
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

void policy_explain(const struct settings *settings, enum err e)
{
    for (size_t i = 0; i < sizeof(deciders) / sizeof(deciders[0]); i++) {
        const enum setting setting = deciders[i].setting;

        if (deciders[i].e == e) {
            const struct failure before = failure_of(e);

            (void)refuse(settings, e, setting, settings->values[setting].text);
            /* the detail from before comes last: it may hold a peer's text, be long and
             * be cut */
            if (before.detail[0] != '\0') {
                (void)err_note(e, "%s; %s", err_note_get(e), before.detail);
            }
        }
    }
}

/* Notes that no pattern matches. If that is because of the service, the detail says what
 * to write. */
static enum err refuse_unlisted(const struct settings *settings,
                                struct policy_target target)
{
    const struct origin origin = origin_of(settings, SETTING_NTLM_HOSTS);
    const char *every = settings->ntlm_hosts == NULL ? " = *" : "";
    const char *host = target.host.n == 0 ? "*" : "HOST";

    if (target.service.n == 0) {
        return err_note(ERR_POLICY,
                        "ntlm_hosts%s %s %s%s has no pattern for a target without a "
                        "service; write */%s to allow it",
                        every, origin.how, origin.where, origin.line, host);
    }
    if (bytes_equal_nocase(target.service, bytes_str(TARGET_UNASKED_SERVICE))) {
        return err_note(
            ERR_POLICY,
            "ntlm_hosts%s %s %s%s has no pattern for the service " TARGET_UNASKED_SERVICE
            "; write " TARGET_UNASKED_SERVICE "/%s to allow it",
            every, origin.how, origin.where, origin.line, host);
    }
    return err_note(ERR_POLICY, "ntlm_hosts%s %s %s%s has no pattern for it", every,
                    origin.how, origin.where, origin.line);
}

static enum err check_hosts(const struct settings *settings, struct policy_target target)
{
    static char every_host[] = "*";
    static char *const unset[] = {every_host, NULL};
    char *const *words = settings->ntlm_hosts != NULL ? settings->ntlm_hosts : unset;
    const char *word = target_pattern_find(settings, words, target);

    if (word == NULL) {
        return refuse_unlisted(settings, target_pattern_read_target(settings, target));
    }
    return target_pattern_forbids(word)
               ? refuse(settings, ERR_POLICY, SETTING_NTLM_HOSTS, word)
               : ERR_OK;
}

enum err policy_may_initiate(const struct settings *settings)
{
    return settings->ntlm == SETTINGS_NTLM_NEVER
               ? refuse(settings, ERR_POLICY, SETTING_NTLM, "never")
               : ERR_OK;
}

enum err policy_initiate(const struct settings *settings, struct policy_target target)
{
    const enum err e = policy_may_initiate(settings);

    return e != ERR_OK ? e : check_hosts(settings, target);
}

enum err policy_initiate_after_kerberos(const struct settings *settings,
                                        struct policy_target target)
{
    const enum err e = policy_initiate(settings, target);

    if (e == ERR_OK && settings->fallback == SETTINGS_FALLBACK_NEVER) {
        return policy_refuse_fallback(settings);
    }
    return e;
}

enum err policy_cached_credential(const struct settings *settings)
{
    return settings->credentials_from == SETTINGS_CREDENTIALS_FILE_WINBIND
               ? ERR_OK
               : refuse(settings, ERR_POLICY, SETTING_CREDENTIALS_FROM,
                        settings->values[SETTING_CREDENTIALS_FROM].text);
}

const char *policy_fallback_value(const struct settings *settings)
{
    return settings->values[SETTING_FALLBACK].text;
}

enum err policy_refuse_fallback(const struct settings *settings)
{
    return refuse(settings, ERR_POLICY, SETTING_FALLBACK,
                  policy_fallback_value(settings));
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

bool policy_tries_address(const struct settings *settings)
{
    return settings->address_targets == SETTINGS_ADDRESS_KERBEROS;
}

bool policy_falls_back(const struct settings *settings,
                       const struct policy_failure *failure)
{
    switch (settings->fallback) {
    case SETTINGS_FALLBACK_NEVER:
        return false;
    case SETTINGS_FALLBACK_TICKETLESS:
        return failure->is_listed && !failure->has_ticket;
    case SETTINGS_FALLBACK_LISTED:
    case SETTINGS_FALLBACK_SERVER:
        return failure->is_listed;
    case SETTINGS_FALLBACK_ANY:
        return true;
    }
    return false;
}

bool policy_asks_for_ticket(const struct settings *settings)
{
    return settings->fallback == SETTINGS_FALLBACK_TICKETLESS;
}

bool policy_follows_token(const struct settings *settings)
{
    return settings->fallback >= SETTINGS_FALLBACK_SERVER;
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
