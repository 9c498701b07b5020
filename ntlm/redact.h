/* SPDX-License-Identifier: ISC */
/* A token's bytes without its secrets. */
#ifndef NTLM_REDACT_H
#define NTLM_REDACT_H

#include "base/buf.h"

/*
 * struct redacted: a token that may be shown. bytes: a copy of the token in which
 * secrets, and bytes that the decoders do not recognise, are zeros. zeroed: where bytes
 * were changed to zero, as "88+16,112+8": offset and length, ascending. On the caller's
 * stack; redacted_cleanup frees it.
 */
struct redacted {
    struct buf bytes;
    struct buf zeroed;
};
#define REDACTED_INIT                                                                    \
    {                                                                                    \
        BUF_INIT, BUF_INIT                                                               \
    }
void redacted_cleanup(struct redacted *r);

/*
 * redact_token: out must be REDACTED_INIT. The token is SPNEGO, NTLM (raw or in a frame
 * of RFC 2743 3.1), or another mechanism's in such a frame, or a Kerberos AP-REQ without
 * one. These parts are secret:
 * - in NTLM's AUTHENTICATE: the LmChallengeResponse, the EncryptedRandomSessionKey, and
 *   the NtChallengeResponse: all of NTLMv1's, and of NTLMv2's the NTProofStr and the
 *   ChallengeFromClient, so that the rest cannot be used to guess passwords;
 * - the tokens of other mechanisms, except for their RFC 2743 frame;
 * - a mechListMIC that is not as long as NTLM's, because some peers repeat the token in
 *   it.
 *
 * Errors: ERR_TOKEN_UNKNOWN for any other token; those of negtoken_init_decode,
 * negtoken_resp_decode, negtoken_frame_decode, NTLM's decoders and avpair_decode;
 * ERR_NTLM_RESPONSE for a response that is as long as NTLMv2's and has another form;
 * ERR_NO_MEMORY. After an error out is empty: no byte of a token that is not understood
 * is shown.
 */
MUST_USE enum err redact_token(struct bytes token, struct redacted *out);

#endif
