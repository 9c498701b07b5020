/* SPDX-License-Identifier: ISC */
/* The credential that leads an accept call of the glue past us. */
#ifndef MECH_PASSTHROUGH_BYPASS_CRED_H
#define MECH_PASSTHROUGH_BYPASS_CRED_H

#include "mech/api/gssi.h"

#include <stdbool.h>

/*
 * bypass_cred_get: a nested accept is steered past us only by a credential of the
 * built-in SPNEGO: its default one, the glue's status. Where there is none, hints must
 * fail, but a token is read before credentials are missed: for that there is one that
 * lets nobody in.
 */
OM_uint32 bypass_cred_get(OM_uint32 *minor, bool for_hints, gss_cred_id_t *out_cred);

#endif
