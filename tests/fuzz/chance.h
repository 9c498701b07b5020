/* SPDX-License-Identifier: ISC */
/* Numbers that look random and depend on a seed alone (splitmix64). */
#ifndef TESTS_FUZZ_CHANCE_H
#define TESTS_FUZZ_CHANCE_H

#include <stddef.h>
#include <stdint.h>

struct chance {
    uint64_t state;
};

static inline uint32_t chance_next(struct chance *chance)
{
    uint64_t z = (chance->state += UINT64_C(0x9e3779b97f4a7c15));

    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return (uint32_t)(z >> 32);
}

/* chance_below: a number from 0 to n - 1; 0 if n is 0. */
static inline size_t chance_below(struct chance *chance, size_t n)
{
    return n == 0 ? 0 : chance_next(chance) % n;
}

#endif
