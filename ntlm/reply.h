/* SPDX-License-Identifier: ISC */
/* The initiator's answer to CHALLENGE: AUTHENTICATE and the keys ([MS-NLMP] 3.1.5.1.2).
 */
#ifndef NTLM_REPLY_H
#define NTLM_REPLY_H

#include "ntlm/session.h"

/* struct reply_input: who logs in, and the messages before; all views. */
struct reply_input {
    struct bytes user_utf16; /* this and the domain are empty if anonymous */
    struct bytes domain_utf16;
    struct bytes workstation_utf16;
    struct bytes target_name_utf16; /* empty: no TargetName AV */
    const struct ntlm_key *nt_hash;
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

/*
 * reply_encode: reads CHALLENGE and appends AUTHENTICATE with an NTLMv2 response. Errors
 * of challenge_decode and avpair_decode; ERR_NTLM_CHARSET, ERR_NTLM_FLAGS (the server did
 * not grant a flag that NTLMv2 needs); ERR_TOO_LARGE; ERR_RANDOM and other crypto errors.
 */
MUST_USE enum err reply_encode(struct buf *out, const struct reply_input *input,
                               struct reply_keys *out_keys);

#endif
