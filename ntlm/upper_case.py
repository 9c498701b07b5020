#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Write upper_case.c from upper_case.txt: usage upper_case.py < upper_case.txt > upper_case.c

upper_case.txt holds the pairs of the "Windows 8 Upper Case Mapping Table" that [MS-UCODEREF]
3.1.5.3 names: a 16-bit unit and its upper case, in hexadecimal, a pair a line. Consecutive
pairs with the same difference, at a distance of 1 or 2, become one range.
"""
import sys

HEAD = """/* SPDX-License-Identifier: ISC */
/* Written by upper_case.py from upper_case.txt; change those. */
#include "ntlm/upper_case.h"

#include <stddef.h>

/* struct range: the units from first to last, at a distance of step, have an upper case
 * at the same distance, modulo 65536. */
struct range {
    uint16_t first;
    uint16_t last;
    uint16_t step;
    uint16_t distance;
};

/* clang-format off */
static const struct range RANGES[] = {
"""
TAIL = """};
/* clang-format on */

uint16_t upper_case(uint16_t unit)
{
    size_t low = 0;
    size_t high = sizeof(RANGES) / sizeof(RANGES[0]);

    if (unit < 0x80) {
        return (uint16_t)(unit >= 'a' && unit <= 'z' ? unit - 'a' + 'A' : unit);
    }
    while (low < high) {
        size_t middle = (low + high) / 2;
        const struct range *range = &RANGES[middle];

        if (unit < range->first) {
            high = middle;
        } else if (unit > range->last) {
            low = middle + 1;
        } else if ((unit - range->first) % range->step != 0) {
            return unit;
        } else {
            return (uint16_t)(unit + range->distance);
        }
    }
    return unit;
}
"""


def ranges(pairs):
    """[first, last, step, distance] of the pairs, in order; step is 0 for a single one."""
    found = []
    for unit, upper in pairs:
        distance = (upper - unit) & 0xffff
        if found:
            first, last, step, was = found[-1]
            gap = unit - last
            if distance == was and gap in (1, 2) and step in (0, gap):
                found[-1] = [first, unit, gap, was]
                continue
        found.append([unit, unit, 0, distance])
    return found


def main():
    pairs = sorted(tuple(int(word, 16) for word in line.split()) for line in sys.stdin)
    sys.stdout.write(HEAD)
    for first, last, step, distance in ranges(pairs):
        sys.stdout.write("    {0x%04x, 0x%04x, %d, 0x%04x},\n"
                         % (first, last, step or 1, distance))
    sys.stdout.write(TAIL)


if __name__ == "__main__":
    main()
