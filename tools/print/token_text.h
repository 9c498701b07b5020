/* SPDX-License-Identifier: ISC */
/* Any token of a login as a readable tree. */
#ifndef TOOLS_PRINT_TOKEN_TEXT_H
#define TOOLS_PRINT_TOKEN_TEXT_H

#include "base/buf.h"

/*
 * token_text: appends the tree of a token by its first bytes: NTLM, raw or in a GSS frame
 * (ntlm_text), or SPNEGO with NTLM in it (negtoken_text); Kerberos' are only named.
 * Responses and keys are shown by length alone. Returns ERR_OK, or the fault and its
 * offset in the token; ERR_TOKEN_UNKNOWN for none of these, named as such.
 */
enum err token_text(struct buf *out, struct bytes token, size_t *out_fault_offset);

#endif
