/* SPDX-License-Identifier: ISC */
/* After a single call, neither its stack nor the memory that it freed has a secret that
 * it was given or made. */
#include "base/secret.h"
#include "conf/crededit.h"
#include "conf/credfile.h"
#include "conf/userindex.h"
#include "ntlm/flags.h"
#include "ntlm/kdf.h"
#include "ntlm/seal.h"
#include "tests/lifetimes/memory.h"

#include <string.h>

/* The secrets are here, in memory that is not writable. */
#define PASSWORD "Whisper-of-7-Willows"
#define NT_HASH  "106E8D7979C9A6FFE5328D35C78EF9C2"
#define LINE                                                                             \
    "AD\\wally:1000:XXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX:" NT_HASH                           \
    ":[U          ]:LCT-00000000:"
static const struct ntlm_key nt_hash = {{0x10, 0x6e, 0x8d, 0x79, 0x79, 0xc9, 0xa6, 0xff,
                                         0xe5, 0x32, 0x8d, 0x35, 0xc7, 0x8e, 0xf9, 0xc2}};
/* HMAC-MD5 of "WALLYAD" under the hash (MS-NLMP 3.3.2). */
static const struct ntlm_key ntowfv2 = {{0x2f, 0x63, 0x80, 0x53, 0x1f, 0x87, 0x4d, 0x06,
                                         0x63, 0x69, 0x92, 0x77, 0xfc, 0x24, 0x05, 0x55}};
static const uint8_t user[] = "w\0a\0l\0l\0y";
static const uint8_t domain[] = "A\0D";
static const uint8_t challenge[NTLM_CHALLENGE_LEN] = {1, 2, 3, 4, 5, 6, 7, 8};
static const uint8_t blob[NTLM_V2_RESPONSE_MIN] = {1, 1};
static uint8_t response[NTLM_PROOF_LEN + sizeof(blob)];

static void remember_key(const char *name, const struct ntlm_key *key)
{
    memory_remember(name, bytes_of(key->b, sizeof(key->b)));
}

static void remember_account(void)
{
    memory_remember("password", bytes_str(PASSWORD));
    memory_remember("NT hash in hex", bytes_str(NT_HASH));
    remember_key("NT hash", &nt_hash);
    remember_key("NTOWFv2", &ntowfv2);
}

/* ---- the calls, followed only by the wiping of their results */

static union {
    struct ntlm_key key;
    struct userline line;
    struct userindex_record record;
    struct crypto_hmac hmac;
} out;
static struct userindex *users;
static enum err answer;

static void hash_a_password(void *arg)
{
    (void)arg;
    answer = kdf_nt_hash(bytes_str(PASSWORD), &out.key);
    ntlm_key_wipe(&out.key);
}

static void decode_a_line(void *arg)
{
    (void)arg;
    answer = userline_decode(bytes_str(LINE), &out.line);
    userline_wipe(&out.line);
}

static void fill_an_index(void *arg)
{
    answer = userindex_new(bytes_str(arg), &users);
}

static void look_up(void *arg)
{
    (void)arg;
    answer = userindex_find(users, bytes_str("wally"), bytes_str("AD"),
                            bytes_str("SERVER"), &out.record);
}

static void empty_an_index(void *arg)
{
    (void)arg;
    userindex_free(users);
}

static void check_a_response(void *arg)
{
    (void)arg;
    answer = kdf_ntlmv2_check(&nt_hash, bytes_of(user, 10), bytes_of(domain, 4),
                              challenge, bytes_of(response, sizeof(response)), &out.key);
    ntlm_key_wipe(&out.key);
}

static void key_a_hmac(void *arg)
{
    const struct bytes parts[] = {bytes_of(challenge, sizeof(challenge))};

    (void)arg;
    answer = crypto_hmac_md5(&ntowfv2, parts, 1, &out.key);
    ntlm_key_wipe(&out.key);
}

static void make_an_hmac_key(void *arg)
{
    (void)arg;
    answer = crypto_hmac_key(&out.hmac, &ntowfv2);
    secret_wipe(&out.hmac, sizeof(out.hmac));
}

static void encrypt_a_key(void *arg)
{
    (void)arg;
    answer = kdf_rc4(&ntowfv2, &nt_hash, &out.key);
}

static void sign_and_seal(void *arg)
{
    struct message_part part = {out.key.b, sizeof(out.key.b), true};
    uint8_t signature[MESSAGE_SIGNATURE_LEN];
    struct seal *seal;

    (void)arg;
    answer = seal_new(ROLE_INITIATOR, NTLM_ESS | NTLM_128 | NTLM_SIGN | NTLM_SEAL,
                      &ntowfv2, &seal);
    if (answer == ERR_OK) {
        answer = seal_seal(seal, &part, 1, signature);
    }
    seal_free(seal);
}

static const char *own_file;

/* As gss_store_cred does, into a file that has the user already. */
static void store_a_credential(void *arg)
{
    const struct username name = {bytes_str("wally"), bytes_str("AD")};

    (void)arg;
    answer = crededit_store(own_file, name, &nt_hash, true, true);
}

static void find_credentials(void *arg)
{
    CREDENTIAL_LIST_AUTO list = {0};

    (void)arg;
    answer = credfile_load(own_file, bytes_str("wally"), bytes_str("AD"), &list);
}

/* ---- further secrets to search for */

/* Computes the proof that the account makes, and the SessionBaseKey. */
static void remember_base_key(void)
{
    struct ntlm_key proof;
    KEY_AUTO key = {{0}};

    ck_ok(kdf_nt_proof(&ntowfv2, challenge, bytes_of(blob, sizeof(blob)), &proof, &key));
    memcpy(response, proof.b, sizeof(proof.b));
    memcpy(response + sizeof(proof.b), blob, sizeof(blob));
    remember_key("session base key", &key);
}

/* Adds the key in the forms in which HMAC pads it and hashes the pads (RFC 2104). */
static void remember_pads(void)
{
    static const uint8_t pads[] = {0x36, 0x5c};
    struct crypto_hmac hmac;

    for (size_t n = 0; n < sizeof(pads); n++) {
        KEY_AUTO padded = ntowfv2;

        for (size_t i = 0; i < sizeof(padded.b); i++) {
            padded.b[i] ^= pads[n];
        }
        remember_key("padded key", &padded);
    }
    ck_ok(crypto_hmac_key(&hmac, &ntowfv2));
    remember_key("hashed inner pad", &hmac.inner);
    if (!ntlm_key_is_zero(&hmac.outer)) {
        remember_key("hashed outer pad", &hmac.outer);
    }
    explicit_bzero(&hmac, sizeof(hmac));
}

/* Adds RC4's state after n bytes. */
static void remember_state(const uint8_t key[16], size_t n)
{
    uint8_t unused[32] = {0};
    struct crypto_rc4 rc4;

    ck_ok(crypto_rc4_key(&rc4, key, 16));
    crypto_rc4_apply(&rc4, unused, unused, n);
    for (size_t at = 0; at < sizeof(rc4.s); at += 64) {
        memory_remember("cipher state", bytes_of(rc4.s + at, 64));
    }
    explicit_bzero(&rc4, sizeof(rc4));
    explicit_bzero(unused, sizeof(unused));
}

static void remember_seal(void)
{
    struct kdf_seal_key key;

    ck_ok(kdf_seal_key(ROLE_INITIATOR, NTLM_ESS | NTLM_128, &ntowfv2, &key));
    remember_key("seal key", &key.key);
    remember_state(key.key.b, sizeof(struct ntlm_key));
    explicit_bzero(&key, sizeof(key));
}

static void check_nothing_left(const char *what)
{
    const char *found = memory_find();

    ck_assert_msg(found == NULL, "%s: %s", what, found);
}

static const struct {
    const char *name;
    void (*call)(void *arg);
} calls[] = {
    {"kdf_nt_hash", hash_a_password},
    {"userline_decode", decode_a_line},
    {"crypto_hmac_md5", key_a_hmac},
    {"kdf_ntlmv2_check", check_a_response},
    {"kdf_rc4", encrypt_a_key},
    {"seal_seal", sign_and_seal},
    {"crypto_hmac_key", make_an_hmac_key},
    {"crededit_store", store_a_credential},
    {"credfile_load", find_credentials},
};

/* Each call is made once before, because the first one initialises OpenSSL. */
TEST_TABLE(nothing_is_left_of_a_call, calls)
{
    ck_ok(crypto_ready());
    own_file = write_file("own", "AD:wally:" PASSWORD "\n[srv]\n" LINE "\n", 0600);
    remember_account();
    remember_base_key();
    remember_pads();
    remember_state(ntowfv2.b, sizeof(struct ntlm_key));
    remember_seal();
    memory_apart(row->call, NULL);
    ck_ok(answer);
    check_nothing_left(row->name);
}

static const char *const lines[] = {LINE, "AD:wally:" PASSWORD};

TEST_TABLE(nothing_is_left_of_an_index, lines)
{
    ck_ok(crypto_ready());
    remember_account();
    memory_apart(fill_an_index, (void *)(uintptr_t)*row);
    ck_ok(answer);
    ck_assert(memory_has("NT hash"));
    ck_assert(!memory_has("password") && !memory_has("NT hash in hex"));
    memory_apart(look_up, NULL);
    ck_ok(answer);
    userindex_record_wipe(&out.record);
    memory_apart(empty_an_index, NULL);
    check_nothing_left("userindex");
}
