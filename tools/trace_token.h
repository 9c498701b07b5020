/* SPDX-License-Identifier: ISC */
/* The tokens in a trace. */
#ifndef TOOLS_TRACE_TOKEN_H
#define TOOLS_TRACE_TOKEN_H

#include "tools/trace_read.h"

/*
 * trace_token_text: appends the token of a call or return as a tree, and what it is in
 * one line: "NegTokenResp: accept-incomplete, NTLM CHALLENGE". If the trace has only the
 * fault of the token, the tree has this fault.
 */
void trace_token_text(const struct trace_event *event, struct buf *tree,
                      struct buf *label);

/* trace_token_bytes: the token itself. Where the trace has zeros in place of a secret,
 * puts other bytes, because a response of zeros means that there is none. False if the
 * event has no bytes of the token. */
bool trace_token_bytes(const struct trace_event *event, struct buf *out);

/* trace_token_label: the line of a token alone. */
void trace_token_label(struct buf *out, struct bytes token);

#endif
