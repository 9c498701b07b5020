/* SPDX-License-Identifier: ISC */
/* Who may log in: the answer's cleanup. */
#include "ntlm/authority.h"

void authority_answer_cleanup(struct authority_answer *answer)
{
    ntlm_key_wipe(&answer->session_base_key);
    buf_cleanup(&answer->user);
    buf_cleanup(&answer->domain);
    buf_cleanup(&answer->sids);
    answer->guest = false;
}
