/* SPDX-License-Identifier: ISC */
/* The cryptography of NTLM. OpenSSL's EVP does all of it but RC4. */
#include "ntlm/crypto.h"

#include "base/secret.h"
#include "ntlm/openssl.h"

#include <endian.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#define HMAC_BLOCK_LEN 64
#define RC4_KEY_MAX    16

void ntlm_key_wipe(struct ntlm_key *key)
{
    secret_wipe(key, sizeof(*key));
}

bool ntlm_key_is_zero(const struct ntlm_key *key)
{
    static const struct ntlm_key zero;

    return secret_equal(key->b, zero.b, sizeof(zero.b));
}

enum err crypto_ready(void)
{
    const struct openssl *lib;

    return openssl_acquire(&lib);
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

/* RFC 2104 with plain MD5. inner and outer have already hashed the key, XORed with ipad
 * and with opad. Copying two EVP_MD_CTX costs half as much as copying one HMAC object of
 * OpenSSL. */
struct crypto_hmac {
    EVP_MD_CTX *inner;
    EVP_MD_CTX *outer;
    EVP_MD_CTX *work;
    enum err err; /* of the HMAC that is being computed */
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

enum err crypto_rc4_key(struct crypto_rc4 *rc4, const uint8_t *key, size_t key_len)
{
    const struct openssl *lib;
    uint8_t j = 0;
    enum err e = openssl_acquire(&lib);

    if (e != ERR_OK) {
        return e;
    }
    if (key_len == 0 || key_len > RC4_KEY_MAX) {
        return ERR_INTERNAL;
    }
    rc4->i = 0;
    rc4->j = 0;
    for (unsigned i = 0; i < sizeof(rc4->s); i++) {
        rc4->s[i] = (uint8_t)i;
    }
    for (unsigned i = 0; i < sizeof(rc4->s); i++) {
        const uint8_t s = rc4->s[i];

        j = (uint8_t)(j + s + key[i % key_len]);
        rc4->s[i] = rc4->s[j];
        rc4->s[j] = s;
    }
    return ERR_OK;
}

bool crypto_rc4_is_stream(const struct crypto_rc4 *rc4)
{
    uint8_t seen[sizeof(rc4->s)] = {0};

    for (size_t i = 0; i < sizeof(rc4->s); i++) {
        seen[rc4->s[i]] = 1;
    }
    return memchr(seen, 0, sizeof(seen)) == NULL;
}

/* The next byte of the stream. The caller keeps i and j in registers. */
static inline uint8_t next_of(uint8_t s[256], unsigned *i, unsigned *j)
{
    unsigned a;
    unsigned b;

    *i = (*i + 1) & 0xff;
    a = s[*i];
    *j = (*j + a) & 0xff;
    b = s[*j];
    s[*i] = (uint8_t)b;
    s[*j] = (uint8_t)a;
    return s[(a + b) & 0xff];
}

/* Eight bytes at a time are a quarter faster than single bytes, and nearly as fast as
 * OpenSSL. */
void crypto_rc4_apply(struct crypto_rc4 *rc4, const uint8_t *in, uint8_t *out, size_t len)
{
    unsigned i = rc4->i;
    unsigned j = rc4->j;

    for (; len >= sizeof(uint64_t); len -= sizeof(uint64_t)) {
        uint64_t stream = 0;
        uint64_t block;

        for (unsigned shift = 0; shift < 64; shift += 8) {
            stream |= (uint64_t)next_of(rc4->s, &i, &j) << shift;
        }
        memcpy(&block, in, sizeof(block));
        block ^= htole64(stream);
        memcpy(out, &block, sizeof(block));
        in += sizeof(block);
        out += sizeof(block);
    }
    for (; len > 0; len--) {
        *out++ = (uint8_t)(*in++ ^ next_of(rc4->s, &i, &j));
    }
    rc4->i = (uint8_t)i;
    rc4->j = (uint8_t)j;
}
