/* SPDX-License-Identifier: ISC */
/* gss-negotiate try: requests over one HTTP connection, by libcurl. */
#ifndef TOOLS_TRY_HTTP_H
#define TOOLS_TRY_HTTP_H

#include "tools/tool.h"
#include "tools/try_answer.h"

struct try_http;

/* try_http_new: for a URL of http or https; NULL after it has complained. In a build
 * without libcurl (try_http_none.c) it always complains. */
struct try_http *try_http_new(const char *url);
void try_http_free(struct try_http *http);

/* try_http_get: a request with this token, with none if it is empty; answer is cleared
 * before. False after it has complained. */
MUST_USE bool try_http_get(struct try_http *http, struct bytes token,
                           struct try_answer *answer);

/* try_http_moved: where the last answer leads to; NULL: nowhere. try_http_certificate:
 * the server's, in PEM, after the first answer; NULL: none. Both live until the next
 * request. */
const char *try_http_moved(struct try_http *http);
const char *try_http_certificate(struct try_http *http);

#endif
