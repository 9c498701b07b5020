/* SPDX-License-Identifier: ISC */
/* gss-negotiate try: requests over one HTTP connection, by libcurl. */
#ifndef TOOLS_TRY_HTTP_H
#define TOOLS_TRY_HTTP_H

#include "tools/tool.h"

struct try_http;

/* struct try_answer: the status, and the token of WWW-Authenticate: Negotiate, which is
 * empty if there is none. Owned: buf_cleanup of token. */
struct try_answer {
    long status;
    struct buf token;
};

/* try_http_new: for a http or https URL; NULL after it has complained. libcurl is opened
 * on first need: neither the build nor another command wants it. */
struct try_http *try_http_new(const char *url);
void try_http_free(struct try_http *http);

/* try_http_get: a request with this token. False after it has complained. */
MUST_USE bool try_http_get(struct try_http *http, struct bytes token,
                           struct try_answer *answer);

#endif
