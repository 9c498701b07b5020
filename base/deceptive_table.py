#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Write deceptive_table.h: usage deceptive_table.py > deceptive_table.h

The properties are those of Python's unicodedata. Its version of Unicode is written to the
head of the table.
"""
import sys
import unicodedata

UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Mn", "Me", "Zl", "Zp", "Zs"}
# Of Default_Ignorable_Code_Point, those whose category is another one: Hangul fillers.
IGNORABLE = {0x115f, 0x1160, 0x3164, 0xffa0}
# Blank symbols: a Braille cell without dots, a note without a head.
BLANK = {0x2800, 0x1d159}
FIRST, LAST = 0x80, 0x10ffff
HANGUL_JAMO = range(0x1100, 0x1200)
HEAD = """/* SPDX-License-Identifier: ISC */
/* The tables of deceptive.c: made by deceptive_table.py from Unicode %s. */
#ifndef BASE_DECEPTIVE_TABLE_H
#define BASE_DECEPTIVE_TABLE_H

#include <stdint.h>

/* clang-format off */
/* Ranges of characters that are always escaped: the first and the last one. */
static const uint32_t DECEPTIVE_RANGES[][2] = {"""
MIDDLE = """};

/* Pairs that form one character; its second part is not in the ranges. */
static const uint32_t DECEPTIVE_PAIRS[][2] = {"""
END = """};
/* clang-format on */

#endif"""


def is_deceptive(c):
    char = chr(c)
    parts = unicodedata.decomposition(char).split()
    return (c in IGNORABLE or c in BLANK or unicodedata.category(char) in UNSEEN
            or unicodedata.combining(char) != 0
            or (len(parts) == 1 and not parts[0].startswith("<")))


def ranges():
    first = None
    for c in range(FIRST, LAST + 2):
        inside = c <= LAST and is_deceptive(c)
        if inside and first is None:
            first = c
        if not inside and first is not None:
            yield first, c - 1
            first = None


def pairs():
    """The compositions whose second part is seen; deceptive.c computes those of Hangul."""
    for c in range(FIRST, LAST + 1):
        parts = unicodedata.decomposition(chr(c)).split()
        if len(parts) != 2 or parts[0].startswith("<"):
            continue
        before, after = (int(part, 16) for part in parts)
        composes = unicodedata.normalize("NFC", chr(before) + chr(after)) == chr(c)
        if composes and not is_deceptive(after) and after not in HANGUL_JAMO:
            yield before, after


def rows(values):
    cells = ["{0x%04x, 0x%04x}," % pair for pair in values]
    for i in range(0, len(cells), 4):
        yield "    " + " ".join(cells[i:i + 4])


def main():
    print(HEAD % unicodedata.unidata_version)
    print("\n".join(rows(ranges())))
    print(MIDDLE)
    print("\n".join(rows(sorted(pairs()))))
    print(END)


if __name__ == "__main__":
    sys.exit(main())
