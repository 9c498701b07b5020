#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Write upper_case_table.h: usage upper_case_table.py < upper_case_table.txt > upper_case_table.h

The text file holds the pairs of the "Windows 8 Upper Case Mapping Table" that [MS-UCODEREF]
3.1.5.3 names: a 16-bit unit and its upper case, in hexadecimal, a pair a line. Consecutive
pairs with the same difference, at a distance of 1 or 2, become one range.
"""
import sys

HEAD = """/* SPDX-License-Identifier: ISC */
/* The table of upper_case.c: made by upper_case_table.py from upper_case_table.txt. */
#ifndef NTLM_UPPER_CASE_TABLE_H
#define NTLM_UPPER_CASE_TABLE_H

#include <stdint.h>

/*
 * struct upper_case_range: every unit first, first + step, ... last has an upper case,
 * which is the unit plus distance, modulo 65536.
 */
struct upper_case_range {
    uint16_t first;
    uint16_t last;
    uint16_t step;
    uint16_t distance;
};

/* clang-format off */
static const struct upper_case_range UPPER_CASE_RANGES[] = {
"""
TAIL = """};
/* clang-format on */

#endif
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
