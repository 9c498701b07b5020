/* SPDX-License-Identifier: ISC */
/* What several threads use at once: credentials, and contexts that are established. */
#ifndef TESTS_THREADS_SHARED_OBJECTS_H
#define TESTS_THREADS_SHARED_OBJECTS_H

#include "tests/lib/login_driver.h"

enum shared_cred {
    SHARED_ACCEPTOR, /* to accept by SPNEGO */
    SHARED_TICKETS,  /* SPNEGO's default */
    SHARED_PASSWORD, /* alice's, for SPNEGO */
    SHARED_CREDS
};

/* shared_begin: makes all of it, by one thread while others may already ask; false if
 * it cannot be made. shared_end: when all threads have ended. */
bool shared_begin(void);
void shared_end(void);

/* shared_use: gives the credential to a side; until it is there the side keeps none,
 * which is the default. */
void shared_use(struct peer *side, enum shared_cred cred);

/* shared_expect: how many threads there will be. shared_meet: a login of all of them
 * at the same moment by one credential that nobody has used before, so that each finds
 * its Kerberos part not made yet. Each thread comes equally often, one of them as leader.
 * False if the thread's login went wrong. */
void shared_expect(unsigned n_threads);
bool shared_meet(bool leader);

/* shared_protect: a message of the common contexts; true before they are there. */
bool shared_protect(void);

#endif
