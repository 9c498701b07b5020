/* SPDX-License-Identifier: ISC */
/* The acceptor's judgement of AUTHENTICATE ([MS-NLMP] 3.2.5.1.2). */
#ifndef NTLM_VERIFY_H
#define NTLM_VERIFY_H

#include "ntlm/server.h"

/* struct verify_input: the three messages as they crossed the wire and what they are
 * judged by; all views. */
struct verify_input {
    const struct ntlm_server_params *params;
    struct bytes negotiate;
    struct bytes challenge;
    struct bytes authenticate;
    const struct ntlm_bindings *bindings; /* NULL: our caller gave none */
    uint64_t challenge_age_ms;
};

/*
 * verify_authenticate: fills an empty session, which the caller cleans up; it is touched
 * only on success. After an error out_claim, another empty one, has what was claimed and
 * could be read: user, domain, workstation, target_name and anonymous. Shape is judged
 * first, then the NTProofStr by the authority, and only when that is proven all else.
 * Errors, in this order: those of authenticate_decode; ERR_NTLM_CHARSET, ERR_NTLM_FLAGS,
 * ERR_UTF16 (texts and flags); ERR_NTLM_LEVEL, ERR_NTLM_RESPONSE, ERR_ANONYMOUS,
 * ERR_NTLM_AVPAIR (responses); the authority's; ERR_GUEST; ERR_NTLM_SESSION_KEY;
 * ERR_MIC_REQUIRED, ERR_NTLM_MIC_MISSING, ERR_NTLM_MIC_BAD; ERR_NTLM_TARGET_INFO;
 * ERR_CHALLENGE_EXPIRED; ERR_BINDINGS, ERR_BINDINGS_MISSING; ERR_TARGET_NAME.
 */
MUST_USE enum err verify_authenticate(const struct verify_input *input,
                                      struct ntlm_session *out_session,
                                      struct ntlm_session *out_claim);

#endif
