/* SPDX-License-Identifier: ISC */
/* Samba's winbind, as an authority. */
#ifndef CONF_WINBIND_AUTHORITY_H
#define CONF_WINBIND_AUTHORITY_H

#include "conf/settings.h"
#include "conf/winbind/winbind.h"
#include "ntlm/authority.h"

/*
 * winbind_authority: makes an authority of winbind. It keeps a pointer to the settings,
 * which must outlive it. Asks nothing.
 *
 * usable: as winbind_usable, and then as winbind_authority_check_names.
 *
 * names: as winbind_authority_names.
 *
 * verify: as winbind_login. ERR_NTLM_LEVEL if the response is not one of NTLMv2. Users
 * are spelled as the domain spells them, with their domain.
 */
void winbind_authority(const struct settings *settings, struct authority *out);

/* WINBIND_AUTHORITY_WAIT_S: how long to wait for the names where something else can go on
 * without them. */
#define WINBIND_AUTHORITY_WAIT_S 1

/* winbind_authority_names: winbind's names. A domain controller refuses every login whose
 * CHALLENGE had other names, with the status of a wrong password. Errors of
 * winbind_names, which waits for at most timeout_s, and of winbind_authority_check_names.
 */
MUST_USE enum err winbind_authority_names(const struct settings *settings,
                                          unsigned timeout_s,
                                          struct authority_names *out_names);

/* winbind_authority_check_names: whether the settings leave the names to winbind, or give
 * the same. ERR_SETTING or ERR_ENVIRONMENT if not; the detail says which setting or
 * variable has which value, and winbind's. */
MUST_USE enum err winbind_authority_check_names(const struct settings *settings,
                                                const struct winbind_names *names);

#endif
