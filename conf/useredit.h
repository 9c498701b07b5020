/* SPDX-License-Identifier: ISC */
/* Changing a user file or a credential file: locked, whole or not at all. */
#ifndef CONF_USEREDIT_H
#define CONF_USEREDIT_H

#include "conf/userline.h"

/*
 * All edits: the file is locked (flock, at most ten seconds, ERR_FILE_LOCK), copied
 * with the change into a temporary file of the same folder, synced, and renamed over the
 * old one, so that a reader sees the old contents or the new ones. Owner, group and mode
 * are kept (ACLs are not); a new file has 0600. A symlink is followed: its target is
 * edited. All other lines, comments and broken ones too, stay byte for byte and in order.
 * Users and domains are compared without case; an empty domain is a domain of its own
 * here. The file must be a regular one that not everybody may write to, in a folder in
 * which nobody else can exchange it (conf/safepath.h); the file's other rights are not
 * judged here (secretfile_check does). Errors, all with the path in the detail:
 * ERR_NAME (a user or domain that no line can hold), ERR_NAME_LENGTH, ERR_FILE_MISSING,
 * ERR_FILE_OPEN, ERR_FILE_RIGHTS, ERR_FILE_READ, ERR_FILE_WRITE, ERR_FILE_LOCK,
 * ERR_FILE_TOO_LARGE, ERR_NO_MEMORY. After an error the file is as it was.
 */

/* struct useredit_outcome: what an edit did; freed by useredit_outcome_cleanup. replaced:
 * the user had a line, and old_domain and old_user are how that line spelled the name. */
struct useredit_outcome {
    bool created_file;
    bool replaced;
    struct buf old_domain;
    struct buf old_user;
};
void useredit_outcome_cleanup(struct useredit_outcome *outcome);
#define USEREDIT_OUTCOME_AUTO                                                            \
    __attribute__((cleanup(useredit_outcome_cleanup))) struct useredit_outcome

/* useredit_set: gives the user this hash, in the user's line (other lines of the same
 * user go; a disabled account stays disabled, a locked one is unlocked) or in a new last
 * one. out may be NULL. */
MUST_USE enum err useredit_set(const char *path, struct bytes domain, struct bytes user,
                               const struct ntlm_key *nt_hash,
                               struct useredit_outcome *out);

/* useredit_set_first: the same, but the entry becomes the file's first (comments at the
 * top stay above it) and missing folders are made with 0700: 'gss-negotiate login'. */
MUST_USE enum err useredit_set_first(const char *path, struct bytes domain,
                                     struct bytes user, const struct ntlm_key *nt_hash,
                                     struct useredit_outcome *out);

/* useredit_delete: removes every line of the user. ERR_NO_CRED with a detail if there is
 * none; the file stays, even when it is empty then. */
MUST_USE enum err useredit_delete(const char *path, struct bytes domain,
                                  struct bytes user);

/* useredit_each: calls visit for every line that names a user, in order; broken lines,
 * comments and trust accounts are left out (userfile_problems reports the broken ones).
 * The line is valid during the call. */
MUST_USE enum err useredit_each(const char *path,
                                void (*visit)(void *arg, size_t line_number,
                                              const struct userline *line),
                                void *arg);

#endif
