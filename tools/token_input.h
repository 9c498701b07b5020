/* SPDX-License-Identifier: ISC */
/* A token as people have it at hand: base64, hex, a header line, or plain bytes. */
#ifndef TOOLS_TOKEN_INPUT_H
#define TOOLS_TOKEN_INPUT_H

#include "base/buf.h"

/* Bytes of input that are taken: the largest token in hex, with room for separators. */
#define TOKEN_INPUT_MAX ((size_t)4 << 20)

/* enum token_form: how the token was written. */
enum token_form { TOKEN_BINARY, TOKEN_HEX, TOKEN_BASE64 };

/* struct token_input: what was found; header and scheme are views into the text, empty
 * where there is none; token is owned by the caller (buf_cleanup). */
struct token_input {
    enum token_form form;
    struct bytes header; /* "WWW-Authenticate" */
    struct bytes scheme; /* "Negotiate" */
    struct buf token;
};

/*
 * token_input_parse: text is one of
 *   [HEADER:] SCHEME BASE64   HTTP; curl's "> " and "< " marks before it are passed over;
 *                             SCHEME is Negotiate or NTLM
 *   HEX                       blanks, colons and 0x in between allowed
 *   BASE64                    RFC 4648 4, white space allowed, padding may be missing
 *   bytes                     anything that is not printable ASCII
 * Digits that could be both are hex. On a fault *out_fault_at is the offset in text of
 * the first character that does not fit. Errors: ERR_ARGUMENT, ERR_NO_MEMORY,
 * ERR_TOO_LARGE.
 */
MUST_USE enum err token_input_parse(struct bytes text, struct token_input *out,
                                    size_t *out_fault_at);

/* token_is_blank: a blank, a tab, CR or LF. token_skip_blanks: takes them from the head.
 */
bool token_is_blank(int c);
void token_skip_blanks(struct bytes *text);

/* token_put_base64: appends the token as HTTP carries it (RFC 4648 4, one line). */
void token_put_base64(struct buf *out, struct bytes token);

/* token_form_text: "base64". */
const char *token_form_text(enum token_form form);

/* token_input_hex: appends the bytes of a text in hex, with blanks, colons, commas and 0x
 * between them or not; false, with nothing certain in out, if it is not that. */
bool token_input_hex(struct bytes text, struct buf *out);

#endif
