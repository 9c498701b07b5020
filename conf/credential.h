/* SPDX-License-Identifier: ISC */
/* A user's own credentials, and the targets that each of them is for. */
#ifndef CONF_CREDENTIAL_H
#define CONF_CREDENTIAL_H

#include "base/buf.h"
#include "conf/target_pattern.h"
#include "ntlm/crypto.h"

/* struct credential: its holder owns it; its texts are UTF-8. cached: winbind has the
 * password in its cache (conf/winbind/cached_cred.h), and nt_hash is empty. */
struct credential {
    struct buf user;
    struct buf domain; /* may be empty */
    struct ntlm_key nt_hash;
    bool cached;
};
#define CREDENTIAL_INIT                                                                  \
    {                                                                                    \
        BUF_INIT, BUF_INIT, {{0}}, false                                                 \
    }
void credential_cleanup(struct credential *credential);
#define CREDENTIAL_AUTO __attribute__((cleanup(credential_cleanup))) struct credential

/* struct credential_choice: a credential and its targets. patterns: a list of patterns as
 * a section of the file has it; empty: every target. from: where it was found. */
struct credential_choice {
    struct buf patterns;
    struct buf from;
    struct credential credential;
};

/*
 * struct credential_list: the credentials of one user, or of the default user. For a
 * target the first choice is used whose patterns match it (conf/target_pattern.h). A
 * choice for every target can only be the last one. All zeros is an empty list.
 */
#define CREDENTIAL_LIST_MAX ((size_t)256)
struct credential_list {
    struct credential_choice *choices;
    size_t n;
};
void credential_list_cleanup(struct credential_list *list);
#define CREDENTIAL_LIST_AUTO                                                             \
    __attribute__((cleanup(credential_list_cleanup))) struct credential_list

/* credential_list_add: adds a choice at the end, and moves the credential there on
 * success. patterns and from are copied. ERR_FILE_TOO_LARGE, ERR_NO_MEMORY. */
MUST_USE enum err credential_list_add(struct credential_list *list, struct bytes patterns,
                                      struct bytes from, struct credential *credential);

/* credential_list_ends: whether the last choice is for every target. */
bool credential_list_ends(const struct credential_list *list);

/* credential_list_first: the credential for every target, or if there is none the first
 * one. NULL for an empty list. */
const struct credential *credential_list_first(const struct credential_list *list);

/* credential_list_find: the credential for the target, a pointer into the list.
 * ERR_NO_CRED, with the patterns of the first choice in the detail, if the list has none;
 * ERR_SETTING for patterns that cannot be read; ERR_NO_MEMORY. */
MUST_USE enum err credential_list_find(const struct settings *settings,
                                       const struct credential_list *list,
                                       struct policy_target target,
                                       const struct credential_choice **out);

#endif
