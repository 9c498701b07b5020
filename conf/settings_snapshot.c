/* SPDX-License-Identifier: ISC */
/* The settings that a file, the environment and the defaults make. */
#include "conf/settings_snapshot.h"

#include "base/ascii.h"
#include "base/text.h"
#include "conf/settings_file.h"
#include "conf/settings_list.h"

#include <stdlib.h>
#include <string.h>

/* How many times a file is read if it changes while it is read. */
#define N_TRIES 3

static void clear_values(struct snapshot *snapshot)
{
    for (size_t i = 0; i < SETTING_COUNT; i++) {
        free(snapshot->values[i].text);
        snapshot->values[i].text = NULL;
    }
}

static enum err set_text(struct setting_value *value, const char *text,
                         enum setting_source source)
{
    char *copy = strdup(text);

    if (copy == NULL) {
        return ERR_NO_MEMORY;
    }
    free(value->text);
    value->text = copy;
    value->source = source;
    return ERR_OK;
}

static enum err note_unknown(const char *path, const struct settings_file_relation *at)
{
    BUF_AUTO known = BUF_INIT;
    struct text_escaped shown;

    for (size_t i = 0; i < SETTING_COUNT; i++) {
        buf_printf(&known, "%s%s", i == 0 ? "" : ", ", setting_name((enum setting)i));
    }
    return err_note(ERR_SETTING, "%s:%zu: %s: no such setting: must be one of %s", path,
                    at->line_number, text_printed(&shown, at->key), buf_cstr(&known));
}

static enum err add_relation(void *arg, const struct settings_file_relation *relation)
{
    struct snapshot *snapshot = arg;
    const char *path = snapshot->settings.path;
    const enum setting setting = setting_find(relation->key);
    struct setting_value *value;

    if (setting == SETTING_COUNT) {
        return note_unknown(path, relation);
    }
    value = &snapshot->values[setting];
    if (value->text != NULL) {
        return err_note(ERR_SETTING, "%s:%zu: %s: is set more than once", path,
                        value->line_number, setting_name(setting));
    }
    value->line_number = relation->line_number;
    return set_text(value, relation->value, SETTING_FILE);
}

static enum err add_file(struct snapshot *snapshot)
{
    const char *path = snapshot->settings.path;
    enum err e = ERR_FILE_CHANGED;

    for (size_t i = 0; i < N_TRIES && e == ERR_FILE_CHANGED; i++) {
        clear_values(snapshot);
        e = settings_file_read(path, &snapshot->id, add_relation, snapshot);
    }
    if (e == ERR_FILE_MISSING) {
        snapshot->id = (struct secretfile_id){.settled = true};
        return ERR_OK;
    }
    snapshot->settings.file_present = true;
    return e;
}

/* Sets the text to the environment's; or to the default, if the file has not set it. */
static enum err complete(struct snapshot *snapshot, enum setting setting)
{
    struct setting_value *value = &snapshot->values[setting];
    const char *from_environment =
        snapshot->environment.values[setting_variable(setting)];
    BUF_AUTO text = BUF_INIT;

    if (from_environment != NULL) {
        return set_text(value, from_environment, SETTING_ENVIRONMENT);
    }
    if (value->text != NULL) {
        return ERR_OK;
    }
    setting_append_default(&text, setting, &snapshot->environment, snapshot->values);
    if (buf_status(&text) != ERR_OK) {
        return buf_status(&text);
    }
    return set_text(value, buf_cstr(&text), SETTING_DEFAULT);
}

/* Notes which value is not allowed, where it stands, and what is allowed. */
static enum err note_value(const struct snapshot *snapshot, enum setting setting)
{
    const struct setting_value *value = &snapshot->values[setting];
    struct text_escaped shown;
    const char *text = text_printed(&shown, bytes_str(value->text));
    BUF_AUTO allowed = BUF_INIT;

    setting_append_allowed(&allowed, setting);
    if (buf_status(&allowed) != ERR_OK) {
        return buf_status(&allowed);
    }
    if (value->source == SETTING_ENVIRONMENT) {
        return err_note(ERR_ENVIRONMENT, "%s = %s: must be %s",
                        environment_name(setting_variable(setting)), text,
                        buf_cstr(&allowed));
    }
    return err_note(ERR_SETTING, "%s:%zu: %s = %s: must be %s", snapshot->settings.path,
                    value->line_number, setting_name(setting), text, buf_cstr(&allowed));
}

/* In the order of enum setting: a default may be the value of an earlier setting. */
static enum err apply_all(struct snapshot *snapshot)
{
    enum err e = ERR_OK;

    for (enum setting i = 0; e == ERR_OK && i < SETTING_COUNT; i++) {
        if ((e = complete(snapshot, i)) != ERR_OK) {
            return e;
        }
        e = setting_apply(i, &snapshot->values[i], &snapshot->environment,
                          &snapshot->settings);
        if (e == ERR_SETTING) {
            return note_value(snapshot, i);
        }
    }
    return e;
}

/* Uses the host name if it is a DNS name with a domain. Asks no name server. */
static void set_dns_names(struct snapshot *snapshot)
{
    const char *host = snapshot->environment.host;
    const char *dot = strchr(host, '.');
    char *name = snapshot->dns_name;
    bool usable = dot != NULL && dot != host && dot[1] != '\0';

    for (size_t i = 0; usable && host[i] != '\0'; i++) {
        name[i] = (char)ascii_lower((uint8_t)host[i]);
        usable = strchr("abcdefghijklmnopqrstuvwxyz0123456789-.", name[i]) != NULL;
    }
    if (!usable) {
        (void)memset(name, 0, sizeof(snapshot->dns_name));
    }
    snapshot->settings.dns_name = name;
    snapshot->settings.dns_domain = usable ? name + (dot + 1 - host) : "";
}

static enum err fill(struct snapshot *snapshot)
{
    struct settings *settings = &snapshot->settings;
    char *const *variables = snapshot->environment.values;
    const char *path = variables[ENVIRONMENT_CONFIG];
    enum err e;

    settings->values = snapshot->values;
    settings->host_name = snapshot->environment.host;
    settings->account =
        snapshot->environment.account != NULL ? snapshot->environment.account : "";
    settings->path = path == NULL ? SETTINGS_DEFAULT_FILE : path;
    settings->env_user_file = variables[ENVIRONMENT_USER_FILE];
    if (settings->path[0] != '/') {
        return err_note(ERR_ENVIRONMENT, "%s = %s: must be an absolute path",
                        environment_name(ENVIRONMENT_CONFIG), settings->path);
    }
    if ((e = add_file(snapshot)) != ERR_OK) {
        return e;
    }
    set_dns_names(snapshot);
    return apply_all(snapshot);
}

enum err snapshot_new(struct environment *environment, struct snapshot **out_snapshot)
{
    struct snapshot *snapshot = calloc(1, sizeof(*snapshot));
    enum err e;

    if (snapshot == NULL) {
        return ERR_NO_MEMORY;
    }
    snapshot->n_refs = 1;
    snapshot->environment = *environment;
    *environment = (struct environment)ENVIRONMENT_INIT;
    if ((e = fill(snapshot)) != ERR_OK) {
        snapshot_free(snapshot);
        return e;
    }
    *out_snapshot = snapshot;
    return ERR_OK;
}

void snapshot_free(struct snapshot *snapshot)
{
    environment_cleanup(&snapshot->environment);
    clear_values(snapshot);
    setting_list_free(snapshot->settings.target_name_list);
    setting_list_free(snapshot->settings.ntlm_hosts);
    free(snapshot);
}

static void visit_one(const struct settings *settings, enum setting setting,
                      void (*visit)(void *arg, const char *key, const char *value,
                                    const char *source),
                      void *arg)
{
    const struct setting_value *value = &settings->values[setting];
    BUF_AUTO source = BUF_INIT;

    switch (value->source) {
    case SETTING_DEFAULT:
        buf_append_text(&source, "default");
        break;
    case SETTING_FILE:
        buf_printf(&source, "%s:%zu", settings->path, value->line_number);
        break;
    case SETTING_ENVIRONMENT:
        buf_printf(&source, "environment %s",
                   environment_name(setting_variable(setting)));
        break;
    }
    visit(arg, setting_name(setting), value->text, buf_cstr(&source));
}

void settings_each(const struct settings *settings,
                   void (*visit)(void *arg, const char *key, const char *value,
                                 const char *source),
                   void *arg)
{
    for (size_t i = 0; i < SETTING_COUNT; i++) {
        visit_one(settings, (enum setting)i, visit, arg);
    }
}
