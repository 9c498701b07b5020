/* SPDX-License-Identifier: ISC */
/* Channel bindings as NTLM carries them ([MS-NLMP] 2.2.2.1 MsvAvChannelBindings). */
#ifndef MECH_BINDINGS_H
#define MECH_BINDINGS_H

#include "ntlm/session.h"

#include <gssapi/gssapi.h>

/* bindings_check: ERR_ARGUMENT if a buffer is malformed: it has a length without bytes,
 * or a length of more than 32 bits. */
MUST_USE enum err bindings_check(gss_channel_bindings_t bindings);

/* bindings_hash: the MD5 of the gss_channel_bindings_struct as RFC 4121 4.1.1.2 lays it
 * out: each number and each length is a little-endian u32. For GSS_C_NO_CHANNEL_BINDINGS
 * present is false. The bindings have passed bindings_check. Errors of crypto_md5. */
MUST_USE enum err bindings_hash(gss_channel_bindings_t bindings,
                                struct ntlm_bindings *out);

#endif
