/* SPDX-License-Identifier: ISC */
/* Whom a client names, as the user file is searched for it. */
#ifndef CONF_USERWANTED_H
#define CONF_USERWANTED_H

#include "ntlm/username.h"

/*
 * struct userwanted: the user and the domain that a client sent and our computer's name,
 * all in upper case and owned; other is the same account in the other form
 * (username_other_form), or the same name once more where there is none: as many forms
 * are searched for whoever is named. upn is what other is a view of where that is a UPN.
 */
struct userwanted {
    struct buf user;
    struct buf domain;
    struct buf computer;
    struct buf upn;
    struct username other;
};
#define USERWANTED_INIT                                                                  \
    {                                                                                    \
        BUF_INIT, BUF_INIT, BUF_INIT, BUF_INIT,                                          \
        {                                                                                \
            {NULL, 0},                                                                   \
            {                                                                            \
                NULL, 0                                                                  \
            }                                                                            \
        }                                                                                \
    }
#define USERWANTED_AUTO __attribute__((cleanup(userwanted_cleanup))) struct userwanted

/* userwanted_init: of UTF-8 texts. wanted must be USERWANTED_INIT, and is cleaned up
 * after an error too. ERR_UTF8, ERR_NO_MEMORY. */
MUST_USE enum err userwanted_init(struct userwanted *wanted, struct bytes user,
                                  struct bytes domain, struct bytes computer_name);
void userwanted_cleanup(struct userwanted *wanted);

/* userwanted_matches: whether a record with this domain is for somebody who claims that
 * one: a record without a domain is for any; one with a domain for that domain, the
 * computer's name, "." and the empty one. Both in upper case. */
bool userwanted_matches(const struct userwanted *wanted, struct bytes claimed,
                        struct bytes record_domain);

#endif
