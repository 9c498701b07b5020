/* SPDX-License-Identifier: ISC */
/* Which authority judges logins: the one place that chooses and opens it. */
#ifndef CONF_AUTHORITY_OPEN_H
#define CONF_AUTHORITY_OPEN_H

#include "conf/settings.h"
#include "ntlm/authority.h"

/*
 * authority_open: the authority of an acceptor. user_file: the path that the acceptor's
 * credential names; empty: the settings decide, which must outlive the authority. Opening
 * reads nothing and asks nobody: whether logins can be verified is what out->usable says.
 * The caller cleans out up. ERR_NO_MEMORY.
 *
 * With users_from = file,winbind a user who is in the file is the file's alone
 * (userfile_verify_listed); winbind verifies all others, and is not believed about one
 * whom the file has under the name that winbind gives him (ERR_LOGON_DENIED). The
 * authority is usable if one of the two sources is, and the other one is only missing.
 * Such an authority serves one exchange.
 */
MUST_USE enum err authority_open(const struct settings *settings, struct bytes user_file,
                                 struct authority *out);

#endif
