/* SPDX-License-Identifier: ISC */
/*
 * All cryptography of NTLM: MD4, MD5, HMAC-MD5, RC4, random bytes. Where they come from
 * (OpenSSL, a private OSSL_LIB_CTX with the legacy provider, fetched once per process on
 * first need; RC4 is our own) can change in crypto.c alone. DES and CRC32 for NTLMv1
 * belong here too.
 */
#ifndef NTLM_CRYPTO_H
#define NTLM_CRYPTO_H

#include "base/bytes.h"

/* struct ntlm_key: any 16-byte secret: hashes, session keys, sign and seal keys. */
struct ntlm_key {
    uint8_t b[16];
};

/* KEY_AUTO: a local key that wipes itself at the end of its scope. */
void ntlm_key_wipe(struct ntlm_key *key);
#define KEY_AUTO __attribute__((cleanup(ntlm_key_wipe))) struct ntlm_key

/*
 * crypto_ready: loads what is needed; cheap once it has succeeded, tried again after a
 * failure. Errors: ERR_FIPS (FIPS is switched on by OpenSSL's default properties or by
 * the kernel), ERR_CRYPTO_LEGACY (provider missing; the detail names its package),
 * ERR_CRYPTO, ERR_NO_MEMORY. The functions below call it themselves. OpenSSL's error
 * queue of the calling thread is left as it was found.
 */
MUST_USE enum err crypto_ready(void);

MUST_USE enum err crypto_md4(struct bytes data, struct ntlm_key *out);
MUST_USE enum err crypto_md5(const struct bytes *parts, size_t n_parts,
                             struct ntlm_key *out);
MUST_USE enum err crypto_hmac_md5(const struct ntlm_key *key, const struct bytes *parts,
                                  size_t n_parts, struct ntlm_key *out);

/* crypto_random: from the kernel, which no fork can make repeat itself. ERR_RANDOM. */
MUST_USE enum err crypto_random(void *out, size_t n);

/*
 * struct crypto_hmac: an HMAC-MD5 whose key is set once; each sum works on a copy of the
 * keyed state. _new allocates, _free(NULL) is a no-op; the state is wiped. Not shared
 * between threads.
 */
struct crypto_hmac;
MUST_USE enum err crypto_hmac_new(const struct ntlm_key *key, struct crypto_hmac **out);
void crypto_hmac_free(struct crypto_hmac *hmac);
MUST_USE enum err crypto_hmac_sum(struct crypto_hmac *hmac, const struct bytes *parts,
                                  size_t n_parts, struct ntlm_key *out);

/* crypto_hmac_start, _add, _end: a sum piece by piece; the first failure sticks and is
 * told by _end, which every _start needs before the thread does anything else. */
void crypto_hmac_start(struct crypto_hmac *hmac);
void crypto_hmac_add(struct crypto_hmac *hmac, struct bytes data);
MUST_USE enum err crypto_hmac_end(struct crypto_hmac *hmac, struct ntlm_key *out);

/*
 * struct crypto_rc4: an RC4 stream, in the caller's memory and wiped by the caller; a
 * copy of it continues where it is. Plain data, unlike OpenSSL's: where a stream is
 * travels with an exported context, however much has gone through it. crypto_rc4_key:
 * begins a stream under a key of 1 to 16 bytes (else ERR_INTERNAL; errors of
 * crypto_ready). crypto_rc4_is_stream: whether this is one, for data from outside.
 */
struct crypto_rc4 {
    uint8_t s[256]; /* a permutation of all bytes */
    uint8_t i;
    uint8_t j;
};
MUST_USE enum err crypto_rc4_key(struct crypto_rc4 *rc4, const uint8_t *key,
                                 size_t key_len);
bool crypto_rc4_is_stream(const struct crypto_rc4 *rc4);
/* in and out may be the same; both len bytes. */
void crypto_rc4_apply(struct crypto_rc4 *rc4, const uint8_t *in, uint8_t *out,
                      size_t len);

#endif
