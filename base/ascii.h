/* SPDX-License-Identifier: ISC */
/* ASCII characters, whatever the locale of the process is. */
#ifndef BASE_ASCII_H
#define BASE_ASCII_H

#include "base/bytes.h"

/* ascii_upper, ascii_lower: other characters than letters stay as they are. */
uint8_t ascii_upper(uint8_t c);
uint8_t ascii_lower(uint8_t c);

/* ascii_hex_value: the value of a hex digit of either case, or -1. */
int ascii_hex_value(uint8_t c);

/* ascii_is_decimal: whether text is one or more digits. */
bool ascii_is_decimal(struct bytes text);

/* ascii_has_control: whether text has a control character (a byte below 0x20, or DEL). */
bool ascii_has_control(struct bytes text);

#endif
