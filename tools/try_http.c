/* SPDX-License-Identifier: ISC */
/* gss-negotiate try: requests over one HTTP connection, by libcurl. */
#include "tools/try_http.h"

#include "base/text.h"
#include "tools/token_input.h"

#include <ctype.h>
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

/* Of libcurl's interface, whose numbers never change (curl_easy_setopt(3)). */
enum {
    OPTION_TIMEOUT = 13,
    OPTION_HTTP_VERSION = 84,
    OPTION_NOSIGNAL = 99,
    OPTION_CERTINFO = 172,
    OPTION_PROTOCOLS = 181,
    OPTION_URL = 10002,
    OPTION_ERRORBUFFER = 10010,
    OPTION_HTTPHEADER = 10023,
    OPTION_HEADERDATA = 10029,
    OPTION_CAINFO = 10065,
    OPTION_CAPATH = 10097,
    OPTION_WRITEFUNCTION = 20011,
    OPTION_HEADERFUNCTION = 20079,
    INFO_REDIRECT_URL = 0x10001f,
    INFO_RESPONSE_CODE = 0x200002,
    INFO_OS_ERRNO = 0x200019,
    INFO_CERTINFO = 0x400022,
    PROTOCOLS_HTTP_HTTPS = 3,
    HTTP_1_1 = 2, /* a login by NTLM is that of a connection */
    ERROR_SIZE = 256,
    TIMEOUT_S = 30,
};

struct slist {
    char *data;
    struct slist *next;
};
struct certinfo {
    int n_certificates;
    struct slist **certificates; /* of each, lines "Field:value" */
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
    char error[ERROR_SIZE]; /* the last one, with its particulars */
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

/* A challenge's name is a token (RFC 9110 11.3); what else stands between commas are
 * parameters. */
static struct bytes scheme_of(struct bytes challenge)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                  "0123456789-._~+";
    size_t n = 0;

    while (challenge.n > 0 && challenge.p[0] == ' ') {
        challenge = bytes_of(challenge.p + 1, challenge.n - 1);
    }
    while (n < challenge.n && challenge.p[n] != '\0' &&
           strchr(letters, challenge.p[n]) != NULL) {
        n++;
    }
    return n == challenge.n || challenge.p[n] == ' ' ? bytes_of(challenge.p, n)
                                                     : bytes_of(NULL, 0);
}

static void take_schemes(struct bytes challenges, struct try_answer *answer)
{
    while (challenges.n > 0) {
        struct bytes challenge;

        (void)bytes_split(challenges, ',', &challenge, &challenges);
        const struct bytes scheme = scheme_of(challenge);
        if (scheme.n > 0) {
            buf_put_text(&answer->schemes, answer->schemes.n == 0 ? "" : ", ");
            text_escape(&answer->schemes, scheme);
        }
        answer->negotiate |= bytes_equal_nocase(scheme, bytes_str("Negotiate"));
    }
}

static void take_token(struct bytes line, struct try_answer *answer)
{
    struct token_input input;
    size_t fault_at;

    if (token_input_parse(line, &input, &fault_at) != ERR_OK) {
        return;
    }
    if (input.token.n > 0 && answer->token.n == 0 &&
        bytes_equal_nocase(input.scheme, bytes_str("Negotiate"))) {
        buf_put(&answer->token, buf_bytes(&input.token));
    }
    buf_cleanup(&input.token);
}

/* A header line of the answer. That of a proxy which a tunnel leads through comes before:
 * each answer begins anew. */
static size_t take_header(void *data, size_t size, size_t n, void *arg)
{
    static const char name[] = "WWW-Authenticate:";
    struct try_answer *answer = arg;
    struct bytes line = bytes_of(data, size * n);
    struct bytes key;
    struct bytes value;

    while (line.n > 0 && (line.p[line.n - 1] == '\r' || line.p[line.n - 1] == '\n')) {
        line.n--;
    }
    if (line.n > 5 && memcmp(line.p, "HTTP/", 5) == 0) {
        try_answer_clear(answer);
    }
    if (line.n > strlen(name) &&
        bytes_equal_nocase(bytes_of(line.p, strlen(name)), bytes_str(name)) &&
        bytes_split(line, ':', &key, &value)) {
        take_schemes(value, answer);
        take_token(line, answer);
    }
    return size * n;
}

void try_answer_clear(struct try_answer *answer)
{
    answer->status = 0;
    answer->negotiate = false;
    buf_cleanup(&answer->schemes);
    buf_cleanup(&answer->token);
}

/* The trusted authorities, where curl(1) too would look for them. */
static void set_authorities(struct try_http *http)
{
    const char *file = getenv("CURL_CA_BUNDLE");
    const char *folder = getenv("SSL_CERT_DIR");

    if (file == NULL) {
        file = getenv("SSL_CERT_FILE");
    }
    if (file != NULL) {
        (void)http->setopt(http->easy, OPTION_CAINFO, file);
    }
    if (folder != NULL) {
        (void)http->setopt(http->easy, OPTION_CAPATH, folder);
    }
}

static bool prepare(struct try_http *http, const char *url)
{
    http->easy = http->init();
    if (http->easy == NULL) {
        return false;
    }
    set_authorities(http);
    return http->setopt(http->easy, OPTION_URL, url) == 0 &&
           http->setopt(http->easy, OPTION_PROTOCOLS, (long)PROTOCOLS_HTTP_HTTPS) == 0 &&
           http->setopt(http->easy, OPTION_HTTP_VERSION, (long)HTTP_1_1) == 0 &&
           http->setopt(http->easy, OPTION_TIMEOUT, (long)TIMEOUT_S) == 0 &&
           http->setopt(http->easy, OPTION_NOSIGNAL, 1L) == 0 &&
           http->setopt(http->easy, OPTION_CERTINFO, 1L) == 0 &&
           http->setopt(http->easy, OPTION_ERRORBUFFER, http->error) == 0 &&
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

/* Without a token no header of ours. */
static enum err make_header(struct bytes token, struct buf *header)
{
    if (token.n > 0) {
        buf_put_text(header, "Authorization: Negotiate ");
        token_put_base64(header, token);
    }
    return buf_status(header);
}

static int request(struct try_http *http, struct buf *header, struct try_answer *answer)
{
    void *list = header->n == 0 ? NULL : http->slist_append(NULL, buf_cstr(header));
    int code;

    http->error[0] = '\0';
    (void)http->setopt(http->easy, OPTION_HTTPHEADER, list);
    (void)http->setopt(http->easy, OPTION_HEADERDATA, answer);
    code = http->perform(http->easy);
    (void)http->setopt(http->easy, OPTION_HTTPHEADER, NULL);
    http->slist_free(list);
    return code;
}

/* What libcurl says, which may quote a peer, and the system's own reason. */
static void complain(struct try_http *http, int code)
{
    const char *said = http->error[0] != '\0' ? http->error : http->strerror(code);
    BUF_AUTO text = BUF_INIT;
    long reason = 0;

    for (; *said != '\0'; said++) {
        buf_put_u8(&text, iscntrl((unsigned char)*said) ? '?' : (uint8_t)*said);
    }
    (void)http->getinfo(http->easy, INFO_OS_ERRNO, &reason);
    if (reason != 0) {
        buf_printf(&text, " (%s)", strerror((int)reason));
    }
    (void)tool_complain("%s", buf_cstr(&text));
}

bool try_http_get(struct try_http *http, struct bytes token, struct try_answer *answer)
{
    BUF_AUTO header = BUF_INIT;
    enum err e = make_header(token, &header);
    int code;

    try_answer_clear(answer);
    if (e != ERR_OK) {
        (void)tool_fail(e);
        return false;
    }
    code = request(http, &header, answer);
    if (code != 0) {
        complain(http, code);
        return false;
    }
    (void)http->getinfo(http->easy, INFO_RESPONSE_CODE, &answer->status);
    return true;
}

const char *try_http_moved(struct try_http *http)
{
    const char *where = NULL;

    (void)http->getinfo(http->easy, INFO_REDIRECT_URL, &where);
    return where;
}

const char *try_http_certificate(struct try_http *http)
{
    static const char field[] = "Cert:";
    const struct certinfo *info = NULL;

    if (http->getinfo(http->easy, INFO_CERTINFO, &info) != 0 || info == NULL ||
        info->n_certificates < 1) {
        return NULL;
    }
    for (const struct slist *line = info->certificates[0]; line != NULL;
         line = line->next) {
        if (strncmp(line->data, field, strlen(field)) == 0) {
            return line->data + strlen(field);
        }
    }
    return NULL;
}
