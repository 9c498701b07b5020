/* SPDX-License-Identifier: ISC */
/* The cryptography of NTLM, by OpenSSL's EVP. */
#include "ntlm/crypto.h"

#include "asn1/secret.h"
#include "ntlm/openssl.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#define HMAC_BLOCK_LEN 64
#define RC4_KEY_MAX    16
#define RC4_CHUNK      ((size_t)1 << 30) /* EVP counts in int */

static __thread unsigned long n_calls;

void ntlm_key_wipe(struct ntlm_key *key)
{
    secret_wipe(key, sizeof(*key));
}

unsigned long crypto_calls(void)
{
    return n_calls;
}

enum err crypto_ready(void)
{
    const struct openssl *lib;

    return openssl_acquire(&lib);
}

static bool digest_parts(EVP_MD_CTX *ctx, const EVP_MD *md, const struct bytes *parts,
                         size_t n_parts, struct ntlm_key *out)
{
    bool ok = EVP_DigestInit_ex2(ctx, md, NULL) == 1;

    for (size_t i = 0; ok && i < n_parts; i++) {
        ok = parts[i].n == 0 || EVP_DigestUpdate(ctx, parts[i].p, parts[i].n) == 1;
    }
    return ok && EVP_DigestFinal_ex(ctx, out->b, NULL) == 1;
}

static enum err digest(const EVP_MD *md, const struct bytes *parts, size_t n_parts,
                       struct ntlm_key *out)
{
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    bool ok;

    n_calls++;
    if (ctx == NULL) {
        return ERR_NO_MEMORY;
    }
    ERR_set_mark();
    ok = digest_parts(ctx, md, parts, n_parts, out);
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

enum err crypto_hmac_md5(const struct ntlm_key *key, const struct bytes *parts,
                         size_t n_parts, struct ntlm_key *out)
{
    struct crypto_hmac *hmac;
    enum err e = crypto_hmac_new(key, &hmac);

    *out = (struct ntlm_key){{0}};
    if (e != ERR_OK) {
        return e;
    }
    e = crypto_hmac_sum(hmac, parts, n_parts, out);
    crypto_hmac_free(hmac);
    return e;
}

enum err crypto_random(void *out, size_t n)
{
    uint8_t *p = out;

    while (n > 0) {
        ssize_t got = getrandom(p, n, 0);

        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0) {
            return err_note(ERR_RANDOM, "getrandom: %m");
        }
        p += got;
        n -= (size_t)got;
    }
    return ERR_OK;
}

/* RFC 2104 over plain MD5: inner and outer have eaten the padded key. Two copies of an
 * EVP_MD_CTX are half as dear as one of OpenSSL's own HMAC object. */
struct crypto_hmac {
    EVP_MD_CTX *inner;
    EVP_MD_CTX *outer;
    EVP_MD_CTX *work;
    enum err err; /* of the sum under way */
};

static bool set_pad(EVP_MD_CTX *ctx, const EVP_MD *md5, const struct ntlm_key *key,
                    uint8_t pad)
{
    uint8_t block[HMAC_BLOCK_LEN];
    bool ok;

    memset(block, pad, sizeof(block));
    for (size_t i = 0; i < sizeof(key->b); i++) {
        block[i] ^= key->b[i];
    }
    ok = EVP_DigestInit_ex2(ctx, md5, NULL) == 1 &&
         EVP_DigestUpdate(ctx, block, sizeof(block)) == 1;
    secret_wipe(block, sizeof(block));
    return ok;
}

static enum err hmac_set_key(struct crypto_hmac *hmac, const EVP_MD *md5,
                             const struct ntlm_key *key)
{
    hmac->inner = EVP_MD_CTX_new();
    hmac->outer = EVP_MD_CTX_new();
    hmac->work = EVP_MD_CTX_new();
    if (hmac->inner == NULL || hmac->outer == NULL || hmac->work == NULL) {
        return ERR_NO_MEMORY;
    }
    n_calls++;
    if (!set_pad(hmac->inner, md5, key, 0x36) || !set_pad(hmac->outer, md5, key, 0x5c)) {
        return ERR_CRYPTO;
    }
    return ERR_OK;
}

enum err crypto_hmac_new(const struct ntlm_key *key, struct crypto_hmac **out)
{
    const struct openssl *lib;
    struct crypto_hmac *hmac;
    enum err e = openssl_acquire(&lib);

    *out = NULL;
    if (e != ERR_OK) {
        return e;
    }
    hmac = calloc(1, sizeof(*hmac));
    if (hmac == NULL) {
        return ERR_NO_MEMORY;
    }
    ERR_set_mark();
    e = hmac_set_key(hmac, lib->md5, key);
    ERR_pop_to_mark();
    if (e != ERR_OK) {
        crypto_hmac_free(hmac);
        return e;
    }
    *out = hmac;
    return ERR_OK;
}

void crypto_hmac_free(struct crypto_hmac *hmac)
{
    if (hmac == NULL) {
        return;
    }
    EVP_MD_CTX_free(hmac->inner);
    EVP_MD_CTX_free(hmac->outer);
    EVP_MD_CTX_free(hmac->work);
    free(hmac);
}

void crypto_hmac_start(struct crypto_hmac *hmac)
{
    n_calls++;
    ERR_set_mark();
    hmac->err = EVP_MD_CTX_copy_ex(hmac->work, hmac->inner) == 1 ? ERR_OK : ERR_NO_MEMORY;
}

void crypto_hmac_add(struct crypto_hmac *hmac, struct bytes data)
{
    if (hmac->err == ERR_OK && data.n > 0 &&
        EVP_DigestUpdate(hmac->work, data.p, data.n) != 1) {
        hmac->err = ERR_CRYPTO;
    }
}

static enum err finish_hmac(struct crypto_hmac *hmac, struct ntlm_key *out)
{
    KEY_AUTO inner;

    if (EVP_DigestFinal_ex(hmac->work, inner.b, NULL) != 1) {
        return ERR_CRYPTO;
    }
    if (EVP_MD_CTX_copy_ex(hmac->work, hmac->outer) != 1) {
        return ERR_NO_MEMORY;
    }
    if (EVP_DigestUpdate(hmac->work, inner.b, sizeof(inner.b)) != 1 ||
        EVP_DigestFinal_ex(hmac->work, out->b, NULL) != 1) {
        return ERR_CRYPTO;
    }
    return ERR_OK;
}

enum err crypto_hmac_end(struct crypto_hmac *hmac, struct ntlm_key *out)
{
    *out = (struct ntlm_key){{0}};
    if (hmac->err == ERR_OK) {
        hmac->err = finish_hmac(hmac, out);
    }
    ERR_pop_to_mark();
    return hmac->err;
}

enum err crypto_hmac_sum(struct crypto_hmac *hmac, const struct bytes *parts,
                         size_t n_parts, struct ntlm_key *out)
{
    crypto_hmac_start(hmac);
    for (size_t i = 0; i < n_parts; i++) {
        crypto_hmac_add(hmac, parts[i]);
    }
    return crypto_hmac_end(hmac, out);
}

struct crypto_rc4 {
    EVP_CIPHER_CTX *ctx;
    bool keyed;
};

static bool rc4_set_key(EVP_CIPHER_CTX *ctx, const EVP_CIPHER *rc4, const uint8_t *key,
                        size_t key_len)
{
    /* Naming the cipher again would make OpenSSL allocate its state anew. */
    const EVP_CIPHER *cipher = EVP_CIPHER_CTX_get0_cipher(ctx) == NULL ? rc4 : NULL;

    return EVP_EncryptInit_ex2(ctx, cipher, NULL, NULL, NULL) == 1 &&
           EVP_CIPHER_CTX_set_key_length(ctx, (int)key_len) == 1 &&
           EVP_EncryptInit_ex2(ctx, NULL, key, NULL, NULL) == 1;
}

enum err crypto_rc4_rekey(struct crypto_rc4 *rc4, const uint8_t *key, size_t key_len)
{
    const struct openssl *lib;
    enum err e = openssl_acquire(&lib);

    if (e != ERR_OK) {
        return e;
    }
    if (key_len == 0 || key_len > RC4_KEY_MAX) {
        return ERR_INTERNAL;
    }
    n_calls++;
    ERR_set_mark();
    rc4->keyed = rc4_set_key(rc4->ctx, lib->rc4, key, key_len);
    ERR_pop_to_mark();
    return rc4->keyed ? ERR_OK : ERR_CRYPTO;
}

enum err crypto_rc4_new(const uint8_t *key, size_t key_len, struct crypto_rc4 **out)
{
    struct crypto_rc4 *rc4 = calloc(1, sizeof(*rc4));
    enum err e = ERR_NO_MEMORY;

    *out = NULL;
    if (rc4 == NULL) {
        return e;
    }
    rc4->ctx = EVP_CIPHER_CTX_new();
    if (rc4->ctx != NULL) {
        e = crypto_rc4_rekey(rc4, key, key_len);
    }
    if (e != ERR_OK) {
        crypto_rc4_free(rc4);
        return e;
    }
    *out = rc4;
    return ERR_OK;
}

void crypto_rc4_free(struct crypto_rc4 *rc4)
{
    if (rc4 != NULL) {
        EVP_CIPHER_CTX_free(rc4->ctx);
        free(rc4);
    }
}

enum err crypto_rc4_copy(struct crypto_rc4 *to, const struct crypto_rc4 *from)
{
    to->keyed = false;
    if (!from->keyed) {
        return ERR_CRYPTO;
    }
    ERR_set_mark();
    to->keyed = EVP_CIPHER_CTX_copy(to->ctx, from->ctx) == 1;
    ERR_pop_to_mark();
    return to->keyed ? ERR_OK : ERR_NO_MEMORY;
}

enum err crypto_rc4_apply(struct crypto_rc4 *rc4, const uint8_t *in, uint8_t *out,
                          size_t len)
{
    while (rc4->keyed && len > 0) {
        size_t n = len < RC4_CHUNK ? len : RC4_CHUNK;
        int written;

        rc4->keyed = EVP_EncryptUpdate(rc4->ctx, out, &written, in, (int)n) == 1;
        in += n;
        out += n;
        len -= n;
    }
    return rc4->keyed ? ERR_OK : ERR_CRYPTO;
}
