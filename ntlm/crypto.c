/* SPDX-License-Identifier: ISC */
/* What both implementations of crypto.h share: keys, random bytes, RC4. */
#include "ntlm/crypto.h"

#include "base/secret.h"
#include "ntlm/rc4.h"

#include <endian.h>
#include <errno.h>
#include <string.h>
#include <sys/random.h>

#define RC4_KEY_MAX 16

void ntlm_key_wipe(struct ntlm_key *key)
{
    secret_wipe(key, sizeof(*key));
}

bool ntlm_key_is_zero(const struct ntlm_key *key)
{
    static const struct ntlm_key zero;

    return secret_equal(key->b, zero.b, sizeof(zero.b));
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

enum err crypto_rc4_key(struct crypto_rc4 *rc4, const uint8_t *key, size_t key_len)
{
    size_t at = 0;
    uint8_t j = 0;

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

        j = (uint8_t)(j + s + key[at]);
        at = at + 1 < key_len ? at + 1 : 0; /* a division would take most of the time */
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

/* Eight bytes at a time are a quarter faster than single bytes, and nearly as fast as
 * OpenSSL. */
void crypto_rc4_apply(struct crypto_rc4 *rc4, const uint8_t *in, uint8_t *out, size_t len)
{
    size_t i = rc4->i;
    size_t j = rc4->j;

    for (; len >= sizeof(uint64_t); len -= sizeof(uint64_t)) {
        uint64_t stream = 0;
        uint64_t block;

        for (unsigned shift = 0; shift < 64; shift += 8) {
            stream |= (uint64_t)rc4_next(rc4->s, &i, &j) << shift;
        }
        memcpy(&block, in, sizeof(block));
        block ^= htole64(stream);
        memcpy(out, &block, sizeof(block));
        in += sizeof(block);
        out += sizeof(block);
    }
    for (; len > 0; len--) {
        *out++ = (uint8_t)(*in++ ^ rc4_next(rc4->s, &i, &j));
    }
    rc4->i = (uint8_t)i;
    rc4->j = (uint8_t)j;
}

void crypto_hmac_wipe(struct crypto_hmac *hmac)
{
    secret_wipe(hmac, sizeof(*hmac));
}

enum err crypto_hmac(const struct crypto_hmac *hmac, const struct bytes *parts,
                     size_t n_parts, struct ntlm_key *out)
{
    struct crypto_mac mac;

    crypto_mac_begin(&mac, hmac);
    for (size_t i = 0; i < n_parts; i++) {
        crypto_mac_add(&mac, parts[i]);
    }
    return crypto_mac_end(&mac, out);
}

enum err crypto_hmac_md5(const struct ntlm_key *key, const struct bytes *parts,
                         size_t n_parts, struct ntlm_key *out)
{
    HMAC_AUTO hmac;
    enum err e = crypto_hmac_key(&hmac, key);

    *out = (struct ntlm_key){{0}};
    return e != ERR_OK ? e : crypto_hmac(&hmac, parts, n_parts, out);
}
