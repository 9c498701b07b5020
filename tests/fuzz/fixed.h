/* SPDX-License-Identifier: ISC */
/* Random bytes and time that a fuzz target controls: the same input always does the
 * same. */
#ifndef TESTS_FUZZ_FIXED_H
#define TESTS_FUZZ_FIXED_H

#include <stddef.h>
#include <stdint.h>

/*
 * The linker replaces crypto_random, clock_filetime and clock_uptime_ms of the core
 * (--wrap) by functions that depend on these functions only. fixed_begin: to be called
 * first in a target. fixed_wait: moves the clock on. fixed_end_chance: after the first
 * few requests for n random bytes, all others get ERR_RANDOM.
 */
void fixed_begin(void);
void fixed_wait(uint32_t ms);
void fixed_end_chance(size_t n, size_t few);

#endif
