/* SPDX-License-Identifier: ISC */
/* The contents of a user file as a table: a user is found in constant time. */
#ifndef CONF_USERINDEX_H
#define CONF_USERINDEX_H

#include "conf/userline.h"

/* struct userindex: immutable once built, so that threads share it without a lock. */
struct userindex;

/* struct userindex_record: one account; the texts are views into its index, as the file
 * spells them. */
struct userindex_record {
    struct bytes user;
    struct bytes domain; /* may be empty */
    size_t line_number;  /* in the file, from 1 */
    bool has_hash;       /* without: nobody logs in */
    struct ntlm_key nt_hash;
    bool disabled;
    bool locked;
};
void userindex_record_wipe(struct userindex_record *record);

/*
 * userindex_line: userline_decode with the rules of a user file on top: an empty password
 * or its hash (a plain line that was cut off looks so), and a user or domain that no
 * message can carry, are ERR_FILE_SYNTAX.
 */
MUST_USE enum err userindex_line(struct bytes in, struct userline *out_line);

/* userindex_is_line_error: the error is one of a line, not of the machine. */
bool userindex_is_line_error(enum err e);

/* userindex_new: reads contents; lines that cannot be read are passed over, as are trust
 * accounts. ERR_NO_MEMORY, ERR_RANDOM and the errors of crypto_md4. */
MUST_USE enum err userindex_new(struct bytes contents, struct userindex **out_index);
/* userindex_free: wipes the hashes. */
void userindex_free(struct userindex *index);

/*
 * userindex_find: the account that user means when the client says domain, all UTF-8 and
 * compared without case. A record with a domain matches that domain, computer_name, "."
 * and the empty one; a record without matches any. Of several that match, the first whose
 * domain is exactly the claimed one, else the first in the file: a later line of the same
 * user and domain is never found.
 * A claimed UPN (user x@y, no domain) is itself first, else the user x of the domain y;
 * the user x of the domain y is itself first, else the record x@y that has no domain. An
 * exact match of either form comes before an inexact one. ERR_LOGIN if none matches.
 */
MUST_USE enum err userindex_find(const struct userindex *index, struct bytes user,
                                 struct bytes domain, struct bytes computer_name,
                                 struct userindex_record *out_record);

#endif
