/* SPDX-License-Identifier: ISC */
/* A user's own credential, which an initiator uses if the application gives none. */
#ifndef CONF_CREDFILE_H
#define CONF_CREDFILE_H

#include "conf/settings.h"
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

/*
 * credfile_load: finds the first entry of the file whose user and domain match, without
 * regard to case. An empty user matches the first entry; an empty domain matches any. An
 * entry without a domain matches any domain; the credential then has the domain that was
 * asked for. Rights: SECRETFILE_OWN; formats: conf/userline.h.
 *
 * If no entry matches, the other form of the name is searched for (username_other_form).
 * A UPN finds the entry of the user in its domain, which is copied as it stands, or the
 * entry of the user without a domain; the credential then has the UPN. A user and domain
 * find the entry of the UPN.
 *
 * Entries without a hash, disabled ones, trust accounts and broken lines do not match.
 * ERR_NO_CRED, with the file, the user and the first broken line in the detail; errors of
 * secretfile_read. out_credential is empty after an error.
 */
MUST_USE enum err credfile_load(const char *path, struct bytes user, struct bytes domain,
                                struct credential *out_credential);

/* credfile_find: searches NTLM_USER_FILE and then the user's own file, as credfile_load
 * does. It is not an error if a file does not exist. *out_path: the file that has the
 * entry, a text of the settings; NULL after an error. ERR_NO_CRED, with the files in the
 * detail. */
MUST_USE enum err credfile_find(const struct settings *settings, struct bytes user,
                                struct bytes domain, struct credential *out_credential,
                                const char **out_path);

#endif
