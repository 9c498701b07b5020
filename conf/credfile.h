/* SPDX-License-Identifier: ISC */
/* A user's own credential, which an initiator uses if the application gives none. */
#ifndef CONF_CREDFILE_H
#define CONF_CREDFILE_H

#include "conf/credential.h"

/*
 * credfile_load: adds to the list the first entry of each section (conf/credsection.h)
 * whose user and domain match, without regard to case, and then that of the entries
 * before the first section. An empty user matches the first entry; an empty domain
 * matches any. An entry without a domain matches any domain; the credential then has the
 * domain that was asked for. Rights: SECRETFILE_OWN; formats: conf/userline.h.
 *
 * If no entry of a section matches, the other form of the name is searched for
 * (username_other_form). A UPN finds the entry of the user in its domain, which is copied
 * as it stands, or the entry of the user without a domain; the credential then has the
 * UPN. A user and domain find the entry of the UPN.
 *
 * Entries without a hash, disabled ones and trust accounts do not match. A broken line
 * before the first section does not match either. A broken line in a section, or one that
 * opens a section, is an error, because otherwise a target could get the credential of
 * another one.
 *
 * ERR_NO_CRED, with the file, the user and the first broken line in the detail;
 * ERR_FILE_SYNTAX, with file and line, and ERR_FILE_TOO_LARGE; errors of secretfile_read.
 */
MUST_USE enum err credfile_load(const char *path, struct bytes user, struct bytes domain,
                                struct credential_list *list);

/* credfile_find: searches NTLM_USER_FILE and then the user's own file, as credfile_load
 * does, until an entry is for every target. It is not an error if a file does not exist.
 * ERR_NO_CRED, with the files in the detail, if there is no entry at all. */
MUST_USE enum err credfile_find(const struct settings *settings, struct bytes user,
                                struct bytes domain, struct credential_list *list);

#endif
