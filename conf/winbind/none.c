/* SPDX-License-Identifier: ISC */
/* conf/winbind/winbind.h where libwbclient's header was missing when the module was
 * built. */
#include "conf/winbind/winbind.h"

#include <stdio.h>

static enum err none(void)
{
    return err_note(ERR_NO_AUTHORITY, "gss-negotiate was built without winbind: install "
                                      "libwbclient's headers and build it again");
}

void winbind_names_cleanup(struct winbind_names *names)
{
    buf_cleanup(&names->netbios_name);
    buf_cleanup(&names->netbios_domain);
    buf_cleanup(&names->dns_domain);
}

void winbind_account_cleanup(struct winbind_account *account)
{
    ntlm_key_wipe(&account->session_base_key);
    buf_cleanup(&account->user);
    buf_cleanup(&account->domain);
    buf_cleanup(&account->sids);
}

void winbind_cached_answer_cleanup(struct winbind_cached_answer *answer)
{
    ntlm_key_wipe(&answer->session_key);
    buf_cleanup(&answer->authenticate);
}

void winbind_diagnosis_cleanup(struct winbind_diagnosis *diagnosis)
{
    winbind_names_cleanup(&diagnosis->names);
}

enum err winbind_names(unsigned timeout_s, struct winbind_names *out)
{
    (void)timeout_s;
    (void)out;
    return none();
}

enum err winbind_usable(unsigned timeout_s)
{
    (void)timeout_s;
    return none();
}

enum err winbind_login(const struct winbind_query *query, unsigned timeout_s,
                       struct winbind_account *out, struct winbind_status *out_status)
{
    (void)query;
    (void)timeout_s;
    (void)out;
    *out_status = (struct winbind_status){0};
    return none();
}

enum err winbind_cached_login(const struct winbind_cached_query *query,
                              unsigned timeout_s, struct winbind_cached_answer *out)
{
    (void)query;
    (void)timeout_s;
    (void)out;
    return none();
}

void winbind_diagnose(struct winbind_diagnosis *out)
{
    *out = (struct winbind_diagnosis){.fault = WINBIND_NO_LIBRARY,
                                      .names = WINBIND_NAMES_INIT};
    (void)snprintf(out->sentence, sizeof(out->sentence), "%s", err_note_get(none()));
}
