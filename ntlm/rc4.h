/* SPDX-License-Identifier: ISC */
/* One byte of an RC4 stream, for the loops that need it inside. */
#ifndef NTLM_RC4_H
#define NTLM_RC4_H

#include <stdint.h>

/* rc4_next: the next byte of the stream with the permutation s. The caller keeps i and j,
 * which are below 256, in registers. */
static inline uint8_t rc4_next(uint8_t s[256], unsigned *i, unsigned *j)
{
    unsigned a;
    unsigned b;

    *i = (*i + 1) & 0xff;
    a = s[*i];
    *j = (*j + a) & 0xff;
    b = s[*j];
    s[*i] = (uint8_t)b;
    s[*j] = (uint8_t)a;
    return s[(a + b) & 0xff];
}

#endif
