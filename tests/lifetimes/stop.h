/* SPDX-License-Identifier: ISC */
/* A thread that is made to wait at a chosen place inside of the module. */
#ifndef TESTS_LIFETIMES_STOP_H
#define TESTS_LIFETIMES_STOP_H

#include <stdbool.h>

/* Calls that the module makes of the libraries beneath it; this program replaces these
 * functions. STOP_OPEN, STOP_READ, STOP_WRITE: calls for one file, by its path. */
enum stop {
    STOP_NOWHERE,
    STOP_OPEN,
    STOP_READ,
    STOP_WRITE,
    STOP_LIBCRYPTO, /* the first use of NTLM: dlopen, which looks for libcrypto, or
                       OPENSSL_atexit */
    STOP_KERBEROS,  /* krb5_init_context */
    STOP_AUDIT,     /* connect */
    STOP_WIPE,      /* explicit_bzero: in a message, while its context is locked */
    STOP_DLOPEN,    /* by the mechglue, for the module */
};

/* stop_at: sets the place where this thread will wait; path is for the first three.
 * stop_hit: waits for some seconds until a thread waits there; false if none does.
 * stop_end: lets all threads continue. */
void stop_at(enum stop place, const char *path);
bool stop_hit(unsigned seconds);
void stop_end(void);

#endif
