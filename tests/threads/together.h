/* SPDX-License-Identifier: ISC */
/* What several threads use at once: credentials, and contexts that are established. */
#ifndef TESTS_THREADS_TOGETHER_H
#define TESTS_THREADS_TOGETHER_H

#include "tests/lib/login_driver.h"

enum together_cred {
    TOGETHER_ACCEPTOR, /* to accept by SPNEGO */
    TOGETHER_TICKETS,  /* SPNEGO's default */
    TOGETHER_PASSWORD, /* alice's, for SPNEGO */
    TOGETHER_CREDS
};

/* together_begin: makes all of it, by one thread while others may already ask; false if
 * it cannot be made. together_end: when all threads have ended. */
bool together_begin(void);
void together_end(void);

/* together_use: gives the credential to a side; until it is there the side keeps none,
 * which is the default. */
void together_use(struct peer *side, enum together_cred cred);

/* together_expect: how many threads there will be. together_meet: a login of all of them
 * at the same moment by one credential that nobody has used before, so that each finds
 * its Kerberos part not made yet. Each thread comes equally often, one of them as leader.
 * False if the thread's login went wrong. */
void together_expect(unsigned n_threads);
bool together_meet(bool leader);

/* together_protect: a message of the common contexts; true before they are there. */
bool together_protect(void);

#endif
