/* SPDX-License-Identifier: ISC */
/* Settings that are lists of words. */
#include "conf/settings_list.h"

#include <stdlib.h>
#include <string.h>

/* One slash, with text on both sides. */
bool setting_is_target_name(const char *word)
{
    const char *slash = strchr(word, '/');

    return slash != NULL && slash != word && slash[1] != '\0' &&
           strchr(slash + 1, '/') == NULL;
}

void setting_list_free(char **list)
{
    for (size_t i = 0; list != NULL && list[i] != NULL; i++) {
        free(list[i]);
    }
    free(list);
}

/* Service and host are letters, digits and "*-._"; a host that is an IPv6 address has
 * colons. */
bool setting_is_host_pattern(const char *word)
{
    static const char inside[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                 "0123456789*-._:";
    const char *host = word + (word[0] == '!' ? 1 : 0);
    const size_t service_len = strcspn(host, "/:");

    if (host[service_len] == '/') {
        if (service_len == 0 || strspn(host, inside) < service_len) {
            return false;
        }
        host += service_len + 1;
    }
    return host[0] != '\0' && host[strspn(host, inside)] == '\0';
}

/* Copies the words of text into list. Changes text. */
static enum err split(char *text, bool (*is_good)(const char *word), char **list)
{
    char *rest = NULL;
    size_t n = 0;

    for (char *word = strtok_r(text, " \t,", &rest); word != NULL;
         word = strtok_r(NULL, " \t,", &rest)) {
        if (!is_good(word)) {
            return ERR_SETTING;
        }
        if ((list[n++] = strdup(word)) == NULL) {
            return ERR_NO_MEMORY;
        }
    }
    return n == 0 ? ERR_SETTING : ERR_OK;
}

enum err setting_list_read(const char *words, bool (*is_good)(const char *word),
                           char ***out_list)
{
    char *text = strdup(words);
    /* a word and what separates it from the next are at least two characters */
    char **list = calloc(strlen(words) / 2 + 2, sizeof(*list));
    enum err e =
        text == NULL || list == NULL ? ERR_NO_MEMORY : split(text, is_good, list);

    free(text);
    if (e != ERR_OK) {
        setting_list_free(list);
        return e;
    }
    *out_list = list;
    return ERR_OK;
}
