/* SPDX-License-Identifier: ISC */
/* A user as people write one: the one rule for 'user', 'DOMAIN\user' and 'user@domain'.
 */
#ifndef NTLM_USERNAME_H
#define NTLM_USERNAME_H

#include "base/buf.h"

#include <stdbool.h>

/*
 * username_parse: the user and the domain that a text names, as NTLM sends them. The
 * forms are those of gss-ntlmssp; that a domain with a dot makes a UPN is Windows' rule
 * (a UPN goes out as the user, with an empty domain):
 *
 *   text                          user                  domain
 *   alice                         alice
 *   EXAMPLE\alice                 alice                 EXAMPLE
 *   alice@EXAMPLE                 alice                 EXAMPLE
 *   alice@example.com             alice@example.com               a UPN
 *   alice\@EXAMPLE                alice@EXAMPLE                   forced
 *   \alice@EXAMPLE                alice@EXAMPLE                   forced
 *   EXAMPLE\alice@example.com     alice@example.com     EXAMPLE
 *   alice\@example.com@EXAMPLE    alice@example.com     EXAMPLE
 *
 * The first backslash that is not before an @ ends a domain; else the last @ that is not
 * behind a backslash begins one. user is appended to out_user; out_domain is a view of
 * text. ERR_NAME, with a detail, if the user is empty or a domain has a backslash.
 */
MUST_USE enum err username_parse(struct bytes text, struct buf *out_user,
                                 struct bytes *out_domain);

/* username_at: the index of the last @ of text that no backslash escapes; text.n if there
 * is none. */
size_t username_at(struct bytes text);

/*
 * username_split: the account that a UPN names: true for a user x@y without a domain,
 * which gives the user x of the domain y, as views. Otherwise false, and the two come
 * back as they are.
 */
bool username_split(struct bytes user, struct bytes domain, struct bytes *out_user,
                    struct bytes *out_domain);

/* struct username: a user and the domain, which may be empty; views of UTF-8. */
struct username {
    struct bytes user;
    struct bytes domain;
};

/*
 * username_other_form: of a UPN x@y the user x of the domain y; of a user of a domain the
 * UPN, whose text is appended to upn, which *out then is a view of. A name that has no
 * other form comes back as it is.
 */
MUST_USE enum err username_other_form(struct username name, struct buf *upn,
                                      struct username *out);

/* username_equal: whether two names are of one account: compared without case (as by
 * utf8_upper), a UPN x@y being the user x of the domain y. ERR_UTF8, ERR_NO_MEMORY. */
MUST_USE enum err username_equal(struct username a, struct username b, bool *out_equal);

#endif
