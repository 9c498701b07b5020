/* SPDX-License-Identifier: ISC */
/* The lines of a text that carry tokens, such as what curl -v prints. */
#ifndef TOOLS_TOKEN_LINES_H
#define TOOLS_TOKEN_LINES_H

#include "base/buf.h"

/* struct token_line: views into the text. credentials: "SCHEME BASE64" with SCHEME
 * Negotiate or NTLM, or the scheme alone; header: "WWW-Authenticate", or empty. */
struct token_line {
    struct bytes header;
    struct bytes credentials;
};

/*
 * token_lines_each: visits all credentials in the text, in order, and returns how many.
 * They stand behind one of HTTP's four headers for logins (RFC 9110 11), which may stand
 * behind marks ("> ", "< ") and words (a time), or they begin a line. Of several
 * challenges in one header each is visited. Lines of nothing but base64 that follow at
 * once belong to them. Any bytes may be given.
 */
size_t token_lines_each(struct bytes text,
                        void (*visit)(void *arg, const struct token_line *found),
                        void *arg);

#endif
