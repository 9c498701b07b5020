/* SPDX-License-Identifier: ISC */
/* Finds the lines with tokens in a text, such as the output of curl -v. */
#ifndef TOOLS_TOKEN_LINES_H
#define TOOLS_TOKEN_LINES_H

#include "base/buf.h"

/* struct token_line: views into the text. header: such as "WWW-Authenticate", or empty.
 * credentials: "SCHEME BASE64" or "SCHEME"; SCHEME is Negotiate or NTLM. */
struct token_line {
    struct bytes header;
    struct bytes credentials;
};

/*
 * token_lines_each: visits all credentials in the text, in order, and returns their
 * number. Credentials follow one of HTTP's four headers for logins (RFC 9110 11), or they
 * begin a line. Before the header a line may have marks ("> ", "< ") and words, such as a
 * time. If one header has several challenges, each of them is visited. Lines of base64
 * alone belong to the credentials right before them. The text may have any bytes.
 */
size_t token_lines_each(struct bytes text,
                        void (*visit)(void *arg, const struct token_line *found),
                        void *arg);

#endif
