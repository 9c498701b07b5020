/* SPDX-License-Identifier: ISC */
/*
 * All cryptography of NTLM: MD4, MD5, HMAC-MD5, RC4, random bytes. RC4 is our own.
 * OpenSSL does the rest, in an OSSL_LIB_CTX of our own with the legacy provider, which
 * each process loads once, on first use. Only crypto.c and openssl.c know OpenSSL.
 */
#ifndef NTLM_CRYPTO_H
#define NTLM_CRYPTO_H

#include "base/bytes.h"

/* struct ntlm_key: any 16-byte secret: hashes, session keys, sign and seal keys. */
struct ntlm_key {
    uint8_t b[16];
};

/* KEY_AUTO: a local key that wipes itself at the end of its scope. ntlm_key_is_zero:
 * whether it is a key that everybody knows. */
void ntlm_key_wipe(struct ntlm_key *key);
bool ntlm_key_is_zero(const struct ntlm_key *key);
#define KEY_AUTO __attribute__((cleanup(ntlm_key_wipe))) struct ntlm_key

/*
 * crypto_ready: loads OpenSSL. A call after a success is cheap; a call after a failure
 * tries again. The functions below call it themselves. They do not change the calling
 * thread's error queue of OpenSSL. ERR_FIPS (the default properties of OpenSSL, or the
 * kernel, enable FIPS), ERR_CRYPTO_LEGACY (the legacy provider is missing), ERR_CRYPTO,
 * ERR_NO_MEMORY.
 */
MUST_USE enum err crypto_ready(void);

MUST_USE enum err crypto_md4(struct bytes data, struct ntlm_key *out);
MUST_USE enum err crypto_md5(const struct bytes *parts, size_t n_parts,
                             struct ntlm_key *out);
MUST_USE enum err crypto_hmac_md5(const struct ntlm_key *key, const struct bytes *parts,
                                  size_t n_parts, struct ntlm_key *out);

/* crypto_random: random bytes of the kernel, which never repeat after a fork.
 * ERR_RANDOM. */
MUST_USE enum err crypto_random(void *out, size_t n);

/*
 * struct crypto_hmac: an HMAC-MD5 whose key is set once. Each computation starts from a
 * copy of the keyed state. _new allocates it; _free wipes it, and does nothing for NULL.
 * Two threads may not use it at the same time.
 */
struct crypto_hmac;
MUST_USE enum err crypto_hmac_new(const struct ntlm_key *key, struct crypto_hmac **out);
void crypto_hmac_free(struct crypto_hmac *hmac);
MUST_USE enum err crypto_hmac_sum(struct crypto_hmac *hmac, const struct bytes *parts,
                                  size_t n_parts, struct ntlm_key *out);

/* crypto_hmac_start, _add, _end: the HMAC of data that comes in pieces. The first error
 * sticks, and _end returns it. After _start, the thread must call _end before it does
 * anything else. */
void crypto_hmac_start(struct crypto_hmac *hmac);
void crypto_hmac_add(struct crypto_hmac *hmac, struct bytes data);
MUST_USE enum err crypto_hmac_end(struct crypto_hmac *hmac, struct ntlm_key *out);

/*
 * struct crypto_rc4: an RC4 stream in the memory of the caller, who wipes it. A copy
 * continues at the same place. Unlike OpenSSL's it is plain data, so that an exported
 * context can hold the state of its streams. crypto_rc4_key: begins a stream with a key
 * of 1 to 16 bytes. ERR_INTERNAL for another length; errors of crypto_ready.
 * crypto_rc4_is_stream: whether this is a state that a stream can have; for imported
 * data.
 */
struct crypto_rc4 {
    uint8_t s[256]; /* a permutation of all bytes */
    uint8_t i;
    uint8_t j;
};
MUST_USE enum err crypto_rc4_key(struct crypto_rc4 *rc4, const uint8_t *key,
                                 size_t key_len);
bool crypto_rc4_is_stream(const struct crypto_rc4 *rc4);
/* crypto_rc4_apply: encrypts or decrypts len bytes; in and out may be the same. */
void crypto_rc4_apply(struct crypto_rc4 *rc4, const uint8_t *in, uint8_t *out,
                      size_t len);

#endif
