/* SPDX-License-Identifier: ISC */
/* Cleanup of authorities and of their answers. */
#include "ntlm/authority.h"

void authority_answer_cleanup(struct authority_answer *answer)
{
    ntlm_key_wipe(&answer->session_base_key);
    buf_cleanup(&answer->user);
    buf_cleanup(&answer->domain);
    buf_cleanup(&answer->sids);
    buf_cleanup(&answer->status);
    answer->guest = false;
}

void authority_names_cleanup(struct authority_names *names)
{
    buf_cleanup(&names->netbios_name);
    buf_cleanup(&names->netbios_domain);
    buf_cleanup(&names->dns_domain);
}

enum err authority_no_names(void *self, struct authority_names *out_names)
{
    (void)self;
    (void)out_names;
    return ERR_OK;
}

void authority_cleanup(struct authority *authority)
{
    if (authority->free != NULL) {
        authority->free(authority->self);
    }
    *authority = (struct authority){0};
}
