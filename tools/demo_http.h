/* SPDX-License-Identifier: ISC */
/* The little of HTTP/1.1 and RFC 4559 that the demo's server and client share. */
#ifndef TOOLS_DEMO_HTTP_H
#define TOOLS_DEMO_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include <gssapi/gssapi.h>

#define HTTP_HEAD_MAX ((size_t)128 * 1024) /* bytes of a head: start line and headers */
#define HTTP_BODY_MAX ((size_t)64 * 1024)

/* http_head_len: bytes of the head at the front of text, its empty line included; 0 if
 * the end has not come yet. */
size_t http_head_len(const char *text);

/* http_header: the value of the n-th header of this name (from 0) in a head, without the
 * blanks around it; the caller frees it. NULL: there are not so many, or no memory. */
char *http_header(const char *head, const char *name, unsigned nth);

/* http_body_len: Content-Length of a head, 0 if absent; false if there is a body whose
 * length we cannot know or do not want. */
bool http_body_len(const char *head, size_t *out_len);

/* enum http_token: what a head says of Negotiate (RFC 4559 4). */
enum http_token {
    HTTP_TOKEN_NONE, /* no such header, or another scheme */
    HTTP_TOKEN_BARE, /* the scheme without a token */
    HTTP_TOKEN_BAD,  /* not base64 */
    HTTP_TOKEN_GIVEN
};

/* http_negotiate: looks for Negotiate in the headers of this name. out_token is the
 * caller's to free (->value, by free), and empty unless HTTP_TOKEN_GIVEN. */
enum http_token http_negotiate(const char *head, const char *name,
                               gss_buffer_t out_token);

/* http_base64: the token as a string that the caller frees; NULL without memory. */
char *http_base64(const gss_buffer_desc *token);

/* http_send: sends all of it, without SIGPIPE. */
bool http_send(int fd, const char *data, size_t n);

/* http_receive: appends to text (capacity HTTP_HEAD_MAX + 1, kept NUL-terminated, *len
 * used) what one read gives; its result: 0 at the end or when text is full, -1 on an
 * error or if there is a NUL in it, which no text has. */
ssize_t http_receive(int fd, char *text, size_t *len);

#endif
