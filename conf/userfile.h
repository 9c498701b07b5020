/* SPDX-License-Identifier: ISC */
/* The acceptor's user file: an index that is rebuilt when the file changes. */
#ifndef CONF_USERFILE_H
#define CONF_USERFILE_H

#include "ntlm/authority.h"

/*
 * userfile_authority_new: an authority over the file at path (rights: SECRETFILE_SERVER).
 * The index (conf/userindex.h says who matches) is kept per path for the process, for the
 * few paths used last; it is replaced when stat says that the file changed, without
 * disturbing who is using the old one. A lookup costs the same for 10 and 100 000 users.
 * A file that is gone or may not be read is an error of the next login, whatever was read
 * before. A broken line hides no other; it is reported by userfile_problems.
 *
 * verify: ERR_LOGIN for an unknown user, a wrong password and an account without one,
 * after the same primitive calls; ERR_ACCOUNT_DISABLED, ERR_ACCOUNT_LOCKED after the
 * proof; ERR_NTLM_LEVEL for what is not an NTLMv2 response; the file's own errors. The
 * answer's user and domain are the file's spelling; its domain may be empty.
 *
 * The struct is cheap; it owns a copy of the path, which userfile_authority_free frees.
 * _new reads nothing.
 */
MUST_USE enum err userfile_authority_new(const char *path, struct authority *out);
void userfile_authority_free(struct authority *authority);

/* userfile_usable: ERR_OK if the file is there and readable under the rights it must
 * have: whether an acceptor has an authority (what is not configured is not offered).
 * Otherwise the error with its detail. Re-reads nothing that did not change. */
MUST_USE enum err userfile_usable(const char *path);

/* userfile_problems: reads the file and calls visit for every line that cannot be used,
 * with its number and error; ERR_USER_REPEATED for a line whose user and domain are,
 * without case, those of an earlier line, which is the one that counts. Returns the
 * file's own error. n_users may be NULL. */
MUST_USE enum err userfile_problems(const char *path,
                                    void (*visit)(void *arg, size_t line_number,
                                                  enum err e, const char *detail),
                                    void *arg, size_t *out_n_users);

#endif
