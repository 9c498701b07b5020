/* SPDX-License-Identifier: ISC */
/* MD4, MD5 and HMAC-MD5 in plain data: no allocation, no library, no failure. */
#include "base/secret.h"
#include "ntlm/crypto.h"
#include "ntlm/fips.h"
#include "ntlm/rc4.h"

#include <endian.h>
#include <string.h>

#define BLOCK_LEN  64 /* of MD4 and MD5 */
#define LENGTH_LEN 8  /* the number of bits, at the end of the last block */

/* The state before the first block, the same for MD4 and MD5 (RFC 1321 3.3). */
static const uint32_t first_state[4] = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476};

enum err crypto_ready(void)
{
    return fips_refuse();
}

const char *crypto_source(void)
{
    return "the module itself";
}

static inline uint32_t rotate(uint32_t x, unsigned n)
{
    return x << n | x >> (32 - n);
}

static inline uint32_t word(const uint8_t *block, unsigned i)
{
    uint32_t x;

    memcpy(&x, block + sizeof(x) * (i % 16), sizeof(x));
    return le32toh(x);
}

/* An RC4 stream that is applied to data between the steps of MD5, so that the processor
 * computes both at once: each waits mostly for its own last result. */
struct stream {
    uint8_t *s;
    size_t i;
    size_t j;
    uint8_t *p; /* the next byte to encrypt; it may not be in MD5's block */
};

static inline void apply_four(struct stream *stream)
{
    uint32_t keys = 0;
    uint32_t data;

    for (unsigned shift = 0; shift < 32; shift += 8) {
        keys |= (uint32_t)rc4_next(stream->s, &stream->i, &stream->j) << shift;
    }
    memcpy(&data, stream->p, sizeof(data));
    data ^= htole32(keys);
    memcpy(stream->p, &data, sizeof(data));
    stream->p += sizeof(data);
}

/* The auxiliary functions of MD5, one for each round (RFC 1321 3.4). */
static inline uint32_t mix(unsigned round, uint32_t x, uint32_t y, uint32_t z)
{
    switch (round) {
    case 0:
        return z ^ (x & (y ^ z));
    case 1:
        return (x & z) + (y & ~z); /* no bit is set in both */
    case 2:
        return x ^ y ^ z;
    default:
        return y ^ (x | ~z);
    }
}

/* RFC 1321 3.4: the integer part of 4294967296 * abs(sin(i)), with i from 1 to 64. */
static const uint32_t table[64] = {
    0xd76aa478, 0xe8c7b756, 0x242070db, 0xc1bdceee, 0xf57c0faf, 0x4787c62a, 0xa8304613,
    0xfd469501, 0x698098d8, 0x8b44f7af, 0xffff5bb1, 0x895cd7be, 0x6b901122, 0xfd987193,
    0xa679438e, 0x49b40821, 0xf61e2562, 0xc040b340, 0x265e5a51, 0xe9b6c7aa, 0xd62f105d,
    0x02441453, 0xd8a1e681, 0xe7d3fbc8, 0x21e1cde6, 0xc33707d6, 0xf4d50d87, 0x455a14ed,
    0xa9e3e905, 0xfcefa3f8, 0x676f02d9, 0x8d2a4c8a, 0xfffa3942, 0x8771f681, 0x6d9d6122,
    0xfde5380c, 0xa4beea44, 0x4bdecfa9, 0xf6bb4b60, 0xbebfbc70, 0x289b7ec6, 0xeaa127fa,
    0xd4ef3085, 0x04881d05, 0xd9d4d039, 0xe6db99e5, 0x1fa27cf8, 0xc4ac5665, 0xf4292244,
    0x432aff97, 0xab9423a7, 0xfc93a039, 0x655b59c3, 0x8f0ccc92, 0xffeff47d, 0x85845dd1,
    0x6fa87e4f, 0xfe2ce6e0, 0xa3014314, 0x4e0811a1, 0xf7537e82, 0xbd3af235, 0x2ad7d2bb,
    0xeb86d391,
};

#define INLINE_ROUND static inline __attribute__((always_inline)) void

/* One round of 16 steps. Each step computes one of the four words anew, and the words
 * change their places; once the loop is unrolled, the compiler only renames them. */
INLINE_ROUND md5_round(uint32_t v[4], const uint8_t *block, struct stream *stream,
                       unsigned round)
{
    static const uint8_t shifts[4][4] = {
        {7, 12, 17, 22}, {5, 9, 14, 20}, {4, 11, 16, 23}, {6, 10, 15, 21}};
    static const uint8_t start[4] = {0, 1, 5, 0};
    static const uint8_t stride[4] = {1, 5, 3, 7};

#pragma GCC unroll 16
    for (unsigned i = 0; i < 16; i++) {
        const uint32_t sum = v[0] + word(block, start[round] + stride[round] * i) +
                             table[16 * round + i] + mix(round, v[1], v[2], v[3]);

        v[0] = v[3];
        v[3] = v[2];
        v[2] = v[1];
        v[1] += rotate(sum, shifts[round][i % 4]);
        if (stream != NULL && i % 4 == 3) {
            apply_four(stream);
        }
    }
}

/* Hashes one block; with a stream, encrypts or decrypts 64 other bytes too. */
INLINE_ROUND md5_compress(uint32_t state[4], const uint8_t *block, struct stream *stream)
{
    uint32_t v[4] = {state[0], state[1], state[2], state[3]};

    md5_round(v, block, stream, 0);
    md5_round(v, block, stream, 1);
    md5_round(v, block, stream, 2);
    md5_round(v, block, stream, 3);
    for (unsigned i = 0; i < 4; i++) {
        state[i] += v[i];
    }
}

static void md5_block(uint32_t state[4], const uint8_t *block)
{
    md5_compress(state, block, NULL);
}

/* One round of MD4 (RFC 1320 3.4), which is only for password hashes. */
INLINE_ROUND md4_round(uint32_t v[4], const uint8_t *block, unsigned round)
{
    static const uint8_t shifts[3][4] = {{3, 7, 11, 19}, {3, 5, 9, 13}, {3, 9, 11, 15}};
    static const uint8_t order[16] = {0, 8, 4, 12, 2, 10, 6, 14,
                                      1, 9, 5, 13, 3, 11, 7, 15};

#pragma GCC unroll 16
    for (unsigned i = 0; i < 16; i++) {
        const unsigned in_order[3] = {i, i % 4 * 4 + i / 4, order[i]};
        uint32_t sum = v[0] + word(block, in_order[round]);

        if (round == 0) {
            sum += v[3] ^ (v[1] & (v[2] ^ v[3]));
        } else if (round == 1) {
            sum += ((v[1] & v[2]) | (v[3] & (v[1] | v[2]))) + 0x5a827999;
        } else {
            sum += (v[1] ^ v[2] ^ v[3]) + 0x6ed9eba1;
        }
        v[0] = v[3];
        v[3] = v[2];
        v[2] = v[1];
        v[1] = rotate(sum, shifts[round][i % 4]);
    }
}

static void md4_block(uint32_t state[4], const uint8_t *block)
{
    uint32_t v[4] = {state[0], state[1], state[2], state[3]};

    md4_round(v, block, 0);
    md4_round(v, block, 1);
    md4_round(v, block, 2);
    for (unsigned i = 0; i < 4; i++) {
        state[i] += v[i];
    }
}

typedef void block_function(uint32_t state[4], const uint8_t *block);

static inline void add(struct crypto_md5 *hash, block_function *compress,
                       struct bytes data)
{
    size_t have = hash->n % BLOCK_LEN;

    if (data.n == 0) {
        return; /* its place may be NULL */
    }
    hash->n += data.n;
    if (have > 0) {
        const size_t missing = BLOCK_LEN - have;
        const size_t n = data.n < missing ? data.n : missing;

        memcpy(hash->block + have, data.p, n);
        data.p += n;
        data.n -= n;
        if (n < missing) {
            return;
        }
        compress(hash->state, hash->block);
    }
    for (; data.n >= BLOCK_LEN; data.n -= BLOCK_LEN, data.p += BLOCK_LEN) {
        compress(hash->state, data.p);
    }
    if (data.n > 0) {
        memcpy(hash->block, data.p, data.n);
    }
}

/* Pads, and gives the hash (RFC 1321 3.1, 3.2, 3.5). */
static inline void end(struct crypto_md5 *hash, block_function *compress,
                       struct ntlm_key *out)
{
    const uint64_t n_bits = htole64(hash->n * 8);
    size_t have = hash->n % BLOCK_LEN;

    hash->block[have++] = 0x80;
    if (have > BLOCK_LEN - LENGTH_LEN) {
        memset(hash->block + have, 0, BLOCK_LEN - have);
        compress(hash->state, hash->block);
        have = 0;
    }
    memset(hash->block + have, 0, BLOCK_LEN - LENGTH_LEN - have);
    memcpy(hash->block + BLOCK_LEN - LENGTH_LEN, &n_bits, sizeof(n_bits));
    compress(hash->state, hash->block);
    for (size_t i = 0; i < 4; i++) {
        const uint32_t x = htole32(hash->state[i]);

        memcpy(out->b + sizeof(x) * i, &x, sizeof(x));
    }
}

static void begin(struct crypto_md5 *hash, const uint32_t state[4], uint64_t n)
{
    memcpy(hash->state, state, sizeof(hash->state));
    hash->n = n;
}

enum err crypto_md4(struct bytes data, struct ntlm_key *out)
{
    struct crypto_md5 hash;
    enum err e = crypto_ready();

    *out = (struct ntlm_key){{0}};
    if (e != ERR_OK) {
        return e;
    }
    begin(&hash, first_state, 0);
    add(&hash, md4_block, data);
    end(&hash, md4_block, out);
    secret_wipe(&hash, sizeof(hash));
    return ERR_OK;
}

enum err crypto_md5(const struct bytes *parts, size_t n_parts, struct ntlm_key *out)
{
    struct crypto_md5 hash;

    begin(&hash, first_state, 0);
    for (size_t i = 0; i < n_parts; i++) {
        add(&hash, md5_block, parts[i]);
    }
    end(&hash, md5_block, out);
    secret_wipe(&hash, sizeof(hash));
    return ERR_OK;
}

/* RFC 2104: the states after the block of the key XORed with a pad. */
enum err crypto_hmac_key(struct crypto_hmac *hmac, const struct ntlm_key *key)
{
    static const uint8_t pads[] = {0x36, 0x5c};
    struct ntlm_key *const out[] = {&hmac->inner, &hmac->outer};
    struct crypto_md5 hash;

    for (size_t k = 0; k < sizeof(pads); k++) {
        begin(&hash, first_state, 0);
        memset(hash.block, pads[k], sizeof(hash.block));
        for (size_t i = 0; i < sizeof(key->b); i++) {
            hash.block[i] ^= key->b[i];
        }
        md5_block(hash.state, hash.block);
        memcpy(out[k]->b, hash.state, sizeof(out[k]->b));
    }
    secret_wipe(&hash, sizeof(hash));
    return ERR_OK;
}

/* Continues after the block of the key. */
static void begin_keyed(struct crypto_md5 *hash, const struct ntlm_key *keyed)
{
    memcpy(hash->state, keyed->b, sizeof(hash->state));
    hash->n = BLOCK_LEN;
}

void crypto_mac_begin(struct crypto_mac *mac, const struct crypto_hmac *hmac)
{
    mac->hmac = hmac;
    begin_keyed(&mac->md5, &hmac->inner);
}

void crypto_mac_add(struct crypto_mac *mac, struct bytes data)
{
    add(&mac->md5, md5_block, data);
}

enum err crypto_mac_end(struct crypto_mac *mac, struct ntlm_key *out)
{
    struct ntlm_key inner;

    end(&mac->md5, md5_block, &inner);
    begin_keyed(&mac->md5, &mac->hmac->outer);
    add(&mac->md5, md5_block, bytes_of(inner.b, sizeof(inner.b)));
    end(&mac->md5, md5_block, out);
    secret_wipe(mac, sizeof(*mac));
    return ERR_OK;
}

/* How many bytes complete MD5's block. */
static size_t missing_bytes(const struct crypto_mac *mac)
{
    return (BLOCK_LEN - mac->md5.n % BLOCK_LEN) % BLOCK_LEN;
}

/* Hashes n_blocks at text and, between its steps, applies the stream at cipher. The bytes
 * of each block are either hashed before they are encrypted, or decrypted before they are
 * hashed, if text and cipher are at least a block apart. */
static void both(struct crypto_mac *mac, struct crypto_rc4 *rc4, const uint8_t *text,
                 uint8_t *cipher, size_t n_blocks)
{
    struct stream stream = {rc4->s, rc4->i, rc4->j, cipher};

    for (size_t i = 0; i < n_blocks; i++) {
        md5_compress(mac->md5.state, text + BLOCK_LEN * i, &stream);
    }
    mac->md5.n += BLOCK_LEN * n_blocks;
    rc4->i = (uint8_t)stream.i;
    rc4->j = (uint8_t)stream.j;
}

/* The hash goes first, by the bytes that complete its block and one block more. */
void crypto_mac_add_seal(struct crypto_mac *mac, struct crypto_rc4 *rc4, uint8_t *p,
                         size_t n)
{
    const size_t ahead = missing_bytes(mac) + BLOCK_LEN;
    const size_t n_blocks = n < ahead ? 0 : (n - ahead) / BLOCK_LEN;
    const size_t n_both = BLOCK_LEN * n_blocks;

    if (n == 0) {
        return;
    }
    if (n_blocks > 0) {
        crypto_mac_add(mac, bytes_of(p, ahead));
        both(mac, rc4, p + ahead, p, n_blocks);
        crypto_mac_add(mac, bytes_of(p + ahead + n_both, n - ahead - n_both));
    } else {
        crypto_mac_add(mac, bytes_of(p, n));
    }
    crypto_rc4_apply(rc4, p + n_both, p + n_both, n - n_both);
}

/* The stream goes first. */
void crypto_mac_add_unseal(struct crypto_mac *mac, struct crypto_rc4 *rc4, uint8_t *p,
                           size_t n)
{
    const size_t missing = missing_bytes(mac);
    const size_t ahead = missing + BLOCK_LEN;
    const size_t n_blocks = n < ahead ? 0 : (n - ahead) / BLOCK_LEN;
    const size_t n_both = BLOCK_LEN * n_blocks;

    if (n_blocks > 0) {
        crypto_rc4_apply(rc4, p, p, ahead);
        crypto_mac_add(mac, bytes_of(p, missing));
        both(mac, rc4, p + missing, p + ahead, n_blocks);
        crypto_rc4_apply(rc4, p + ahead + n_both, p + ahead + n_both, n - ahead - n_both);
        crypto_mac_add(mac, bytes_of(p + missing + n_both, n - missing - n_both));
    } else {
        crypto_rc4_apply(rc4, p, p, n);
        crypto_mac_add(mac, bytes_of(p, n));
    }
}
