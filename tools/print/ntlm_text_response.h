/* SPDX-License-Identifier: ISC */
/* The responses of AUTHENTICATE as lines of a tree ([MS-NLMP] 2.2.2.3 to 2.2.2.8). */
#ifndef TOOLS_PRINT_NTLM_TEXT_RESPONSE_H
#define TOOLS_PRINT_NTLM_TEXT_RESPONSE_H

#include "tools/print/ntlm_text_value.h"

/* text_response_lm, text_response_nt: print the kind of a response, and all parts of an
 * NTLMv2 response. Faults: ERR_NTLM_RESPONSE if no kind of response has this length,
 * ERR_NTLM_AVPAIR. */
text_value_print text_response_lm;
text_value_print text_response_nt;

#endif
