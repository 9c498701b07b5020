/* SPDX-License-Identifier: ISC */
/* gss-negotiate try: requests over one HTTP connection, by libcurl. */
#include "tools/try_http.h"

#include "tools/token_input.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

/* Of libcurl's interface, whose numbers never change (curl_easy_setopt(3)). */
enum {
    OPTION_TIMEOUT = 13,
    OPTION_NOSIGNAL = 99,
    OPTION_PROTOCOLS = 181,
    OPTION_URL = 10002,
    OPTION_HTTPHEADER = 10023,
    OPTION_HEADERDATA = 10029,
    OPTION_WRITEFUNCTION = 20011,
    OPTION_HEADERFUNCTION = 20079,
    INFO_RESPONSE_CODE = 0x200002,
    PROTOCOLS_HTTP_HTTPS = 3,
    TIMEOUT_S = 60,
};

struct try_http {
    void *library;
    void *easy;
    void *(*init)(void);
    int (*setopt)(void *easy, int option, ...);
    int (*perform)(void *easy);
    int (*getinfo)(void *easy, int info, ...);
    void (*cleanup)(void *easy);
    const char *(*strerror)(int code);
    void *(*slist_append)(void *list, const char *text);
    void (*slist_free)(void *list);
};

static void *open_library(void)
{
    void *library = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);

    if (library == NULL) {
        library = dlopen("libcurl-gnutls.so.4", RTLD_NOW | RTLD_LOCAL);
    }
    return library;
}

static bool find(void *library, const char *name, void *out_function)
{
    void *found = dlsym(library, name);

    memcpy(out_function, &found, sizeof(found));
    return found != NULL;
}

static bool find_all(struct try_http *http)
{
    void *library = http->library;

    return find(library, "curl_easy_init", &http->init) &&
           find(library, "curl_easy_setopt", &http->setopt) &&
           find(library, "curl_easy_perform", &http->perform) &&
           find(library, "curl_easy_getinfo", &http->getinfo) &&
           find(library, "curl_easy_cleanup", &http->cleanup) &&
           find(library, "curl_easy_strerror", &http->strerror) &&
           find(library, "curl_slist_append", &http->slist_append) &&
           find(library, "curl_slist_free_all", &http->slist_free);
}

static size_t pass_over(void *data, size_t size, size_t n, void *arg)
{
    (void)data;
    (void)arg;
    return size * n;
}

/* A header line of the answer. */
static size_t take_header(void *data, size_t size, size_t n, void *arg)
{
    static const char name[] = "WWW-Authenticate:";
    struct try_answer *answer = arg;
    struct bytes line = bytes_of(data, size * n);
    struct token_input input;
    size_t fault_at;

    while (line.n > 0 && (line.p[line.n - 1] == '\r' || line.p[line.n - 1] == '\n')) {
        line.n--;
    }
    if (line.n <= strlen(name) ||
        !bytes_equal_nocase(bytes_of(line.p, strlen(name)), bytes_str(name)) ||
        token_input_parse(line, &input, &fault_at) != ERR_OK) {
        return size * n;
    }
    if (input.token.n > 0 && answer->token.n == 0 &&
        bytes_equal_nocase(input.scheme, bytes_str("Negotiate"))) {
        buf_put(&answer->token, buf_bytes(&input.token));
    }
    buf_cleanup(&input.token);
    return size * n;
}

static bool prepare(struct try_http *http, const char *url)
{
    http->easy = http->init();
    return http->easy != NULL && http->setopt(http->easy, OPTION_URL, url) == 0 &&
           http->setopt(http->easy, OPTION_PROTOCOLS, (long)PROTOCOLS_HTTP_HTTPS) == 0 &&
           http->setopt(http->easy, OPTION_TIMEOUT, (long)TIMEOUT_S) == 0 &&
           http->setopt(http->easy, OPTION_NOSIGNAL, 1L) == 0 &&
           http->setopt(http->easy, OPTION_WRITEFUNCTION, pass_over) == 0 &&
           http->setopt(http->easy, OPTION_HEADERFUNCTION, take_header) == 0;
}

struct try_http *try_http_new(const char *url)
{
    struct try_http *http = calloc(1, sizeof(*http));

    if (http == NULL || (http->library = open_library()) == NULL || !find_all(http)) {
        (void)tool_complain("a URL needs libcurl (Debian: libcurl4): %s",
                            http == NULL ? "out of memory" : dlerror());
        try_http_free(http);
        return NULL;
    }
    if (!prepare(http, url)) {
        (void)tool_complain("libcurl does not take the URL");
        try_http_free(http);
        return NULL;
    }
    return http;
}

void try_http_free(struct try_http *http)
{
    if (http != NULL && http->easy != NULL) {
        http->cleanup(http->easy);
    }
    free(http); /* the library stays: it has started others */
}

/* RFC 4648 4 */
static void put_base64(struct buf *out, struct bytes in)
{
    static const char digits[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    for (size_t i = 0; i < in.n; i += 3) {
        size_t left = in.n - i;
        uint32_t group = (uint32_t)in.p[i] << 16;

        group |= left > 1 ? (uint32_t)in.p[i + 1] << 8 : 0;
        group |= left > 2 ? in.p[i + 2] : 0u;
        for (size_t k = 0; k < 4; k++) {
            buf_put_u8(out, k <= left ? (uint8_t)digits[group >> (18 - 6 * k) & 63]
                                      : (uint8_t)'=');
        }
    }
}

static int request(struct try_http *http, const char *header, struct try_answer *answer)
{
    void *list = http->slist_append(NULL, header);
    int code;

    (void)http->setopt(http->easy, OPTION_HTTPHEADER, list);
    (void)http->setopt(http->easy, OPTION_HEADERDATA, answer);
    code = http->perform(http->easy);
    (void)http->setopt(http->easy, OPTION_HTTPHEADER, NULL);
    http->slist_free(list);
    return code;
}

bool try_http_get(struct try_http *http, struct bytes token, struct try_answer *answer)
{
    BUF_AUTO header = BUF_INIT;
    int code;

    buf_put_text(&header, "Authorization: Negotiate ");
    put_base64(&header, token);
    if (buf_status(&header) != ERR_OK) {
        (void)tool_fail(buf_status(&header));
        return false;
    }
    code = request(http, buf_cstr(&header), answer);
    if (code != 0) {
        (void)tool_complain("%s", http->strerror(code));
        return false;
    }
    (void)http->getinfo(http->easy, INFO_RESPONSE_CODE, &answer->status);
    return true;
}
