/* SPDX-License-Identifier: ISC */
/* Settings that are lists of words, separated by blanks or commas. */
#ifndef CONF_SETTINGS_LIST_H
#define CONF_SETTINGS_LIST_H

#include "base/err.h"

#include <stdbool.h>

/* setting_is_target_name: service/host. setting_is_host_pattern: a host or an address, *
 * for any characters of a label, a ! before it or not. */
bool setting_is_target_name(const char *word);
bool setting_is_host_pattern(const char *word);

/* setting_list_read: the words of a list, each of which must be good, NULL-terminated.
 * ERR_SETTING for a bad or no word; ERR_NO_MEMORY. setting_list_free: NULL is a no-op. */
MUST_USE enum err setting_list_read(const char *words, bool (*is_good)(const char *word),
                                    char ***out_list);
void setting_list_free(char **list);

#endif
