/* SPDX-License-Identifier: ISC */
/* NTLM messages as a readable tree. */
#ifndef TOOLS_PRINT_NTLM_TEXT_H
#define TOOLS_PRINT_NTLM_TEXT_H

#include "base/buf.h"

/*
 * ntlm_text: appends an indented tree of one message, a line a field, as far as it is
 * well-formed: flag names, AV pairs with their names, lengths, offsets. Secret contents
 * (responses, session key) are shown by length only, unless reveal. Returns ERR_OK, or
 * the fault and its offset in the message; the tree then ends with a line that says so.
 */
enum err ntlm_text(struct buf *out, struct bytes message, unsigned indent, bool reveal,
                   size_t *out_fault_offset);

/* ntlm_flags_text: "UNICODE|SIGN|ESS|128"; unknown bits as hex. */
void ntlm_flags_text(struct buf *out, uint32_t flags);

#endif
