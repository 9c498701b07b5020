/* SPDX-License-Identifier: ISC */
/* Any token of a login as a readable tree. */
#ifndef TOOLS_PRINT_TOKEN_TEXT_H
#define TOOLS_PRINT_TOKEN_TEXT_H

#include "base/buf.h"

/*
 * token_text: appends the tree of a token, whose kind its first bytes tell: NTLM, raw or
 * in a GSS frame (ntlm_text), or SPNEGO (negtoken_text). Tokens of Kerberos are only
 * named. Responses and keys are shown by their length only. Returns ERR_OK, or the error
 * of the fault and its offset in the token; ERR_TOKEN_UNKNOWN for a token of another
 * kind, which the tree says.
 */
enum err token_text(struct buf *out, struct bytes token, size_t *out_fault_offset);

#endif
