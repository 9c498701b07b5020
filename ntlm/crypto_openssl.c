/* SPDX-License-Identifier: ISC */
/* MD4, MD5 and HMAC-MD5 by OpenSSL's EVP: -Dcrypto=openssl. */
#include "ntlm/crypto.h"

#include "base/secret.h"
#include "ntlm/openssl.h"

#include <string.h>

#define HMAC_BLOCK_LEN 64

enum err crypto_ready(void)
{
    const struct openssl *lib;

    return openssl_acquire(&lib);
}

const char *crypto_source(void)
{
    return "OpenSSL";
}

static enum err digest(const EVP_MD *md, const struct bytes *parts, size_t n_parts,
                       struct ntlm_key *out)
{
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    bool ok;

    if (ctx == NULL) {
        return ERR_NO_MEMORY;
    }
    ERR_set_mark();
    ok = EVP_DigestInit_ex2(ctx, md, NULL) == 1;
    for (size_t i = 0; ok && i < n_parts; i++) {
        ok = parts[i].n == 0 || EVP_DigestUpdate(ctx, parts[i].p, parts[i].n) == 1;
    }
    ok = ok && EVP_DigestFinal_ex(ctx, out->b, NULL) == 1;
    EVP_MD_CTX_free(ctx);
    ERR_pop_to_mark();
    return ok ? ERR_OK : ERR_CRYPTO;
}

enum err crypto_md4(struct bytes data, struct ntlm_key *out)
{
    const struct openssl *lib;
    enum err e = openssl_acquire(&lib);

    *out = (struct ntlm_key){{0}};
    return e != ERR_OK ? e : digest(lib->md4, &data, 1, out);
}

enum err crypto_md5(const struct bytes *parts, size_t n_parts, struct ntlm_key *out)
{
    const struct openssl *lib;
    enum err e = openssl_acquire(&lib);

    *out = (struct ntlm_key){{0}};
    return e != ERR_OK ? e : digest(lib->md5, parts, n_parts, out);
}

/* The key is kept as it is, and hashed again for each computation: an object of OpenSSL
 * could not be copied like plain data. */
enum err crypto_hmac_key(struct crypto_hmac *hmac, const struct ntlm_key *key)
{
    *hmac = (struct crypto_hmac){.inner = *key};
    return crypto_ready();
}

/* RFC 2104: begins the inner (pad 0x36) or the outer (0x5c) hash. */
static enum err begin_with_pad(EVP_MD_CTX *ctx, const struct ntlm_key *key, uint8_t pad)
{
    const struct openssl *lib;
    uint8_t block[HMAC_BLOCK_LEN];
    enum err e = openssl_acquire(&lib);
    bool ok;

    if (e != ERR_OK) {
        return e;
    }
    memset(block, pad, sizeof(block));
    for (size_t i = 0; i < sizeof(key->b); i++) {
        block[i] ^= key->b[i];
    }
    ok = EVP_DigestInit_ex2(ctx, lib->md5, NULL) == 1 &&
         EVP_DigestUpdate(ctx, block, sizeof(block)) == 1;
    secret_wipe(block, sizeof(block));
    return ok ? ERR_OK : ERR_CRYPTO;
}

void crypto_mac_begin(struct crypto_mac *mac, const struct crypto_hmac *hmac)
{
    *mac = (struct crypto_mac){.hmac = hmac, .openssl = EVP_MD_CTX_new()};
    ERR_set_mark();
    mac->err = mac->openssl == NULL ? ERR_NO_MEMORY
                                    : begin_with_pad(mac->openssl, &hmac->inner, 0x36);
}

void crypto_mac_add(struct crypto_mac *mac, struct bytes data)
{
    if (mac->err == ERR_OK && data.n > 0 &&
        EVP_DigestUpdate(mac->openssl, data.p, data.n) != 1) {
        mac->err = ERR_CRYPTO;
    }
}

void crypto_mac_add_seal(struct crypto_mac *mac, struct crypto_rc4 *rc4, uint8_t *p,
                         size_t n)
{
    crypto_mac_add(mac, bytes_of(p, n));
    crypto_rc4_apply(rc4, p, p, n);
}

void crypto_mac_add_unseal(struct crypto_mac *mac, struct crypto_rc4 *rc4, uint8_t *p,
                           size_t n)
{
    crypto_rc4_apply(rc4, p, p, n);
    crypto_mac_add(mac, bytes_of(p, n));
}

static enum err finish(struct crypto_mac *mac, struct ntlm_key *out)
{
    KEY_AUTO inner;
    enum err e;

    if (EVP_DigestFinal_ex(mac->openssl, inner.b, NULL) != 1) {
        return ERR_CRYPTO;
    }
    e = begin_with_pad(mac->openssl, &mac->hmac->inner, 0x5c);
    if (e != ERR_OK) {
        return e;
    }
    if (EVP_DigestUpdate(mac->openssl, inner.b, sizeof(inner.b)) != 1 ||
        EVP_DigestFinal_ex(mac->openssl, out->b, NULL) != 1) {
        return ERR_CRYPTO;
    }
    return ERR_OK;
}

enum err crypto_mac_end(struct crypto_mac *mac, struct ntlm_key *out)
{
    enum err e = mac->err;

    *out = (struct ntlm_key){{0}};
    if (e == ERR_OK) {
        e = finish(mac, out);
    }
    EVP_MD_CTX_free(mac->openssl);
    mac->openssl = NULL;
    ERR_pop_to_mark();
    return e;
}
