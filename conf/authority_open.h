/* SPDX-License-Identifier: ISC */
/* Which authority judges logins: the one place that chooses and opens it. */
#ifndef CONF_AUTHORITY_OPEN_H
#define CONF_AUTHORITY_OPEN_H

#include "conf/settings.h"
#include "ntlm/authority.h"

/*
 * authority_open: the authority of an acceptor. user_file: the path that the acceptor's
 * credential names; empty: the settings decide. Opening reads nothing: whether logins can
 * be verified is what out->usable says. The caller cleans out up. ERR_NO_MEMORY.
 */
MUST_USE enum err authority_open(const struct settings *settings, struct bytes user_file,
                                 struct authority *out);

#endif
