/* SPDX-License-Identifier: ISC */
/* Samba's client library of winbindd, which is opened when it is first needed. */
#ifndef CONF_WINBIND_LIBRARY_H
#define CONF_WINBIND_LIBRARY_H

#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>
#include <wbclient.h>

/* WINBIND_FUNCTIONS: the functions in use, without the wbc before them. */
#define WINBIND_FUNCTIONS(row)                                                           \
    row(LibraryDetails) row(FreeMemory) row(CtxCreate) row(CtxFree) row(CtxPing)         \
        row(CtxInterfaceDetails) row(CtxAuthenticateUserEx) row(CtxCredentialCache)      \
            row(CtxPingDc2) row(CtxCheckTrustCredentials)

struct winbind_library {
/* NOLINTNEXTLINE(bugprone-macro-parentheses): a name that is declared takes none */
#define WINBIND_MEMBER(name) __typeof__(&wbc##name) name;
    WINBIND_FUNCTIONS(WINBIND_MEMBER)
};

/* winbind_library_open: the library's functions; they stay valid for the life of the
 * process. After a success a call is cheap; after a failure it tries again.
 * ERR_NO_AUTHORITY: the machine has no library that can be used; the detail says why. */
MUST_USE enum err winbind_library_open(const struct winbind_library **out);

#endif
