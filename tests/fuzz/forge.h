/* SPDX-License-Identifier: ISC */
/* Makes an AUTHENTICATE of an attacker who knows the password. */
#ifndef TESTS_FUZZ_FORGE_H
#define TESTS_FUZZ_FORGE_H

#include "tests/fuzz/exchange.h"

/*
 * forge_authenticate: answers an acceptor's CHALLENGE with an AUTHENTICATE of AD\alice,
 * proven by the right hash. payload: {bits, flags (4 bytes, little-endian: the changes to
 * those of CHALLENGE), AV pairs}. Bits: FORGE_*.
 */
enum forge_bit {
    FORGE_MIC = 0x01,     /* with a right MIC */
    FORGE_KEY = 0x02,     /* with a session key of 16 bytes */
    FORGE_OFFERED = 0x04, /* the pairs of CHALLENGE come first, without their end */
    FORGE_NO_USER = 0x08, /* without a user */
    FORGE_NTLMV1 = 0x10,  /* with a response of 24 bytes */
};
void forge_authenticate(struct exchange *x, struct bytes payload);

#endif
