/* SPDX-License-Identifier: ISC */
/* Makes a client's NTLMv2 response into the query that an authority gets. */
#ifndef TESTS_UNIT_CONF_LOGIN_H
#define TESTS_UNIT_CONF_LOGIN_H

#include "ntlm/authority.h"

/* struct login: a query, and the memory that its views point to. */
struct login {
    struct buf user_utf16;
    struct buf domain_utf16;
    struct buf nt_response;
    struct authority_query query;
};

/* login_make: makes a login. The texts are borrowed; our computer name is "WS1". */
MUST_USE enum err login_make(struct login *out, const char *domain, const char *user,
                             const char *password);
void login_cleanup(struct login *login);
/* login_verify: asks the authority of a user file; the caller cleans out up. */
MUST_USE enum err login_verify(const char *path, const struct login *login,
                               struct authority_answer *out);
/* login_try: does the same for one login, and drops the answer. */
enum err login_try(const char *path, const char *domain, const char *user,
                   const char *password);
/* login_usable: whether the authority of a user file can verify logins. */
MUST_USE enum err login_usable(const char *path);
#define LOGIN_AUTO __attribute__((cleanup(login_cleanup))) struct login

#endif
