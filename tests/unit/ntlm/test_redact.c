/* SPDX-License-Identifier: ISC */
/* The bytes of a token that a trace shows: no part of a secret, also of mutants. */
#include "ntlm/redact.h"

#include "asn1/negtoken.h"
#include "tests/lib/table.h"
#include "tests/unit/ntlm/fields.h"
#include "tests/unit/ntlm/messages.h"

#include <string.h>

#define ZEROS_24 "000000000000000000000000000000000000000000000000"
#define KRB5     "2a864886f712010202"

/* Makes an AUTHENTICATE with an LM response of zeros, as beside NTLMv2. */
static struct bytes without_lm(struct buf *out)
{
    ck_ok(buf_dup(out, hex(AUTHENTICATE)));
    buf_set(out, 108, hex(ZEROS_24));
    return buf_bytes(out);
}

static void check(struct bytes token, const char *places, const size_t *hidden, size_t n)
{
    struct redacted r = REDACTED_INIT;
    BUF_AUTO wanted = BUF_INIT;

    ck_ok(redact_token(token, &r));
    ck_assert_str_eq(buf_cstr(&r.zeroed), places);
    ck_ok(buf_dup(&wanted, token));
    for (size_t i = 0; i < n; i += 2) {
        memset(wanted.p + hidden[i], 0, hidden[i + 1]);
    }
    ck_assert(bytes_equal(buf_bytes(&r.bytes), buf_bytes(&wanted)));
    redacted_cleanup(&r);
}

TEST(nothing_is_hidden_in_negotiate_and_challenge)
{
    check(hex(NEGOTIATE), "", NULL, 0);
    check(hex(CHALLENGE), "", NULL, 0);
}

TEST(the_secrets_of_authenticate)
{
    const size_t all[] = {108, 40, 164, 8, 212, 20};
    const size_t no_lm[] = {132, 16, 164, 8, 212, 20};
    BUF_AUTO authenticate = BUF_INIT;

    check(hex(AUTHENTICATE), "108+40,164+8,212+20", all, N(all));
    check(without_lm(&authenticate), "132+16,164+8,212+20", no_lm, N(no_lm));
}

/* Of NTLMv1, the whole response is secret. */
TEST(a_response_without_parts)
{
    const size_t all[] = {108, 48, 156, 60, 216, 16};
    BUF_AUTO message = BUF_INIT;

    ck_ok(buf_dup(&message, hex(AUTHENTICATE)));
    patch_u16le(&message, 20, 24);
    check(buf_bytes(&message), "108+124", all, N(all));
}

/* Wraps a token in SPNEGO, with a mechListMIC of NTLM's length, which is not secret. */
static void wrap(struct buf *out, struct bytes inner, struct bytes mic)
{
    const struct negtoken_resp resp = {
        .has_token = true, .token = inner, .has_mic = mic.n > 0, .mic = mic};

    negtoken_resp_encode(out, &resp);
    ck_ok(buf_status(out));
}

TEST(in_spnego)
{
    BUF_AUTO token = BUF_INIT;
    BUF_AUTO places = BUF_INIT;
    const struct bytes authenticate = hex(AUTHENTICATE);
    const struct bytes mic = hex("01000000 1122334455667788 00000000");
    size_t at;

    wrap(&token, authenticate, mic);
    at = token.n - authenticate.n - mic.n - 4;
    buf_printf(&places, "%zu+40,%zu+8,%zu+20", at + 108, at + 164, at + 212);
    check(buf_bytes(&token), buf_cstr(&places),
          (size_t[]){at + 108, 40, at + 164, 8, at + 212, 20}, 6);
}

/* Some peers repeat the token in the place of the MIC. */
TEST(a_mic_that_repeats_the_token)
{
    BUF_AUTO token = BUF_INIT;
    BUF_AUTO places = BUF_INIT;
    const struct bytes challenge = hex(CHALLENGE);
    const struct bytes authenticate = hex(AUTHENTICATE);

    wrap(&token, challenge, authenticate);
    buf_printf(&places, "%zu+%zu", token.n - authenticate.n, authenticate.n);
    check(buf_bytes(&token), buf_cstr(&places),
          (size_t[]){token.n - authenticate.n, authenticate.n}, 2);
}

/* {token, places}: tokens of other mechanisms, in a frame and without one, in SPNEGO and
 * alone. */
static const struct {
    const char *token;
    const char *places;
} others[] = {
    {"6010 0609" KRB5 "0100 6e0411", "13+5"},
    {"6e820405060708", "1+6"},
    {"a119 3017 a215 0413 6011 0609" KRB5 "0100 6e820300", "21+6"},
    {"a10b 3009 a207 0405 6e03010203", "9+4"},
    {"a10a 3008 a206 0404 01020304", "8+4"},
    {"a10a 3008 a206 0404 00000000", ""},
};

TEST_TABLE(another_mechanism_shows_only_its_frame, others)
{
    struct redacted r = REDACTED_INIT;

    ck_ok(redact_token(hex(row->token), &r));
    ck_assert_str_eq(buf_cstr(&r.zeroed), row->places);
    ck_assert_uint_eq(r.bytes.n, hex(row->token).n);
    redacted_cleanup(&r);
}

/* {token, error}. */
static const struct {
    const char *token;
    enum err e;
} unknown[] = {
    {"", ERR_TOKEN_UNKNOWN},
    {"00", ERR_TOKEN_UNKNOWN},
    {"4e544c4d53535000", ERR_TRUNCATED},
    {"4e544c4d53535000 04000000 00000000", ERR_NTLM_TYPE},
    {"600f 0609" KRB5 "0100 6e0411", ERR_DER},
    {"6005 0603 2b8001 00", ERR_DER},
    {"60", ERR_TRUNCATED},
    {"a107 3005 a003 0a0104", ERR_NEG_STATE},
    {"a10a 3008 a206 0404 60020304", ERR_DER},
};

static void check_unknown(struct bytes token, enum err wanted)
{
    struct redacted r = REDACTED_INIT;

    ck_err(redact_token(token, &r), wanted);
    ck_assert_uint_eq(r.bytes.n + r.zeroed.n, 0);
}

TEST_TABLE(what_is_not_understood_is_not_shown, unknown)
{
    check_unknown(hex(row->token), row->e);
}

TEST(a_response_of_another_form)
{
    static const size_t places[] = {16, 17, 18, 23, 40, 43};

    for (size_t i = 0; i < N(places); i++) {
        BUF_AUTO message = BUF_INIT;

        ck_ok(buf_dup(&message, hex(AUTHENTICATE)));
        message.p[132 + places[i]] ^= 0x80;
        check_unknown(buf_bytes(&message), ERR_NTLM_RESPONSE);
    }
}

TEST(malformed_av_pairs)
{
    BUF_AUTO message = BUF_INIT;
    BUF_AUTO challenge = BUF_INIT;

    ck_ok(buf_dup(&message, hex(AUTHENTICATE)));
    patch_u16le(&message, 132 + 46, 0xffff);
    check_unknown(buf_bytes(&message), ERR_NTLM_AVPAIR);
    ck_ok(buf_dup(&challenge, hex(CHALLENGE)));
    patch_u16le(&challenge, 70, 0xffff);
    check_unknown(buf_bytes(&challenge), ERR_NTLM_AVPAIR);
}

TEST(a_token_that_is_too_large)
{
    BUF_AUTO token = BUF_INIT;

    buf_append_u8(&token, 0x6e);
    buf_append_zeros(&token, NEGTOKEN_MAX_LEN);
    check_unknown(buf_bytes(&token), ERR_TOO_LARGE);
}

/* Checks that no four consecutive bytes of the secret are shown. */
static void check_has_no(struct bytes shown, struct bytes secret, const char *name)
{
    for (size_t i = 0; i + 4 <= secret.n; i++) {
        ck_assert_msg(memmem(shown.p, shown.n, secret.p + i, 4) == NULL, "%s shows",
                      name);
    }
}

static void check_no_secret(struct bytes token, void *arg)
{
    struct redacted r = REDACTED_INIT;

    (void)arg;
    if (redact_token(token, &r) == ERR_OK) {
        ck_assert_uint_eq(r.bytes.n, token.n);
        check_has_no(buf_bytes(&r.bytes), hex(LMV2), "the LM response");
        check_has_no(buf_bytes(&r.bytes), hex(PROOF), "the NTProofStr");
        check_has_no(buf_bytes(&r.bytes), hex(ENCRYPTED_KEY), "the session key");
    } else {
        ck_assert_uint_eq(r.bytes.n + r.zeroed.n, 0);
    }
    redacted_cleanup(&r);
}

TEST(secrets_of_mutants)
{
    mutate_truncate(hex(AUTHENTICATE), check_no_secret, NULL);
    mutate_flip(hex(AUTHENTICATE), check_no_secret, NULL);
    for (size_t at = 12; at <= 52; at += 8) {
        each_place(hex(AUTHENTICATE), at, check_no_secret, NULL);
    }
}

/* An AUTHENTICATE whose type is changed to that of another message still has its
 * responses. */
TEST(secrets_of_another_type)
{
    for (unsigned type = 0; type < 256; type++) {
        BUF_AUTO message = BUF_INIT;

        ck_ok(buf_dup(&message, hex(AUTHENTICATE)));
        message.p[8] = (uint8_t)type;
        check_no_secret(buf_bytes(&message), NULL);
    }
}

TEST(secrets_of_mutants_in_spnego)
{
    BUF_AUTO token = BUF_INIT;

    wrap(&token, hex(AUTHENTICATE), hex("01000000 1122334455667788 00000000"));
    mutate_truncate(buf_bytes(&token), check_no_secret, NULL);
    mutate_flip(buf_bytes(&token), check_no_secret, NULL);
}
