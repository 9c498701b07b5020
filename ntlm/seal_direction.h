/* SPDX-License-Identifier: ISC */
/* The keys and the RC4 stream of the messages that one side sends ([MS-NLMP] 3.4). */
#ifndef NTLM_SEAL_DIRECTION_H
#define NTLM_SEAL_DIRECTION_H

#include "ntlm/kdf.h"

/*
 * struct direction: zeroed before its first use; its holder wipes it after
 * direction_reset. Both signing and sealing advance the RC4 stream. Each message uses a
 * copy of the stream, which replaces the stream if nothing has failed. The stream is
 * larger than all else: it is allocated when a message needs it, and never in a
 * connectionless context.
 */
struct direction {
    bool has_keys;
    uint32_t sequence; /* of the next message */
    struct kdf_seal_key seal_key;
    struct crypto_hmac hmac;
    struct crypto_rc4 *stream; /* NULL: at its beginning */
};

/* direction_make_keys: makes the keys of the messages that producer sends, unless they
 * are there. */
MUST_USE enum err direction_make_keys(struct direction *d, enum gss_role producer,
                                      uint32_t flags, const struct ntlm_key *exported);

/* STREAM_AUTO: a local stream that wipes itself at the end of its scope. */
void direction_wipe_stream(struct crypto_rc4 *stream);
#define STREAM_AUTO __attribute__((cleanup(direction_wipe_stream))) struct crypto_rc4

/*
 * direction_copy_stream: the stream of the next message: the direction's own, or in a
 * connectionless context (3.4.3) another one for each message, whose key is
 * MD5(SealKey || SeqNum). The keys must be there. ERR_NO_MEMORY, ERR_CRYPTO.
 */
MUST_USE enum err direction_copy_stream(struct direction *d, uint32_t flags,
                                        struct crypto_rc4 *out);

/* direction_set_stream: sets the stream, for which direction_copy_stream or
 * direction_begin_stream has allocated memory. */
void direction_set_stream(struct direction *d, const struct crypto_rc4 *stream);

/* direction_begin_stream: makes the stream, at its beginning, unless it is there. */
MUST_USE enum err direction_begin_stream(struct direction *d);

/* direction_reset: the stream is at its beginning again. */
void direction_reset(struct direction *d);

#endif
