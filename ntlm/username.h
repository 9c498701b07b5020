/* SPDX-License-Identifier: ISC */
/* The names of users as people write them: user, DOMAIN\user, user@domain. */
#ifndef NTLM_USERNAME_H
#define NTLM_USERNAME_H

#include "base/buf.h"

#include <stdbool.h>

/*
 * username_parse: splits a text into user and domain, as NTLM sends them. The forms are
 * those of gss-ntlmssp. By the rule of Windows, a name whose domain has a dot is a UPN;
 * NTLM sends a UPN as the user, with an empty domain.
 *
 *   text                          user                  domain
 *   alice                         alice
 *   EXAMPLE\alice                 alice                 EXAMPLE
 *   alice@EXAMPLE                 alice                 EXAMPLE
 *   alice@example.com             alice@example.com               a UPN
 *   alice\@EXAMPLE                alice@EXAMPLE                   no split at the @
 *   \alice@EXAMPLE                alice@EXAMPLE                   no split at the @
 *   EXAMPLE\alice@example.com     alice@example.com     EXAMPLE
 *   alice\@example.com@EXAMPLE    alice@example.com     EXAMPLE
 *
 * The first backslash that is not before an @ ends the domain. Without such a backslash,
 * the last @ that is not after a backslash begins the domain. user is appended to
 * out_user; out_domain is a view of text. ERR_NAME, with a detail, if the user is empty
 * or the domain has a backslash.
 */
MUST_USE enum err username_parse(struct bytes text, struct buf *out_user,
                                 struct bytes *out_domain);

/* username_at: the index of the last @ of text that no backslash escapes; text.n if there
 * is none. */
size_t username_at(struct bytes text);

/*
 * username_split: splits a UPN. For a user x@y without a domain it gives the user x and
 * the domain y, as views, and returns true. Otherwise it gives user and domain unchanged
 * and returns false.
 */
bool username_split(struct bytes user, struct bytes domain, struct bytes *out_user,
                    struct bytes *out_domain);

/* struct username: a user and the domain, which may be empty; views of UTF-8. */
struct username {
    struct bytes user;
    struct bytes domain;
};

/*
 * username_other_form: gives for a UPN x@y the user x of the domain y, and for a user of
 * a domain the UPN. The text of that UPN is appended to upn, and *out is a view of it. A
 * name without another form is given unchanged.
 */
MUST_USE enum err username_other_form(struct username name, struct buf *upn,
                                      struct username *out);

/* username_equal: whether two names name the same account. Case does not count (as in
 * utf8_upper), and a UPN x@y equals the user x of the domain y. ERR_UTF8, ERR_NO_MEMORY.
 */
MUST_USE enum err username_equal(struct username a, struct username b, bool *out_equal);

#endif
