/* SPDX-License-Identifier: ISC */
/* The functions for ASCII, with every character. */
#include "base/ascii.h"

#include "tests/lib/harness.h"

#include <stdio.h>
#include <string.h>

static const char lower[] = "abcdefghijklmnopqrstuvwxyz";
static const char upper[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

TEST(case_of_every_character)
{
    for (int c = 0; c < 256; c++) {
        const char *in_lower = c == 0 ? NULL : strchr(lower, c);
        const char *in_upper = c == 0 ? NULL : strchr(upper, c);

        ck_assert_int_eq(ascii_upper((uint8_t)c),
                         in_lower == NULL ? c : upper[in_lower - lower]);
        ck_assert_int_eq(ascii_lower((uint8_t)c),
                         in_upper == NULL ? c : lower[in_upper - upper]);
    }
}

TEST(class_of_every_character)
{
    for (int c = 0; c < 256; c++) {
        const uint8_t byte = (uint8_t)c;
        const struct bytes one = bytes_of(&byte, 1);
        const char text[2] = {(char)c, '\0'};
        unsigned value = 16;
        char end;

        if (sscanf(text, "%1x%c", &value, &end) != 1 || c == ' ' || c < 0x20) {
            value = ASCII_NO_DIGIT;
        }
        ck_assert_uint_eq(ascii_hex_value(byte), value);
        ck_assert_int_eq(ascii_is_decimal(one), c >= '0' && c <= '9');
        ck_assert_int_eq(ascii_has_control(one), c < 32 || c == 127);
    }
}

TEST(texts)
{
    ck_assert(!ascii_is_decimal(bytes_of(NULL, 0)) && !ascii_has_control(bytes_str("")));
    ck_assert(ascii_is_decimal(bytes_str("0123456789")));
    ck_assert(!ascii_is_decimal(bytes_str("12a")) && !ascii_is_decimal(bytes_str("-1")));
    ck_assert(ascii_has_control(bytes_str("a\x1b")) && !ascii_has_control(hex("c380")));
}
