/* SPDX-License-Identifier: ISC */
/* The interface of a service that proves a user's password in the initiator's place. */
#ifndef NTLM_PROVER_H
#define NTLM_PROVER_H

#include "base/buf.h"
#include "base/err.h"

/* struct prover_query: the user, in UTF-8, and the two messages that AUTHENTICATE
 * answers; all views. */
struct prover_query {
    struct bytes user;
    struct bytes domain;
    struct bytes negotiate;
    struct bytes challenge;
};

/* struct prover_answer: owned by the asker, who cleans it up. Nothing of it has been
 * checked, not even the length of the key. */
struct prover_answer {
    struct buf authenticate;
    struct buf exported_session_key;
};
void prover_answer_cleanup(struct prover_answer *answer);
#define PROVER_ANSWER_AUTO                                                               \
    __attribute__((cleanup(prover_answer_cleanup))) struct prover_answer

/*
 * struct prover: a service that holds the password of a user and does not give it away:
 * it makes AUTHENTICATE itself (winbind, conf/winbind/cached_cred.h). prove is NULL:
 * there is no such service, and the initiator has the NT hash. Several threads may call
 * prove. self must outlive every client that holds the prover.
 */
struct prover {
    enum err (*prove)(const void *self, const struct prover_query *query,
                      struct prover_answer *out_answer);
    const void *self;
};

#endif
