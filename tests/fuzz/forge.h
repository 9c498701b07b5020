/* SPDX-License-Identifier: ISC */
/* AUTHENTICATE of somebody who knows the password and says what they like. */
#ifndef TESTS_FUZZ_FORGE_H
#define TESTS_FUZZ_FORGE_H

#include "tests/fuzz/exchange.h"

/*
 * forge_authenticate: payload {bits, flags (4, little-endian: what is changed in those of
 * CHALLENGE), AV pairs}: to an acceptor that said CHALLENGE, an AUTHENTICATE of AD\alice
 * with these pairs, proven by her hash. Bits: FORGE_*.
 */
enum forge_bit {
    FORGE_MIC = 0x01,     /* with a right one */
    FORGE_KEY = 0x02,     /* with a session key of 16 bytes */
    FORGE_OFFERED = 0x04, /* the pairs of CHALLENGE come first, without their end */
    FORGE_NO_USER = 0x08, /* of nobody */
    FORGE_NTLMV1 = 0x10,  /* with a response of 24 bytes */
};
void forge_authenticate(struct exchange *x, struct bytes payload);

#endif
