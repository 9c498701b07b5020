/* SPDX-License-Identifier: ISC */
/* The keys of the settings: names, defaults, what is allowed. */
#ifndef CONF_SETTINGS_KEYS_H
#define CONF_SETTINGS_KEYS_H

#include "conf/environment.h"
#include "conf/settings.h"

enum setting {
    SETTING_USER_FILE,
    SETTING_CREDENTIAL_FILE,
    SETTING_NTLM_LEVEL,
    SETTING_ANONYMOUS,
    SETTING_GUEST,
    SETTING_REQUIRE_MIC,
    SETTING_CHANNEL_BINDINGS,
    SETTING_TARGET_NAMES,
    SETTING_NETBIOS_NAME,
    SETTING_NETBIOS_DOMAIN,
    SETTING_CHALLENGE_LIFETIME,
    SETTING_NTLM,
    SETTING_NTLM_ACCEPT,
    SETTING_NTLM_HOSTS,
    SETTING_FALLBACK,
    SETTING_ADDRESS_TARGETS,
    SETTING_MIN_PROTECTION,
    SETTING_AUDIT,
    SETTING_COUNT
};

enum setting_source { SETTING_DEFAULT, SETTING_FILE, SETTING_ENVIRONMENT };

/* struct setting_value: a text on the heap and where it comes from, with the line if that
 * is the file. */
struct setting_value {
    char *text;
    enum setting_source source;
    size_t line_number;
};

const char *setting_name(enum setting setting);
/* setting_allowed: what follows "must be" in the error. */
const char *setting_allowed(enum setting setting);
/* setting_variable: the variable that is stronger than the key, or ENVIRONMENT_COUNT. */
enum environment_variable setting_variable(enum setting setting);

/* setting_find: ERR_SETTING, without a detail, for a key that does not exist. */
MUST_USE enum err setting_find(struct bytes name, enum setting *out_setting);

/* setting_default: appends the default's text; values hold the keys before this one. */
void setting_default(struct buf *out, enum setting setting,
                     const struct environment *environment,
                     const struct setting_value *values);

/*
 * setting_apply: reads the value's text into its field of settings, which then points
 * into the value where it is a string. May put the text into its final form (upper case,
 * "~/" expanded). ERR_SETTING, without a detail, if it is not allowed; ERR_NO_MEMORY.
 */
MUST_USE enum err setting_apply(enum setting setting, struct setting_value *value,
                                const struct environment *environment,
                                struct settings *settings);

#endif
