/* SPDX-License-Identifier: ISC */
/*
 * The floor of the benchmarks: the cryptography of a login with NTLMv2, both sides, and
 * of messages, by OpenSSL's lowest interfaces and with nothing else: no tokens, no names,
 * no memory of the heap. usage: tests/bench/loop.h. Operations:
 *
 *   handshake     a login with the user's hash at hand ([MS-NLMP] 3.3.2, 3.4.5)
 *   wrap SIZE     a message is sealed, then unsealed by the peer
 *   mic SIZE      the MIC of a message is made, then verified by the peer
 */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "tests/bench/loop.h"

#include <openssl/crypto.h>
#include <openssl/md5.h>
#include <openssl/rc4.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#define KEY_LEN       16
#define CHALLENGE_LEN 8
#define CHECKSUM_LEN  8
/* The sizes are those of the login that gss_operations.c does. */
#define NAMES_LEN    18  /* of the user and the domain, in UTF-16 */
#define BLOB_LEN     120 /* what NTProofStr protects */
#define MESSAGES_LEN 450 /* the three messages, which the MIC protects */
#define MAGIC_LEN    59  /* the text that makes a sign key or a seal key, with its NUL */

struct hmac {
    MD5_CTX inner; /* after the key's block */
    MD5_CTX outer;
};

static void hmac_key(struct hmac *hmac, const uint8_t key[KEY_LEN])
{
    uint8_t pad[MD5_CBLOCK];

    memset(pad, 0x36, sizeof(pad));
    for (int i = 0; i < KEY_LEN; i++) {
        pad[i] ^= key[i];
    }
    MD5_Init(&hmac->inner);
    MD5_Update(&hmac->inner, pad, sizeof(pad));
    for (size_t i = 0; i < sizeof(pad); i++) {
        pad[i] ^= 0x36 ^ 0x5c;
    }
    MD5_Init(&hmac->outer);
    MD5_Update(&hmac->outer, pad, sizeof(pad));
}

/* The HMAC of two pieces. */
static void hmac_of(const struct hmac *key, const void *a, size_t a_len, const void *b,
                    size_t b_len, uint8_t out[KEY_LEN])
{
    MD5_CTX inner = key->inner, outer = key->outer;

    MD5_Update(&inner, a, a_len);
    MD5_Update(&inner, b, b_len);
    MD5_Final(out, &inner);
    MD5_Update(&outer, out, KEY_LEN);
    MD5_Final(out, &outer);
}

static void hmac(const uint8_t key[KEY_LEN], const void *a, size_t a_len, const void *b,
                 size_t b_len, uint8_t out[KEY_LEN])
{
    struct hmac keyed;

    hmac_key(&keyed, key);
    hmac_of(&keyed, a, a_len, b, b_len, out);
}

/* One direction of messages. */
struct direction {
    uint8_t sign_key[KEY_LEN];
    RC4_KEY seal;
};

static void magic_hash(const uint8_t exported[KEY_LEN], uint8_t out[KEY_LEN])
{
    static const uint8_t magic[MAGIC_LEN];
    MD5_CTX md5;

    MD5_Init(&md5);
    MD5_Update(&md5, exported, KEY_LEN);
    MD5_Update(&md5, magic, sizeof(magic));
    MD5_Final(out, &md5);
}

static void direction_key(struct direction *direction, const uint8_t exported[KEY_LEN])
{
    uint8_t key[KEY_LEN];

    magic_hash(exported, direction->sign_key);
    magic_hash(exported, key);
    RC4_set_key(&direction->seal, sizeof(key), key);
}

static void random_bytes(void *out, size_t n)
{
    if (getrandom(out, n, 0) != (ssize_t)n) {
        loop_die("getrandom");
    }
}

/* ---- a login ---- */

struct login {
    uint8_t nt_hash[KEY_LEN];
    uint8_t names[NAMES_LEN];
    uint8_t messages[MESSAGES_LEN];
    uint8_t challenge[CHALLENGE_LEN];
    uint8_t blob[BLOB_LEN];
    uint8_t proof[KEY_LEN];
    uint8_t encrypted_key[KEY_LEN];
    uint8_t mic[KEY_LEN];
    struct direction directions[2][2]; /* of each side */
};

/* What both sides compute from the hash: the proof, and the key that encrypts the
 * exported session key. */
static void respond(const struct login *l, uint8_t proof[KEY_LEN], RC4_KEY *key_exchange)
{
    uint8_t ntowfv2[KEY_LEN], session_base_key[KEY_LEN];

    hmac(l->nt_hash, l->names, sizeof(l->names), NULL, 0, ntowfv2);
    hmac(ntowfv2, l->challenge, sizeof(l->challenge), l->blob, sizeof(l->blob), proof);
    hmac(ntowfv2, proof, KEY_LEN, NULL, 0, session_base_key);
    RC4_set_key(key_exchange, sizeof(session_base_key), session_base_key);
}

static void finish(const struct login *l, const uint8_t exported[KEY_LEN],
                   uint8_t mic[KEY_LEN], struct direction directions[2])
{
    hmac(exported, l->messages, sizeof(l->messages), NULL, 0, mic);
    direction_key(&directions[0], exported);
    direction_key(&directions[1], exported);
}

static void initiator(struct login *l)
{
    uint8_t exported[KEY_LEN];
    RC4_KEY rc4;

    random_bytes(l->blob, CHALLENGE_LEN);
    random_bytes(exported, sizeof(exported));
    respond(l, l->proof, &rc4);
    RC4(&rc4, sizeof(exported), exported, l->encrypted_key);
    finish(l, exported, l->mic, l->directions[0]);
}

static void acceptor(struct login *l)
{
    uint8_t proof[KEY_LEN], exported[KEY_LEN], mic[KEY_LEN];
    RC4_KEY rc4;

    respond(l, proof, &rc4);
    RC4(&rc4, sizeof(exported), l->encrypted_key, exported);
    finish(l, exported, mic, l->directions[1]);
    if (CRYPTO_memcmp(proof, l->proof, sizeof(proof)) != 0 ||
        CRYPTO_memcmp(mic, l->mic, sizeof(mic)) != 0) {
        loop_die("the two sides differ");
    }
}

static void handshake(void *self)
{
    struct login *l = self;

    random_bytes(l->challenge, sizeof(l->challenge));
    initiator(l);
    acceptor(l);
}

static void *allocate(size_t size)
{
    void *p = calloc(1, size);

    if (p == NULL) {
        loop_die("out of memory");
    }
    return p;
}

static void *make_login(const char *argument)
{
    (void)argument;
    return allocate(sizeof(struct login));
}

/* ---- messages ---- */

struct messages {
    size_t size;
    uint32_t sequence;
    struct hmac sign;
    RC4_KEY sender;
    RC4_KEY receiver;
    uint8_t checksum[2][KEY_LEN];
    uint8_t *plain;
    uint8_t *sealed;
};

static void *make_messages(const char *argument)
{
    static const uint8_t key[KEY_LEN];
    struct messages *m = allocate(sizeof(*m));

    m->size = loop_size(argument);
    m->plain = allocate(m->size);
    m->sealed = allocate(m->size);
    hmac_key(&m->sign, key);
    RC4_set_key(&m->sender, sizeof(key), key);
    m->receiver = m->sender;
    return m;
}

/* The checksum of a message; the stream encrypts it. */
static void checksum(const struct messages *m, const uint8_t *message, RC4_KEY *stream,
                     uint8_t out[KEY_LEN])
{
    hmac_of(&m->sign, &m->sequence, sizeof(m->sequence), message, m->size, out);
    RC4(stream, CHECKSUM_LEN, out, out);
}

static void compare(struct messages *m)
{
    if (CRYPTO_memcmp(m->checksum[0], m->checksum[1], CHECKSUM_LEN) != 0) {
        loop_die("the two sides differ");
    }
    m->sequence++;
}

static void wrap(void *self)
{
    struct messages *m = self;

    RC4(&m->sender, m->size, m->plain, m->sealed);
    checksum(m, m->plain, &m->sender, m->checksum[0]);
    RC4(&m->receiver, m->size, m->sealed, m->sealed);
    checksum(m, m->sealed, &m->receiver, m->checksum[1]);
    compare(m);
}

static void mic(void *self)
{
    struct messages *m = self;

    checksum(m, m->plain, &m->sender, m->checksum[0]);
    checksum(m, m->plain, &m->receiver, m->checksum[1]);
    compare(m);
}

int main(int argc, char **argv)
{
    static const struct loop_operation operations[] = {
        {"handshake", make_login, handshake},
        {"wrap", make_messages, wrap},
        {"mic", make_messages, mic},
        {NULL, NULL, NULL},
    };

    return loop_main(operations, argc, argv);
}
