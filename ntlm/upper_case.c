/* SPDX-License-Identifier: ISC */
/* Upper case as Windows has it: a binary search in a table of ranges. */
#include "ntlm/upper_case.h"

#include "ntlm/upper_case_table.h"

#include <stddef.h>

uint16_t upper_case(uint16_t unit)
{
    size_t low = 0;
    size_t high = sizeof(UPPER_CASE_RANGES) / sizeof(UPPER_CASE_RANGES[0]);

    if (unit < 0x80) {
        return (uint16_t)(unit >= 'a' && unit <= 'z' ? unit - 'a' + 'A' : unit);
    }
    while (low < high) {
        const size_t middle = (low + high) / 2;
        const struct upper_case_range *range = &UPPER_CASE_RANGES[middle];

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
