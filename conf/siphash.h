/* SPDX-License-Identifier: ISC */
/* A keyed hash, for tables whose keys an attacker may choose. */
#ifndef CONF_SIPHASH_H
#define CONF_SIPHASH_H

#include "base/bytes.h"

struct siphash_key {
    uint8_t b[16];
};

/* siphash: SipHash-2-4 (Aumasson and Bernstein, 2012) of in. With a random key an
 * attacker cannot choose names that collide. */
uint64_t siphash(const struct siphash_key *key, struct bytes in);

#endif
