/* SPDX-License-Identifier: ISC */
/* Settings that are lists of words. Blanks or commas separate the words. */
#ifndef CONF_SETTINGS_LIST_H
#define CONF_SETTINGS_LIST_H

#include "base/err.h"

#include <stdbool.h>

/* setting_is_target_name: whether word is service/host. setting_is_host_pattern: whether
 * it is [!][service/]host, where the host may be an address, and * is any characters. */
bool setting_is_target_name(const char *word);
bool setting_is_host_pattern(const char *word);

/* setting_list_read: makes a NULL-terminated array of the words. ERR_SETTING if a word is
 * not good or there is none; ERR_NO_MEMORY. setting_list_free: NULL is a no-op. */
MUST_USE enum err setting_list_read(const char *words, bool (*is_good)(const char *word),
                                    char ***out_list);
void setting_list_free(char **list);

#endif
