/* SPDX-License-Identifier: ISC */
/* /etc/gss/negotiate.conf and the environment, as one immutable snapshot. */
#ifndef CONF_SETTINGS_H
#define CONF_SETTINGS_H

#include "base/buf.h"
#include "ntlm/server.h"

#define SETTINGS_DEFAULT_FILE      "/etc/gss/negotiate.conf"
#define SETTINGS_DEFAULT_USER_FILE "/etc/gss/negotiate.users"
/* Relative to the home folder that the user data base gives, not to $HOME. */
#define SETTINGS_CREDENTIAL_FILE ".config/gss-negotiate/credentials"

/* enum setting: the keys; each has a row in conf/settings_keys.c. */
enum setting {
    SETTING_USER_FILE,
    SETTING_CREDENTIAL_FILE,
    SETTING_NTLM_LEVEL,
    SETTING_ANONYMOUS,
    SETTING_GUEST,
    SETTING_REQUIRE_MIC,
    SETTING_CHANNEL_BINDINGS,
    SETTING_TARGET_NAMES,
    SETTING_NETBIOS_NAME,
    SETTING_NETBIOS_DOMAIN,
    SETTING_CHALLENGE_LIFETIME,
    SETTING_NTLM,
    SETTING_NTLM_ACCEPT,
    SETTING_NTLM_HOSTS,
    SETTING_FALLBACK,
    SETTING_ADDRESS_TARGETS,
    SETTING_MIN_PROTECTION,
    SETTING_AUDIT,
    SETTING_USERS_FROM,
    SETTING_WINBIND_TIMEOUT,
    SETTING_CREDENTIALS_FROM,
    SETTING_COUNT
};

struct setting_value;

/* The words of settings that take one of several, in the order of their rows' words. */
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
enum settings_users_from {
    SETTINGS_USERS_FILE,
    SETTINGS_USERS_WINBIND,
    SETTINGS_USERS_FILE_WINBIND, /* winbind for the users that the file does not have */
};
enum settings_credentials_from {
    SETTINGS_CREDENTIALS_FILE,
    SETTINGS_CREDENTIALS_FILE_WINBIND, /* winbind's cache for the users without an entry
                                        */
};

/*
 * struct settings: the values in force, which do not change. It is reference-counted and
 * shared by threads; it owns its strings. Environment variables override the file:
 * GSS_NEGOTIATE_CONFIG (an absolute path) names the file; LM_COMPAT_LEVEL,
 * NETBIOS_COMPUTER_NAME, NETBIOS_DOMAIN_NAME and NTLM_USER_FILE override keys. They are
 * read with secure_getenv; an empty variable counts as not set. Paths in the file are
 * absolute; credential_file may begin with "~/", the home folder of the effective user.
 */
struct settings {
    const char *path; /* the file asked for, present or not */
    bool file_present;
    const char *user_file;       /* NTLM_USER_FILE overrides */
    const char *credential_file; /* absolute; "" if no home folder is known */
    const char *env_user_file;   /* NTLM_USER_FILE or NULL; an initiator reads it first */
    unsigned ntlm_level;
    bool allow_anonymous;
    bool allow_guest;
    bool require_mic;
    enum ntlm_bindings_policy channel_bindings;
    enum { TARGET_NAMES_ANY, TARGET_NAMES_OWN, TARGET_NAMES_LIST } target_names;
    char **target_name_list; /* for LIST: service/host, NULL-terminated; else NULL */
    const char *netbios_name;
    const char *netbios_domain;
    const char *host_name;  /* of this machine; "" if the system does not tell it */
    const char *dns_name;   /* host_name in lower case, or "" if it has no domain */
    const char *dns_domain; /* of dns_name; may be "" */
    unsigned challenge_lifetime_s;
    enum settings_ntlm ntlm; /* initiator */
    bool ntlm_accept;
    char **ntlm_hosts; /* patterns in their order, NULL-terminated; NULL means "*" */
    enum settings_fallback fallback;
    enum settings_address_targets address_targets;
    enum settings_protection min_protection;
    bool audit;                          /* a line for every use of NTLM */
    enum settings_users_from users_from; /* acceptor */
    unsigned winbind_timeout_s;
    enum settings_credentials_from credentials_from; /* initiator */
    const char *account; /* of the effective user in the user data base; "" if none */
    /* indexed by enum setting: the text of each value and where it comes from
     * (conf/settings_keys.h) */
    const struct setting_value *values;
};

/*
 * settings_acquire: the settings in force; the caller releases them. The file is read
 * again only after it, the environment or the effective user has changed, which each call
 * checks. A new host name may be noticed up to a second later. If nothing has
 * changed, the call takes no lock and writes no memory that other threads use. It is not
 * an error if the file does not exist. Errors: ERR_SETTING and ERR_ENVIRONMENT, whose
 * detail names the file, the key or variable, its value and what is allowed; ERR_FILE_*
 * (others must not be able to write the file, and it must be a regular one);
 * ERR_NO_MEMORY. settings_retain: another reference to the same settings, without a
 * check. settings_release: NULL is a no-op; any thread may call it.
 */
MUST_USE enum err settings_acquire(const struct settings **out_settings);
const struct settings *settings_retain(const struct settings *settings);
void settings_release(const struct settings *settings);

/* settings_each: calls visit for each key, with its value and where that comes from:
 * "default", PATH:LINE or "environment VARIABLE". The texts are valid during the call.
 * 'gss-negotiate doctor' prints them. */
void settings_each(const struct settings *settings,
                   void (*visit)(void *arg, const char *key, const char *value,
                                 const char *source),
                   void *arg);

#endif
