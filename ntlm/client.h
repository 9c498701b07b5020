/* SPDX-License-Identifier: ISC */
/* The initiator: NEGOTIATE out, CHALLENGE in, AUTHENTICATE out ([MS-NLMP] 3.1). */
#ifndef NTLM_CLIENT_H
#define NTLM_CLIENT_H

#include "ntlm/prover.h"
#include "ntlm/session.h"

/* struct ntlm_client_params: what the initiator wants; copied by ntlm_client_new. */
struct ntlm_client_params {
    struct bytes user; /* UTF-8; empty only if anonymous */
    struct bytes domain;
    struct bytes workstation;
    struct bytes target_name; /* UTF-8 service/host; empty: no TargetName AV */
    struct ntlm_key nt_hash;
    struct prover prover; /* in the place of nt_hash, if its prove is set */
    bool anonymous;
    bool sign;
    bool seal; /* implies sign */
    bool datagram;
    bool identify;
    uint32_t offered_flags; /* 0, or the only flags that may be offered (option .5) */
};

/* struct ntlm_client: one exchange. After an error of a step it can only be freed; its
 * owner remembers that. */
struct ntlm_client;

/* ntlm_client_new: ERR_ARGUMENT without a user unless anonymous; ERR_UTF8; ERR_TOO_LARGE
 * for a name over NTLM_NAME_MAX_LEN. */
MUST_USE enum err ntlm_client_new(const struct ntlm_client_params *params,
                                  struct ntlm_client **out);
void ntlm_client_free(struct ntlm_client *client);

/*
 * ntlm_client_step: takes an empty token and makes NEGOTIATE; takes CHALLENGE and makes
 * AUTHENTICATE, after which it is done. bindings (NULL: none) are used by the second
 * step. With a prover no step takes bindings (ERR_CACHED_BINDINGS). out is appended to,
 * and holds nothing new after an error. A token out of order is ERR_STATE.
 */
MUST_USE enum err ntlm_client_step(struct ntlm_client *client, struct bytes in,
                                   const struct ntlm_bindings *bindings, struct buf *out);
bool ntlm_client_is_done(const struct ntlm_client *client);

/* ntlm_client_identity: the session, before it is proved: user, domain, target_name and
 * anonymous are valid from the start, the other members after the last step. */
const struct ntlm_session *ntlm_client_identity(const struct ntlm_client *client);

/* ntlm_client_session: valid once done; lives as long as the client. */
const struct ntlm_session *ntlm_client_session(const struct ntlm_client *client);

/* ntlm_client_move_session: moves the session to the caller, who calls ntlm_session_free;
 * to be called once done. The client can only be freed then. */
struct ntlm_session *ntlm_client_move_session(struct ntlm_client *client);

#endif
