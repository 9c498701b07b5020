/* SPDX-License-Identifier: ISC */
/* /etc/gss/negotiate.conf and the environment, as one immutable snapshot. */
#ifndef CONF_SETTINGS_H
#define CONF_SETTINGS_H

#include "base/buf.h"
#include "ntlm/server.h"

#define SETTINGS_DEFAULT_FILE      "/etc/gss/negotiate.conf"
#define SETTINGS_DEFAULT_USER_FILE "/etc/gss/negotiate.users"
/* Under the user's home folder, by the user data base. */
#define SETTINGS_CREDENTIAL_FILE ".config/gss-negotiate/credentials"

struct setting_value;

/* What conf/policy decides by. */
enum settings_ntlm { SETTINGS_NTLM_FALLBACK, SETTINGS_NTLM_ONLY, SETTINGS_NTLM_NEVER };
/* From strict to loose: each value allows what those before it allow. */
enum settings_fallback {
    SETTINGS_FALLBACK_NEVER,
    SETTINGS_FALLBACK_TICKETLESS,
    SETTINGS_FALLBACK_LISTED,
    SETTINGS_FALLBACK_SERVER,
    SETTINGS_FALLBACK_ANY,
};
enum settings_address_targets { SETTINGS_ADDRESS_NTLM, SETTINGS_ADDRESS_KERBEROS };
enum settings_protection { SETTINGS_PROTECT_NONE, SETTINGS_SIGN, SETTINGS_SEAL };

/*
 * struct settings: values in force; read-only, counted, shared by threads. Strings are
 * owned by it. The environment (secure_getenv; an empty variable counts as not set) is
 * applied on top of the file: GSS_NEGOTIATE_CONFIG (an absolute path) names the file,
 * LM_COMPAT_LEVEL, NETBIOS_COMPUTER_NAME, NETBIOS_DOMAIN_NAME and NTLM_USER_FILE are
 * stronger than its keys. Paths in the file are absolute; credential_file may begin with
 * "~/", the home folder of the effective user.
 */
struct settings {
    const char *path; /* the file asked for, present or not */
    bool file_present;
    const char *user_file; /* NTLM_USER_FILE overrides */
    bool user_file_from_env;
    const char *credential_file; /* absolute; "" if no home folder is known */
    const char *env_user_file;   /* NTLM_USER_FILE, or NULL: also the initiator's first */
    unsigned ntlm_level;
    bool allow_anonymous;
    bool allow_guest;
    bool require_mic;
    enum ntlm_bindings_policy channel_bindings;
    enum { TARGET_NAMES_ANY, TARGET_NAMES_OWN, TARGET_NAMES_LIST } target_names;
    char **target_name_list; /* service/host, NULL-terminated; for LIST, else NULL */
    const char *netbios_name;
    const char *netbios_domain;
    const char *host_name;  /* our host name as the system tells it; "" if it does not */
    const char *dns_name;   /* our host name if it has a domain, lower case; may be "" */
    const char *dns_domain; /* may be "" */
    unsigned challenge_lifetime_s;
    enum settings_ntlm ntlm; /* initiator */
    bool ntlm_accept;
    char **ntlm_hosts; /* patterns, in their order, NULL-terminated; NULL: as by * */
    enum settings_fallback fallback;
    enum settings_address_targets address_targets;
    enum settings_protection min_protection;
    bool audit; /* a line for every use of NTLM */
    /* each as it is written, and where, by enum setting (conf/settings_keys.h) */
    const struct setting_value *values;
};

/*
 * settings_acquire: the current snapshot, re-read only when stat (or the environment)
 * says so; the caller releases it. Errors: ERR_SETTING and ERR_ENVIRONMENT with a detail
 * that names file, key (or variable), value and what is allowed; ERR_FILE_* (the file
 * must be a regular one that not everybody may write to); ERR_NO_MEMORY.
 */
MUST_USE enum err settings_acquire(const struct settings **out_settings);
void settings_release(const struct settings *settings);

/* settings_each: calls visit for every key with its value in force and where it comes
 * from ("default", the file's path:line, "environment VARIABLE"), for 'gss-negotiate
 * doctor'. The texts are valid during the call. */
void settings_each(const struct settings *settings,
                   void (*visit)(void *arg, const char *key, const char *value,
                                 const char *source),
                   void *arg);

#endif
