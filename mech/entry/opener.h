/* SPDX-License-Identifier: ISC */
/* The credential that leads an accept call of the glue past us. */
#ifndef MECH_ENTRY_OPENER_H
#define MECH_ENTRY_OPENER_H

#include "asn1/err.h"
#include "mech/entry/gssi.h"

/*
 * opener_acquire: the built-in SPNEGO's default acceptor credential; the glue's status.
 * opener_make: one that holds nothing but an NTLM credential that knows nobody, for
 * where there is no other; it is good for making a context, not for a login. Errors:
 * ERR_GLUE (the NTLM line is missing), ERR_NO_MEMORY, ERR_CRYPTO.
 */
OM_uint32 opener_acquire(OM_uint32 *minor, gss_cred_id_t *out_cred);
MUST_USE enum err opener_make(gss_cred_id_t *out_cred);

#endif
