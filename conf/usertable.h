/* SPDX-License-Identifier: ISC */
/* A table of users in memory that finds the entries of a name in constant time. */
#ifndef CONF_USERTABLE_H
#define CONF_USERTABLE_H

#include "conf/siphash.h"
#include "conf/userline.h"

/* The blocks of entries: each holds twice as many as the one before, so that a table
 * grows without a copy of what it has, and little of it is unused. */
#define USERTABLE_BLOCKS 32

/* struct usertable_text: a text of the table. */
struct usertable_text {
    uint32_t at;
    uint32_t n;
};

/* struct usertable_entry: a user. Entries are numbered from 1, in the order in which they
 * were added. */
struct usertable_entry {
    struct usertable_text user; /* as it was added */
    struct usertable_text domain;
    uint32_t hash; /* of the user in upper case */
    uint32_t next; /* number of the next entry in the same slot; 0: none */
    uint32_t line_number;
    bool has_hash;
    bool disabled;
    bool locked;
    struct ntlm_key nt_hash;
};

/* struct usertable: initialise it by usertable_init. Once it is finished it does not
 * change, so threads share it without a lock. */
struct usertable {
    struct buf texts;
    struct usertable_entry *blocks[USERTABLE_BLOCKS]; /* block i holds 1 << i */
    uint32_t n_entries;
    struct usertable_text last_domain; /* of the entry that was added last */
    uint32_t *slots;                   /* numbers of entries; 0: free */
    size_t n_slots;                    /* a power of two, at least the entries */
    struct siphash_key key;
};

/* usertable_init: makes an empty table with a random key. ERR_RANDOM.
 * usertable_cleanup: wipes the hashes and frees the table; also after an error, and if
 * the table is all zeros. */
MUST_USE enum err usertable_init(struct usertable *table);
void usertable_cleanup(struct usertable *table);

/* usertable_add: adds the user of a line. ERR_NO_MEMORY, ERR_TOO_LARGE, ERR_UTF8, and the
 * errors of userline_hash. */
MUST_USE enum err usertable_add(struct usertable *table, const struct userline *line,
                                size_t line_number);

/* usertable_finish: makes the table ready for usertable_search. Nothing may be added
 * after it. ERR_NO_MEMORY. */
MUST_USE enum err usertable_finish(struct usertable *table);

/*
 * struct usertable_search: a walk over the entries of one user, in the order in which
 * they were added. other: an entry that the caller compares if there is no such user, so
 * that the time does not depend on whether the user exists; NULL if the table is empty.
 */
struct usertable_search {
    struct bytes upper_user;
    uint32_t hash;
    uint32_t number; /* of the entry that is looked at next; 0: none */
    const struct usertable_entry *other;
};

/* usertable_search: begins a walk. upper_user is in upper case, by utf8_upper.
 * usertable_next: the user's next entry; NULL if there is none. */
struct usertable_search usertable_search(const struct usertable *table,
                                         struct bytes upper_user);
const struct usertable_entry *usertable_next(const struct usertable *table,
                                             struct usertable_search *search);

/* usertable_text: a view of a text of the table. */
struct bytes usertable_text(const struct usertable *table, struct usertable_text text);

#endif
