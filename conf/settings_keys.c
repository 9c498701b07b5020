/* SPDX-License-Identifier: ISC */
/* The keys of the settings: a table of names, defaults and readers. */
#include "conf/settings_keys.h"

#include "conf/settings_list.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define NETBIOS_MAX  15
#define LIFETIME_MAX 86400
#define ABSOLUTE     "an absolute path"

struct reader {
    struct setting_value *value;
    const struct environment *environment;
    struct settings *settings;
};

static enum err replace_text(struct setting_value *value, struct buf *text)
{
    const enum err e = buf_status(text);
    char *copy = e == ERR_OK ? strdup(buf_cstr(text)) : NULL;

    if (copy == NULL) {
        return e == ERR_OK ? ERR_NO_MEMORY : e;
    }
    free(value->text);
    value->text = copy;
    return ERR_OK;
}

static enum err read_user_file(const struct reader *r)
{
    if (r->value->text[0] != '/' && r->value->source != SETTING_ENVIRONMENT) {
        return ERR_SETTING;
    }
    r->settings->user_file = r->value->text;
    r->settings->user_file_from_env = r->value->source == SETTING_ENVIRONMENT;
    return ERR_OK;
}

/* "~/x" becomes a path in the home folder; without one there is no such file. */
static enum err expand_home(const struct reader *r)
{
    BUF_AUTO path = BUF_INIT;

    if (r->environment->home != NULL) {
        buf_printf(&path, "%s%s", r->environment->home, r->value->text + 1);
    }
    return replace_text(r->value, &path);
}

static enum err read_credential_file(const struct reader *r)
{
    enum err e;

    if (strncmp(r->value->text, "~/", 2) == 0) {
        if ((e = expand_home(r)) != ERR_OK) {
            return e;
        }
    } else if (r->value->text[0] != '/') {
        return ERR_SETTING;
    }
    r->settings->credential_file = r->value->text;
    return ERR_OK;
}

/* Digits only: no sign, no blanks, nothing behind. */
static enum err read_number(const char *text, unsigned min, unsigned max, unsigned *out)
{
    unsigned value = 0;

    if (text[0] == '\0' || strlen(text) > 6 ||
        strspn(text, "0123456789") != strlen(text)) {
        return ERR_SETTING;
    }
    for (const char *p = text; *p != '\0'; p++) {
        value = value * 10 + (unsigned)(*p - '0');
    }
    if (value < min || value > max) {
        return ERR_SETTING;
    }
    *out = value;
    return ERR_OK;
}

static enum err read_ntlm_level(const struct reader *r)
{
    return read_number(r->value->text, 0, 5, &r->settings->ntlm_level);
}

static enum err read_challenge_lifetime(const struct reader *r)
{
    return read_number(r->value->text, 1, LIFETIME_MAX,
                       &r->settings->challenge_lifetime_s);
}

static enum err read_bool(const char *text, bool *out)
{
    *out = strcmp(text, "yes") == 0;
    return *out || strcmp(text, "no") == 0 ? ERR_OK : ERR_SETTING;
}

static enum err read_anonymous(const struct reader *r)
{
    return read_bool(r->value->text, &r->settings->allow_anonymous);
}

static enum err read_guest(const struct reader *r)
{
    return read_bool(r->value->text, &r->settings->allow_guest);
}

static enum err read_require_mic(const struct reader *r)
{
    return read_bool(r->value->text, &r->settings->require_mic);
}

/* One of n words, which stand in the order of the enum that they name. */
static enum err read_word(const char *text, const char *const *words, size_t n, int *out)
{
    for (size_t i = 0; i < n; i++) {
        if (strcmp(text, words[i]) == 0) {
            *out = (int)i;
            return ERR_OK;
        }
    }
    return ERR_SETTING;
}

#define N_OF(words) (sizeof(words) / sizeof((words)[0]))

static enum err read_channel_bindings(const struct reader *r)
{
    static const char *const words[] = {"accept", "require", "ignore"};
    int value;
    const enum err e = read_word(r->value->text, words, N_OF(words), &value);

    if (e == ERR_OK) {
        r->settings->channel_bindings = (enum ntlm_bindings_policy)value;
    }
    return e;
}

static enum err read_ntlm(const struct reader *r)
{
    static const char *const words[] = {"fallback", "only", "never"};
    int value;
    const enum err e = read_word(r->value->text, words, N_OF(words), &value);

    if (e == ERR_OK) {
        r->settings->ntlm = (enum settings_ntlm)value;
    }
    return e;
}

static enum err read_fallback(const struct reader *r)
{
    static const char *const words[] = {"never", "ticketless", "listed", "server", "any"};
    int value;
    const enum err e = read_word(r->value->text, words, N_OF(words), &value);

    if (e == ERR_OK) {
        r->settings->fallback = (enum settings_fallback)value;
    }
    return e;
}

static enum err read_address_targets(const struct reader *r)
{
    static const char *const words[] = {"ntlm", "kerberos"};
    int value;
    const enum err e = read_word(r->value->text, words, N_OF(words), &value);

    if (e == ERR_OK) {
        r->settings->address_targets = (enum settings_address_targets)value;
    }
    return e;
}

static enum err read_min_protection(const struct reader *r)
{
    static const char *const words[] = {"none", "sign", "seal"};
    int value;
    const enum err e = read_word(r->value->text, words, N_OF(words), &value);

    if (e == ERR_OK) {
        r->settings->min_protection = (enum settings_protection)value;
    }
    return e;
}

static enum err read_ntlm_accept(const struct reader *r)
{
    return read_bool(r->value->text, &r->settings->ntlm_accept);
}

static enum err read_audit(const struct reader *r)
{
    return read_bool(r->value->text, &r->settings->audit);
}

static enum err read_ntlm_hosts(const struct reader *r)
{
    if (r->value->source == SETTING_DEFAULT) {
        return ERR_OK;
    }
    return setting_list_read(r->value->text, setting_is_host_pattern,
                             &r->settings->ntlm_hosts);
}

static enum err read_target_names(const struct reader *r)
{
    if (strcmp(r->value->text, "any") == 0) {
        r->settings->target_names = TARGET_NAMES_ANY;
        return ERR_OK;
    }
    if (strcmp(r->value->text, "own") == 0) {
        r->settings->target_names = TARGET_NAMES_OWN;
        return ERR_OK;
    }
    r->settings->target_names = TARGET_NAMES_LIST;
    return setting_list_read(r->value->text, setting_is_target_name,
                             &r->settings->target_name_list);
}

/* ASCII without what NetBIOS names forbid ([MS-NBTE] 2.2.1, and blanks). */
static bool is_netbios_name(const char *text)
{
    const size_t n = strlen(text);

    for (size_t i = 0; i < n; i++) {
        if (text[i] <= ' ' || text[i] > '~' || strchr("\\/:*?\"<>|", text[i]) != NULL) {
            return false;
        }
    }
    return n > 0 && n <= NETBIOS_MAX && text[0] != '.';
}

static void upper(char *text)
{
    for (; *text != '\0'; text++) {
        if (*text >= 'a' && *text <= 'z') {
            *text = (char)(*text - 'a' + 'A');
        }
    }
}

static enum err read_netbios(const struct reader *r, const char **out)
{
    if (!is_netbios_name(r->value->text)) {
        return ERR_SETTING;
    }
    upper(r->value->text);
    *out = r->value->text;
    return ERR_OK;
}

static enum err read_netbios_name(const struct reader *r)
{
    return read_netbios(r, &r->settings->netbios_name);
}

static enum err read_netbios_domain(const struct reader *r)
{
    return read_netbios(r, &r->settings->netbios_domain);
}

static const struct {
    const char *name;
    const char *fixed_default; /* NULL: see setting_default */
    const char *allowed;
    enum environment_variable variable;
    enum err (*read)(const struct reader *r);
} table[SETTING_COUNT] = {
    [SETTING_USER_FILE] = {"user_file", SETTINGS_DEFAULT_USER_FILE, ABSOLUTE,
                           ENVIRONMENT_USER_FILE, read_user_file},
    [SETTING_CREDENTIAL_FILE] = {"credential_file", "~/" SETTINGS_CREDENTIAL_FILE,
                                 ABSOLUTE " or begin with ~/", ENVIRONMENT_COUNT,
                                 read_credential_file},
    [SETTING_NTLM_LEVEL] = {"ntlm_level", "5", "a number from 0 to 5", ENVIRONMENT_LEVEL,
                            read_ntlm_level},
    [SETTING_ANONYMOUS] = {"anonymous", "no", "no or yes", ENVIRONMENT_COUNT,
                           read_anonymous},
    [SETTING_GUEST] = {"guest", "no", "no or yes", ENVIRONMENT_COUNT, read_guest},
    [SETTING_REQUIRE_MIC] = {"require_mic", "no", "no or yes", ENVIRONMENT_COUNT,
                             read_require_mic},
    [SETTING_CHANNEL_BINDINGS] = {"channel_bindings", "accept",
                                  "accept, require or ignore", ENVIRONMENT_COUNT,
                                  read_channel_bindings},
    [SETTING_TARGET_NAMES] = {"target_names", "any",
                              "any, own, or a list of service/host", ENVIRONMENT_COUNT,
                              read_target_names},
    [SETTING_NETBIOS_NAME] = {"netbios_name", NULL,
                              "1 to 15 ASCII characters without blanks and \\/:*?\"<>|, "
                              "not beginning with a dot",
                              ENVIRONMENT_COMPUTER_NAME, read_netbios_name},
    [SETTING_NETBIOS_DOMAIN] = {"netbios_domain", NULL,
                                "1 to 15 ASCII characters without blanks and "
                                "\\/:*?\"<>|, not beginning with a dot",
                                ENVIRONMENT_DOMAIN_NAME, read_netbios_domain},
    [SETTING_CHALLENGE_LIFETIME] = {"challenge_lifetime", "120",
                                    "a number of seconds from 1 to 86400",
                                    ENVIRONMENT_COUNT, read_challenge_lifetime},
    [SETTING_NTLM] = {"ntlm", "fallback", "fallback, only or never", ENVIRONMENT_COUNT,
                      read_ntlm},
    [SETTING_NTLM_ACCEPT] = {"ntlm_accept", "yes", "yes or no", ENVIRONMENT_COUNT,
                             read_ntlm_accept},
    [SETTING_NTLM_HOSTS] = {"ntlm_hosts", "*", "a list of patterns [!][service/]host",
                            ENVIRONMENT_COUNT, read_ntlm_hosts},
    [SETTING_FALLBACK] = {"fallback", "listed",
                          "listed, never, ticketless, server or any", ENVIRONMENT_COUNT,
                          read_fallback},
    [SETTING_ADDRESS_TARGETS] = {"address_targets", "ntlm", "ntlm or kerberos",
                                 ENVIRONMENT_COUNT, read_address_targets},
    [SETTING_MIN_PROTECTION] = {"min_protection", "none", "none, sign or seal",
                                ENVIRONMENT_COUNT, read_min_protection},
    [SETTING_AUDIT] = {"audit", "yes", "yes or no", ENVIRONMENT_COUNT, read_audit},
};

const char *setting_name(enum setting setting)
{
    return table[setting].name;
}

const char *setting_allowed(enum setting setting)
{
    return table[setting].allowed;
}

enum environment_variable setting_variable(enum setting setting)
{
    return table[setting].variable;
}

enum err setting_find(struct bytes name, enum setting *out_setting)
{
    for (size_t i = 0; i < SETTING_COUNT; i++) {
        if (bytes_equal(bytes_str(table[i].name), name)) {
            *out_setting = (enum setting)i;
            return ERR_OK;
        }
    }
    *out_setting = SETTING_COUNT;
    return ERR_SETTING;
}

/* The host name's first label, cut to what NetBIOS takes. */
static void default_netbios_name(struct buf *out, const char *host)
{
    char name[NETBIOS_MAX + 1] = "";
    const size_t label = strcspn(host, ".");

    (void)memcpy(name, host, label < NETBIOS_MAX ? label : NETBIOS_MAX);
    buf_put_text(out, is_netbios_name(name) ? name : "LOCALHOST");
}

void setting_default(struct buf *out, enum setting setting,
                     const struct environment *environment,
                     const struct setting_value *values)
{
    if (table[setting].fixed_default != NULL) {
        buf_put_text(out, table[setting].fixed_default);
        return;
    }
    if (setting == SETTING_NETBIOS_NAME) {
        default_netbios_name(out, environment->host);
        return;
    }
    buf_put_text(out, values[SETTING_NETBIOS_NAME].text);
}

enum err setting_apply(enum setting setting, struct setting_value *value,
                       const struct environment *environment, struct settings *settings)
{
    const struct reader r = {value, environment, settings};

    return table[setting].read(&r);
}
