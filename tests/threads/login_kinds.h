/* SPDX-License-Identifier: ISC */
/* The kinds of logins that the threads mix. */
#ifndef TESTS_THREADS_LOGIN_KINDS_H
#define TESTS_THREADS_LOGIN_KINDS_H

#include "tests/lib/login_driver.h"

#include <stddef.h>

#define PASSWORD "Wonderland 1" /* alice's */

/*
 * struct kind: begin makes the login with its credentials. good: the mechanism that both
 * ends must use (a pointer to NTLM or KRB5); NULL: the acceptor must refuse the login.
 */
struct kind {
    const char *name;
    void (*begin)(struct login *s);
    gss_OID *good;
};
extern const struct kind kinds[];
extern const size_t n_kinds;

#endif
