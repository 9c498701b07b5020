/* SPDX-License-Identifier: ISC */
/* A client's NTLMv2 response as the question that an authority gets. */
#ifndef TESTS_UNIT_CONF_LOGIN_H
#define TESTS_UNIT_CONF_LOGIN_H

#include "ntlm/authority.h"

/* struct login: owns what its query looks at. */
struct login {
    struct buf user_utf16;
    struct buf domain_utf16;
    struct buf nt_response;
    struct authority_query query;
};

/* login_make: the texts are borrowed; our computer name is "WS1". */
MUST_USE enum err login_make(struct login *out, const char *domain, const char *user,
                             const char *password);
void login_cleanup(struct login *login);
/* login_verify: asks the authority over a user file; out is cleaned up by the caller. */
MUST_USE enum err login_verify(const char *path, const struct login *login,
                               struct authority_answer *out);
/* login_try: the same of one login, whose answer is forgotten. */
enum err login_try(const char *path, const char *domain, const char *user,
                   const char *password);
/* login_usable: whether the authority over a user file can verify logins. */
MUST_USE enum err login_usable(const char *path);
#define LOGIN_AUTO __attribute__((cleanup(login_cleanup))) struct login

#endif
