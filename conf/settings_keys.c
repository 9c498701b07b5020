/* SPDX-License-Identifier: ISC */
/* The keys of the settings. The functions that read values come first, and the table at
 * the end. */
#include "conf/settings_keys.h"

#include "base/ascii.h"
#include "conf/settings_list.h"

#include <stdlib.h>
#include <string.h>

#define NETBIOS_MAX 15

/*
 * struct row: one setting. field: the offset of its value in struct settings. read: one
 * of the readers below; it returns ERR_SETTING for a text that is not allowed. The
 * allowed values: one of words; or a number from min to max; or what the string allowed
 * describes.
 */
struct reader;
struct row {
    const char *key;
    const char *default_text; /* NULL if setting_append_default computes it */
    size_t field;
    enum err (*read)(const struct reader *r);
    const char *const *words; /* NULL-terminated, in the order of the field's enum */
    unsigned min;
    unsigned max;
    const char *unit; /* of the number */
    const char *allowed;
    enum environment_variable variable;
};

/* struct reader: the row and the value that a reader works on. */
struct reader {
    const struct row *row;
    struct setting_value *value;
    const struct environment *environment;
    struct settings *settings;
};

static void *field_of(const struct reader *r)
{
    return (char *)r->settings + r->row->field;
}

/* The index of the value among the row's words. */
static enum err find_word(const struct reader *r, unsigned *out_index)
{
    for (unsigned i = 0; r->row->words[i] != NULL; i++) {
        if (strcmp(r->value->text, r->row->words[i]) == 0) {
            *out_index = i;
            return ERR_OK;
        }
    }
    return ERR_SETTING;
}

static enum err read_yes_no(const struct reader *r)
{
    unsigned index = 0;
    const enum err e = find_word(r, &index);

    *(bool *)field_of(r) = index == 1;
    return e;
}

_Static_assert(sizeof(enum settings_fallback) == sizeof(unsigned), "see read_word");

static enum err read_word(const struct reader *r)
{
    return find_word(r, field_of(r));
}

/* Digits only: no sign and no blanks. */
static enum err read_number(const struct reader *r)
{
    const char *text = r->value->text;
    unsigned value = 0;

    if (text[0] == '\0' || strlen(text) > 6 ||
        strspn(text, "0123456789") != strlen(text)) {
        return ERR_SETTING;
    }
    for (const char *p = text; *p != '\0'; p++) {
        value = value * 10 + (unsigned)(*p - '0');
    }
    *(unsigned *)field_of(r) = value;
    return value < r->row->min || value > r->row->max ? ERR_SETTING : ERR_OK;
}

static enum err read_user_file(const struct reader *r)
{
    r->settings->user_file = r->value->text;
    return r->value->text[0] == '/' || r->value->source == SETTING_ENVIRONMENT
               ? ERR_OK
               : ERR_SETTING;
}

/* Makes "~/x" a path in the home folder, and "" if no home folder is known. */
static enum err expand_home(const struct reader *r)
{
    BUF_AUTO path = BUF_INIT;
    char *text;

    if (r->environment->home != NULL) {
        buf_printf(&path, "%s%s", r->environment->home, r->value->text + 1);
    }
    text = buf_status(&path) == ERR_OK ? strdup(buf_cstr(&path)) : NULL;
    if (text == NULL) {
        return ERR_NO_MEMORY;
    }
    free(r->value->text);
    r->value->text = text;
    return ERR_OK;
}

static enum err read_credential_file(const struct reader *r)
{
    enum err e = r->value->text[0] == '/' ? ERR_OK : ERR_SETTING;

    if (strncmp(r->value->text, "~/", 2) == 0) {
        e = expand_home(r);
    }
    r->settings->credential_file = r->value->text;
    return e;
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

/* ASCII without the characters that [MS-NBTE] 2.2.1 forbids, and without blanks. */
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

static enum err read_netbios(const struct reader *r)
{
    if (!is_netbios_name(r->value->text)) {
        return ERR_SETTING;
    }
    for (char *p = r->value->text; *p != '\0'; p++) {
        *p = (char)ascii_upper((uint8_t)*p);
    }
    *(const char **)field_of(r) = r->value->text;
    return ERR_OK;
}

#define LIST(...)                                                                        \
    (const char *const[])                                                                \
    {                                                                                    \
        __VA_ARGS__, NULL                                                                \
    }
#define FIELD(member)      .field = offsetof(struct settings, member)
#define YES_NO(member)     FIELD(member), .read = read_yes_no, .words = LIST("no", "yes")
#define WORDS(member, ...) FIELD(member), .read = read_word, .words = LIST(__VA_ARGS__)
#define NUMBER(member, from, to, unit_text)                                              \
    FIELD(member), .read = read_number, .min = (from), .max = (to), .unit = (unit_text)
#define TEXT(member, reader, allowed_text)                                               \
    FIELD(member), .read = (reader), .allowed = (allowed_text)

#define PATH "an absolute path"
#define NETBIOS                                                                          \
    "1 to 15 ASCII characters without blanks and \\/:*?\"<>|, not beginning with a dot"

/* clang-format off */
static const struct row rows[SETTING_COUNT] = {
    [SETTING_USER_FILE] = {
        "user_file", SETTINGS_DEFAULT_USER_FILE,
        TEXT(user_file, read_user_file, PATH), .variable = ENVIRONMENT_USER_FILE},
    [SETTING_CREDENTIAL_FILE] = {
        "credential_file", "~/" SETTINGS_CREDENTIAL_FILE,
        TEXT(credential_file, read_credential_file, PATH " or begin with ~/")},
    [SETTING_NTLM_LEVEL] = {
        "ntlm_level", "5", NUMBER(ntlm_level, 0, 5, ""), .variable = ENVIRONMENT_LEVEL},
    [SETTING_ANONYMOUS] = {"anonymous", "no", YES_NO(allow_anonymous)},
    [SETTING_GUEST] = {"guest", "no", YES_NO(allow_guest)},
    [SETTING_REQUIRE_MIC] = {"require_mic", "no", YES_NO(require_mic)},
    [SETTING_CHANNEL_BINDINGS] = {
        "channel_bindings", "accept",
        WORDS(channel_bindings, "accept", "require", "ignore")},
    [SETTING_TARGET_NAMES] = {
        "target_names", "any",
        TEXT(target_names, read_target_names, "any, own, or a list of service/host")},
    [SETTING_NETBIOS_NAME] = {
        "netbios_name", NULL,
        TEXT(netbios_name, read_netbios, NETBIOS), .variable = ENVIRONMENT_COMPUTER_NAME},
    [SETTING_NETBIOS_DOMAIN] = {
        "netbios_domain", NULL,
        TEXT(netbios_domain, read_netbios, NETBIOS), .variable = ENVIRONMENT_DOMAIN_NAME},
    [SETTING_CHALLENGE_LIFETIME] = {
        "challenge_lifetime", "120",
        NUMBER(challenge_lifetime_s, 1, 86400, "of seconds ")},
    [SETTING_NTLM] = {"ntlm", "fallback", WORDS(ntlm, "fallback", "only", "never")},
    [SETTING_NTLM_ACCEPT] = {"ntlm_accept", "yes", YES_NO(ntlm_accept)},
    [SETTING_NTLM_HOSTS] = {
        "ntlm_hosts", "*",
        TEXT(ntlm_hosts, read_ntlm_hosts, "a list of patterns [!][service/]host")},
    [SETTING_FALLBACK] = {
        "fallback", "listed",
        WORDS(fallback, "never", "ticketless", "listed", "server", "any")},
    [SETTING_ADDRESS_TARGETS] = {
        "address_targets", "ntlm", WORDS(address_targets, "ntlm", "kerberos")},
    [SETTING_MIN_PROTECTION] = {
        "min_protection", "none", WORDS(min_protection, "none", "sign", "seal")},
    [SETTING_AUDIT] = {"audit", "yes", YES_NO(audit)},
    [SETTING_USERS_FROM] = {
        "users_from", "file", WORDS(users_from, "file", "winbind", "file,winbind")},
    [SETTING_WINBIND_TIMEOUT] = {
        "winbind_timeout", "10", NUMBER(winbind_timeout_s, 1, 60, "of seconds ")},
    [SETTING_CREDENTIALS_FROM] = {
        "credentials_from", "file", WORDS(credentials_from, "file", "file,winbind")},
};
/* clang-format on */

const char *setting_name(enum setting setting)
{
    return rows[setting].key;
}

enum environment_variable setting_variable(enum setting setting)
{
    return rows[setting].variable;
}

enum setting setting_find(struct bytes key)
{
    size_t i = 0;

    while (i < SETTING_COUNT && !bytes_equal(key, bytes_str(rows[i].key))) {
        i++;
    }
    return (enum setting)i;
}

/* The default and then the other words: "listed, never or any". */
static void append_words(struct buf *out, const struct row *row)
{
    size_t n_left = 0;

    while (row->words[n_left] != NULL) {
        n_left++;
    }
    buf_append_text(out, row->default_text);
    n_left--;
    for (size_t i = 0; n_left > 0; i++) {
        if (strcmp(row->words[i], row->default_text) != 0) {
            buf_printf(out, "%s%s", n_left == 1 ? " or " : ", ", row->words[i]);
            n_left--;
        }
    }
}

void setting_append_allowed(struct buf *out, enum setting setting)
{
    const struct row *row = &rows[setting];

    if (row->words != NULL) {
        append_words(out, row);
    } else if (row->unit != NULL) {
        buf_printf(out, "a number %sfrom %u to %u", row->unit, row->min, row->max);
    } else {
        buf_append_text(out, row->allowed);
    }
}

/* The first label of the host name, cut to the length of a NetBIOS name. */
static void append_default_netbios_name(struct buf *out, const char *host)
{
    char name[NETBIOS_MAX + 1] = "";
    const size_t label = strcspn(host, ".");

    (void)memcpy(name, host, label < NETBIOS_MAX ? label : NETBIOS_MAX);
    buf_append_text(out, is_netbios_name(name) ? name : "LOCALHOST");
}

void setting_append_default(struct buf *out, enum setting setting,
                            const struct environment *environment,
                            const struct setting_value *values)
{
    if (rows[setting].default_text != NULL) {
        buf_append_text(out, rows[setting].default_text);
    } else if (setting == SETTING_NETBIOS_NAME) {
        append_default_netbios_name(out, environment->host);
    } else {
        buf_append_text(out, values[SETTING_NETBIOS_NAME].text);
    }
}

enum err setting_apply(enum setting setting, struct setting_value *value,
                       const struct environment *environment, struct settings *settings)
{
    const struct reader r = {&rows[setting], value, environment, settings};

    return r.row->read(&r);
}
