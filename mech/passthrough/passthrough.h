/* SPDX-License-Identifier: ISC */
/* Passes each step of an exchange without NTLM to MIT's own code. */
#ifndef MECH_PASSTHROUGH_PASSTHROUGH_H
#define MECH_PASSTHROUGH_PASSTHROUGH_H

#include "mech/api/step.h"

/*
 * The mechglue calls this module for every exchange of SPNEGO, because the module
 * interposes on the built-in SPNEGO (gss_mech_interposer). Most exchanges need no NTLM:
 * it is not configured, or the client offers only Kerberos. Such an exchange must run
 * exactly as on a machine without this module. So route.h decides at the first token
 * whether NTLM can play a part. If it cannot, the context gets FRAMING_PASSTHROUGH, and
 * each step is a nested call of the glue: for the built-in SPNEGO, or for Kerberos where
 * the client sent no SPNEGO. The context of that call is context->passthrough; every
 * later call on our context goes to it. During a nested call NTLM is suppressed
 * (ntlm_suppress.h), so that the built-in SPNEGO does not offer it either.
 *
 * passthrough_init, passthrough_accept: one whole step; kind: whose exchange it is.
 * Results and errors are the glue's. If NTLM was kept out of the exchange although it was
 * asked for, the reason is appended to an error of the first step, and reported to the
 * audit. made_here: the context was made by this call.
 */
OM_uint32 passthrough_init(struct mech_context *context, const struct init_call *call,
                           bool made_here, const struct step_result *result);
OM_uint32 passthrough_accept(struct mech_context *context, enum glue_cred_kind kind,
                             const struct accept_call *call, bool made_here,
                             const struct step_result *result);

#endif
