/* SPDX-License-Identifier: ISC */
/* The acceptor's user file, as an authority. */
#ifndef CONF_USERFILE_H
#define CONF_USERFILE_H

#include "ntlm/authority.h"

/*
 * userfile_authority: makes an authority of the file at path (rights: SECRETFILE_SERVER).
 * It copies the path, which is also the authority's name, and does not read the file.
 * ERR_NO_MEMORY.
 *
 * usable: ERR_OK if the file can be read and has the rights that it must have.
 * ERR_NO_AUTHORITY if there is no file. Reads the file only if it has changed. Errors of
 * secretfile_read.
 *
 * verify: proves the response by the record that conf/userindex.h finds. ERR_LOGIN for an
 * unknown user, a wrong password and an account without a password, after the same
 * primitive calls; ERR_ACCOUNT_DISABLED and ERR_ACCOUNT_LOCKED after the proof;
 * ERR_NTLM_LEVEL if the response is not one of NTLMv2; errors of secretfile_read. User
 * and domain of the answer are spelled as in the file; the domain may be empty.
 *
 * The index comes from conf/usercache.h. Logins that use an old one go on with it.
 * A lookup costs the same for 10 and for 1 000 000 users. If the file no longer exists or
 * can no longer be read, the next login fails. A broken line does not affect other lines;
 * userfile_problems reports it.
 */
MUST_USE enum err userfile_authority(const char *path, struct authority *out);

/*
 * userfile_verify_listed: the same verification for a user file beside a domain: by the
 * record that userindex_find_local finds. out_listed: whether there is one; if not,
 * nothing is proven, and the result is ERR_LOGIN, or the error that kept the file from
 * being read. A file that does not exist lists nobody.
 */
MUST_USE enum err userfile_verify_listed(const char *path,
                                         const struct authority_query *query,
                                         struct authority_answer *out_answer,
                                         bool *out_listed);

/* userfile_lists: whether a user file beside a domain has a record for the user
 * (userindex_find_local). A file that does not exist lists nobody. Errors of
 * secretfile_read. */
MUST_USE enum err userfile_lists(const char *path, struct bytes user, struct bytes domain,
                                 struct bytes computer_name, bool *out_listed);

/* userfile_problems: reads the file and calls visit for each line that cannot be used,
 * with its number and error. ERR_USER_REPEATED: an earlier line, which is the one that is
 * used, has the same user and domain without regard to case. Returns errors of
 * secretfile_read. out_n_users may be NULL. */
MUST_USE enum err userfile_problems(const char *path,
                                    void (*visit)(void *arg, size_t line_number,
                                                  enum err e, const char *detail),
                                    void *arg, size_t *out_n_users);

#endif
