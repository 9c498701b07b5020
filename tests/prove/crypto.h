/* SPDX-License-Identifier: ISC */
/* In the place of ntlm/crypto and ntlm/kdf: functions about which only their header is
 * known. */
#ifndef TESTS_PROVE_CRYPTO_H
#define TESTS_PROVE_CRYPTO_H

#include "tests/prove/heap.h"

#include "ntlm/kdf.h"

/*
 * All cryptography is replaced. A sum or a key is any value, and each function that may
 * fail does so or not. So nothing that is proved depends on what OpenSSL or RC4
 * calculates.
 *
 * Of RC4 and MD5 one thing is known: from the same input they make the same output. So a
 * text that is encrypted twice with the same stream is the text again. What stands for a
 * stream is s[0], i and j. One byte of each text is encrypted, which may be any byte
 * (crypto_at).
 */
uint8_t __CPROVER_uninterpreted_rc4_key(uint8_t key, size_t key_len, uint8_t of);
uint8_t __CPROVER_uninterpreted_rc4_next(uint8_t s, uint8_t i, uint8_t j, size_t len,
                                         uint8_t of);
uint8_t __CPROVER_uninterpreted_rc4_byte(uint8_t s, uint8_t i, uint8_t j, size_t at);
uint8_t __CPROVER_uninterpreted_md5(uint8_t byte);

static size_t crypto_at;           /* the byte of each text that RC4 changes */
static bool crypto_mac_is_open;    /* between crypto_mac_begin and _end */
static struct ntlm_key crypto_sum; /* the last result of crypto_mac_end */

/* A result of a function that may fail. No such call comes between start and end. */
static enum err crypto_result(void)
{
    prove(!crypto_mac_is_open);
    return any_err();
}

void ntlm_key_wipe(struct ntlm_key *key)
{
    *key = (struct ntlm_key){{0}};
}

enum err kdf_sign_key(enum gss_role producer, const struct ntlm_key *exported,
                      struct ntlm_key *out)
{
    struct ntlm_key any;

    (void)producer;
    (void)exported;
    *out = any;
    return crypto_result();
}

enum err kdf_seal_key(enum gss_role producer, uint32_t flags,
                      const struct ntlm_key *exported, struct kdf_seal_key *out)
{
    struct kdf_seal_key any;

    (void)producer;
    (void)flags;
    (void)exported;
    given(any.len == 8 || any.len == 16);
    *out = any;
    return crypto_result();
}

enum err crypto_md5(const struct bytes *parts, size_t n_parts, struct ntlm_key *out)
{
    struct ntlm_key any;

    for (size_t i = 0; i < n_parts; i++) {
        prove(__CPROVER_r_ok(parts[i].p, parts[i].n));
    }
    any.b[0] = __CPROVER_uninterpreted_md5(parts[n_parts - 1].p[0]);
    *out = any;
    return crypto_result();
}

enum err crypto_rc4_key(struct crypto_rc4 *rc4, const uint8_t *key, size_t key_len)
{
    prove(key_len >= 1 && key_len <= 16 && __CPROVER_r_ok(key, key_len));
    rc4->s[0] = __CPROVER_uninterpreted_rc4_key(key[0], key_len, 0);
    rc4->i = __CPROVER_uninterpreted_rc4_key(key[0], key_len, 1);
    rc4->j = __CPROVER_uninterpreted_rc4_key(key[0], key_len, 2);
    return crypto_result();
}

void crypto_rc4_apply(struct crypto_rc4 *rc4, const uint8_t *in, uint8_t *out, size_t len)
{
    struct crypto_rc4 was = *rc4;

    prove(in == out && (len == 0 || __CPROVER_w_ok(out, len)));
    if (crypto_at < len) {
        out[crypto_at] ^=
            __CPROVER_uninterpreted_rc4_byte(was.s[0], was.i, was.j, crypto_at);
    }
    rc4->s[0] = __CPROVER_uninterpreted_rc4_next(was.s[0], was.i, was.j, len, 0);
    rc4->i = __CPROVER_uninterpreted_rc4_next(was.s[0], was.i, was.j, len, 1);
    rc4->j = __CPROVER_uninterpreted_rc4_next(was.s[0], was.i, was.j, len, 2);
}

enum err crypto_hmac_key(struct crypto_hmac *hmac, const struct ntlm_key *key)
{
    struct crypto_hmac any;

    prove(__CPROVER_r_ok(key, sizeof(*key)));
    *hmac = any;
    return crypto_result();
}

void crypto_mac_begin(struct crypto_mac *mac, const struct crypto_hmac *hmac)
{
    prove(!crypto_mac_is_open && __CPROVER_r_ok(hmac, sizeof(*hmac)));
    mac->hmac = hmac;
    crypto_mac_is_open = true;
}

void crypto_mac_add(struct crypto_mac *mac, struct bytes data)
{
    prove(crypto_mac_is_open && mac->hmac != NULL);
    prove(data.n == 0 || __CPROVER_r_ok(data.p, data.n));
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
    crypto_mac_add(mac, bytes_of(p, n));
    crypto_rc4_apply(rc4, p, p, n);
}

enum err crypto_mac_end(struct crypto_mac *mac, struct ntlm_key *out)
{
    struct ntlm_key any;

    prove(crypto_mac_is_open && mac->hmac != NULL);
    crypto_mac_is_open = false;
    crypto_sum = any;
    *out = any;
    return any_err();
}

#endif
