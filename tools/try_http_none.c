/* SPDX-License-Identifier: ISC */
/* gss-negotiate try, built without libcurl: a URL cannot be tried. */
#include "tools/try_http.h"
#include "tools/try_tls.h"

struct try_http *try_http_new(const char *url)
{
    (void)url;
    (void)tool_complain(
        "this gss-negotiate is built without libcurl and cannot try a URL; "
        "try HTTP@HOST, which makes the first token, or build it with "
        "'meson setup -Dcurl=enabled'");
    return NULL;
}

/* The other functions are never called, because try_http_new returns no object. */
void try_http_free(struct try_http *http)
{
    (void)http;
}

bool try_http_get(struct try_http *http, struct bytes token, struct try_answer *answer)
{
    (void)http;
    (void)token;
    (void)answer;
    return false;
}

const char *try_http_moved(struct try_http *http)
{
    (void)http;
    return NULL;
}

const char *try_http_certificate(struct try_http *http)
{
    (void)http;
    return NULL;
}

const char *try_tls_endpoint(const char *pem, struct buf *out)
{
    (void)pem;
    (void)out;
    return NULL;
}
