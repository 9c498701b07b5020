/* SPDX-License-Identifier: ISC */
/* A token's tree in one line. */
#ifndef TOOLS_TRACE_LABEL_H
#define TOOLS_TRACE_LABEL_H

#include "base/buf.h"

/* trace_label: appends "NegTokenResp: accept-incomplete, NTLM CHALLENGE" of a tree as
 * token_text prints it (ntlm/token_text.h). */
void trace_label(struct buf *out, struct bytes tree);

#endif
