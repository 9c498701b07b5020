/* SPDX-License-Identifier: ISC */
/* Peers' strings and bytes as text that is safe to show. */
#ifndef ASN1_TEXT_H
#define ASN1_TEXT_H

#include "asn1/buf.h"

/* TEXT_ESCAPED_MAX: the most bytes that one escaped string takes, its NUL not counted. */
#define TEXT_ESCAPED_MAX 256

/*
 * text_escape: appends a peer's string for display. Valid UTF-8 stays; quotes of both
 * kinds and the backslash get a backslash before them (AD\\alice, O\'Neill); ASCII
 * control characters and bytes that are not UTF-8 become \xNN; C1 controls, U+2028/2029
 * and bidirectional controls become \u{NNNN}. What does not fit is cut between
 * characters, with "..." as its end.
 */
void text_escape(struct buf *out, struct bytes raw);

/* text_escape_whole: the same without a limit. */
void text_escape_whole(struct buf *out, struct bytes raw);

/* text_escaped: the same into a caller's array; returns its string. For err_note. */
struct text_escaped {
    char s[TEXT_ESCAPED_MAX + 1];
};
const char *text_escaped(struct text_escaped *out, struct bytes raw);

/* text_hex: appends lower-case hex without separators. */
void text_hex(struct buf *out, struct bytes raw);

#endif
