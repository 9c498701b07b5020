/* SPDX-License-Identifier: ISC */
/* Upper case as Windows has it ([MS-UCODEREF] 3.1.5.3). */
#ifndef NTLM_UPPER_CASE_H
#define NTLM_UPPER_CASE_H

#include <stdint.h>

/*
 * upper_case: the upper case of a 16-bit unit by the "Windows 8 Upper Case Mapping
 * Table", or the unit itself where the table has none: the dotless i, the final sigma,
 * digraphs in title case, every surrogate. Unicode's own mapping has an upper case for
 * some of these, and new versions add more.
 */
uint16_t upper_case(uint16_t unit);

#endif
