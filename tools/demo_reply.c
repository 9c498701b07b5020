/* SPDX-License-Identifier: ISC */
/* The answers of the demo's web server. */
#include "tools/demo_reply.h"

#include "tools/demo_http.h"

#include <stdlib.h>

FILE *reply_open(struct reply *reply, int status)
{
    reply->status = status;
    return open_memstream(&reply->body, &reply->body_len);
}

void reply_text(struct reply *reply, int status, const char *text)
{
    FILE *body = reply_open(reply, status);
    if (body != NULL) {
        fprintf(body, "%s\n", text);
        fclose(body);
    }
}

static const char *reason_of(int status)
{
    switch (status) {
    case 200:
        return "OK";
    case 400:
        return "Bad Request";
    case 401:
        return "Unauthorized";
    default:
        return "Forbidden";
    }
}

/* write_challenge: WWW-Authenticate, where the status or a token asks for it. */
static void write_challenge(FILE *out, const struct reply *reply)
{
    if (reply->token.length > 0) {
        char *token = http_base64(&reply->token);
        fprintf(out, "WWW-Authenticate: Negotiate %s\r\n", token == NULL ? "" : token);
        free(token);
        return;
    }
    if (reply->status == 401) {
        fputs("WWW-Authenticate: Negotiate\r\n", out);
    }
}

bool reply_send(int fd, const struct reply *reply)
{
    char *text = NULL;
    size_t text_len = 0;
    FILE *out = open_memstream(&text, &text_len);
    if (out == NULL) {
        return false;
    }
    fprintf(out, "HTTP/1.1 %d %s\r\n", reply->status, reason_of(reply->status));
    write_challenge(out, reply);
    fprintf(out, "Content-Type: text/plain; charset=utf-8\r\nContent-Length: %zu\r\n\r\n",
            reply->body_len);
    if (reply->body != NULL) {
        fwrite(reply->body, 1, reply->body_len, out);
    }
    fclose(out);
    bool sent = text != NULL && http_send(fd, text, text_len);
    free(text);
    return sent;
}

void reply_cleanup(struct reply *reply)
{
    OM_uint32 minor = 0;
    gss_release_buffer(&minor, &reply->token);
    free(reply->body);
}
