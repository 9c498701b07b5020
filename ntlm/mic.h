/* SPDX-License-Identifier: ISC */
/* The MIC over the three messages ([MS-NLMP] 3.1.5.1.2, 3.2.5.1.2). */
#ifndef NTLM_MIC_H
#define NTLM_MIC_H

#include "base/bytes.h"
#include "ntlm/crypto.h"

/*
 * mic_compute: HMAC_MD5(exported_session_key, negotiate || challenge || authenticate).
 * The messages are as they crossed the wire, but the 16 bytes of authenticate at
 * mic_offset count as zeros. ERR_INTERNAL if they do not lie inside the message.
 */
MUST_USE enum err mic_compute(const struct ntlm_key *exported_session_key,
                              struct bytes negotiate, struct bytes challenge,
                              struct bytes authenticate, size_t mic_offset,
                              struct ntlm_key *out_mic);

#endif
