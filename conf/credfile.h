/* SPDX-License-Identifier: ISC */
/* A user's own credential: who the initiator is when the application names nobody. */
#ifndef CONF_CREDFILE_H
#define CONF_CREDFILE_H

#include "conf/settings.h"
#include "ntlm/crypto.h"

/* struct credential: owned by the holder; texts are UTF-8. */
struct credential {
    struct buf user;
    struct buf domain; /* may be empty */
    struct ntlm_key nt_hash;
};
#define CREDENTIAL_INIT                                                                  \
    {                                                                                    \
        BUF_INIT, BUF_INIT,                                                              \
        {                                                                                \
            {                                                                            \
                0                                                                        \
            }                                                                            \
        }                                                                                \
    }
void credential_cleanup(struct credential *credential);

/*
 * credfile_load: the first entry of the file (rights: SECRETFILE_OWN; formats:
 * conf/userline.h) whose user and domain match, without case; an empty user takes the
 * first entry, an empty domain any. An entry without a domain matches any, and takes the
 * one asked for. If none matches, the other form of the name is looked for
 * (username_other_form): a UPN finds the entry of the user of its domain, which is taken
 * as it stands, or of the user without a domain, who is then the UPN; the user of a
 * domain finds the entry of the UPN. Entries without a hash, disabled ones, trust
 * accounts and broken lines are passed over. ERR_NO_CRED if none matches, with file, user
 * and the first broken line in the detail; the file's own errors. out_credential is empty
 * after an error.
 */
MUST_USE enum err credfile_load(const char *path, struct bytes user, struct bytes domain,
                                struct credential *out_credential);

/* credfile_find: NTLM_USER_FILE, then the user's own file, in this order; the first that
 * has a match. A file that is absent is passed over; one that is there and cannot be used
 * is an error. ERR_NO_CRED with what was looked at. */
MUST_USE enum err credfile_find(const struct settings *settings, struct bytes user,
                                struct bytes domain, struct credential *out_credential);

/* credfile_find_where: the same, and the file it was found in, a text of the
 * settings; NULL after an error. */
MUST_USE enum err credfile_find_where(const struct settings *settings, struct bytes user,
                                      struct bytes domain,
                                      struct credential *out_credential,
                                      const char **out_path);

#endif
