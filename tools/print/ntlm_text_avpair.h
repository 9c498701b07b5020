/* SPDX-License-Identifier: ISC */
/* AV pairs as lines of a tree ([MS-NLMP] 2.2.2.1). */
#ifndef TOOLS_PRINT_NTLM_TEXT_AVPAIR_H
#define TOOLS_PRINT_NTLM_TEXT_AVPAIR_H

#include "tools/print/ntlm_text_value.h"

/*
 * text_avpair_print: a line for each pair of the list at the front of raw, which stands
 * at offset in the message, as far as it is well-formed (fault ERR_NTLM_AVPAIR, at the
 * pair that is not). Returns how many bytes it took. text_avpair_rest: a line for what
 * follows an NTLM list, if anything does. text_avpair_field: TargetInfo, both of them.
 */
size_t text_avpair_print(struct text_tree *tree, struct bytes raw, size_t offset);
void text_avpair_rest(struct text_tree *tree, size_t len);
text_value_print text_avpair_field;

#endif
