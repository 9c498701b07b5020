/* SPDX-License-Identifier: ISC */
/* Protection of messages: sign, seal, verify, unseal ([MS-NLMP] 3.4.2-3.4.4). */
#ifndef NTLM_SEAL_H
#define NTLM_SEAL_H

#include "base/buf.h"
#include "base/message_part.h"
#include "ntlm/crypto.h"
#include "ntlm/flags.h"

/*
 * struct seal: the keys, RC4 states and sequence numbers of both directions of one
 * context. They are made on first use, and the RC4 states allocated then. A call that
 * fails changes neither the sequence number nor the RC4 state. Two threads may not use a
 * struct seal at the same time.
 */
struct seal;

/* seal_new: for a context with these flags in force. ERR_NTLM_FLAGS without extended
 * session security, because nothing else is implemented. */
MUST_USE enum err seal_new(enum gss_role role, uint32_t flags,
                           const struct ntlm_key *exported, struct seal **out);
void seal_free(struct seal *s);

/* seal_can_sign: whether SIGN or SEAL is in force. With ALWAYS_SIGN alone there are only
 * dummy signatures. */
bool seal_can_sign(const struct seal *s);

/*
 * seal_sign: makes the signature of the concatenated parts. seal_verify: checks it; the
 * signature may have any length. With ALWAYS_SIGN alone, both use the dummy signature
 * (01 00 00 00, then zeros). ERR_NO_PROTECTION without SIGN, SEAL and ALWAYS_SIGN;
 * ERR_SIGNATURE_LEN; ERR_SEQUENCE (the sequence number, which is not encrypted, is
 * compared before the checksum); ERR_SIGNATURE; ERR_CRYPTO; ERR_NO_MEMORY.
 */
MUST_USE enum err seal_sign(struct seal *s, const struct bytes *parts, size_t n_parts,
                            uint8_t out_signature[MESSAGE_SIGNATURE_LEN]);
MUST_USE enum err seal_verify(struct seal *s, const struct bytes *parts, size_t n_parts,
                              struct bytes signature);

/*
 * seal_seal: signs the concatenated plain parts and encrypts the sealed ones in place.
 * seal_unseal: decrypts in place, then verifies. After an error the parts hold the cipher
 * text again, or zeros if there was no memory to restore it. ERR_NO_PROTECTION without
 * SIGN and SEAL; the other errors of seal_sign and seal_verify.
 */
MUST_USE enum err seal_seal(struct seal *s, const struct message_part *parts,
                            size_t n_parts, uint8_t out_signature[MESSAGE_SIGNATURE_LEN]);
MUST_USE enum err seal_unseal(struct seal *s, const struct message_part *parts,
                              size_t n_parts, struct bytes signature);

/* seal_reset: sets the RC4 state of this side to its beginning; the sequence number stays
 * ([MS-SPNG] 3.3.5.1, after a mechListMIC). */
void seal_reset(struct seal *s, enum message_direction side);

/*
 * struct seal_position: the state of one side: the number of its next message and, if
 * messages have moved it, its RC4 stream. It is secret; its holder wipes it. seal_where:
 * gets the state of one side, for the export of a context. seal_continue: sets that state
 * in a new seal with the same key and flags. crypto_rc4_is_stream must hold for the
 * stream.
 */
struct seal_position {
    uint32_t sequence;
    bool moved;
    struct crypto_rc4 stream;
};
void seal_where(const struct seal *s, enum message_direction side,
                struct seal_position *out);
MUST_USE enum err seal_continue(struct seal *s, enum message_direction side,
                                const struct seal_position *position);

/* seal_set_sequence: sets the next sequence number of both sides (for datagrams). */
void seal_set_sequence(struct seal *s, uint32_t sequence);

#endif
