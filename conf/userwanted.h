/* SPDX-License-Identifier: ISC */
/* The name that a client sent, in the forms in which the user file is searched. */
#ifndef CONF_USERWANTED_H
#define CONF_USERWANTED_H

#include "ntlm/username.h"

/*
 * struct userwanted: the user and the domain that a client sent, and our computer's name,
 * all in upper case and owned. other: the same account in the other form
 * (username_other_form), or the same name again if it has no other form, so that every
 * lookup makes two searches. upn: owns the text of other if that is a UPN. is_local: a
 * record without a domain is for clients of this computer only.
 */
struct userwanted {
    struct buf user;
    struct buf domain;
    struct buf computer;
    struct buf upn;
    struct username other;
    bool is_local;
};
#define USERWANTED_INIT                                                                  \
    {                                                                                    \
        BUF_INIT, BUF_INIT, BUF_INIT, BUF_INIT, {{NULL, 0}, {NULL, 0}}, false            \
    }
#define USERWANTED_AUTO __attribute__((cleanup(userwanted_cleanup))) struct userwanted

/* userwanted_init: takes UTF-8 texts. wanted must be USERWANTED_INIT; the caller cleans
 * it up after an error too. ERR_UTF8, ERR_NO_MEMORY. */
MUST_USE enum err userwanted_init(struct userwanted *wanted, struct bytes user,
                                  struct bytes domain, struct bytes computer_name);
void userwanted_cleanup(struct userwanted *wanted);

/* userwanted_matches: whether a record matches although its domain is not the one that
 * the client sent (claimed, in upper case). has_domain: whether the record has a domain.
 * A record without a domain matches every client. A record with a domain matches a client
 * that sent the computer's name, "." or no domain. If is_local, a record without a domain
 * matches only such a client. */
bool userwanted_matches(const struct userwanted *wanted, struct bytes claimed,
                        bool has_domain);

#endif
