/* SPDX-License-Identifier: ISC */
/* Reads the keys of a credential store (gss_acquire_cred_from). */
#include "mech/cred.h"

#include <stdlib.h>
#include <string.h>

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

/* The key that contradicts a password, or NULL. MIT krb5 refuses ccache and client_keytab
 * beside a password. With verify it checks the password against a keytab, which NTLM
 * cannot do. */
static const char *contradiction(const struct cred_store_key *keys, size_t n_keys)
{
    static const char *const others[] = {"ccache", "client_keytab", "verify"};
    const char *found = NULL;
    bool has_password = false;

    for (size_t i = 0; i < n_keys; i++) {
        has_password = has_password || strcmp(keys[i].key, "password") == 0;
        for (size_t k = 0; k < sizeof(others) / sizeof(others[0]); k++) {
            found = strcmp(keys[i].key, others[k]) == 0 ? others[k] : found;
        }
    }
    return has_password ? found : NULL;
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
    out->password_contradicts = contradiction(keys, n_keys);
    return ERR_OK;
}

/* The application's key-value set as the plain pairs that cred_source_read takes. */
enum err cred_source_read_set(gss_const_key_value_set_t store, struct cred_source *source)
{
    struct cred_store_key keys[32];

    if (store == NULL) {
        return ERR_OK;
    }
    if (store->count > sizeof(keys) / sizeof(keys[0])) {
        return err_note(ERR_CRED_KEY, "more than %zu keys",
                        sizeof(keys) / sizeof(keys[0]));
    }
    for (size_t i = 0; i < store->count; i++) {
        keys[i].key = store->elements[i].key;
        keys[i].value = store->elements[i].value;
    }
    return cred_source_read(keys, store->count, source);
}
