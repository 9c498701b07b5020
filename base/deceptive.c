/* SPDX-License-Identifier: ISC */
/* Characters that text.h escapes: a binary search in a table of ranges. The tables are
 * our own, because each process that uses the GSS-API would load a Unicode library, and
 * its relocations cost more than all else that this module does then. */
#include "base/deceptive.h"

#include "base/deceptive_table.h"

#include <stddef.h>

#define N_RANGES (sizeof(DECEPTIVE_RANGES) / sizeof(DECEPTIVE_RANGES[0]))
#define N_PAIRS  (sizeof(DECEPTIVE_PAIRS) / sizeof(DECEPTIVE_PAIRS[0]))

static bool is_in_ranges(uint32_t c)
{
    size_t low = 0;
    size_t high = N_RANGES;

    while (low < high) {
        const size_t middle = (low + high) / 2;

        if (c < DECEPTIVE_RANGES[middle][0]) {
            high = middle;
        } else if (c > DECEPTIVE_RANGES[middle][1]) {
            low = middle + 1;
        } else {
            return true;
        }
    }
    return false;
}

/* Whether two Hangul letters, or a syllable of two and a third letter, are one syllable
 * (Unicode 3.12). */
static bool is_hangul_syllable(uint32_t before, uint32_t c)
{
    if (c >= 0x1161 && c <= 0x1175) {
        return before >= 0x1100 && before <= 0x1112;
    }
    return c >= 0x11a8 && c <= 0x11c2 && before >= 0xac00 && before <= 0xd7a3 &&
           (before - 0xac00) % 28 == 0;
}

static bool is_pair(uint32_t before, uint32_t c)
{
    for (size_t i = 0; i < N_PAIRS; i++) {
        if (DECEPTIVE_PAIRS[i][0] == before && DECEPTIVE_PAIRS[i][1] == c) {
            return true;
        }
    }
    return false;
}

bool is_deceptive(uint32_t before, uint32_t c)
{
    return c >= 0x80 &&
           (is_in_ranges(c) || is_hangul_syllable(before, c) || is_pair(before, c));
}
