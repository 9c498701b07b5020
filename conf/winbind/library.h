/* SPDX-License-Identifier: ISC */
/* Samba's client library of winbindd, which is opened when it is first needed. */
#ifndef CONF_WINBIND_LIBRARY_H
#define CONF_WINBIND_LIBRARY_H

#include "base/err.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <wbclient.h>

/* WINBIND_FUNCTIONS: the functions in use, without the wbc before them. */
#define WINBIND_FUNCTIONS(row)                                                           \
    row(LibraryDetails) row(FreeMemory) row(CtxCreate) row(CtxFree) row(CtxPing)         \
        row(CtxInterfaceDetails) row(CtxAuthenticateUserEx) row(CtxCredentialCache)      \
            row(CtxPingDc2) row(CtxCheckTrustCredentials)

/* struct winbind_library: the functions of the library. stack_taken: how much of a
 * thread's stack glibc takes for the thread-local data of the host and its libraries
 * (__pthread_get_minstack, which Rust and Java use too); NULL where there is no such
 * function. */
struct winbind_library {
/* NOLINTNEXTLINE(bugprone-macro-parentheses): a name that is declared takes none */
#define WINBIND_MEMBER(name) __typeof__(&wbc##name) name;
    WINBIND_FUNCTIONS(WINBIND_MEMBER)
    size_t (*stack_taken)(const pthread_attr_t *);
};

/* winbind_library_open: the library's functions; they stay valid for the life of the
 * process. After a success a call is cheap; after a failure it tries again.
 * ERR_NO_AUTHORITY: the machine has no library that can be used; the detail says why. */
MUST_USE enum err winbind_library_open(const struct winbind_library **out);

#endif
