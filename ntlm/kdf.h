/* SPDX-License-Identifier: ISC */
/* Password hashes, NTLMv2 responses, and the keys made of them ([MS-NLMP] 3.3.2, 3.4.5).
 */
#ifndef NTLM_KDF_H
#define NTLM_KDF_H

#include "base/buf.h"
#include "ntlm/crypto.h"
#include "ntlm/flags.h"

#define NTLM_CHALLENGE_LEN   8
#define NTLM_PROOF_LEN       16
#define NTLM_V2_RESPONSE_MIN (NTLM_PROOF_LEN + 28) /* NTProofStr + blob without AVs */
#define NTLM_V1_RESPONSE_LEN 24

/* kdf_is_of_empty_password: whether this is the NT hash of an empty password. */
bool kdf_is_of_empty_password(const struct ntlm_key *nt_hash);

/* kdf_nt_hash: NTOWFv1 = MD4(UTF16(password)); password is UTF-8 (ERR_PASSWORD_TEXT). */
MUST_USE enum err kdf_nt_hash(struct bytes password, struct ntlm_key *out_hash);

/* kdf_ntowfv2: HMAC_MD5(nt_hash, UTF16(Upper(user)) || domain); both UTF-16LE. */
MUST_USE enum err kdf_ntowfv2(const struct ntlm_key *nt_hash, struct bytes user_utf16,
                              struct bytes domain_utf16, struct ntlm_key *out);

/*
 * kdf_ntlmv2_blob: appends NTLMv2_CLIENT_CHALLENGE (2.2.2.7): 1, 1, 0 0, 0000, time,
 * ClientChallenge, 0000, target_info (with its EOL), and 4 zero bytes.
 */
void kdf_ntlmv2_blob(struct buf *out, uint64_t time_filetime,
                     const uint8_t client_challenge[NTLM_CHALLENGE_LEN],
                     struct bytes target_info);

/* kdf_nt_proof: NTProofStr = HMAC_MD5(ntowfv2, ServerChallenge || blob), and
 * SessionBaseKey = HMAC_MD5(ntowfv2, NTProofStr). */
MUST_USE enum err kdf_nt_proof(const struct ntlm_key *ntowfv2,
                               const uint8_t server_challenge[NTLM_CHALLENGE_LEN],
                               struct bytes blob, struct ntlm_key *out_proof,
                               struct ntlm_key *out_session_base_key);

/* kdf_lmv2_response: HMAC_MD5(ntowfv2, ServerChallenge || ClientChallenge) ||
 * ClientChallenge, 24 bytes. */
MUST_USE enum err kdf_lmv2_response(const struct ntlm_key *ntowfv2,
                                    const uint8_t server_challenge[NTLM_CHALLENGE_LEN],
                                    const uint8_t client_challenge[NTLM_CHALLENGE_LEN],
                                    uint8_t out_response[NTLM_V1_RESPONSE_LEN]);

/*
 * kdf_ntlmv2_check: whether nt_response (NTProofStr || blob) was made with nt_hash, for
 * the domain as sent or, if not, for an empty domain (3.2.5.1.2). Each comparison takes
 * constant time. ERR_LOGIN if neither is right; ERR_NTLM_RESPONSE for fewer
 * than NTLM_V2_RESPONSE_MIN bytes. After an error the key is empty.
 */
MUST_USE enum err kdf_ntlmv2_check(const struct ntlm_key *nt_hash,
                                   struct bytes user_utf16, struct bytes domain_utf16,
                                   const uint8_t server_challenge[NTLM_CHALLENGE_LEN],
                                   struct bytes nt_response,
                                   struct ntlm_key *out_session_base_key);

/*
 * struct kdf_seal_key: a key of len bytes: 16 with extended session security, otherwise
 * 16 or 8 (LM_KEY and DATAGRAM, 3.4.5.3).
 */
struct kdf_seal_key {
    struct ntlm_key key;
    size_t len;
};

/* kdf_sign_key, kdf_seal_key: SIGNKEY and SEALKEY (3.4.5.2, 3.4.5.3) with extended
 * session security, for the messages of producer. The flags say whether SEALKEY has 128,
 * 56 or 40 bits. kdf_seal_key without extended session security: ERR_NTLM_FLAGS. */
MUST_USE enum err kdf_sign_key(enum gss_role producer, const struct ntlm_key *exported,
                               struct ntlm_key *out);
MUST_USE enum err kdf_seal_key(enum gss_role producer, uint32_t flags,
                               const struct ntlm_key *exported, struct kdf_seal_key *out);

/* kdf_rc4: encrypts and decrypts the random session key: RC4(KeyExchangeKey, 16 bytes).
 * The KeyExchangeKey of NTLMv2 is the SessionBaseKey (3.4.5.1). */
MUST_USE enum err kdf_rc4(const struct ntlm_key *key_exchange_key,
                          const struct ntlm_key *in, struct ntlm_key *out);

#endif
