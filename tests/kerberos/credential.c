/* SPDX-License-Identifier: ISC */
/* Makes an endpoint's credential, as the options say. */
#include "tests/kerberos/endpoint.h"
#include "tests/kerberos/oids.h"
#include "tests/lib/table.h"

#include <gssapi/gssapi_ext.h>
#include <gssapi/gssapi_krb5.h>

#include <stdlib.h>
#include <string.h>

#define STORE_MAX 8

gss_name_t name_of(const char *text)
{
    char type[40] = "nt-";
    const char *colon = strchr(text, ':');
    gss_name_t name = GSS_C_NO_NAME;
    gss_buffer_desc value = buffer_of(colon + 1);
    OM_uint32 major, minor;
    snprintf(type + 3, sizeof(type) - 3, "%.*s", (int)(colon - text), text);
    major = gss_import_name(&minor, &value,
                            strcmp(type, "nt-null") == 0 ? GSS_C_NO_OID : oid_of(type),
                            &name);
    if (GSS_ERROR(major)) {
        say_status("import name", major, minor);
    }
    return name;
}

struct wish {
    gss_OID_set mechs;
    gss_name_t name;
    gss_cred_usage_t usage;
    const char *password;
    bool plain;
    gss_key_value_set_desc store;
    gss_key_value_element_desc pairs[STORE_MAX];
    char text[600];
};

static gss_cred_usage_t usage_of(char role)
{
    const char *said = option_of(role, "usage");
    if (said != NULL && strcmp(said, "both") == 0) {
        return GSS_C_BOTH;
    }
    if (said != NULL) {
        return strcmp(said, "init") == 0 ? GSS_C_INITIATE : GSS_C_ACCEPT;
    }
    return role == 'I' ? GSS_C_INITIATE : GSS_C_ACCEPT;
}

static void read_store(struct wish *wish, const char *said)
{
    char *rest = NULL;
    snprintf(wish->text, sizeof(wish->text), "%s", said);
    for (char *pair = strtok_r(wish->text, ";", &rest);
         pair != NULL && wish->store.count < STORE_MAX;
         pair = strtok_r(NULL, ";", &rest)) {
        char *value = strchr(pair, '=');
        *value = '\0';
        wish->pairs[wish->store.count++] = (gss_key_value_element_desc){pair, value + 1};
    }
}

static void read_wish(struct wish *wish, char role)
{
    const char *mechs = option_of(role, "mechs");
    const char *name = option_of(role, "name");
    const char *store = option_of(role, "store");
    memset(wish, 0, sizeof(*wish));
    wish->mechs = oids_of(mechs == NULL ? "spnego" : mechs);
    wish->name = name == NULL ? GSS_C_NO_NAME : name_of(name);
    wish->usage = usage_of(role);
    wish->password = option_of(role, "pass");
    wish->plain = option_of(role, "plain") != NULL;
    wish->store.elements = wish->pairs;
    if (store != NULL) {
        read_store(wish, store);
    }
}

static bool acquire(struct wish *wish, gss_cred_id_t *out_cred)
{
    gss_buffer_desc password = buffer_of(wish->password == NULL ? "" : wish->password);
    gss_OID_set actual = GSS_C_NO_OID_SET;
    OM_uint32 life = 0, major, minor, ignored;
    bool well;
    if (wish->password != NULL && wish->plain) {
        major =
            gss_acquire_cred_with_password(&minor, wish->name, &password, 0, wish->mechs,
                                           wish->usage, out_cred, NULL, NULL);
        return say_status("acquire", major, minor);
    }
    if (wish->password != NULL) {
        major = gss_acquire_cred_with_password(&minor, wish->name, &password,
                                               GSS_C_INDEFINITE, wish->mechs, wish->usage,
                                               out_cred, &actual, &life);
    } else {
        major = gss_acquire_cred_from(
            &minor, wish->name, GSS_C_INDEFINITE, wish->mechs, wish->usage,
            wish->store.count == 0 ? NULL : &wish->store, out_cred, &actual, &life);
    }
    well = say_status("acquire", major, minor);
    if (well) {
        say_oids("acquire mechs", actual);
        say_life("acquire life", life);
    }
    gss_release_oid_set(&ignored, &actual);
    return well;
}

static bool add_mech(gss_cred_id_t *cred, const char *word, gss_cred_usage_t usage)
{
    gss_cred_id_t copy = GSS_C_NO_CREDENTIAL;
    gss_OID_set mechs = GSS_C_NO_OID_SET;
    OM_uint32 initiate = 0, accept = 0, major, minor, ignored;
    major =
        gss_add_cred(&minor, *cred, GSS_C_NO_NAME, oid_of(word), usage, GSS_C_INDEFINITE,
                     GSS_C_INDEFINITE, &copy, &mechs, &initiate, &accept);
    if (!say_status("add", major, minor)) {
        return false;
    }
    say_oids("add mechs", mechs);
    say_life("add initiator life", initiate);
    gss_release_oid_set(&ignored, &mechs);
    gss_release_cred(&ignored, cred);
    *cred = copy;
    return true;
}

static bool through_token(gss_cred_id_t *cred)
{
    gss_buffer_desc token = GSS_C_EMPTY_BUFFER;
    OM_uint32 minor, ignored, major = gss_export_cred(&minor, *cred, &token);
    if (!say_status("export", major, minor)) {
        return false;
    }
    gss_release_cred(&ignored, cred);
    major = gss_import_cred(&minor, &token, cred);
    gss_release_buffer(&ignored, &token);
    return say_status("import", major, minor);
}

static bool impersonate(gss_cred_id_t *cred, gss_OID_set mechs, const char *text)
{
    gss_cred_id_t other = GSS_C_NO_CREDENTIAL;
    gss_name_t name = name_of(text);
    gss_OID_set actual = GSS_C_NO_OID_SET;
    OM_uint32 life = 0, minor, ignored, major;
    major =
        gss_acquire_cred_impersonate_name(&minor, *cred, name, GSS_C_INDEFINITE, mechs,
                                          GSS_C_INITIATE, &other, &actual, &life);
    gss_release_name(&ignored, &name);
    if (!say_status("impersonate", major, minor)) {
        return false;
    }
    say_oids("impersonate mechs", actual);
    gss_release_oid_set(&ignored, &actual);
    gss_release_cred(&ignored, cred);
    *cred = other;
    return true;
}

static bool set_neg(gss_cred_id_t cred, const char *words)
{
    gss_OID_set mechs = oids_of(words);
    OM_uint32 minor, ignored, major = gss_set_neg_mechs(&minor, cred, mechs);
    gss_release_oid_set(&ignored, &mechs);
    return say_status("neg mechs", major, minor);
}

static bool no_ci(gss_cred_id_t *cred)
{
    gss_buffer_desc empty = GSS_C_EMPTY_BUFFER;
    OM_uint32 minor, major = gss_set_cred_option(
                         &minor, cred, (gss_OID)GSS_KRB5_CRED_NO_CI_FLAGS_X, &empty);
    return say_status("no-ci", major, minor);
}

static bool allow_only(gss_cred_id_t cred, const char *number)
{
    krb5_enctype kind = (krb5_enctype)atoi(number);
    OM_uint32 minor, major = gss_krb5_set_allowable_enctypes(&minor, cred, 1, &kind);
    return say_status("enctype", major, minor);
}

/* Copies the credential into a ccache that libkrb5 opens, and inquires about it there. */
static bool copy_out(gss_cred_id_t cred)
{
    krb5_context context = NULL;
    krb5_ccache ccache = NULL;
    OM_uint32 minor, major;
    if (krb5_init_context(&context) != 0 ||
        krb5_cc_resolve(context, "MEMORY:copied", &ccache) != 0) {
        say("copy", "no ccache");
        krb5_free_context(context);
        return false;
    }
    major = gss_krb5_copy_ccache(&minor, cred, ccache);
    krb5_cc_destroy(context, ccache);
    krb5_free_context(context);
    return say_status("copy", major, minor);
}

/* Does what the options say with an acquired credential, in this order. */
static bool work_on(struct endpoint *endpoint, struct wish *wish)
{
    const char *add = option_of(endpoint->role, "add");
    const char *imp = option_of(endpoint->role, "imp");
    const char *neg = option_of(endpoint->role, "neg");
    bool well = true;
    if (add != NULL) {
        well = add_mech(&endpoint->cred, add, wish->usage);
    }
    if (well && imp != NULL) {
        well = impersonate(&endpoint->cred, wish->mechs, imp);
    }
    if (well && option_of(endpoint->role, "export") != NULL) {
        well = through_token(&endpoint->cred);
    }
    if (well && neg != NULL) {
        well = set_neg(endpoint->cred, neg);
    }
    if (well && option_of(endpoint->role, "noci") != NULL) {
        well = no_ci(&endpoint->cred);
    }
    if (well && option_of(endpoint->role, "enctype") != NULL) {
        well = allow_only(endpoint->cred, option_of(endpoint->role, "enctype"));
    }
    if (well && option_of(endpoint->role, "copy") != NULL) {
        well = copy_out(endpoint->cred);
    }
    return well;
}

static bool is_wanted(char role)
{
    static const char *const keys[] = {"cred",  "mechs", "name",    "pass",
                                       "store", "neg",   "add",     "export",
                                       "imp",   "noci",  "enctype", "copy"};
    for (size_t i = 0; i < N(keys); i++) {
        if (option_of(role, keys[i]) != NULL) {
            return true;
        }
    }
    return false;
}

bool endpoint_credential(struct endpoint *endpoint)
{
    struct wish wish;
    OM_uint32 ignored;
    bool well;
    if (!is_wanted(endpoint->role)) {
        return true;
    }
    read_wish(&wish, endpoint->role);
    well = acquire(&wish, &endpoint->cred) && work_on(endpoint, &wish);
    gss_release_oid_set(&ignored, &wish.mechs);
    gss_release_name(&ignored, &wish.name);
    return well;
}
