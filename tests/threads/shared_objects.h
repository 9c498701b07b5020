/* SPDX-License-Identifier: ISC */
/* Objects that several threads use at the same time: credentials and established
 * contexts. */
#ifndef TESTS_THREADS_SHARED_OBJECTS_H
#define TESTS_THREADS_SHARED_OBJECTS_H

#include "tests/lib/login_driver.h"

enum shared_cred {
    SHARED_ACCEPTOR, /* to accept by SPNEGO */
    SHARED_TICKETS,  /* SPNEGO's default */
    SHARED_PASSWORD, /* alice's, for SPNEGO */
    SHARED_CREDS
};

/* shared_begin: one thread makes all objects while others may already ask for them; false
 * if one cannot be made. shared_end: to be called when all threads have ended. */
bool shared_begin(void);
void shared_end(void);

/* shared_use: sets the shared credential on a peer. Until the credential exists, the peer
 * uses the default one. */
void shared_use(struct peer *side, enum shared_cred cred);

/* shared_expect: sets the number of threads. shared_meet: all threads log in at the same
 * moment with one credential that was not used before, so that each finds its Kerberos
 * part missing. Each thread takes part equally often, one of them as the leader. False if
 * the thread's login failed. */
void shared_expect(unsigned n_threads);
bool shared_meet(bool leader);

/* shared_protect: protects a message with the shared contexts; true also before they
 * exist. */
bool shared_protect(void);

#endif
