/* SPDX-License-Identifier: ISC */
/* Credentials: who the initiator is, and whom the acceptor lets in. */
#include "mech/cred.h"

#include "conf/userfile.h"
#include "mech/oid.h"
#include "ntlm/kdf.h"

#include <stdlib.h>
#include <string.h>

void cred_free(struct mech_cred *cred)
{
    OM_uint32 minor;

    if (cred == NULL) {
        return;
    }
    name_free(cred->name);
    credential_cleanup(&cred->user);
    buf_cleanup(&cred->user_file);
    if (cred->neg_mechs != GSS_C_NO_OID_SET) {
        (void)gss_release_oid_set(&minor, &cred->neg_mechs);
    }
    free(cred);
}

void cred_cleanup(struct mech_cred **cred)
{
    cred_free(*cred);
    *cred = NULL;
}

bool cred_may(const struct mech_cred *cred, gss_cred_usage_t direction)
{
    return cred->usage == GSS_C_BOTH || cred->usage == direction;
}

/* The user and domain that a source names; an explicit domain wins. */
static struct bytes source_user(const struct cred_source *source)
{
    bool is_user = source->name != NULL && source->name->kind == NAME_USER;

    return is_user ? buf_bytes(&source->name->user) : bytes_of(NULL, 0);
}

static struct bytes source_domain(const struct cred_source *source)
{
    bool is_user = source->name != NULL && source->name->kind == NAME_USER;

    if (source->domain.n > 0 || !is_user) {
        return source->domain;
    }
    return buf_bytes(&source->name->domain);
}

/* A password or hash that came with the call: needs a user name beside it. */
static enum err user_given(const struct cred_source *source, struct credential *out)
{
    enum err e;

    if (source_user(source).n == 0) {
        return err_note(ERR_NAME, "a password needs the name of its user");
    }
    if ((e = buf_dup(&out->user, source_user(source))) != ERR_OK ||
        (e = buf_dup(&out->domain, source_domain(source))) != ERR_OK) {
        return e;
    }
    if (source->has_nt_hash) {
        out->nt_hash = source->nt_hash;
        return ERR_OK;
    }
    return kdf_nt_hash(source->password, &out->nt_hash);
}

static enum err user_from_keyfile(const struct cred_source *source,
                                  struct credential *out)
{
    BUF_AUTO path = BUF_INIT;
    enum err e = buf_dup(&path, source->keyfile);

    if (e != ERR_OK) {
        return e;
    }
    const char *file = buf_cstr(&path);
    e = credfile_load(file, source_user(source), source_domain(source), out);
    return e == ERR_FILE_MISSING ? err_note(ERR_NO_CRED, "no key file %s", file) : e;
}

static enum err user_from_settings(const struct cred_source *source,
                                   struct credential *out)
{
    const struct settings *settings;
    enum err e = settings_acquire(&settings);

    if (e != ERR_OK) {
        return e;
    }
    e = credfile_find(settings, source_user(source), source_domain(source), out);
    settings_release(settings);
    return e;
}

static enum err find_user(const struct cred_source *source, struct credential *out)
{
    if (source->has_password || source->has_nt_hash) {
        return user_given(source, out);
    }
    if (source->keyfile.n > 0) {
        return user_from_keyfile(source, out);
    }
    return user_from_settings(source, out);
}

/* Settings that are wrong refuse NTLM in every role, even where nothing is read of them.
 */
static enum err check_settings(void)
{
    const struct settings *settings;
    enum err e = settings_acquire(&settings);

    if (e == ERR_OK) {
        settings_release(settings);
    }
    return e;
}

static enum err acquire_initiator(const struct cred_source *source,
                                  struct mech_cred *cred)
{
    enum err e = check_settings();

    if (e != ERR_OK) {
        return e;
    }
    if (source->name != NULL && source->name->kind == NAME_ANONYMOUS) {
        return name_copy(source->name, &cred->name);
    }
    if (source->name != NULL && source->name->kind != NAME_USER) {
        return err_note(ERR_NO_CRED, "a service name is not an NTLM user");
    }
    if ((e = find_user(source, &cred->user)) != ERR_OK) {
        return e;
    }
    return name_new_user(buf_bytes(&cred->user.user), buf_bytes(&cred->user.domain),
                         &cred->name);
}

/* What is not configured is not offered: without a usable user file there is no NTLM. */
static enum err find_authority(const struct cred_source *source,
                               const struct settings *settings, struct mech_cred *cred)
{
    const char *path = settings->user_file;
    enum err e;

    if ((e = buf_dup(&cred->user_file, source->keyfile)) != ERR_OK) {
        return e;
    }
    if (source->keyfile.n > 0) {
        path = buf_cstr(&cred->user_file);
    }
    e = userfile_usable(path);
    return e == ERR_FILE_MISSING ? err_note(ERR_NO_AUTHORITY, "no user file %s", path)
                                 : e;
}

/* A nameless acceptor goes by our NetBIOS name. */
static enum err name_acceptor(const struct cred_source *source,
                              const struct settings *settings, struct mech_cred *cred)
{
    if (cred->name != NULL) {
        return ERR_OK;
    }
    if (source->name != NULL) {
        return name_copy(source->name, &cred->name);
    }
    return name_new_user(bytes_str(settings->netbios_name), bytes_of(NULL, 0),
                         &cred->name);
}

static enum err acquire_acceptor(const struct cred_source *source, struct mech_cred *cred)
{
    const struct settings *settings;
    enum err e = settings_acquire(&settings);

    if (e != ERR_OK) {
        return e;
    }
    e = find_authority(source, settings, cred);
    if (e == ERR_OK) {
        e = name_acceptor(source, settings, cred);
    }
    settings_release(settings);
    return e;
}

enum err cred_acquire(const struct cred_source *source, gss_cred_usage_t usage,
                      struct mech_cred **out)
{
    CRED_AUTO *cred = calloc(1, sizeof(*cred));
    enum err e;

    *out = NULL;
    if (cred == NULL) {
        return ERR_NO_MEMORY;
    }
    if ((e = crypto_ready()) != ERR_OK) {
        return e;
    }
    cred->usage = usage;
    if (cred_may(cred, GSS_C_INITIATE) &&
        (e = acquire_initiator(source, cred)) != ERR_OK) {
        return e;
    }
    if (cred_may(cred, GSS_C_ACCEPT) && (e = acquire_acceptor(source, cred)) != ERR_OK) {
        return e;
    }
    *out = cred;
    cred = NULL;
    return ERR_OK;
}

static enum err read_bytes(struct bytes *out, bool first, const char *value)
{
    *out = bytes_str(value);
    return first ? ERR_OK : ERR_CRED_KEY;
}

static enum err read_domain(struct cred_source *source, const char *value)
{
    return read_bytes(&source->domain, source->domain.p == NULL, value);
}

static enum err read_keyfile(struct cred_source *source, const char *value)
{
    return read_bytes(&source->keyfile, source->keyfile.p == NULL, value);
}

static enum err read_password(struct cred_source *source, const char *value)
{
    enum err e = read_bytes(&source->password, !source->has_password, value);

    source->has_password = true;
    return e;
}

static enum err read_nt_hash(struct cred_source *source, const char *value)
{
    bool first = !source->has_nt_hash;

    source->has_nt_hash = true;
    if (!first || strlen(value) != 2 * sizeof(source->nt_hash.b) ||
        strspn(value, "0123456789abcdefABCDEF") != strlen(value)) {
        return ERR_CRED_KEY;
    }
    for (size_t i = 0; i < sizeof(source->nt_hash.b); i++) {
        char pair[3] = {value[2 * i], value[2 * i + 1], '\0'};

        source->nt_hash.b[i] = (uint8_t)strtoul(pair, NULL, 16);
    }
    return ERR_OK;
}

static const struct {
    const char *key;
    enum err (*read)(struct cred_source *source, const char *value);
} store_keys[] = {
    {"ntlmssp_domain", read_domain},     {"ntlmssp_nthash", read_nt_hash},
    {"ntlmssp_password", read_password}, {"password", read_password},
    {"ntlmssp_keyfile", read_keyfile},
};

#define KEY_PREFIX "ntlmssp_"

static enum err read_key(struct cred_source *source, const struct cred_store_key *entry)
{
    if (entry->key == NULL || entry->value == NULL) {
        return ERR_ARGUMENT;
    }
    for (size_t i = 0; i < sizeof(store_keys) / sizeof(store_keys[0]); i++) {
        if (strcmp(entry->key, store_keys[i].key) != 0) {
            continue;
        }
        return store_keys[i].read(source, entry->value) == ERR_OK
                   ? ERR_OK
                   : err_note(ERR_CRED_KEY, "%s", entry->key);
    }
    return strncmp(entry->key, KEY_PREFIX, strlen(KEY_PREFIX)) == 0
               ? err_note(ERR_CRED_KEY, "unknown key %.64s", entry->key)
               : ERR_OK;
}

enum err cred_source_read(const struct cred_store_key *keys, size_t n_keys,
                          struct cred_source *out)
{
    for (size_t i = 0; i < n_keys; i++) {
        enum err e = read_key(out, &keys[i]);

        if (e != ERR_OK) {
            return e;
        }
    }
    return ERR_OK;
}

enum err cred_set_option(struct mech_cred *cred, struct bytes option, struct bytes value)
{
    if (bytes_equal(option, OPTION_NO_CI_FLAGS)) {
        cred->no_ci_flags = true;
        return ERR_OK;
    }
    if (!bytes_equal(option, OPTION_NEG_FLAGS)) {
        return ERR_OPTION;
    }
    if (value.n != sizeof(cred->offered_flags)) {
        return err_note(ERR_OPTION, "negotiate flags are 4 bytes in host order");
    }
    memcpy(&cred->offered_flags, value.p, sizeof(cred->offered_flags));
    return ERR_OK;
}

enum err cred_set_neg_mechs(struct mech_cred *cred, const gss_OID_set mechs)
{
    gss_OID_set copy = GSS_C_NO_OID_SET;
    OM_uint32 minor;
    enum err e = oid_set_new(NULL, 0, &copy);

    for (size_t i = 0; e == ERR_OK && i < mechs->count; i++) {
        if (gss_add_oid_set_member(&minor, &mechs->elements[i], &copy) !=
            GSS_S_COMPLETE) {
            e = ERR_NO_MEMORY;
        }
    }
    if (e != ERR_OK) {
        (void)gss_release_oid_set(&minor, &copy);
        return e;
    }
    if (cred->neg_mechs != GSS_C_NO_OID_SET) {
        (void)gss_release_oid_set(&minor, &cred->neg_mechs);
    }
    cred->neg_mechs = copy;
    return ERR_OK;
}

bool cred_may_use(const struct mech_cred *cred, gss_const_OID mech)
{
    if (cred->neg_mechs == GSS_C_NO_OID_SET) {
        return true;
    }
    for (size_t i = 0; i < cred->neg_mechs->count; i++) {
        if (oid_equal(mech, &cred->neg_mechs->elements[i])) {
            return true;
        }
    }
    return false;
}
