/* SPDX-License-Identifier: ISC */
/* A credential with an NTLM part as a token, and malformed tokens. */
#include "mech/cred_token.h"
#include "mech/oid.h"
#include "tests/lib/harness.h"

#include <string.h>

static const struct bytes NO_TOKEN = {NULL, 0};

static void add_user(struct mech_cred *cred, const char *patterns, const char *user,
                     uint8_t hash)
{
    CREDENTIAL_AUTO added = CREDENTIAL_INIT;

    ck_ok(buf_dup(&added.user, bytes_str(user)));
    ck_ok(buf_dup(&added.domain, bytes_str("AD")));
    memset(added.nt_hash.b, hash, sizeof(added.nt_hash.b));
    ck_ok(credential_list_add(&cred->users, bytes_str(patterns), bytes_str("a file"),
                              &added));
}

/* Makes a credential that has every part. */
static struct mech_cred *example(void)
{
    struct mech_cred *cred = calloc(1, sizeof(*cred));
    gss_OID_desc mechs[] = {MECH_OID_NTLM, MECH_OID_KRB5};
    gss_OID_set_desc set = {2, mechs};

    ck_assert_ptr_nonnull(cred);
    cred->usage = GSS_C_BOTH;
    ck_ok(name_new_user(bytes_str("alice"), bytes_str("AD"), &cred->name));
    ck_ok(buf_dup(&cred->name->spelling, bytes_str("AD\\alice")));
    add_user(cred, "http/srv !ldap/srv", "Bob", 0x33);
    add_user(cred, "", "Alice", 0x5a);
    ck_ok(buf_dup(&cred->user_file, bytes_str("/etc/users")));
    cred->no_ci_flags = true;
    cred->offered_flags = 0x80000201;
    ck_ok(cred_set_neg_mechs(cred, &set));
    return cred;
}

static void encode_example(struct buf *token)
{
    struct cred_glue_tokens parts = {{bytes_str("built-in"), bytes_str("kerberos")}};
    CRED_AUTO *cred = example();

    ck_ok(cred_token_encode(cred, &parts, token));
}

static void ck_user(const struct credential_choice *got, const char *patterns,
                    const char *user, uint8_t hash)
{
    const struct ntlm_key *key = &got->credential.nt_hash;

    ck_bytes(buf_bytes(&got->patterns), bytes_str(patterns));
    ck_bytes(buf_bytes(&got->credential.user), bytes_str(user));
    ck_bytes(buf_bytes(&got->credential.domain), bytes_str("AD"));
    ck_assert_uint_eq(key->b[0], hash);
    ck_assert_uint_eq(key->b[sizeof(key->b) - 1], hash);
    ck_assert(!got->credential.cached);
}

TEST(round_trip)
{
    BUF_AUTO token = BUF_INIT;
    CRED_AUTO *read = NULL;
    struct cred_glue_tokens parts;

    encode_example(&token);
    ck_assert(cred_token_is(buf_bytes(&token)));
    ck_ok(cred_token_decode(buf_bytes(&token), &read, &parts));
    ck_assert_int_eq(read->usage, GSS_C_BOTH);
    ck_assert_int_eq(read->name->kind, NAME_USER);
    ck_bytes(buf_bytes(&read->name->user), bytes_str("alice"));
    ck_bytes(buf_bytes(&read->name->domain), bytes_str("AD"));
    ck_bytes(buf_bytes(&read->name->spelling), bytes_str("AD\\alice"));
    ck_assert_uint_eq(read->users.n, 2);
    ck_user(&read->users.choices[0], "http/srv !ldap/srv", "Bob", 0x33);
    ck_user(&read->users.choices[1], "", "Alice", 0x5a);
    ck_bytes(buf_bytes(&read->user_file), bytes_str("/etc/users"));
    ck_assert(read->no_ci_flags);
    ck_assert_uint_eq(read->offered_flags, 0x80000201);
    ck_assert(cred_may_use(read, &MECH_OID_NTLM) && cred_may_use(read, &MECH_OID_KRB5));
    ck_assert(!cred_may_use(read, &MECH_OID_SPNEGO));
    ck_bytes(parts.of[GLUE_CRED_BUILTIN], bytes_str("built-in"));
    ck_bytes(parts.of[GLUE_CRED_KRB5], bytes_str("kerberos"));
}

/* A credential in winbind's cache, with every value of the other option. */
TEST_TIMES(cached, 2)
{
    struct cred_glue_tokens parts = {{NO_TOKEN, NO_TOKEN}};
    BUF_AUTO token = BUF_INIT;
    CRED_AUTO *cred = example();
    CRED_AUTO *read = NULL;

    cred->users.choices[1].credential.cached = true;
    cred->no_ci_flags = _i == 1;
    ck_ok(cred_token_encode(cred, &parts, &token));
    ck_ok(cred_token_decode(buf_bytes(&token), &read, &parts));
    ck_assert(!read->users.choices[0].credential.cached);
    ck_assert(read->users.choices[1].credential.cached);
    ck_assert(read->no_ci_flags == (_i == 1));
}

/* An acceptor without a restriction, and one that is restricted to no mechanism. */
TEST_TIMES(restrictions, 2)
{
    const bool restricted = _i == 1;
    struct cred_glue_tokens parts = {{NO_TOKEN, NO_TOKEN}};
    gss_OID_set_desc nothing = {0, NULL};
    BUF_AUTO token = BUF_INIT;
    CRED_AUTO *cred = calloc(1, sizeof(*cred));
    CRED_AUTO *read = NULL;

    ck_assert_ptr_nonnull(cred);
    cred->usage = GSS_C_ACCEPT;
    ck_ok(name_new(NAME_SERVICE, bytes_str("HTTP"), bytes_str("srv"), &cred->name));
    if (restricted) {
        ck_ok(cred_set_neg_mechs(cred, &nothing));
    }
    ck_ok(cred_token_encode(cred, &parts, &token));
    ck_ok(cred_token_decode(buf_bytes(&token), &read, &parts));
    ck_assert_int_eq(read->name->kind, NAME_SERVICE);
    ck_assert_int_eq(cred_has_ntlm(read, GSS_C_ACCEPT), !restricted);
    ck_assert(!cred_has_ntlm(read, GSS_C_INITIATE));
    ck_assert_uint_eq(parts.of[GLUE_CRED_KRB5].n, 0);
}

/* A restriction that the token cannot hold is an error; leaving it out would allow every
 * mechanism. */
TEST(too_many_restrictions)
{
    struct cred_glue_tokens parts = {{NO_TOKEN, NO_TOKEN}};
    static uint8_t bodies[255];
    gss_OID_desc mechs[255];
    gss_OID_set_desc set = {254, mechs};
    BUF_AUTO fits = BUF_INIT;
    BUF_AUTO token = BUF_INIT;
    CRED_AUTO *cred = example();

    for (size_t i = 0; i < 255; i++) {
        bodies[i] = (uint8_t)i;
        mechs[i] = (gss_OID_desc){1, &bodies[i]};
    }
    ck_ok(cred_set_neg_mechs(cred, &set));
    ck_ok(cred_token_encode(cred, &parts, &fits));
    set.count = 255;
    ck_ok(cred_set_neg_mechs(cred, &set));
    ck_err(cred_token_encode(cred, &parts, &token), ERR_TOO_LARGE);
}

static void ck_refused(struct bytes token)
{
    struct mech_cred *read;
    struct cred_glue_tokens parts;

    ck_err(cred_token_decode(token, &read, &parts), ERR_EXPORTED);
    ck_assert_ptr_null(read);
    ck_assert_uint_eq(parts.of[GLUE_CRED_BUILTIN].n, 0);
}

TEST(truncated_everywhere)
{
    BUF_AUTO token = BUF_INIT;

    encode_example(&token);
    for (size_t n = 0; n < token.n; n++) {
        ck_refused(bytes_of(token.p, n));
    }
    buf_append_u8(&token, 0);
    ck_refused(buf_bytes(&token));
}

TEST(flipped_everywhere)
{
    BUF_AUTO token = BUF_INIT;

    encode_example(&token);
    for (size_t bit = 0; bit < token.n * 8; bit++) {
        token.p[bit / 8] = (uint8_t)(token.p[bit / 8] ^ (1u << bit % 8));
        ck_refused(buf_bytes(&token));
        token.p[bit / 8] = (uint8_t)(token.p[bit / 8] ^ (1u << bit % 8));
    }
}

/* Forgeries with a right checksum: {byte, value}. */
static const struct {
    size_t at;
    uint8_t value;
    enum err expected;
} forged[] = {
    {8, 1, ERR_EXPORTED},     /* version */
    {9, 3, ERR_EXPORTED},     /* usage */
    {15, 9, ERR_EXPORTED},    /* kind of name */
    {16, 0xff, ERR_EXPORTED}, /* a length beyond all */
    {20, 0, ERR_UTF8},        /* a NUL in the user's name */
};

/* Makes the checksum right again and reads the token. */
static void ck_forged(struct buf *token, enum err expected)
{
    KEY_AUTO checksum;
    struct mech_cred *read;
    struct cred_glue_tokens parts;
    struct bytes body = bytes_of(token->p, token->n - sizeof(checksum.b));

    ck_ok(crypto_md5(&body, 1, &checksum));
    memcpy(token->p + body.n, checksum.b, sizeof(checksum.b));
    ck_err(cred_token_decode(buf_bytes(token), &read, &parts), expected);
    ck_assert_ptr_null(read);
}

TEST_TABLE(forged_with_checksum, forged)
{
    BUF_AUTO token = BUF_INIT;

    encode_example(&token);
    token.p[row->at] = row->value;
    ck_forged(&token, row->expected);
}

/* Changes one mechanism of four zero bytes to two mechanisms of no bytes. */
TEST(a_mechanism_without_an_oid)
{
    static uint8_t zeros[4];
    gss_OID_desc mech = {sizeof(zeros), zeros};
    gss_OID_set_desc set = {1, &mech};
    struct cred_glue_tokens parts = {{NO_TOKEN, NO_TOKEN}};
    const struct bytes list = hex("01 00000004 00000000");
    BUF_AUTO token = BUF_INIT;
    CRED_AUTO *cred = example();
    uint8_t *at;

    ck_ok(cred_set_neg_mechs(cred, &set));
    ck_ok(cred_token_encode(cred, &parts, &token));
    at = memmem(token.p, token.n, list.p, list.n);
    ck_assert_ptr_nonnull(at);
    at[0] = 2;
    at[4] = 0;
    ck_forged(&token, ERR_EXPORTED);
}

/* Users of a token with a right checksum: {a part of them, what replaces it}. */
static const struct {
    const char *part;
    const char *forged;
} users[] = {
    {"00000002 00000012", "00000101 00000012"}, /* more than 256 users */
    {"00000002 00000012", "00000003 00000012"},
    {"00000002 00000012", "00000001 00000012"},
    {"68747470 2f737276", "68747470 2f2f7276"}, /* http//rv */
    {"02000000 12687474", "02000000 ff687474"},
    {"4144 00 33333333", "4144 02 33333333"}, /* cached is neither 0 nor 1 */
};

TEST_TABLE(forged_users, users)
{
    const struct bytes part = hex(row->part);
    BUF_AUTO token = BUF_INIT;
    uint8_t *at;

    encode_example(&token);
    at = memmem(token.p, token.n, part.p, part.n);
    ck_assert_ptr_nonnull(at);
    memcpy(at, hex(row->forged).p, part.n);
    ck_forged(&token, ERR_EXPORTED);
}
