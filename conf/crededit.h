/* SPDX-License-Identifier: ISC */
/* Changing a user's own credential file: under a lock, and completely or not at all. */
#ifndef CONF_CREDEDIT_H
#define CONF_CREDEDIT_H

#include "conf/useredit.h"
#include "ntlm/username.h"

/*
 * A credential file has sections (conf/credsection.h). Locks, rights, lines and errors
 * are those of conf/useredit.h.
 *
 * patterns: between the brackets of the section that is edited; empty: the entries before
 * the first section. A section of the same patterns in the same order is that section.
 * ERR_FILE_SYNTAX, with file and line, if a section cannot be read, and without them if
 * patterns cannot.
 *
 * crededit_set: as useredit_set, but the entry becomes the first of its section,
 * below the comments at its top, and missing folders are created with mode 0700. A new
 * section comes before the first one that would take its targets, or else last.
 * crededit_delete: removes every line of the user in the section. If nothing but
 * blanks is left of a section, it is removed.
 * crededit_delete_section: removes the section with its entries. ERR_NO_CRED, with a
 * detail, if there is none.
 */
MUST_USE enum err crededit_set(const char *path, struct bytes patterns,
                               struct bytes domain, struct bytes user,
                               const struct ntlm_key *nt_hash,
                               struct useredit_outcome *out);
MUST_USE enum err crededit_delete(const char *path, struct bytes patterns,
                                  struct bytes domain, struct bytes user);
MUST_USE enum err crededit_delete_section(const char *path, struct bytes patterns);

/*
 * crededit_store: stores the credential of gss_store_cred: as crededit_set, for every
 * target. is_default: the entry becomes the first one; otherwise it stays in its place,
 * or is the last one. Without overwrite, ERR_STORED_BEFORE if the user has an entry with
 * another hash.
 */
MUST_USE enum err crededit_store(const char *path, struct username name,
                                 const struct ntlm_key *nt_hash, bool overwrite,
                                 bool is_default);

#endif
