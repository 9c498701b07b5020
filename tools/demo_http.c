/* SPDX-License-Identifier: ISC */
/* The little of HTTP/1.1 and RFC 4559 that the demo's server and client share. */
#include "tools/demo_http.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

static const char alphabet[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

size_t http_head_len(const char *text)
{
    const char *end = strstr(text, "\r\n\r\n");
    return end == NULL ? 0 : (size_t)(end - text) + 4;
}

/* next_line: the line after this one; NULL at the empty line that ends the head. */
static const char *next_line(const char *line)
{
    const char *end = strstr(line, "\r\n");
    if (end == NULL || strncmp(end, "\r\n\r\n", 4) == 0) {
        return NULL;
    }
    return end + 2;
}

static char *copy_value(const char *value)
{
    value += strspn(value, " \t");
    size_t n = strcspn(value, "\r\n");
    while (n > 0 && (value[n - 1] == ' ' || value[n - 1] == '\t')) {
        n--;
    }
    return strndup(value, n);
}

char *http_header(const char *head, const char *name, unsigned nth)
{
    size_t name_len = strlen(name);
    for (const char *line = next_line(head); line != NULL; line = next_line(line)) {
        if (strncasecmp(line, name, name_len) != 0 || line[name_len] != ':') {
            continue;
        }
        if (nth == 0) {
            return copy_value(line + name_len + 1);
        }
        nth--;
    }
    return NULL;
}

bool http_body_len(const char *head, size_t *out_len)
{
    *out_len = 0;
    char *coding = http_header(head, "Transfer-Encoding", 0);
    char *length = http_header(head, "Content-Length", 0);
    bool ok = coding == NULL;
    if (ok && length != NULL) {
        char *end = NULL;
        errno = 0;
        unsigned long long n = strtoull(length, &end, 10);
        ok = errno == 0 && length[0] >= '0' && length[0] <= '9' && *end == '\0' &&
             n <= HTTP_BODY_MAX;
        *out_len = ok ? (size_t)n : 0;
    }
    free(coding);
    free(length);
    return ok;
}

/* sextet: the value of a base64 digit, -1 if it is none. */
static int sextet(char c)
{
    const char *at = c == '\0' ? NULL : strchr(alphabet, c);
    return at == NULL ? -1 : (int)(at - alphabet);
}

/* decode_quad: up to three bytes from four characters; 0 if they are not base64. */
static size_t decode_quad(const char *quad, uint8_t out[3])
{
    size_t n_pads = quad[3] != '=' ? 0 : quad[2] != '=' ? 1 : 2;
    uint32_t bits = 0;
    for (size_t i = 0; i < 4; i++) {
        int value = i < 4 - n_pads ? sextet(quad[i]) : 0;
        if (value < 0) {
            return 0;
        }
        bits = bits << 6 | (uint32_t)value;
    }
    out[0] = (uint8_t)(bits >> 16);
    out[1] = (uint8_t)(bits >> 8);
    out[2] = (uint8_t)bits;
    return 3 - n_pads;
}

/* decode: out holds strlen(text) bytes at least; false if text is not base64. */
static bool decode(const char *text, uint8_t *out, size_t *out_len)
{
    size_t len = strlen(text);
    *out_len = 0;
    for (size_t i = 0; i + 4 <= len; i += 4) {
        uint8_t bytes[3];
        size_t n = decode_quad(text + i, bytes);
        bool is_last = i + 4 == len;
        if (n == 0 || (n < 3 && !is_last)) {
            return false;
        }
        memcpy(out + *out_len, bytes, n);
        *out_len += n;
    }
    return len % 4 == 0;
}

/* token_of: reads what follows the scheme's name. */
static enum http_token token_of(const char *text, gss_buffer_t out_token)
{
    text += strspn(text, " ");
    if (*text == '\0') {
        return HTTP_TOKEN_BARE;
    }
    uint8_t *bytes = malloc(strlen(text));
    size_t n = 0;
    if (bytes == NULL || !decode(text, bytes, &n)) {
        free(bytes);
        return HTTP_TOKEN_BAD;
    }
    out_token->value = bytes;
    out_token->length = n;
    return HTTP_TOKEN_GIVEN;
}

enum http_token http_negotiate(const char *head, const char *name, gss_buffer_t out_token)
{
    static const char scheme[] = "Negotiate";
    const size_t scheme_len = sizeof(scheme) - 1;
    out_token->value = NULL;
    out_token->length = 0;
    enum http_token found = HTTP_TOKEN_NONE;
    for (unsigned nth = 0; found == HTTP_TOKEN_NONE; nth++) {
        char *value = http_header(head, name, nth);
        if (value == NULL) {
            break;
        }
        if (strncasecmp(value, scheme, scheme_len) == 0 &&
            (value[scheme_len] == ' ' || value[scheme_len] == '\0')) {
            found = token_of(value + scheme_len, out_token);
        }
        free(value);
    }
    return found;
}

/* encode_group: the four characters of up to three bytes. */
static void encode_group(const uint8_t *in, size_t n, char out[4])
{
    uint32_t bits = (uint32_t)in[0] << 16;
    bits |= n > 1 ? (uint32_t)in[1] << 8 : 0;
    bits |= n > 2 ? (uint32_t)in[2] : 0;
    out[0] = alphabet[bits >> 18 & 63];
    out[1] = alphabet[bits >> 12 & 63];
    out[2] = n > 1 ? alphabet[bits >> 6 & 63] : '=';
    out[3] = n > 2 ? alphabet[bits & 63] : '=';
}

char *http_base64(const gss_buffer_desc *token)
{
    const uint8_t *in = token->value;
    size_t n_groups = (token->length + 2) / 3;
    char *text = calloc(n_groups + 1, 4);
    for (size_t i = 0; text != NULL && i < n_groups; i++) {
        size_t left = token->length - 3 * i;
        encode_group(in + 3 * i, left < 3 ? left : 3, text + 4 * i);
    }
    return text;
}

bool http_send(int fd, const char *data, size_t n)
{
    while (n > 0) {
        ssize_t sent = send(fd, data, n, MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR) {
            continue;
        }
        if (sent <= 0) {
            return false;
        }
        data += sent;
        n -= (size_t)sent;
    }
    return true;
}

ssize_t http_receive(int fd, char *text, size_t *len)
{
    ssize_t n = recv(fd, text + *len, HTTP_HEAD_MAX - *len, 0);
    if (n > 0 && memchr(text + *len, '\0', (size_t)n) != NULL) {
        return -1;
    }
    if (n > 0) {
        *len += (size_t)n;
        text[*len] = '\0';
    }
    return n;
}
