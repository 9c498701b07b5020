/* SPDX-License-Identifier: ISC */
/* Password hashes, NTLMv2 responses and session keys. */
#include "ntlm/kdf.h"

#include "base/reader.h"
#include "base/secret.h"
#include "ntlm/utf16.h"

#include <string.h>

/* 3.4.5.2 and 3.4.5.3. The terminating NUL is hashed too. */
static const char
    sign_magic[2][sizeof("session key to client-to-server signing key magic "
                         "constant")] = {
        [ROLE_INITIATOR] = "session key to client-to-server signing key magic constant",
        [ROLE_ACCEPTOR] = "session key to server-to-client signing key magic constant",
};
static const char
    seal_magic[2][sizeof("session key to client-to-server sealing key magic "
                         "constant")] = {
        [ROLE_INITIATOR] = "session key to client-to-server sealing key magic constant",
        [ROLE_ACCEPTOR] = "session key to server-to-client sealing key magic constant",
};

enum err kdf_nt_hash(struct bytes password, struct ntlm_key *out_hash)
{
    BUF_AUTO utf16 = BUF_INIT;
    enum err e = utf16_from_utf8(&utf16, password);

    *out_hash = (struct ntlm_key){{0}};
    if (e == ERR_UTF8) {
        return ERR_PASSWORD_TEXT;
    }
    return e != ERR_OK ? e : crypto_md4(buf_bytes(&utf16), out_hash);
}

bool kdf_is_of_empty_password(const struct ntlm_key *nt_hash)
{
    static const struct ntlm_key empty = {{0x31, 0xd6, 0xcf, 0xe0, 0xd1, 0x6a, 0xe9, 0x31,
                                           0xb7, 0x3c, 0x59, 0xd7, 0xe0, 0xc0, 0x89,
                                           0xc0}};

    return secret_equal(nt_hash->b, empty.b, sizeof(empty.b));
}

enum err kdf_ntowfv2(const struct ntlm_key *nt_hash, struct bytes user_utf16,
                     struct bytes domain_utf16, struct ntlm_key *out)
{
    BUF_AUTO upper = BUF_INIT;
    enum err e = utf16_upper(&upper, user_utf16);

    *out = (struct ntlm_key){{0}};
    if (e != ERR_OK) {
        return e;
    }
    const struct bytes parts[] = {buf_bytes(&upper), domain_utf16};
    return crypto_hmac_md5(nt_hash, parts, 2, out);
}

void kdf_ntlmv2_blob(struct buf *out, uint64_t time_filetime,
                     const uint8_t client_challenge[NTLM_CHALLENGE_LEN],
                     struct bytes target_info)
{
    buf_append_u8(out, 1); /* RespType */
    buf_append_u8(out, 1); /* HiRespType */
    buf_append_zeros(out, 6);
    buf_append_u64le(out, time_filetime);
    buf_append(out, bytes_of(client_challenge, NTLM_CHALLENGE_LEN));
    buf_append_zeros(out, 4);
    buf_append(out, target_info);
    buf_append_zeros(out, 4);
}

enum err kdf_nt_proof(const struct ntlm_key *ntowfv2,
                      const uint8_t server_challenge[NTLM_CHALLENGE_LEN],
                      struct bytes blob, struct ntlm_key *out_proof,
                      struct ntlm_key *out_session_base_key)
{
    const struct bytes parts[] = {bytes_of(server_challenge, NTLM_CHALLENGE_LEN), blob};
    const struct bytes proof = bytes_of(out_proof->b, sizeof(out_proof->b));
    HMAC_AUTO hmac;
    enum err e = crypto_hmac_key(&hmac, ntowfv2);

    *out_proof = (struct ntlm_key){{0}};
    *out_session_base_key = (struct ntlm_key){{0}};
    if (e == ERR_OK) {
        e = crypto_hmac(&hmac, parts, 2, out_proof);
    }
    return e != ERR_OK ? e : crypto_hmac(&hmac, &proof, 1, out_session_base_key);
}

enum err kdf_lmv2_response(const struct ntlm_key *ntowfv2,
                           const uint8_t server_challenge[NTLM_CHALLENGE_LEN],
                           const uint8_t client_challenge[NTLM_CHALLENGE_LEN],
                           uint8_t out_response[NTLM_V1_RESPONSE_LEN])
{
    const struct bytes parts[] = {bytes_of(server_challenge, NTLM_CHALLENGE_LEN),
                                  bytes_of(client_challenge, NTLM_CHALLENGE_LEN)};
    struct ntlm_key mac;
    enum err e = crypto_hmac_md5(ntowfv2, parts, 2, &mac);

    memset(out_response, 0, NTLM_V1_RESPONSE_LEN);
    if (e != ERR_OK) {
        return e;
    }
    memcpy(out_response, mac.b, sizeof(mac.b));
    memcpy(out_response + sizeof(mac.b), client_challenge, NTLM_CHALLENGE_LEN);
    return ERR_OK;
}

/* Whether a response was made with the domain as given, and its SessionBaseKey. */
static enum err check_with_domain(const struct ntlm_key *nt_hash, struct bytes user_utf16,
                                  struct bytes domain_utf16,
                                  const uint8_t server_challenge[NTLM_CHALLENGE_LEN],
                                  const uint8_t *proof, struct bytes blob,
                                  struct ntlm_key *out_session_base_key)
{
    KEY_AUTO ntowfv2;
    KEY_AUTO wanted = {{0}};
    enum err e = kdf_ntowfv2(nt_hash, user_utf16, domain_utf16, &ntowfv2);

    if (e == ERR_OK) {
        e = kdf_nt_proof(&ntowfv2, server_challenge, blob, &wanted, out_session_base_key);
    }
    if (e == ERR_OK && !secret_equal(wanted.b, proof, NTLM_PROOF_LEN)) {
        e = ERR_LOGIN;
    }
    if (e != ERR_OK) {
        ntlm_key_wipe(out_session_base_key);
    }
    return e;
}

/* That the second form is tried only if the first is wrong tells an observer which form
 * the client has chosen, or that the password is wrong. The client knows the one, and the
 * answer tells the other. */
enum err kdf_ntlmv2_check(const struct ntlm_key *nt_hash, struct bytes user_utf16,
                          struct bytes domain_utf16,
                          const uint8_t server_challenge[NTLM_CHALLENGE_LEN],
                          struct bytes nt_response, struct ntlm_key *out_session_base_key)
{
    struct reader r = reader_of(nt_response);
    struct bytes proof = reader_consume(&r, NTLM_PROOF_LEN);
    enum err e;

    *out_session_base_key = (struct ntlm_key){{0}};
    if (nt_response.n < NTLM_V2_RESPONSE_MIN || reader_status(&r) != ERR_OK) {
        return ERR_NTLM_RESPONSE;
    }
    e = check_with_domain(nt_hash, user_utf16, domain_utf16, server_challenge, proof.p,
                          r.rest, out_session_base_key);
    if (e == ERR_LOGIN) {
        e = check_with_domain(nt_hash, user_utf16, bytes_of(NULL, 0), server_challenge,
                              proof.p, r.rest, out_session_base_key);
    }
    return e;
}

static enum err hash_with_magic(const struct ntlm_key *exported, size_t key_len,
                                struct bytes magic, struct ntlm_key *out)
{
    const struct bytes parts[] = {bytes_of(exported->b, key_len), magic};

    return crypto_md5(parts, 2, out);
}

enum err kdf_sign_key(enum gss_role producer, const struct ntlm_key *exported,
                      struct ntlm_key *out)
{
    return hash_with_magic(exported, sizeof(exported->b),
                           bytes_of(sign_magic[producer], sizeof(sign_magic[producer])),
                           out);
}

enum err kdf_seal_key(enum gss_role producer, uint32_t flags,
                      const struct ntlm_key *exported, struct kdf_seal_key *out)
{
    /* how much of the exported key goes into a seal key (3.4.5.3) */
    const size_t weak_len = (flags & NTLM_56) != 0 ? 7 : 5;
    const size_t len = (flags & NTLM_128) != 0 ? sizeof(exported->b) : weak_len;

    *out = (struct kdf_seal_key){{{0}}, 0};
    if ((flags & NTLM_ESS) == 0) {
        return ERR_NTLM_FLAGS;
    }
    out->len = sizeof(out->key.b);
    return hash_with_magic(exported, len,
                           bytes_of(seal_magic[producer], sizeof(seal_magic[producer])),
                           &out->key);
}

enum err kdf_rc4(const struct ntlm_key *key_exchange_key, const struct ntlm_key *in,
                 struct ntlm_key *out)
{
    struct crypto_rc4 rc4;
    enum err e = crypto_rc4_key(&rc4, key_exchange_key->b, sizeof(key_exchange_key->b));

    if (e != ERR_OK) {
        *out = (struct ntlm_key){{0}};
        return e;
    }
    crypto_rc4_apply(&rc4, in->b, out->b, sizeof(out->b));
    secret_wipe(&rc4, sizeof(rc4));
    return ERR_OK;
}
