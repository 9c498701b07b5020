/* SPDX-License-Identifier: ISC */
/* AV pairs as lines of a tree ([MS-NLMP] 2.2.2.1). */
#ifndef TOOLS_PRINT_NTLM_TEXT_AVPAIR_H
#define TOOLS_PRINT_NTLM_TEXT_AVPAIR_H

#include "tools/print/ntlm_text_value.h"

/*
 * text_avpair_print: appends a line for each pair of the list at the front of raw, up to
 * a fault (ERR_NTLM_AVPAIR, at the malformed pair). offset: that of raw in the message.
 * Returns the length of the list. text_avpair_rest: appends a line for the len bytes
 * after an NTLM list; none if len is 0. text_avpair_field: prints the field TargetInfo:
 * its list, and the bytes after it.
 */
size_t text_avpair_print(struct text_tree *tree, struct bytes raw, size_t offset);
void text_avpair_rest(struct text_tree *tree, size_t len);
text_value_print text_avpair_field;

#endif
