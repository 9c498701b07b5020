/* SPDX-License-Identifier: ISC */
/* The values of settings that do not come from the settings file. */
#include "conf/environment.h"

#include <errno.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Bytes. A longer entry of the user data base counts as no entry. */
#define PASSWD_MAX ((size_t)1 << 20)

static const char *const names[ENVIRONMENT_COUNT] = {
    [ENVIRONMENT_CONFIG] = "GSS_NEGOTIATE_CONFIG",
    [ENVIRONMENT_LEVEL] = "LM_COMPAT_LEVEL",
    [ENVIRONMENT_COMPUTER_NAME] = "NETBIOS_COMPUTER_NAME",
    [ENVIRONMENT_DOMAIN_NAME] = "NETBIOS_DOMAIN_NAME",
    [ENVIRONMENT_USER_FILE] = "NTLM_USER_FILE",
};

const char *environment_name(enum environment_variable variable)
{
    return names[variable];
}

static const char *get_variable(enum environment_variable variable)
{
    const char *value =
        variable == ENVIRONMENT_NONE ? NULL : secure_getenv(names[variable]);

    return value == NULL || value[0] == '\0' ? NULL : value;
}

static void read_host(char host[HOST_NAME_MAX + 1])
{
    if (gethostname(host, HOST_NAME_MAX + 1) != 0) {
        host[0] = '\0';
    }
    host[HOST_NAME_MAX] = '\0';
}

static enum err copy_account(const struct passwd *entry, struct environment *out)
{
    if ((out->account = strdup(entry->pw_name)) == NULL) {
        return ERR_NO_MEMORY;
    }
    if (entry->pw_dir[0] == '/' && (out->home = strdup(entry->pw_dir)) == NULL) {
        return ERR_NO_MEMORY;
    }
    return ERR_OK;
}

/* A user has no name and no home if the user data base has no entry or does not answer.
 */
static enum err read_account(struct environment *out)
{
    struct passwd entry;
    struct passwd *found = NULL;
    int number = ERANGE;

    for (size_t n = 1024; number == ERANGE && n <= PASSWD_MAX; n *= 4) {
        char *texts = malloc(n);

        if (texts == NULL) {
            return ERR_NO_MEMORY;
        }
        number = getpwuid_r(out->euid, &entry, texts, n, &found);
        if (number == 0 && found != NULL) {
            enum err e = copy_account(found, out);

            free(texts);
            return e;
        }
        free(texts);
    }
    return ERR_OK;
}

enum err environment_read(struct environment *out)
{
    enum err e = ERR_OK;

    *out = (struct environment)ENVIRONMENT_INIT;
    out->euid = geteuid();
    read_host(out->host);
    for (size_t i = 0; e == ERR_OK && i < ENVIRONMENT_COUNT; i++) {
        const char *value = get_variable((enum environment_variable)i);

        out->values[i] = value == NULL ? NULL : strdup(value);
        e = value != NULL && out->values[i] == NULL ? ERR_NO_MEMORY : ERR_OK;
    }
    if (e == ERR_OK) {
        e = read_account(out);
    }
    if (e != ERR_OK) {
        environment_cleanup(out);
    }
    return e;
}

void environment_cleanup(struct environment *environment)
{
    for (size_t i = 0; i < ENVIRONMENT_COUNT; i++) {
        free(environment->values[i]);
    }
    free(environment->account);
    free(environment->home);
    *environment = (struct environment)ENVIRONMENT_INIT;
}

bool environment_is_current(const struct environment *environment, uid_t euid)
{
    for (size_t i = 0; i < ENVIRONMENT_COUNT; i++) {
        const char *then = environment->values[i];
        const char *now = get_variable((enum environment_variable)i);

        if (then == NULL || now == NULL ? then != now : strcmp(then, now) != 0) {
            return false;
        }
    }
    return environment->euid == euid;
}

bool environment_has_host(const struct environment *environment)
{
    char host[HOST_NAME_MAX + 1];

    read_host(host);
    return strcmp(environment->host, host) == 0;
}
