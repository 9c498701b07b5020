/* SPDX-License-Identifier: ISC */
/* Reads a token that is written as base64, hex, a header line or plain bytes. */
#ifndef TOOLS_TOKEN_INPUT_H
#define TOOLS_TOKEN_INPUT_H

#include "base/buf.h"

/* The most bytes of input: the largest token in hex, with separators. */
#define TOKEN_INPUT_MAX ((size_t)4 << 20)

/* enum token_form: how a token is written. */
enum token_form { TOKEN_BINARY, TOKEN_HEX, TOKEN_BASE64 };

/* struct token_input: what the text holds. header and scheme are views into the text, or
 * empty if it has none. The caller frees token (buf_cleanup). */
struct token_input {
    enum token_form form;
    struct bytes header; /* "WWW-Authenticate" */
    struct bytes scheme; /* "Negotiate" */
    struct buf token;
};

/*
 * token_input_parse: reads a text of one of these forms:
 *   [HEADER:] SCHEME BASE64   a line of HTTP, perhaps after curl's "> " or "< "
 *   HEX                       may have blanks, colons, commas and 0x between numbers
 *   BASE64                    RFC 4648 4; may have white space and lack its padding
 *   bytes                     any text with a byte that is not printable ASCII
 * SCHEME is Negotiate or NTLM.
 * Digits that are both hex and base64 are read as hex. After a fault, *out_fault_at is
 * the offset in text of the first character that does not fit. Errors: ERR_ARGUMENT,
 * ERR_NO_MEMORY, ERR_TOO_LARGE.
 */
MUST_USE enum err token_input_parse(struct bytes text, struct token_input *out,
                                    size_t *out_fault_at);

/* token_is_blank: true for a blank, a tab, CR and LF. token_skip_blanks: takes these from
 * the head of text. */
bool token_is_blank(int c);
void token_skip_blanks(struct bytes *text);

/* token_append_base64: appends the token in base64 (RFC 4648 4), on one line, as in HTTP.
 */
void token_append_base64(struct buf *out, struct bytes token);

/* token_form_text: the name of the form, such as "base64". */
const char *token_form_text(enum token_form form);

/* token_input_hex: appends the bytes of a text of the form HEX. False if the text has
 * another form; out then holds what was read. */
bool token_input_hex(struct bytes text, struct buf *out);

#endif
