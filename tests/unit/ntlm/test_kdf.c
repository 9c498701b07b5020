/* SPDX-License-Identifier: ISC */
/* Hashes, responses and keys beyond the values that the specification gives. */
#include "ntlm/kdf.h"
#include "ntlm/utf16.h"
#include "tests/lib/crypto_calls.h"
#include "tests/lib/harness.h"

#include <string.h>

static const uint8_t challenge[NTLM_CHALLENGE_LEN] = {0xa4, 0xf1, 0xba, 0xa6,
                                                      0x7c, 0xdc, 0x1a, 0x12};
static const uint8_t nonce[NTLM_CHALLENGE_LEN] = {0x20, 0xc0, 0x2b, 0x3d,
                                                  0xc0, 0x61, 0xa7, 0x73};

static struct bytes key_bytes(const struct ntlm_key *key)
{
    return bytes_of(key->b, sizeof(key->b));
}

static bool is_zero(const struct ntlm_key *key)
{
    static const struct ntlm_key zero;

    return memcmp(key, &zero, sizeof(zero)) == 0;
}

static struct ntlm_key ntowfv2_of(const char *user, const char *domain,
                                  const char *password)
{
    BUF_AUTO user_utf16 = BUF_INIT;
    BUF_AUTO domain_utf16 = BUF_INIT;
    struct ntlm_key nt_hash;
    struct ntlm_key out;

    ck_ok(utf16_from_utf8(&user_utf16, bytes_str(user)));
    ck_ok(utf16_from_utf8(&domain_utf16, bytes_str(domain)));
    ck_ok(kdf_nt_hash(bytes_str(password), &nt_hash));
    ck_ok(kdf_ntowfv2(&nt_hash, buf_bytes(&user_utf16), buf_bytes(&domain_utf16), &out));
    return out;
}

static const struct {
    const char *user;
    const char *domain;
    const char *password;
    const char *ntowfv2;
} accounts[] = {
    {"username", "win7", "password", "efc2c09f06113d7108d0d229fa4de698"},
    {"Administrator", "AWAKECODING", "Password123!", "f74648aa78782e920f929aed7f1dd523"},
    {"Administrator", "AWAKECODING", "", "a0842948a6b9aca76cf554db5ec31776"},
    {"ADMINISTRATOR", "AWAKECODING", "", "a0842948a6b9aca76cf554db5ec31776"},
};

TEST_TABLE(ntowfv2_of_accounts, accounts)
{
    struct ntlm_key got = ntowfv2_of(row->user, row->domain, row->password);

    ck_bytes(key_bytes(&got), hex(row->ntowfv2));
}

/* The user is converted to upper case letter by letter; the domain is used as it is. */
TEST(ntowfv2_maps_user_only)
{
    struct ntlm_key a = ntowfv2_of("stra\xc3\x9f"
                                   "e\xc3\xbf",
                                   "Dom", "x");
    struct ntlm_key b = ntowfv2_of("STRA\xc3\x9f"
                                   "E\xc5\xb8",
                                   "Dom", "x");
    struct ntlm_key full = ntowfv2_of("STRASSE\xc5\xb8", "Dom", "x");
    struct ntlm_key domain = ntowfv2_of("stra\xc3\x9f"
                                        "e\xc3\xbf",
                                        "DOM", "x");

    ck_bytes(key_bytes(&a), key_bytes(&b));
    ck_assert(!bytes_equal(key_bytes(&a), key_bytes(&full)));
    ck_assert(!bytes_equal(key_bytes(&a), key_bytes(&domain)));
}

TEST(empty_password_has_a_hash)
{
    struct ntlm_key got;

    ck_ok(kdf_nt_hash(bytes_of(NULL, 0), &got));
    ck_bytes(key_bytes(&got), hex("31d6cfe0d16ae931b73c59d7e0c089c0"));
}

TEST(bad_texts_are_refused)
{
    struct ntlm_key nt_hash = {{1}};
    struct ntlm_key got = {{1}};

    ck_err(kdf_nt_hash(hex("61ff"), &got), ERR_PASSWORD_TEXT);
    ck_assert(is_zero(&got));
    got.b[0] = 1;
    ck_err(kdf_ntowfv2(&nt_hash, hex("00d8"), hex(""), &got), ERR_UTF16);
    ck_assert(is_zero(&got));
}

/* A response over a blob without AV pairs, and the key that follows from it. */
TEST(response_without_target_info)
{
    struct ntlm_key response_key = ntowfv2_of("User", "Domain", "Password");
    struct ntlm_key proof;
    struct ntlm_key base;
    uint8_t lmv2[NTLM_V1_RESPONSE_LEN];

    ck_ok(kdf_nt_proof(&response_key, challenge,
                       hex("01010000000000003357bdb1078bcf0120c02b3dc061a77300000000"),
                       &proof, &base));
    ck_bytes(key_bytes(&proof), hex("a838989edcbecf8db75c148526a02af9"));
    ck_ok(kdf_lmv2_response(&response_key, challenge, nonce, lmv2));
    ck_bytes(bytes_of(lmv2, sizeof(lmv2)),
             hex("5ec3c52ee75a23457372d82b43eac42620c02b3dc061a773"));
}

#define USER   "5500730065007200"
#define DOMAIN "44006f006d00610069006e00"

/* Makes a right response of "User" with this domain. */
static void make_response(struct buf *out, const char *domain,
                          struct ntlm_key *out_nt_hash, struct ntlm_key *out_base)
{
    BUF_AUTO blob = BUF_INIT;
    struct ntlm_key response_key;
    struct ntlm_key proof;

    ck_ok(kdf_nt_hash(bytes_str("Password"), out_nt_hash));
    ck_ok(kdf_ntowfv2(out_nt_hash, hex(USER), hex(domain), &response_key));
    kdf_ntlmv2_blob(&blob, 130475779380041523u, nonce, hex("00000000"));
    ck_ok(kdf_nt_proof(&response_key, challenge, buf_bytes(&blob), &proof, out_base));
    buf_append(out, key_bytes(&proof));
    buf_append(out, buf_bytes(&blob));
    ck_ok(buf_status(out));
}

/* 3.2.5.1.2: a client may compute the response without the domain. */
TEST(check_takes_both_spellings)
{
    static const struct {
        const char *made;
        const char *sent;
        enum err want;
    } rows[] = {
        {DOMAIN, DOMAIN, ERR_OK}, {"", DOMAIN, ERR_OK},      {"", "", ERR_OK},
        {DOMAIN, "", ERR_LOGIN},  {DOMAIN, USER, ERR_LOGIN},
    };

    for (size_t i = 0; i < N(rows); i++) {
        BUF_AUTO response = BUF_INIT;
        struct ntlm_key nt_hash;
        struct ntlm_key base;
        struct ntlm_key got;

        make_response(&response, rows[i].made, &nt_hash, &base);
        ck_err(kdf_ntlmv2_check(&nt_hash, hex(USER), hex(rows[i].sent), challenge,
                                buf_bytes(&response), &got),
               rows[i].want);
        ck_assert(rows[i].want == ERR_OK ? bytes_equal(key_bytes(&got), key_bytes(&base))
                                         : is_zero(&got));
    }
}

static void feed_wrong(struct bytes mutant, void *arg)
{
    const struct ntlm_key *nt_hash = arg;
    struct ntlm_key got = {{1}};
    enum err want = mutant.n < NTLM_V2_RESPONSE_MIN ? ERR_NTLM_RESPONSE : ERR_LOGIN;

    ck_err(kdf_ntlmv2_check(nt_hash, hex(USER), hex(DOMAIN), challenge, mutant, &got),
           want);
    ck_assert(is_zero(&got));
}

TEST(check_refuses_every_mutant)
{
    BUF_AUTO response = BUF_INIT;
    struct ntlm_key nt_hash;
    struct ntlm_key base;

    make_response(&response, DOMAIN, &nt_hash, &base);
    mutate_truncate(buf_bytes(&response), feed_wrong, &nt_hash);
    mutate_flip(buf_bytes(&response), feed_wrong, &nt_hash);
}

static unsigned long calls_of_check(const char *made, const char *sent,
                                    const struct ntlm_key *hash, enum err want)
{
    BUF_AUTO response = BUF_INIT;
    struct ntlm_key nt_hash;
    struct ntlm_key base;
    struct ntlm_key got;
    unsigned long before;

    make_response(&response, made, &nt_hash, &base);
    before = crypto_calls();
    ck_err(kdf_ntlmv2_check(hash != NULL ? hash : &nt_hash, hex(USER), hex(sent),
                            challenge, buf_bytes(&response), &got),
           want);
    return crypto_calls() - before;
}

/* A response that was made without the domain costs one attempt more, and each refused
 * response costs as much as that. */
TEST(refusals_make_the_same_calls)
{
    static const struct ntlm_key dummy = {{0x42}};
    const unsigned long calls = calls_of_check(DOMAIN, DOMAIN, NULL, ERR_OK);

    ck_assert_uint_eq(calls, 3);
    ck_assert_uint_eq(calls_of_check("", "", NULL, ERR_OK), calls);
    ck_assert_uint_eq(calls_of_check("", DOMAIN, NULL, ERR_OK), 2 * calls);
    ck_assert_uint_eq(calls_of_check(DOMAIN, USER, NULL, ERR_LOGIN), 2 * calls);
    ck_assert_uint_eq(calls_of_check(DOMAIN, DOMAIN, &dummy, ERR_LOGIN), 2 * calls);
}

TEST(seal_key_needs_extended_session_security)
{
    struct ntlm_key exported = {{1}};
    struct kdf_seal_key got = {{{1}}, 16};

    ck_err(kdf_seal_key(ROLE_INITIATOR, NTLM_128 | NTLM_56, &exported, &got),
           ERR_NTLM_FLAGS);
    ck_assert_uint_eq(got.len, 0);
    ck_assert(is_zero(&got.key));
}

/* With 40 and 56 bits the seal key uses 5 and 7 bytes of the key; the sign key uses all
 * of it. */
TEST(strength_is_how_much_key_counts)
{
    static const struct {
        uint32_t flags;
        size_t counts;
    } rows[] = {{NTLM_ESS, 5}, {NTLM_ESS | NTLM_56, 7}, {NTLM_ESS | NTLM_128, 16}};
    const struct ntlm_key exported = {{0}};

    for (size_t i = 0; i < 16 * N(rows); i++) {
        struct ntlm_key changed = exported;
        struct kdf_seal_key a;
        struct kdf_seal_key b;

        changed.b[i % 16] = 1;
        ck_ok(kdf_seal_key(ROLE_ACCEPTOR, rows[i / 16].flags, &exported, &a));
        ck_ok(kdf_seal_key(ROLE_ACCEPTOR, rows[i / 16].flags, &changed, &b));
        ck_assert(bytes_equal(key_bytes(&a.key), key_bytes(&b.key)) ==
                  (i % 16 >= rows[i / 16].counts));
    }
}
