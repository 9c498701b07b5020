/* SPDX-License-Identifier: ISC */
/* The answers of the demo's web server. */
#ifndef TOOLS_DEMO_REPLY_H
#define TOOLS_DEMO_REPLY_H

#include <stdbool.h>
#include <stdio.h>

#include <gssapi/gssapi.h>

/* struct reply: what one request is answered with; begins as zeros, owned by its holder.
 * A token goes out in WWW-Authenticate; a 401 without one offers Negotiate. */
struct reply {
    int status; /* 200, 400, 401, 403 */
    char *body;
    size_t body_len;
    gss_buffer_desc token;
};

/* reply_open: sets the status; what is written to the stream becomes the body when the
 * caller closes it. NULL without memory. Once a reply. */
FILE *reply_open(struct reply *reply, int status);

/* reply_text: a body of one line. */
void reply_text(struct reply *reply, int status, const char *text);

/* reply_send: false if the client has gone. */
bool reply_send(int fd, const struct reply *reply);

void reply_cleanup(struct reply *reply);

#endif
