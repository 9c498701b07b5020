/* SPDX-License-Identifier: ISC */
/* Cleanup of authorities and of their answers. */
#include "ntlm/authority.h"

void authority_answer_cleanup(struct authority_answer *answer)
{
    ntlm_key_wipe(&answer->session_base_key);
    buf_cleanup(&answer->user);
    buf_cleanup(&answer->domain);
    buf_cleanup(&answer->sids);
    answer->guest = false;
}

void authority_cleanup(struct authority *authority)
{
    if (authority->free != NULL) {
        authority->free(authority->self);
    }
    *authority = (struct authority){0};
}
