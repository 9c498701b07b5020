/* SPDX-License-Identifier: ISC */
/* The initiator's answer to CHALLENGE: AUTHENTICATE and the keys ([MS-NLMP] 3.1.5.1.2).
 */
#ifndef NTLM_REPLY_H
#define NTLM_REPLY_H

#include "ntlm/avpair.h"
#include "ntlm/challenge.h"
#include "ntlm/prover.h"
#include "ntlm/session.h"

/* struct reply_input: who logs in, and the messages before; all views. user and domain
 * are the same as user_utf16 and domain_utf16, in UTF-8. */
struct reply_input {
    struct bytes user; /* this and the domain are empty if anonymous */
    struct bytes domain;
    struct bytes user_utf16;
    struct bytes domain_utf16;
    struct bytes workstation_utf16;
    struct bytes target_name_utf16; /* empty: no TargetName AV */
    const struct ntlm_key *nt_hash;
    const struct prover *prover; /* in the place of nt_hash; NULL: none */
    bool anonymous;
    uint32_t offered;       /* the flags of our NEGOTIATE */
    struct bytes negotiate; /* the messages as they crossed the wire */
    struct bytes challenge;
    const struct ntlm_bindings *bindings; /* NULL: none */
};

/* struct reply_keys: the result of the exchange. The caller wipes the key. */
struct reply_keys {
    uint32_t flags; /* in force: offered and granted */
    bool mic;       /* AUTHENTICATE carries a MIC */
    struct ntlm_key exported_session_key;
};

/* struct reply_challenge: a decoded CHALLENGE; views into the message. */
struct reply_challenge {
    struct ntlm_challenge message;
    struct avpair_list target_info; /* empty if the server sent none */
    uint32_t flags; /* the flags that the client offered and the server granted */
};

/* reply_read_challenge: decodes CHALLENGE, and decides which flags are in force. Errors
 * of challenge_decode and avpair_decode; ERR_NTLM_CHARSET, ERR_NTLM_FLAGS (the server did
 * not grant a flag that NTLMv2 needs). */
MUST_USE enum err reply_read_challenge(const struct reply_input *input,
                                       struct reply_challenge *out);

/*
 * reply_encode: reads CHALLENGE and appends AUTHENTICATE with an NTLMv2 response, made
 * with nt_hash. Errors of reply_read_challenge; ERR_TOO_LARGE; ERR_RANDOM and other
 * crypto errors.
 */
MUST_USE enum err reply_encode(struct buf *out, const struct reply_input *input,
                               struct reply_keys *out_keys);

#endif
