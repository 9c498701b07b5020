/* SPDX-License-Identifier: ISC */
/* The keys of the settings: one table with a row for each. */
#ifndef CONF_SETTINGS_KEYS_H
#define CONF_SETTINGS_KEYS_H

#include "conf/environment.h"
#include "conf/settings.h"

enum setting_source { SETTING_DEFAULT, SETTING_FILE, SETTING_ENVIRONMENT };

/*
 * struct setting_value: the text of one setting, on the heap, and where it comes from.
 * line_number: its line, if it comes from the file.
 */
struct setting_value {
    char *text;
    enum setting_source source;
    size_t line_number;
};

/* setting_name: the key. setting_append_allowed: appends the allowed values, such as "yes
 * or no", for an error that says "must be yes or no". */
const char *setting_name(enum setting setting);
void setting_append_allowed(struct buf *out, enum setting setting);

/* setting_variable: the variable that overrides the key, or ENVIRONMENT_NONE. */
enum environment_variable setting_variable(enum setting setting);

/* setting_find: the setting with this key, or SETTING_COUNT. */
enum setting setting_find(struct bytes key);

/* setting_append_default: appends the default's text. values holds the settings before
 * this one. */
void setting_append_default(struct buf *out, enum setting setting,
                            const struct environment *environment,
                            const struct setting_value *values);

/*
 * setting_apply: reads the value's text into its field of settings. A field that is a
 * string then points into the value. The text may change to its final form: upper case,
 * "~/" expanded. ERR_SETTING, without a detail, if the text is not allowed;
 * ERR_NO_MEMORY.
 */
MUST_USE enum err setting_apply(enum setting setting, struct setting_value *value,
                                const struct environment *environment,
                                struct settings *settings);

#endif
