/* SPDX-License-Identifier: ISC */
/* NTLM messages as a readable tree. */
#ifndef TOOLS_PRINT_NTLM_TEXT_H
#define TOOLS_PRINT_NTLM_TEXT_H

#include "base/buf.h"

/*
 * ntlm_text: appends an indented tree of one message, with a line for each field, up to a
 * fault: the names of flags and AV pairs, lengths, offsets. Secrets (responses, session
 * key) are shown by their length only, unless reveal is true. Returns ERR_OK, or the
 * error of the fault and its offset in the message; the tree then ends with a line that
 * describes the fault.
 */
enum err ntlm_text(struct buf *out, struct bytes message, unsigned indent, bool reveal,
                   size_t *out_fault_offset);

/* ntlm_flags_text: appends the flags, such as "UNICODE|SIGN|ESS|128", and unknown bits as
 * hex. */
void ntlm_flags_text(struct buf *out, uint32_t flags);

#endif
