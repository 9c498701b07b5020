/* SPDX-License-Identifier: ISC */
/* What settings take from outside of their file: variables, host name and user. */
#ifndef CONF_ENVIRONMENT_H
#define CONF_ENVIRONMENT_H

#include "base/bytes.h"

#include <limits.h>
#include <sys/types.h>

enum environment_variable {
    ENVIRONMENT_NONE,          /* no variable: its value is NULL */
    ENVIRONMENT_CONFIG,        /* GSS_NEGOTIATE_CONFIG */
    ENVIRONMENT_LEVEL,         /* LM_COMPAT_LEVEL */
    ENVIRONMENT_COMPUTER_NAME, /* NETBIOS_COMPUTER_NAME */
    ENVIRONMENT_DOMAIN_NAME,   /* NETBIOS_DOMAIN_NAME */
    ENVIRONMENT_USER_FILE,     /* NTLM_USER_FILE */
    ENVIRONMENT_COUNT
};

/* struct environment: a copy, which its holder owns. */
struct environment {
    char *values[ENVIRONMENT_COUNT]; /* NULL: not set, or empty */
    char host[HOST_NAME_MAX + 1];    /* "" if it cannot be found out */
    uid_t euid;
    /* of euid in the user data base: its name, and its home folder, not $HOME; NULL: none
     */
    char *account;
    char *home;
};
#define ENVIRONMENT_INIT                                                                 \
    {                                                                                    \
        {NULL}, "", 0, NULL, NULL                                                        \
    }
#define ENVIRONMENT_AUTO __attribute__((cleanup(environment_cleanup))) struct environment

/* environment_name: "LM_COMPAT_LEVEL". */
const char *environment_name(enum environment_variable variable);

/* environment_read: asks the user data base. Variables are read by secure_getenv, so a
 * set-id program has none. ERR_NO_MEMORY. */
MUST_USE enum err environment_read(struct environment *out);
void environment_cleanup(struct environment *environment);

/* environment_is_current: whether the variables are unchanged, and the environment was
 * read for this effective user. environment_has_host: whether the host name is unchanged.
 */
bool environment_is_current(const struct environment *environment, uid_t euid);
bool environment_has_host(const struct environment *environment);

#endif
