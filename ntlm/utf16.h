/* SPDX-License-Identifier: ISC */
/* UTF-8 <-> UTF-16LE, and the case mapping of user names ([MS-NLMP] 3.3.2). */
#ifndef NTLM_UTF16_H
#define NTLM_UTF16_H

#include "base/buf.h"

/* After an error, the functions that append have appended nothing. */

/* utf16_from_utf8: appends UTF-16LE, at most UTF16_GROWTH bytes for one. ERR_UTF8 for
 * invalid input or a NUL. utf16_units: only counts the 16-bit units that the text takes
 * in UTF-16. */
#define UTF16_GROWTH ((size_t)2)
MUST_USE enum err utf16_from_utf8(struct buf *out, struct bytes utf8);
MUST_USE enum err utf16_units(struct bytes utf8, size_t *out_n_units);

/* utf16_to_utf8: appends UTF-8. ERR_UTF16 for an odd length, a lone surrogate or a NUL.
 */
MUST_USE enum err utf16_to_utf8(struct buf *out, struct bytes utf16le);

/* utf16_upper: appends utf16le in upper case, unit by unit (ntlm/upper_case.h), without
 * normalisation. ERR_UTF16. */
MUST_USE enum err utf16_upper(struct buf *out, struct bytes utf16le);

/* utf8_upper: the same for UTF-8. User names are compared in this form. ERR_UTF8. */
MUST_USE enum err utf8_upper(struct buf *out, struct bytes utf8);

/* utf8_equal_nocase: whether two texts are equal in upper case. ERR_UTF8, ERR_NO_MEMORY.
 */
MUST_USE enum err utf8_equal_nocase(struct bytes a, struct bytes b, bool *out_equal);

/* utf8_upper_equals: whether text in upper case is upper_text; false for invalid UTF-8.
 * Allocates nothing. */
bool utf8_upper_equals(struct bytes text, struct bytes upper_text);

#endif
