/* SPDX-License-Identifier: ISC */
/* Chance and time as a target wants them: the same input always does the same. */
#ifndef TESTS_FUZZ_FIXED_H
#define TESTS_FUZZ_FIXED_H

#include <stddef.h>
#include <stdint.h>

/*
 * The linker turns the core's calls of crypto_random, clock_filetime and clock_uptime_ms
 * (--wrap) to functions that depend on these alone. fixed_begin: comes first in a target.
 * fixed_wait: lets so much uptime pass. fixed_end_chance: of what asks for n random
 * bytes, all but the first few get ERR_RANDOM.
 */
void fixed_begin(void);
void fixed_wait(uint32_t ms);
void fixed_end_chance(size_t n, size_t few);

#endif
