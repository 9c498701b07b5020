/* SPDX-License-Identifier: ISC */
/* Whether NTLM may be used. */
#include "conf/policy.h"

#include "conf/host.h"

static enum err refuse(const struct settings *settings, const char *key,
                       const char *value)
{
    return err_note(ERR_POLICY, "%s = %s in %s", key, value, settings->path);
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

static enum err check_hosts(const struct settings *settings, struct bytes host)
{
    struct bytes plain = host_plain(host);

    for (char **word = settings->ntlm_hosts; word != NULL && *word != NULL; word++) {
        bool forbids = (*word)[0] == '!';

        if (policy_host_matches(bytes_str(*word + (forbids ? 1 : 0)), plain)) {
            return forbids ? refuse(settings, "ntlm_hosts", *word) : ERR_OK;
        }
    }
    if (settings->ntlm_hosts == NULL) {
        return ERR_OK;
    }
    return err_note(ERR_POLICY, "ntlm_hosts in %s has no pattern for it", settings->path);
}

enum err policy_may_initiate(const struct settings *settings)
{
    return settings->ntlm == SETTINGS_NTLM_NEVER ? refuse(settings, "ntlm", "never")
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
    return refuse(settings, "fallback", "never");
}

enum err policy_accept(const struct settings *settings)
{
    return settings->ntlm_accept ? ERR_OK : refuse(settings, "ntlm_accept", "no");
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
        return err_note(ERR_PROTECTION, "min_protection = seal in %s", settings->path);
    }
    if (settings->min_protection == SETTINGS_SIGN && !signs && !seals) {
        return err_note(ERR_PROTECTION, "min_protection = sign in %s", settings->path);
    }
    return ERR_OK;
}
