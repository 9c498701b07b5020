/* SPDX-License-Identifier: ISC */
/* A user's own credentials, and the targets that each of them is for. */
#include "conf/credential.h"

#include "base/text.h"
#include "conf/settings_list.h"

#include <stdlib.h>

void credential_cleanup(struct credential *credential)
{
    buf_cleanup(&credential->user);
    buf_cleanup(&credential->domain);
    ntlm_key_wipe(&credential->nt_hash);
}

static void choice_cleanup(struct credential_choice *choice)
{
    buf_cleanup(&choice->patterns);
    buf_cleanup(&choice->from);
    credential_cleanup(&choice->credential);
}

void credential_list_cleanup(struct credential_list *list)
{
    for (size_t i = 0; i < list->n; i++) {
        choice_cleanup(&list->choices[i]);
    }
    free(list->choices);
    *list = (struct credential_list){NULL, 0};
}

/* Makes room for one more choice, of zeros. The old memory is wiped, because it has
 * hashes. */
static enum err grow(struct credential_list *list)
{
    struct credential_choice *grown;

    if (list->n >= CREDENTIAL_LIST_MAX) {
        return err_note(ERR_FILE_TOO_LARGE, "more than %zu credentials for one user",
                        CREDENTIAL_LIST_MAX);
    }
    grown = calloc(list->n + 1, sizeof(*grown));
    if (grown == NULL) {
        return ERR_NO_MEMORY;
    }
    for (size_t i = 0; i < list->n; i++) {
        grown[i] = list->choices[i];
        ntlm_key_wipe(&list->choices[i].credential.nt_hash);
    }
    free(list->choices);
    list->choices = grown;
    return ERR_OK;
}

enum err credential_list_add(struct credential_list *list, struct bytes patterns,
                             struct bytes from, struct credential *credential)
{
    struct credential_choice *choice;
    enum err e = grow(list);

    if (e != ERR_OK) {
        return e;
    }
    choice = &list->choices[list->n];
    if ((e = buf_dup(&choice->patterns, patterns)) != ERR_OK ||
        (e = buf_dup(&choice->from, from)) != ERR_OK) {
        choice_cleanup(choice);
        return e;
    }
    choice->credential = *credential;
    ntlm_key_wipe(&credential->nt_hash); /* clears the registers, too */
    *credential = (struct credential)CREDENTIAL_INIT;
    list->n++;
    return ERR_OK;
}

bool credential_list_ends(const struct credential_list *list)
{
    return list->n > 0 && list->choices[list->n - 1].patterns.n == 0;
}

const struct credential *credential_list_first(const struct credential_list *list)
{
    if (list->n == 0) {
        return NULL;
    }
    return &list->choices[credential_list_ends(list) ? list->n - 1 : 0].credential;
}

static enum err matches(const struct settings *settings, struct bytes patterns,
                        struct policy_target target, bool *out)
{
    BUF_AUTO text = BUF_INIT;
    const char *word;
    char **words;
    enum err e;

    *out = patterns.n == 0;
    if (*out) {
        return ERR_OK;
    }
    if ((e = buf_dup(&text, patterns)) != ERR_OK ||
        (e = setting_list_read(buf_cstr(&text), setting_is_host_pattern, &words)) !=
            ERR_OK) {
        return e;
    }
    word = target_pattern_find(settings, words, target);
    *out = word != NULL && !target_pattern_forbids(word);
    setting_list_free(words);
    return ERR_OK;
}

static enum err note_none(const struct credential_list *list)
{
    const struct credential_choice *first = list->n > 0 ? &list->choices[0] : NULL;
    struct text_escaped shown;

    if (first == NULL) {
        return ERR_NO_CRED;
    }
    return err_note(ERR_NO_CRED,
                    "%s%sonly entries for other targets, such as [%s]; add one with "
                    "'gss-negotiate login --host PATTERN'",
                    buf_cstr((struct buf *)(uintptr_t)&first->from),
                    first->from.n > 0 ? ": " : "",
                    text_printed(&shown, buf_bytes(&first->patterns)));
}

enum err credential_list_find(const struct settings *settings,
                              const struct credential_list *list,
                              struct policy_target target,
                              const struct credential_choice **out)
{
    *out = NULL;
    for (size_t i = 0; i < list->n; i++) {
        const struct credential_choice *choice = &list->choices[i];
        bool is_ours;
        enum err e = matches(settings, buf_bytes(&choice->patterns), target, &is_ours);

        if (e != ERR_OK) {
            return e;
        }
        if (is_ours) {
            *out = choice;
            return ERR_OK;
        }
    }
    return note_none(list);
}
