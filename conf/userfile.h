/* SPDX-License-Identifier: ISC */
/* The acceptor's user file: an index that is rebuilt when the file changes. */
#ifndef CONF_USERFILE_H
#define CONF_USERFILE_H

#include "ntlm/authority.h"

/*
 * userfile_authority: an authority over the file at path. The index (upper-cased user ->
 * its records) is kept per path for the process, swapped atomically when stat says that
 * the file changed; a lookup costs the same for 10 and 100 000 users. A broken line hides
 * no other; it is reported by userfile_problems.
 * The struct is cheap; it holds a reference that userfile_authority_free gives back.
 */
MUST_USE enum err userfile_authority_new(const char *path, struct authority *out);
void userfile_authority_free(struct authority *authority);

/* userfile_usable: ERR_OK if the file is there and readable under the rights it must
 * have: whether an acceptor has an authority (protocol.md: what is not configured is not
 * offered). Otherwise the error with its detail. Re-reads nothing that did not change. */
MUST_USE enum err userfile_usable(const char *path);

/* userfile_each: every line that could not be read, with its number and error. Returns
 * the file's own error. n_users may be NULL. */
MUST_USE enum err userfile_problems(const char *path,
                                    void (*visit)(void *arg, size_t line_number,
                                                  enum err e, const char *detail),
                                    void *arg, size_t *out_n_users);

/* Lookup alone, for tests and the benchmark: the records for a user and domain.
 * ERR_LOGIN if there is none. */
struct userfile_record {
    struct ntlm_key nt_hash;
    bool disabled;
    bool locked;
    struct buf user;
    struct buf domain;
};
void userfile_record_cleanup(struct userfile_record *record);
MUST_USE enum err userfile_lookup(const char *path, struct bytes user,
                                  struct bytes domain, struct bytes computer_name,
                                  struct userfile_record *out_record);

#endif
