/* SPDX-License-Identifier: ISC */
/* A thread that is made to wait at a chosen place inside of the module. */
#ifndef TESTS_LIFETIMES_STOP_H
#define TESTS_LIFETIMES_STOP_H

#include <stdbool.h>

/* Calls that the module makes of the libraries beneath it; this program stands before
 * them. STOP_OPEN, STOP_READ, STOP_WRITE: of one file, by its path. */
enum stop {
    STOP_NOWHERE,
    STOP_OPEN,
    STOP_READ,
    STOP_WRITE,
    STOP_OPENSSL,  /* its first use: OPENSSL_atexit */
    STOP_KERBEROS, /* krb5_init_context */
    STOP_AUDIT,    /* connect */
    STOP_DIGEST,   /* EVP_DigestUpdate: of a message, while its context is locked */
    STOP_DLOPEN,   /* the mechglue's of the module */
};

/* stop_at: where this thread will wait from now on; path for the first three. stop_hit:
 * waits until some thread does, for seconds at most; false if none came. stop_end: lets
 * all go on. */
void stop_at(enum stop place, const char *path);
bool stop_hit(unsigned seconds);
void stop_end(void);

#endif
