/* SPDX-License-Identifier: ISC */
/* Changing a user file: under a lock, and completely or not at all. For a credential
 * file: conf/crededit.h. */
#ifndef CONF_USEREDIT_H
#define CONF_USEREDIT_H

#include "conf/userline.h"

/*
 * Every edit locks the file (flock, at most ten seconds, then ERR_FILE_LOCK) and replaces
 * it by conf/replacefile.h, so that a reader sees the old contents or the new ones.
 * Owner, group and mode stay, but not ACLs; a new file has mode 0600. If the file is a
 * symlink, its target is edited. All other lines stay as they are and in their order,
 * even comments and broken ones. Users and domains are compared without regard to case;
 * an entry without a domain matches only a call without a domain.
 *
 * The file must be a regular one that "other" may not write, in a folder in which other
 * users cannot exchange it (conf/safepath.h). Its other rights are not checked here, but
 * by secretfile_check. Errors, all with the path in the detail: ERR_NAME (a line cannot
 * hold the user or the domain), ERR_NAME_LENGTH, ERR_FILE_MISSING, ERR_FILE_OPEN,
 * ERR_FILE_RIGHTS, ERR_FILE_READ, ERR_FILE_WRITE, ERR_FILE_LOCK, ERR_FILE_TOO_LARGE,
 * ERR_NO_MEMORY. After an error the file has not changed.
 */

/* struct useredit_outcome: what an edit did; freed by useredit_outcome_cleanup. replaced:
 * the user had a line, which spelled the name as old_domain and old_user. */
struct useredit_outcome {
    bool created_file;
    bool replaced;
    struct buf old_domain;
    struct buf old_user;
};
void useredit_outcome_cleanup(struct useredit_outcome *outcome);
#define USEREDIT_OUTCOME_AUTO                                                            \
    __attribute__((cleanup(useredit_outcome_cleanup))) struct useredit_outcome

/* useredit_set: sets the user's hash, in the first line of the user or in a new last
 * line. Further lines of the user are removed. A disabled account stays disabled; a
 * locked one is unlocked. out may be NULL. */
MUST_USE enum err useredit_set(const char *path, struct bytes domain, struct bytes user,
                               const struct ntlm_key *nt_hash,
                               struct useredit_outcome *out);

/* useredit_delete: removes every line of the user. The file stays, even if it is then
 * empty. ERR_NO_CRED, with a detail, if the user has no line. */
MUST_USE enum err useredit_delete(const char *path, struct bytes domain,
                                  struct bytes user);

/* useredit_each: calls visit for each line that names a user, in order, but not for
 * broken lines (see userfile_problems) and trust accounts. The line is valid during the
 * call. */
MUST_USE enum err useredit_each(const char *path,
                                void (*visit)(void *arg, size_t line_number,
                                              const struct userline *line),
                                void *arg);

#endif
