/* SPDX-License-Identifier: ISC */
/* SipHash-2-4. */
#include "conf/siphash.h"

#include <endian.h>
#include <string.h>

struct state {
    uint64_t v0, v1, v2, v3;
};

static uint64_t rotate(uint64_t x, unsigned bits)
{
    return x << bits | x >> (64 - bits);
}

static void rounds(struct state *s, unsigned n)
{
    while (n-- > 0) {
        s->v0 += s->v1;
        s->v1 = rotate(s->v1, 13) ^ s->v0;
        s->v0 = rotate(s->v0, 32);
        s->v2 += s->v3;
        s->v3 = rotate(s->v3, 16) ^ s->v2;
        s->v0 += s->v3;
        s->v3 = rotate(s->v3, 21) ^ s->v0;
        s->v2 += s->v1;
        s->v1 = rotate(s->v1, 17) ^ s->v2;
        s->v2 = rotate(s->v2, 32);
    }
}

static uint64_t load_le(const uint8_t *p)
{
    uint64_t value;

    memcpy(&value, p, sizeof(value));
    return le64toh(value);
}

/* The last bytes, fewer than 8, and the length of all. */
static uint64_t last_word(struct bytes rest, size_t n)
{
    uint64_t value = (uint64_t)n << 56;

    for (size_t i = 0; i < rest.n; i++) {
        value |= (uint64_t)rest.p[i] << (8 * i);
    }
    return value;
}

static void absorb(struct state *s, uint64_t word)
{
    s->v3 ^= word;
    rounds(s, 2);
    s->v0 ^= word;
}

uint64_t siphash(const struct siphash_key *key, struct bytes in)
{
    const uint64_t k0 = load_le(key->b);
    const uint64_t k1 = load_le(key->b + 8);
    struct state s = {k0 ^ 0x736f6d6570736575, k1 ^ 0x646f72616e646f6d,
                      k0 ^ 0x6c7967656e657261, k1 ^ 0x7465646279746573};
    const size_t n = in.n;
    struct bytes word;

    while (bytes_consume(&in, 8, &word) == ERR_OK) {
        absorb(&s, load_le(word.p));
    }
    absorb(&s, last_word(in, n));
    s.v2 ^= 0xff;
    rounds(&s, 4);
    return s.v0 ^ s.v1 ^ s.v2 ^ s.v3;
}
