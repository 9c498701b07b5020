/* SPDX-License-Identifier: ISC */
/* Who takes an exchange through SPNEGO's OID: we, or those to whom it is handed on. */
#ifndef MECH_PASSTHROUGH_ROUTE_H
#define MECH_PASSTHROUGH_ROUTE_H

#include "mech/context.h"

/*
 * route_permits_ntlm: whether the settings let NTLM play a part in an exchange of this
 * role with this target (initiator; may be NULL). ERR_POLICY with the reason; errors of
 * settings_acquire, for settings that are wrong refuse NTLM.
 */
MUST_USE enum err route_permits_ntlm(enum gss_role role, const struct mech_name *target);

/*
 * route_find: who takes the exchange that this token begins, or continues behind hints of
 * ours; cred NULL: nothing of NTLM is configured. Where NTLM can play no part, it is for
 * the built-in SPNEGO, or for Kerberos without SPNEGO; handed_on becomes its context.
 */
enum route { ROUTE_OURS, ROUTE_BUILTIN, ROUTE_KRB5 };
enum route route_find(const struct mech_context *context, const struct mech_cred *cred,
                      struct bytes token);

#endif
