/* SPDX-License-Identifier: ISC */
/* Request and return flags that gssapi.h does not define, in some versions or in all. */
#ifndef MECH_FLAGS_H
#define MECH_FLAGS_H

#include <gssapi/gssapi_ext.h>

/* The flag of gss-ntlmssp for connectionless NTLM. */
#define MECH_DATAGRAM_FLAG ((OM_uint32)0x10000)

#ifndef GSS_C_CHANNEL_BOUND_FLAG
#define GSS_C_CHANNEL_BOUND_FLAG 2048
#endif

#endif
