/* SPDX-License-Identifier: ISC */
/*
 * All cryptography of NTLM: MD4, MD5, HMAC-MD5, RC4, random bytes. Two files implement
 * it, and the build chooses one: crypto_own.c (the default), and crypto_openssl.c, which
 * calls OpenSSL (-Dcrypto=openssl). crypto.c has what they share.
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
 * crypto_ready: whether NTLM may use its cryptography in this process. ERR_FIPS if the
 * kernel, OpenSSL's default properties or its configuration file enable FIPS. Where
 * OpenSSL is the implementation, it loads OpenSSL's algorithms, and the functions below
 * call it themselves: ERR_CRYPTO_LEGACY (the legacy provider is missing), ERR_CRYPTO,
 * ERR_NO_MEMORY. A call after a success is cheap; a call after a failure tries again. No
 * function changes the calling thread's error queue of OpenSSL.
 */
MUST_USE enum err crypto_ready(void);

/* crypto_source: what computes the hashes, for people: "OpenSSL" or "the module itself".
 */
const char *crypto_source(void);

/* crypto_md4: for password hashes; errors of crypto_ready. */
MUST_USE enum err crypto_md4(struct bytes data, struct ntlm_key *out);
MUST_USE enum err crypto_md5(const struct bytes *parts, size_t n_parts,
                             struct ntlm_key *out);

/* crypto_random: random bytes of the kernel, which never repeat after a fork.
 * ERR_RANDOM. */
MUST_USE enum err crypto_random(void *out, size_t n);

/*
 * struct crypto_rc4: an RC4 stream in the memory of the caller, who wipes it. A copy
 * continues at the same place. Unlike OpenSSL's it is plain data, so that an exported
 * context can hold the state of its streams. crypto_rc4_key: begins a stream with a key
 * of 1 to 16 bytes. ERR_INTERNAL for another length.
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

/*
 * struct crypto_hmac: a key of HMAC-MD5 in the memory of the caller, who wipes it. It is
 * plain data: a copy is another such key, and threads may share it.
 */
struct crypto_hmac {
    struct ntlm_key inner; /* what an implementation makes of the key */
    struct ntlm_key outer;
};
MUST_USE enum err crypto_hmac_key(struct crypto_hmac *hmac, const struct ntlm_key *key);
void crypto_hmac_wipe(struct crypto_hmac *hmac);
#define HMAC_AUTO __attribute__((cleanup(crypto_hmac_wipe))) struct crypto_hmac

/* crypto_hmac: the HMAC of the concatenated parts. crypto_hmac_md5: the same with a key
 * that is used once. */
MUST_USE enum err crypto_hmac(const struct crypto_hmac *hmac, const struct bytes *parts,
                              size_t n_parts, struct ntlm_key *out);
MUST_USE enum err crypto_hmac_md5(const struct ntlm_key *key, const struct bytes *parts,
                                  size_t n_parts, struct ntlm_key *out);

/*
 * struct crypto_mac: one computation of an HMAC, of data that comes in pieces. The first
 * error sticks, and _end returns it. After _begin the thread must call _end, which frees
 * and wipes, before it does anything else.
 */
struct crypto_mac {
    const struct crypto_hmac *hmac;
    struct crypto_md5 {
        uint32_t state[4];
        uint64_t n; /* bytes so far */
        uint8_t block[64];
    } md5;         /* of crypto_own.c */
    void *openssl; /* of crypto_openssl.c */
    enum err err;
};
void crypto_mac_begin(struct crypto_mac *mac, const struct crypto_hmac *hmac);
void crypto_mac_add(struct crypto_mac *mac, struct bytes data);
MUST_USE enum err crypto_mac_end(struct crypto_mac *mac, struct ntlm_key *out);

/*
 * crypto_mac_add_seal: adds the n bytes at p, and encrypts them in place.
 * crypto_mac_add_unseal: decrypts them in place, and adds the plain text. Both move the
 * stream, whatever mac's error is.
 */
void crypto_mac_add_seal(struct crypto_mac *mac, struct crypto_rc4 *rc4, uint8_t *p,
                         size_t n);
void crypto_mac_add_unseal(struct crypto_mac *mac, struct crypto_rc4 *rc4, uint8_t *p,
                           size_t n);

#endif
