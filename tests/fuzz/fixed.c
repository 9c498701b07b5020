/* SPDX-License-Identifier: ISC */
/* Random bytes and time that a fuzz target controls. */
#include "tests/fuzz/fixed.h"

#include "base/clock.h"
#include "ntlm/crypto.h"
#include "tests/fuzz/chance.h"

/* The linker replaces the real functions by these. */
__typeof__(crypto_random) __wrap_crypto_random;
__typeof__(clock_filetime) __wrap_clock_filetime;
__typeof__(clock_uptime_ms) __wrap_clock_uptime_ms;

static struct chance chance;
static uint64_t uptime_ms;
static size_t ends_for; /* the requests that fail: those for this many bytes; 0: none */
static size_t n_left;

void fixed_begin(void)
{
    chance = (struct chance){1};
    uptime_ms = 1000;
    ends_for = 0;
}

void fixed_end_chance(size_t n, size_t few)
{
    ends_for = n;
    n_left = few;
}

void fixed_wait(uint32_t ms)
{
    uptime_ms += ms;
}

enum err __wrap_crypto_random(void *out, size_t n)
{
    if (n == ends_for && n_left-- == 0) {
        n_left = 0;
        return ERR_RANDOM;
    }
    for (size_t i = 0; i < n; i++) {
        ((uint8_t *)out)[i] = (uint8_t)chance_next(&chance);
    }
    return ERR_OK;
}

uint64_t __wrap_clock_filetime(void)
{
    return UINT64_C(0x01d9000000000000);
}

uint64_t __wrap_clock_uptime_ms(void)
{
    return uptime_ms;
}
