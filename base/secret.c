/* SPDX-License-Identifier: ISC */
/* Wiping and constant-time comparison. */
#include "base/secret.h"

#include <stdint.h>
#include <string.h>

CLEARS_REGISTERS void secret_wipe(void *p, size_t n)
{
    if (p != NULL && n > 0) {
        explicit_bzero(p, n);
        /* a call at the end of a function may become a jump, after which the registers
         * are not cleared */
        __asm__ volatile("");
    }
}

bool secret_equal(const void *a, const void *b, size_t n)
{
    const volatile uint8_t *x = a;
    const volatile uint8_t *y = b;
    uint8_t diff = 0;

    for (size_t i = 0; i < n; i++) {
        diff |= (uint8_t)(x[i] ^ y[i]);
    }
    return diff == 0;
}
