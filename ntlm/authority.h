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
    struct bytes workstation;
    struct bytes computer_name; /* our NetBIOS name, UTF-8: a domain that means "local" */
    uint8_t server_challenge[NTLM_CHALLENGE_LEN];
    struct bytes nt_response;
};

/* struct authority_answer: owned by the asker, who cleans it up. status is valid after an
 * error, and all else on ERR_OK. */
struct authority_answer {
    struct ntlm_key session_base_key;
    struct buf user; /* UTF-8, as the authority spells it */
    struct buf domain;
    struct buf sids; /* text, one SID a line; empty where there are none */
    bool guest;
    struct buf
        status; /* the authority's own name of the reason, for the audit; or empty */
};
#define AUTHORITY_ANSWER_INIT                                                            \
    {                                                                                    \
        {{0}}, BUF_INIT, BUF_INIT, BUF_INIT, false, BUF_INIT                             \
    }
void authority_answer_cleanup(struct authority_answer *answer);
#define AUTHORITY_ANSWER_AUTO                                                            \
    __attribute__((cleanup(authority_answer_cleanup))) struct authority_answer

/* struct authority_names: the names by which an acceptor must introduce itself, so that
 * its authority accepts the answers of clients; UTF-8, owned by the asker. If
 * netbios_name is empty, the acceptor's settings give all names. */
struct authority_names {
    struct buf netbios_name;
    struct buf netbios_domain;
    struct buf dns_domain; /* empty: the settings give it */
};
#define AUTHORITY_NAMES_INIT                                                             \
    {                                                                                    \
        BUF_INIT, BUF_INIT, BUF_INIT                                                     \
    }
void authority_names_cleanup(struct authority_names *names);
#define AUTHORITY_NAMES_AUTO                                                             \
    __attribute__((cleanup(authority_names_cleanup))) struct authority_names

/*
 * struct authority: one source of accounts: a user file, or a domain. Several threads may
 * call its functions. self must outlive every server that holds the authority.
 *
 *   name     where the accounts are, for the trace; lives as long as self
 *   usable   ERR_OK if logins can be verified now; ERR_NO_AUTHORITY if there is no such
 *            source on this machine, which is no fault; otherwise the error that prevents
 *            it. An acceptor offers NTLM only after ERR_OK. out_unusable: if the
 * authority has several sources and not all of them can be used, appends which one
 *            cannot, and why.
 *   names    fills out_names. (authority_no_names)
 *   verify   proves the response and names the account. ERR_LOGIN for an unknown user and
 *            a wrong password alike; account states (disabled, locked) only after the
 *            proof; ERR_NTLM_LEVEL; errors of the source.
 *   free     frees self
 */
struct authority {
    const char *name;
    enum err (*usable)(void *self, struct buf *out_unusable);
    enum err (*names)(void *self, struct authority_names *out_names);
    enum err (*verify)(void *self, const struct authority_query *query,
                       struct authority_answer *out_answer);
    void (*free)(void *self);
    void *self;
};

/* authority_no_names: the function of an authority that accepts all names; leaves
 * out_names empty. */
enum err authority_no_names(void *self, struct authority_names *out_names);

/* authority_cleanup: frees what the authority holds; an authority of all zeros is
 * allowed. */
void authority_cleanup(struct authority *authority);
#define AUTHORITY_AUTO __attribute__((cleanup(authority_cleanup))) struct authority

#endif
