/* SPDX-License-Identifier: ISC */
/* The contents of a user file as a table that finds a user in constant time. */
#ifndef CONF_USERINDEX_H
#define CONF_USERINDEX_H

#include "conf/userline.h"

/* struct userindex: does not change once it is finished, so threads share it without a
 * lock. */
struct userindex;

/* struct userindex_record: one account. The texts are views into the index, spelled as in
 * the file. */
struct userindex_record {
    struct bytes user;
    struct bytes domain; /* may be empty */
    size_t line_number;  /* in the file, from 1 */
    bool has_hash;       /* false: no password logs in */
    struct ntlm_key nt_hash;
    bool disabled;
    bool locked;
};
void userindex_record_wipe(struct userindex_record *record);

/*
 * userindex_line: userline_decode with the rules of a user file: ERR_FILE_SYNTAX for an
 * empty password or its hash, because a plain line that was cut off has an empty
 * password; and for a user or domain that is too long for a message.
 */
MUST_USE enum err userindex_line(struct bytes in, struct userline *out_line);

/* userindex_is_line_error: whether e says that the line is wrong. */
bool userindex_is_line_error(enum err e);

/*
 * userindex_new: makes an index of contents, without trust accounts and lines that cannot
 * be read. ERR_NO_MEMORY, ERR_RANDOM and the errors of crypto_md4.
 * The same in steps: userindex_start makes an empty index, userindex_add adds lines, each
 * complete, and userindex_finish makes the index ready for a search. An index that met an
 * error can only be freed.
 */
MUST_USE enum err userindex_new(struct bytes contents, struct userindex **out_index);
MUST_USE enum err userindex_start(struct userindex **out_index);
MUST_USE enum err userindex_add(struct userindex *index, struct bytes lines);
MUST_USE enum err userindex_finish(struct userindex *index);
/* userindex_free: wipes the hashes. */
void userindex_free(struct userindex *index);

/*
 * userindex_find: finds the account of a client that claims user and domain. All texts
 * are UTF-8 and compared without regard to case. A record with a domain matches that
 * domain, computer_name, "." and no domain; a record without a domain matches every
 * domain. Of several matching records, it gives the first whose domain equals the claimed
 * one; if there is none, the first in the file. So a second line of the same user and
 * domain is never found.
 *
 * The name is searched for in two forms. A claimed UPN (user x@y and no domain) is also
 * the user x of the domain y. The user x of the domain y is also the record x@y without a
 * domain. The claimed form comes first, but an exact match of either form comes before an
 * inexact match of the other. ERR_LOGIN if no record matches; then, and without a hash,
 * the record's nt_hash is random, different for each index.
 */
MUST_USE enum err userindex_find(const struct userindex *index, struct bytes user,
                                 struct bytes domain, struct bytes computer_name,
                                 struct userindex_record *out_record);

/* userindex_find_local: the same for a file that stands beside a domain. A record without
 * a domain matches only computer_name, "." and no domain, so that it hides no user of the
 * domain. */
MUST_USE enum err userindex_find_local(const struct userindex *index, struct bytes user,
                                       struct bytes domain, struct bytes computer_name,
                                       struct userindex_record *out_record);

#endif
