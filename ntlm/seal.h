/* SPDX-License-Identifier: ISC */
/* Protection of messages: sign, seal, verify, unseal ([MS-NLMP] 3.4.2-3.4.4). */
#ifndef NTLM_SEAL_H
#define NTLM_SEAL_H

#include "base/buf.h"
#include "ntlm/crypto.h"
#include "ntlm/flags.h"

#define SEAL_SIGNATURE_LEN 16

/*
 * struct seal: the keys, RC4 states and sequence numbers of one context, both directions.
 * Keys are derived and states made on first use. A failed call changes nothing: neither
 * the sequence nor the keystream moves. Not safe for two threads at once (the caller's
 * mech_context says what is).
 */
struct seal;

/* enum seal_side: what we send (our signing side), what we receive (our verifying side).
 */
enum seal_side { SEAL_SEND, SEAL_RECEIVE };

/* seal_new: flags in force; only extended session security exists so far, without it
 * ERR_NTLM_FLAGS. */
MUST_USE enum err seal_new(enum gss_role role, uint32_t flags,
                           const struct ntlm_key *exported, struct seal **out);
void seal_free(struct seal *s);

/* seal_can_sign: SIGN or SEAL is in force. ALWAYS_SIGN alone gives dummy signatures only.
 */
bool seal_can_sign(const struct seal *s);

/*
 * seal_sign: the signature of the concatenated parts. seal_verify: checks one; any length
 * of signature is taken. With ALWAYS_SIGN alone the dummy signature (01 00 00 00, zeros)
 * is made and expected; without any of the three: ERR_NO_PROTECTION.
 * Errors: ERR_SIGNATURE_LEN, ERR_SIGNATURE, ERR_SEQUENCE (told by the number in clear,
 * before anything else is looked at), ERR_CRYPTO, ERR_NO_MEMORY.
 */
MUST_USE enum err seal_sign(struct seal *s, const struct bytes *parts, size_t n_parts,
                            uint8_t out_signature[SEAL_SIGNATURE_LEN]);
MUST_USE enum err seal_verify(struct seal *s, const struct bytes *parts, size_t n_parts,
                              struct bytes signature);

/*
 * struct seal_part: one piece of a message in order: data is in place; what is not sealed
 * (associated data) is only signed.
 */
struct seal_part {
    uint8_t *p;
    size_t n;
    bool sealed;
};

/*
 * seal_seal: signs the concatenated plain parts and RC4s the sealed ones in place (data
 * first, then the checksum). seal_unseal: decrypts in place, then verifies; on an error
 * the parts hold what came (the cipher text is restored; zeros where memory lacked even
 * for that) and the state is as before. Need SIGN or SEAL, else ERR_NO_PROTECTION.
 */
MUST_USE enum err seal_seal(struct seal *s, const struct seal_part *parts, size_t n_parts,
                            uint8_t out_signature[SEAL_SIGNATURE_LEN]);
MUST_USE enum err seal_unseal(struct seal *s, const struct seal_part *parts,
                              size_t n_parts, struct bytes signature);

/* seal_reset: the side's RC4 state becomes that of a fresh key; the sequence number stays
 * ([MS-SPNG] 3.3.5.1, after a mechListMIC). */
MUST_USE enum err seal_reset(struct seal *s, enum seal_side side);

/*
 * struct seal_position: where one side is: the number of its next message and, once a
 * first one has moved it, its RC4 stream; a secret, wiped by the holder. seal_where: of a
 * context that goes elsewhere. seal_continue: makes a fresh one with the same key and
 * flags go on there; the stream is one (crypto_rc4_is_stream).
 */
struct seal_position {
    uint32_t sequence;
    bool moved;
    struct crypto_rc4 stream;
};
void seal_where(const struct seal *s, enum seal_side side, struct seal_position *out);
MUST_USE enum err seal_continue(struct seal *s, enum seal_side side,
                                const struct seal_position *position);

/* seal_set_sequence: the next sequence number of both sides (datagram, option .1). */
void seal_set_sequence(struct seal *s, uint32_t sequence);

#endif
