/* SPDX-License-Identifier: ISC */
/* ASCII characters, whatever the locale of the process is. */
#ifndef BASE_ASCII_H
#define BASE_ASCII_H

#include "base/bytes.h"

/* ascii_upper, ascii_lower: other characters than letters stay as they are. */
static inline uint8_t ascii_upper(uint8_t c)
{
    return (uint8_t)(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
}

static inline uint8_t ascii_lower(uint8_t c)
{
    return (uint8_t)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

/* ascii_hex_value: the value of a hex digit of either case; ASCII_NO_DIGIT or more for
 * another character. It computes with bytes only, so that the compiler can use vector
 * instructions. */
#define ASCII_NO_DIGIT 0x80
static inline uint8_t ascii_hex_value(uint8_t c)
{
    const uint8_t digit = (uint8_t)(c - '0');
    const uint8_t letter = (uint8_t)((c | 0x20) - 'a');
    const uint8_t value = letter < 6 ? (uint8_t)(letter + 10) : ASCII_NO_DIGIT;

    return digit < 10 ? digit : value;
}

/* ascii_is_alphanumeric: whether c is a letter or a digit. */
static inline bool ascii_is_alphanumeric(uint8_t c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* ascii_is_decimal: whether text is one or more digits. */
bool ascii_is_decimal(struct bytes text);

/* ascii_has_control: whether text has a control character (a byte below 0x20, or DEL). */
bool ascii_has_control(struct bytes text);

#endif
