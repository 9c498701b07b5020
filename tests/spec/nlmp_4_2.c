/* SPDX-License-Identifier: ISC */
/* The cryptographic values of [MS-NLMP] 4.2, and a Windows client's exchange recomputed.
 */
#include "base/reader.h"
#include "ntlm/kdf.h"
#include "ntlm/mic.h"
#include "ntlm/seal.h"
#include "tests/lib/harness.h"

#include <string.h>

#define CAPTURE "ntlm-capture-freerdp.json"

/* 4.2.1; texts are in UTF-16LE. */
#define USER      "5500730065007200"
#define DOMAIN    "44006f006d00610069006e00"
#define PLAINTEXT "50006c00610069006e007400650078007400"
#define TARGET_INFO                                                                      \
    "02000c0044006f006d00610069006e0001000c0053006500720076006500720000000000"
#define SESSION_KEY "55555555555555555555555555555555"
static const uint8_t server_challenge[] = {0x01, 0x23, 0x45, 0x67,
                                           0x89, 0xab, 0xcd, 0xef};
static const uint8_t client_challenge[] = {0xaa, 0xaa, 0xaa, 0xaa,
                                           0xaa, 0xaa, 0xaa, 0xaa};

static struct bytes key_bytes(const struct ntlm_key *key)
{
    return bytes_of(key->b, sizeof(key->b));
}

static struct ntlm_key key_of(struct bytes b)
{
    struct reader r = reader_of(b);
    struct ntlm_key key;

    reader_copy(&r, key.b, sizeof(key.b));
    ck_ok(reader_status(&r));
    return key;
}

static struct ntlm_key ntowfv2(void)
{
    struct ntlm_key nt_hash;
    struct ntlm_key out;

    ck_ok(kdf_nt_hash(bytes_str("Password"), &nt_hash));
    ck_ok(kdf_ntowfv2(&nt_hash, hex(USER), hex(DOMAIN), &out));
    return out;
}

static void append_temp(struct buf *out)
{
    kdf_ntlmv2_blob(out, 0, client_challenge, hex(TARGET_INFO));
    ck_ok(buf_status(out));
}

/* 4.2.2.1.2: "NTOWFv1() ... a4 f4 9c 40 65 10 bd ca ..." */
TEST(nlmp_4_2_2_1_2_ntowfv1)
{
    struct ntlm_key nt_hash;

    ck_ok(kdf_nt_hash(bytes_str("Password"), &nt_hash));
    ck_bytes(key_bytes(&nt_hash), hex("a4f49c406510bdcab6824ee7c30fd852"));
}

/* 4.2.4.1.1: "NTOWFv2() ... 0c 86 8a 40 3b fd 7a 93 ..." */
TEST(nlmp_4_2_4_1_1_ntowfv2)
{
    struct ntlm_key got = ntowfv2();

    ck_bytes(key_bytes(&got), hex("0c868a403bfd7a93a3001ef22ef02e3f"));
}

/* 4.2.4.1.3: "temp ... 01 01 00 00 00 00 00 00 ..." */
TEST(nlmp_4_2_4_1_3_temp)
{
    BUF_AUTO temp = BUF_INIT;

    append_temp(&temp);
    ck_bytes(buf_bytes(&temp),
             hex("0101000000000000 0000000000000000 aaaaaaaaaaaaaaaa 00000000" TARGET_INFO
                 "00000000"));
}

/* 4.2.4.1.2: "SessionBaseKey ... 8d e4 0c ca db c1 4a 82 ..."; 4.2.4.2.2: "NTLMv2
 * Response ... 68 cd 0a b8 51 e5 1c 96 ..." */
TEST(nlmp_4_2_4_2_2_ntlmv2)
{
    BUF_AUTO temp = BUF_INIT;
    struct ntlm_key response_key = ntowfv2();
    struct ntlm_key proof;
    struct ntlm_key base;

    append_temp(&temp);
    ck_ok(kdf_nt_proof(&response_key, server_challenge, buf_bytes(&temp), &proof, &base));
    ck_bytes(key_bytes(&proof), hex("68cd0ab851e51c96aabc927bebef6a1c"));
    ck_bytes(key_bytes(&base), hex("8de40ccadbc14a82f15cb0ad0de95ca3"));
}

/* 3.2.5.1.2: the server finds the same SessionBaseKey in the response of 4.2.4. */
TEST(nlmp_4_2_4_response_is_accepted)
{
    BUF_AUTO response = BUF_INIT;
    struct ntlm_key nt_hash = key_of(hex("a4f49c406510bdcab6824ee7c30fd852"));
    struct ntlm_key base;

    buf_append(&response, hex("68cd0ab851e51c96aabc927bebef6a1c"));
    append_temp(&response);
    ck_ok(kdf_ntlmv2_check(&nt_hash, hex(USER), hex(DOMAIN), server_challenge,
                           buf_bytes(&response), &base));
    ck_bytes(key_bytes(&base), hex("8de40ccadbc14a82f15cb0ad0de95ca3"));
}

/* 4.2.4.2.1: "LMv2 Response ... 86 c3 50 97 ac 9c ec 10 ..." */
TEST(nlmp_4_2_4_2_1_lmv2)
{
    struct ntlm_key response_key = ntowfv2();
    uint8_t got[NTLM_V1_RESPONSE_LEN];

    ck_ok(kdf_lmv2_response(&response_key, server_challenge, client_challenge, got));
    ck_bytes(bytes_of(got, sizeof(got)),
             hex("86c35097ac9cec102554764a57cccc19aaaaaaaaaaaaaaaa"));
}

/* 4.2.4.2.3: "Encrypted Session Key ... c5 da d2 54 4f c9 79 90 ..." */
TEST(nlmp_4_2_4_2_3_encrypted_session_key)
{
    struct ntlm_key base = key_of(hex("8de40ccadbc14a82f15cb0ad0de95ca3"));
    struct ntlm_key session_key = key_of(hex(SESSION_KEY));
    struct ntlm_key got;

    ck_ok(kdf_rc4(&base, &session_key, &got));
    ck_bytes(key_bytes(&got), hex("c5dad2544fc9799094ce1ce90bc9d03e"));
    ck_ok(kdf_rc4(&base, &got, &got));
    ck_bytes(key_bytes(&got), hex(SESSION_KEY));
}

/* 3.4.5.3: a row for each producer and strength of SEALKEY. */
static const struct {
    const char *exported;
    enum gss_role producer;
    uint32_t flags;
    const char *key;
} seal_keys[] = {
    {SESSION_KEY, ROLE_INITIATOR, NTLM_128, "59f600973cc4960a25480a7c196e4c58"},
    {SESSION_KEY, ROLE_INITIATOR, NTLM_128 | NTLM_56, "59f600973cc4960a25480a7c196e4c58"},
    {SESSION_KEY, ROLE_ACCEPTOR, NTLM_128, "9355f3a957c1583d25c4c2f11e40390e"},
    {SESSION_KEY, ROLE_INITIATOR, NTLM_56, "a5f7253c1065e8d3d68642040e71cfe0"},
    {SESSION_KEY, ROLE_ACCEPTOR, NTLM_56, "583e2f98959b385cd158f3734b5f5d3f"},
    {SESSION_KEY, ROLE_INITIATOR, 0, "42f964a471091a02ff4a77455366e4e5"},
    {SESSION_KEY, ROLE_ACCEPTOR, 0, "c5d3853b406b7c1241c595f0ce0750e2"},
    /* 4.2.3.4: the KeyExchangeKey of 4.2.3.1.3 */
    {"eb93429a8bd952f8b89c55b87f475edc", ROLE_INITIATOR, NTLM_56,
     "04dd7f014d8504d265a25cc86a3a7c06"},
};

/* 3.4.5.3: "If NTLMSSP_NEGOTIATE_128 ... the key is not truncated" and its kin. */
TEST_TABLE(nlmp_3_4_5_3_sealkey, seal_keys)
{
    struct ntlm_key exported = key_of(hex(row->exported));
    struct kdf_seal_key got;

    ck_ok(kdf_seal_key(row->producer, row->flags | NTLM_ESS, &exported, &got));
    ck_assert_uint_eq(got.len, 16);
    ck_bytes(key_bytes(&got.key), hex(row->key));
}

/* 3.4.5.2: "SIGNKEY ... session key to client-to-server signing key magic constant"; the
 * last is 4.2.3.4's. */
TEST(nlmp_3_4_5_2_signkey)
{
    struct ntlm_key exported = key_of(hex(SESSION_KEY));
    struct ntlm_key got;

    ck_ok(kdf_sign_key(ROLE_INITIATOR, &exported, &got));
    ck_bytes(key_bytes(&got), hex("4788dc861b4782f35d43fd98fe1a2d39"));
    ck_ok(kdf_sign_key(ROLE_ACCEPTOR, &exported, &got));
    ck_bytes(key_bytes(&got), hex("d04d6f10741041d1d246d64188d7a8ad"));
    exported = key_of(hex("eb93429a8bd952f8b89c55b87f475edc"));
    ck_ok(kdf_sign_key(ROLE_INITIATOR, &exported, &got));
    ck_bytes(key_bytes(&got), hex("60e799be5c72fc92922ae8ebe961fb8d"));
}

/* GSS_WrapEx of "Plaintext", sequence number 0. */
static const struct {
    const char *exported;
    uint32_t flags;
    const char *cipher_text;
    const char *signature;
} wraps[] = {
    /* 4.2.4.4: "The sealed message data ... 54 e5 01 65 bf 19 36 dc ..." */
    {SESSION_KEY, NTLM_128 | NTLM_KEY_EXCH, "54e50165bf1936dc996020c1811b0f06fb5f",
     "010000007fb38ec5c55d497600000000"},
    /* the same without KEY_EXCH: the checksum is in clear */
    {SESSION_KEY, NTLM_128, "54e50165bf1936dc996020c1811b0f06fb5f",
     "0100000070352851f256430900000000"},
    /* 4.2.3.4: "... a0 23 72 f6 53 02 73 f3 ...": 56 bits, no KEY_EXCH */
    {"eb93429a8bd952f8b89c55b87f475edc", NTLM_56, "a02372f6530273f3aa1eb90190ce5200c99d",
     "01000000ff2aeb52f681793a00000000"},
};

TEST_TABLE(nlmp_4_2_gss_wrapex, wraps)
{
    const uint32_t flags = row->flags | NTLM_ESS | NTLM_SIGN | NTLM_SEAL;
    struct ntlm_key exported = key_of(hex(row->exported));
    struct bytes plain = hex(PLAINTEXT);
    uint8_t data[18];
    struct message_part part = {data, sizeof(data), true};
    uint8_t signature[MESSAGE_SIGNATURE_LEN];
    struct seal *client;
    struct seal *server;

    ck_ok(seal_new(ROLE_INITIATOR, flags, &exported, &client));
    ck_ok(seal_new(ROLE_ACCEPTOR, flags, &exported, &server));
    memcpy(data, plain.p, sizeof(data));
    ck_ok(seal_seal(client, &part, 1, signature));
    ck_bytes(bytes_of(data, sizeof(data)), hex(row->cipher_text));
    ck_bytes(bytes_of(signature, sizeof(signature)), hex(row->signature));
    ck_ok(seal_unseal(server, &part, 1, bytes_of(signature, sizeof(signature))));
    ck_bytes(bytes_of(data, sizeof(data)), plain);
    seal_free(client);
    seal_free(server);
}

/* The bytes of a {Len, MaxLen, Offset} field of a captured message (2.2.1.3). */
static struct bytes field(struct bytes message, size_t header_at)
{
    struct reader r = reader_of(message);
    struct bytes value;
    uint16_t len;
    uint32_t offset;

    (void)reader_consume(&r, header_at);
    len = reader_u16le(&r);
    (void)reader_u16le(&r); /* MaxLen */
    offset = reader_u32le(&r);
    ck_ok(reader_status(&r));
    ck_ok(bytes_slice(message, offset, len, &value));
    return value;
}

#define NT_RESPONSE_AT 20
#define DOMAIN_AT      28
#define USER_AT        36
#define MIC_AT         72

/* 3.3.2 and 3.1.5.1.2 as a Windows client computed them: NTOWFv2, then the response's
 * NTProofStr, whose SessionBaseKey (no KEY_EXCH) keys the MIC. */
TEST(nlmp_windows_exchange_recomputed)
{
    struct bytes authenticate = vector(CAPTURE, "authenticate");
    struct bytes challenge = vector(CAPTURE, "server_challenge");
    struct bytes user = field(authenticate, USER_AT);
    struct bytes domain = field(authenticate, DOMAIN_AT);
    struct bytes response = field(authenticate, NT_RESPONSE_AT);
    struct bytes sent_mic;
    struct ntlm_key nt_hash;
    struct ntlm_key key;
    struct ntlm_key base;
    struct ntlm_key mic;

    ck_ok(kdf_nt_hash(bytes_str("P4ss123!"), &nt_hash));
    ck_bytes(key_bytes(&nt_hash), vector(CAPTURE, "nt_hash"));
    ck_ok(kdf_ntowfv2(&nt_hash, user, domain, &key));
    ck_bytes(key_bytes(&key), vector(CAPTURE, "ntowfv2"));
    ck_ok(kdf_ntlmv2_check(&nt_hash, user, domain, challenge.p, response, &base));
    ck_ok(bytes_slice(authenticate, MIC_AT, sizeof(mic.b), &sent_mic));
    ck_ok(mic_compute(&base, vector(CAPTURE, "negotiate"), vector(CAPTURE, "challenge"),
                      authenticate, MIC_AT, &mic));
    ck_bytes(key_bytes(&mic), sent_mic);
}
