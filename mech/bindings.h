/* SPDX-License-Identifier: ISC */
/* Channel bindings as NTLM carries them ([MS-NLMP] 2.2.2.1 MsvAvChannelBindings). */
#ifndef MECH_BINDINGS_H
#define MECH_BINDINGS_H

#include "ntlm/session.h"

#include <gssapi/gssapi.h>

/* bindings_hash: MD5 of the gss_channel_bindings_struct in RFC 4121's form (each number
 * and each length a little-endian u32); GSS_C_NO_CHANNEL_BINDINGS: present = false. */
MUST_USE enum err bindings_hash(gss_channel_bindings_t bindings,
                                struct ntlm_bindings *out);

#endif
