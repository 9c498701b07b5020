/* SPDX-License-Identifier: ISC */
/* The interface by which the NTLM server has a login verified, for example by a user
 * file. */
#ifndef NTLM_AUTHORITY_H
#define NTLM_AUTHORITY_H

#include "ntlm/kdf.h"

/* struct authority_query: what one AUTHENTICATE claims; all views. */
struct authority_query {
    struct bytes user_utf16; /* as sent, UTF-16LE */
    struct bytes domain_utf16;
    struct bytes user; /* the same in UTF-8 */
    struct bytes domain;
    struct bytes computer_name; /* our NetBIOS name, UTF-8: a domain that means "local" */
    uint8_t server_challenge[NTLM_CHALLENGE_LEN];
    struct bytes nt_response;
};

/* struct authority_answer: owned by the asker, who cleans it up; valid on ERR_OK. */
struct authority_answer {
    struct ntlm_key session_base_key;
    struct buf user; /* UTF-8, as the authority spells it */
    struct buf domain;
    struct buf sids; /* text, one SID a line; empty where there are none */
    bool guest;
};
#define AUTHORITY_ANSWER_INIT                                                            \
    {                                                                                    \
        {{0}}, BUF_INIT, BUF_INIT, BUF_INIT, false                                       \
    }
void authority_answer_cleanup(struct authority_answer *answer);

/*
 * struct authority: one source of accounts: a user file, or a domain. Several threads may
 * call usable and verify. self must outlive every server that holds the authority.
 *
 *   name     where the accounts are, for the trace; lives as long as self
 *   usable   ERR_OK if logins can be verified now; ERR_NO_AUTHORITY if there is no such
 *            source on this machine, which is no fault; otherwise the error that prevents
 *            it. An acceptor offers NTLM only after ERR_OK.
 *   verify   proves the response and names the account. ERR_LOGIN for an unknown user and
 *            a wrong password alike; account states (disabled, locked) only after the
 *            proof; ERR_NTLM_LEVEL; errors of the source.
 *   free     frees self
 */
struct authority {
    const char *name;
    enum err (*usable)(void *self);
    enum err (*verify)(void *self, const struct authority_query *query,
                       struct authority_answer *out_answer);
    void (*free)(void *self);
    void *self;
};

/* authority_cleanup: frees what the authority holds; an authority of all zeros is
 * allowed. */
void authority_cleanup(struct authority *authority);
#define AUTHORITY_AUTO __attribute__((cleanup(authority_cleanup))) struct authority

#endif
