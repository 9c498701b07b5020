/* SPDX-License-Identifier: ISC */
/* gss-negotiate try: requests over one HTTP connection, by libcurl. */
#include "tools/try_http.h"

#include "tools/token_input.h"

#include <ctype.h>
#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define TIMEOUT_S 30L

struct try_http {
    CURL *easy;
    char error[CURL_ERROR_SIZE]; /* the message of the last error */
};

static size_t ignore_body(char *data, size_t size, size_t n, void *arg)
{
    (void)data;
    (void)arg;
    return size * n;
}

static size_t read_header(char *data, size_t size, size_t n, void *arg)
{
    struct try_answer *answer = arg;

    try_answer_read_header(answer, bytes_of(data, size * n));
    return size * n;
}

/* Sets the trusted certificate authorities to those that curl(1) would use. */
static void set_authorities(struct try_http *http)
{
    const char *file = getenv("CURL_CA_BUNDLE");
    const char *folder = getenv("SSL_CERT_DIR");

    if (file == NULL) {
        file = getenv("SSL_CERT_FILE");
    }
    if (file != NULL) {
        (void)curl_easy_setopt(http->easy, CURLOPT_CAINFO, file);
    }
    if (folder != NULL) {
        (void)curl_easy_setopt(http->easy, CURLOPT_CAPATH, folder);
    }
}

static bool prepare(struct try_http *http, const char *url)
{
    set_authorities(http);
    /* HTTP/1.1, because a login by NTLM belongs to one connection */
    return curl_easy_setopt(http->easy, CURLOPT_URL, url) == CURLE_OK &&
           curl_easy_setopt(http->easy, CURLOPT_HTTP_VERSION,
                            (long)CURL_HTTP_VERSION_1_1) == CURLE_OK &&
           curl_easy_setopt(http->easy, CURLOPT_TIMEOUT, TIMEOUT_S) == CURLE_OK &&
           curl_easy_setopt(http->easy, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
           curl_easy_setopt(http->easy, CURLOPT_CERTINFO, 1L) == CURLE_OK &&
           curl_easy_setopt(http->easy, CURLOPT_ERRORBUFFER, http->error) == CURLE_OK &&
           curl_easy_setopt(http->easy, CURLOPT_WRITEFUNCTION, ignore_body) == CURLE_OK &&
           curl_easy_setopt(http->easy, CURLOPT_HEADERFUNCTION, read_header) == CURLE_OK;
}

struct try_http *try_http_new(const char *url)
{
    struct try_http *http;

    /* libcurl supports other schemes too, such as "file" */
    if (strncasecmp(url, "http://", 7) != 0 && strncasecmp(url, "https://", 8) != 0) {
        (void)tool_complain("the URL begins with neither http:// nor https://");
        return NULL;
    }
    http = calloc(1, sizeof(*http));
    if (http == NULL || (http->easy = curl_easy_init()) == NULL) {
        (void)tool_complain("libcurl does not start; see what 'curl --version' says");
        try_http_free(http);
        return NULL;
    }
    if (!prepare(http, url)) {
        (void)tool_complain("libcurl cannot use the URL");
        try_http_free(http);
        return NULL;
    }
    return http;
}

void try_http_free(struct try_http *http)
{
    if (http != NULL) {
        curl_easy_cleanup(http->easy);
    }
    free(http);
}

/* Makes the header of a request; empty without a token. */
static enum err make_header(struct bytes token, struct buf *header)
{
    if (token.n > 0) {
        buf_append_text(header, "Authorization: Negotiate ");
        token_append_base64(header, token);
    }
    return buf_status(header);
}

static CURLcode request(struct try_http *http, struct buf *header,
                        struct try_answer *answer)
{
    struct curl_slist *list =
        header->n == 0 ? NULL : curl_slist_append(NULL, buf_cstr(header));
    CURLcode code;

    http->error[0] = '\0';
    (void)curl_easy_setopt(http->easy, CURLOPT_HTTPHEADER, list);
    (void)curl_easy_setopt(http->easy, CURLOPT_HEADERDATA, answer);
    code = curl_easy_perform(http->easy);
    (void)curl_easy_setopt(http->easy, CURLOPT_HTTPHEADER, NULL);
    curl_slist_free_all(list);
    return code;
}

/* Prints libcurl's message, which may quote the peer, and the system's reason for it. */
static void complain(struct try_http *http, CURLcode code)
{
    const char *said = http->error[0] != '\0' ? http->error : curl_easy_strerror(code);
    BUF_AUTO text = BUF_INIT;
    long reason = 0;

    for (; *said != '\0'; said++) {
        buf_append_u8(&text, iscntrl((unsigned char)*said) ? '?' : (uint8_t)*said);
    }
    (void)curl_easy_getinfo(http->easy, CURLINFO_OS_ERRNO, &reason);
    if (reason != 0) {
        buf_printf(&text, " (%s)", strerror((int)reason));
    }
    (void)tool_complain("%s", buf_cstr(&text));
}

bool try_http_get(struct try_http *http, struct bytes token, struct try_answer *answer)
{
    BUF_AUTO header = BUF_INIT;
    enum err e = make_header(token, &header);
    CURLcode code;

    try_answer_clear(answer);
    if (e != ERR_OK) {
        (void)tool_fail(e);
        return false;
    }
    code = request(http, &header, answer);
    if (code != CURLE_OK) {
        complain(http, code);
        return false;
    }
    (void)curl_easy_getinfo(http->easy, CURLINFO_RESPONSE_CODE, &answer->status);
    return true;
}

const char *try_http_moved(struct try_http *http)
{
    const char *where = NULL;

    (void)curl_easy_getinfo(http->easy, CURLINFO_REDIRECT_URL, &where);
    return where;
}

const char *try_http_certificate(struct try_http *http)
{
    static const char field[] = "Cert:";
    const struct curl_certinfo *info = NULL;

    if (curl_easy_getinfo(http->easy, CURLINFO_CERTINFO, &info) != CURLE_OK ||
        info == NULL || info->num_of_certs < 1) {
        return NULL;
    }
    for (const struct curl_slist *line = info->certinfo[0]; line != NULL;
         line = line->next) {
        if (strncmp(line->data, field, strlen(field)) == 0) {
            return line->data + strlen(field);
        }
    }
    return NULL;
}
