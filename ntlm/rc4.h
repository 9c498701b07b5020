/* SPDX-License-Identifier: ISC */
/* One byte of an RC4 stream, for the loops that need it inside. */
#ifndef NTLM_RC4_H
#define NTLM_RC4_H

#include <stddef.h>
#include <stdint.h>

/* rc4_next: the next byte of the stream with the permutation s. The caller keeps i and j,
 * which are below 256, in registers. They have the width of an address, so that the
 * compiler need not widen them. */
static inline uint8_t rc4_next(uint8_t s[256], size_t *i, size_t *j)
{
    size_t a;
    size_t b;

    *i = (uint8_t)(*i + 1);
    a = s[*i];
    *j = (uint8_t)(*j + a);
    b = s[*j];
    s[*i] = (uint8_t)b;
    s[*j] = (uint8_t)a;
    return s[(uint8_t)(a + b)];
}

#endif
