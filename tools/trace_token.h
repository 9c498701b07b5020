/* SPDX-License-Identifier: ISC */
/* Shows the tokens in a trace. */
#ifndef TOOLS_TRACE_TOKEN_H
#define TOOLS_TRACE_TOKEN_H

#include "tools/trace_read.h"

/*
 * trace_token_text: appends the token of a call or return as a tree to tree, and its
 * label, which is one line such as "NegTokenResp: accept-incomplete, NTLM CHALLENGE", to
 * label. If the trace has only the fault of the token, the tree has this fault.
 */
void trace_token_text(const struct trace_event *event, struct buf *tree,
                      struct buf *label);

/* trace_token_bytes: appends the bytes of the token. Where the trace has zeros in place
 * of a secret, it writes other bytes, because a response of zeros means that there is
 * none. False if the event does not have the bytes of the token. */
bool trace_token_bytes(const struct trace_event *event, struct buf *out);

/* trace_token_label: appends only the label of a token. */
void trace_token_label(struct buf *out, struct bytes token);

#endif
