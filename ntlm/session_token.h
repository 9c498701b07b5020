/* SPDX-License-Identifier: ISC */
/* A finished exchange as bytes, to go on in another process (RFC 2743 2.2.8). */
#ifndef NTLM_SESSION_TOKEN_H
#define NTLM_SESSION_TOKEN_H

#include "ntlm/seal.h"
#include "ntlm/session.h"

/* The longest token that is read. A context with many groups is far shorter. */
#define SESSION_TOKEN_MAX ((size_t)1 << 20)

/*
 * struct session_parts: the parts of an exchange that a token holds. seal is there
 * exactly if the session protects (ntlm_session_protects). target is what the owner of
 * the session knows about the peer's name, in a form of the owner's choice; it may be
 * empty.
 */
struct session_parts {
    const struct ntlm_session *session;
    const struct seal *seal;
    struct bytes target;
};

/* session_token_encode: appends the token. The token holds keys: its holder can sign and
 * seal for both sides. ERR_TOO_LARGE if the token is longer than session_token_decode
 * accepts; errors of crypto_md5. */
MUST_USE enum err session_token_encode(struct buf *out,
                                       const struct session_parts *parts);

/*
 * session_token_decode: fills an empty session, which the caller cleans up; makes seal
 * (seal_free; NULL if the session does not protect); gives target as a view. The token
 * must be all of in, and it may be hostile. ERR_EXPORTED, with the reason in the detail,
 * for a token that is damaged, of another version, or of an exchange that is impossible;
 * ERR_NO_MEMORY; errors of the crypto functions. After an error all outputs are empty.
 */
MUST_USE enum err session_token_decode(struct bytes in, struct ntlm_session *out_session,
                                       struct seal **out_seal, struct bytes *out_target);

#endif
