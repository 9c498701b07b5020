/* SPDX-License-Identifier: ISC */
/* Decides whether an exchange through SPNEGO's OID is handled by this module or by MIT's
 * own code. */
#ifndef MECH_PASSTHROUGH_ROUTE_H
#define MECH_PASSTHROUGH_ROUTE_H

#include "mech/context.h"

/*
 * route_permits_ntlm: whether the settings let NTLM play a part in this exchange with
 * this target (initiator; may be NULL). Errors: ERR_POLICY with the reason; those of
 * spnego_settings, because wrong settings refuse NTLM; those of crypto_ready.
 */
MUST_USE enum err route_permits_ntlm(struct mech_context *context,
                                     const struct mech_name *target);

/*
 * route_find: finds the route of the exchange that this token begins, or that it
 * continues after our hints. An exchange in which NTLM can play no part is a passthrough
 * (passthrough.h), and stays one. given: the application's credential; if it is NULL, the
 * default credential decides, and the context keeps it. With bindings, winbind's cached
 * credential does not count. Errors: ERR_NO_MEMORY, those of
 * glue_creds_new.
 */
enum route {
    ROUTE_OURS,
    ROUTE_BUILTIN, /* the built-in SPNEGO's */
    ROUTE_KRB5,    /* Kerberos' own: the client sent a Kerberos token without SPNEGO */
};
MUST_USE enum err route_find(struct mech_context *context, struct mech_cred *given,
                             const struct mech_name *target,
                             gss_channel_bindings_t bindings, struct bytes token,
                             enum route *out);

#endif
