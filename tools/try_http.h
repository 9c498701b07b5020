/* SPDX-License-Identifier: ISC */
/* gss-negotiate try: requests over one HTTP connection, by libcurl. */
#ifndef TOOLS_TRY_HTTP_H
#define TOOLS_TRY_HTTP_H

#include "tools/tool.h"
#include "tools/try_answer.h"

struct try_http;

/* try_http_new: makes the connection for a URL of http or https. On failure it prints an
 * error and returns NULL; without libcurl it always fails (try_http_none.c). */
struct try_http *try_http_new(const char *url);
void try_http_free(struct try_http *http);

/* try_http_get: clears answer, then sends a request with this token, or with none if
 * token is empty. On failure prints an error and returns false. */
MUST_USE bool try_http_get(struct try_http *http, struct bytes token,
                           struct try_answer *answer);

/* try_http_moved: the redirect target of the last answer, or NULL. try_http_certificate:
 * the server's certificate in PEM; NULL before the first answer and without TLS. Both
 * live until the next request. */
const char *try_http_moved(struct try_http *http);
const char *try_http_certificate(struct try_http *http);

#endif
