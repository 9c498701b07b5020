/* SPDX-License-Identifier: ISC */
/* UTF-8 (RFC 3629): code points and their bytes. */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include "base/bytes.h"

/* The most bytes of a code point. */
#define UTF8_MAX 4

/*
 * utf8_decode: gives the first code point of a text, and returns how many bytes it has; 0
 * if the text is empty or does not begin with one. Longer forms than necessary,
 * surrogates, and numbers above 10FFFF are invalid. utf8_encode: writes a code point, and
 * returns how many bytes it has; 0 if there is no such code point. utf8_is_valid: whether
 * a text is UTF-8; the empty one is.
 */
size_t utf8_decode(struct bytes text, uint32_t *out_c);
size_t utf8_encode(uint8_t out[UTF8_MAX], uint32_t c);
bool utf8_is_valid(struct bytes text);

#endif
