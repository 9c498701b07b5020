/* SPDX-License-Identifier: ISC */
/* Exchanges in which NTLM plays no part: the built-in SPNEGO's, or Kerberos' alone. */
#ifndef MECH_PASSTHROUGH_PASSTHROUGH_H
#define MECH_PASSTHROUGH_PASSTHROUGH_H

#include "mech/api/step.h"

/*
 * hand_init_on, hand_accept_on: the leg, whole, by the built-in SPNEGO; an acceptor's
 * also by Kerberos itself (kind). The results are its own. Where NTLM would have had a
 * part, what keeps it out is told behind an error of the first leg, and to the audit.
 */
OM_uint32 hand_init_on(struct mech_context *context, const struct init_call *call,
                       bool made_here, const struct step_result *result);
OM_uint32 hand_accept_on(struct mech_context *context, enum glue_cred_kind kind,
                         const struct accept_call *call, bool made_here,
                         const struct step_result *result);

#endif
