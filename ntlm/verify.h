/* SPDX-License-Identifier: ISC */
/* The acceptor's check of AUTHENTICATE ([MS-NLMP] 3.2.5.1.2). */
#ifndef NTLM_VERIFY_H
#define NTLM_VERIFY_H

#include "ntlm/server.h"

/* struct verify_input: the three messages as they crossed the wire, and the parameters of
 * the check; all views. */
struct verify_input {
    const struct ntlm_server_params *params;
    struct bytes negotiate;
    struct bytes challenge;
    struct bytes authenticate;
    const struct ntlm_bindings *bindings; /* NULL: our caller gave none */
    uint64_t challenge_age_ms;
};

/*
 * verify_authenticate: fills out_session, an empty session that the caller cleans up.
 * After an error out_session is unchanged, and out_identity, another empty session, has
 * what the client said and could be read: user, domain, workstation, target_name and
 * anonymous; and the authority's status. The form of the message is checked first; then
 * the authority checks the NTProofStr; all else is checked after that. Errors, in this
 * order: those of authenticate_decode; ERR_NTLM_CHARSET, ERR_NTLM_FLAGS, ERR_UTF16 (texts
 * and flags); ERR_NTLM_LEVEL, ERR_NTLM_RESPONSE, ERR_ANONYMOUS, ERR_NTLM_AVPAIR
 * (responses); the authority's; ERR_GUEST; ERR_NTLM_SESSION_KEY; ERR_MIC_REQUIRED,
 * ERR_NTLM_MIC_MISSING, ERR_NTLM_MIC_BAD; ERR_NTLM_TARGET_INFO; ERR_CHALLENGE_EXPIRED;
 * ERR_BINDINGS, ERR_BINDINGS_MISSING; ERR_TARGET_NAME.
 */
MUST_USE enum err verify_authenticate(const struct verify_input *input,
                                      struct ntlm_session *out_session,
                                      struct ntlm_session *out_identity);

#endif
