/* SPDX-License-Identifier: ISC */
/* Unit tests of ntlm/unverified_identity: the form of AUTHENTICATE, before the proof. */
#include "ntlm/unverified_identity.h"

#include "ntlm/flags.h"
#include "tests/lib/harness.h"

static enum err read_back(const struct ntlm_authenticate *message,
                          struct identity *identity, struct buf *encoded)
{
    *identity = (struct identity){0};
    authenticate_encode(encoded, message);
    ck_ok(buf_status(encoded));
    return identity_read(identity, buf_bytes(encoded));
}

static enum err read_only(const struct ntlm_authenticate *message)
{
    BUF_AUTO encoded = BUF_INIT;
    struct identity identity;
    enum err e = read_back(message, &identity, &encoded);

    identity_cleanup(&identity);
    return e;
}

/* Lengths of LM and NT response, [MS-NLMP] 2.2.2.3-2.2.2.8 and 3.2.5.1.2. */
static const struct {
    size_t lm;
    size_t nt;
    enum err err;
} RESPONSES[] = {
    {24, 24, ERR_NTLM_LEVEL},
    {0, 24, ERR_NTLM_LEVEL},
    {24, 0, ERR_NTLM_LEVEL},
    {0, 0, ERR_OK},
    {1, 0, ERR_OK},
    {2, 0, ERR_NTLM_RESPONSE},
    {16, 0, ERR_NTLM_RESPONSE},
    {24, 1, ERR_NTLM_RESPONSE},
    {24, 23, ERR_NTLM_RESPONSE},
    {24, 25, ERR_NTLM_RESPONSE},
    {24, 43, ERR_NTLM_RESPONSE},
    {23, 48, ERR_NTLM_RESPONSE},
    {1, 48, ERR_NTLM_RESPONSE},
    {25, 48, ERR_NTLM_RESPONSE},
    {24, 44, ERR_NTLM_AVPAIR},
    {0, 44, ERR_NTLM_AVPAIR},
    {24, 48, ERR_OK},
    {0, 48, ERR_OK},
    {24, 52, ERR_OK},
};

TEST_TABLE(responses_have_lengths_that_exist, RESPONSES)
{
    static const uint8_t lm[32];
    uint8_t nt[64] = {0};
    BUF_AUTO encoded = BUF_INIT;
    struct identity identity;
    struct ntlm_authenticate message = {
        .flags = NTLM_UNICODE,
        .lm_response = bytes_of(lm, row->lm),
        .nt_response = bytes_of(nt, row->nt),
        .user = bytes_of("a", 2),
    };

    nt[16] = 1; /* RespType, HiRespType: 2.2.2.7 */
    nt[17] = 1;
    ck_err(read_back(&message, &identity, &encoded), row->err);
    if (row->err == ERR_OK) {
        ck_assert(identity.anonymous == (row->nt == 0));
        ck_assert_uint_eq(identity.avs.n, 0);
    }
    identity_cleanup(&identity);
}

TEST_TIMES(response_types_are_one, 2)
{
    uint8_t nt[48] = {0};
    struct ntlm_authenticate message = {
        .flags = NTLM_UNICODE,
        .nt_response = bytes_of(nt, sizeof(nt)),
    };

    nt[16] = 1;
    nt[17] = 1;
    ck_ok(read_only(&message));
    nt[16 + _i] = 2;
    ck_err(read_only(&message), ERR_NTLM_RESPONSE);
}

/* Z(1) of 3.2.5.1.2 is a zero byte. */
TEST(anonymous_lm_byte_is_zero)
{
    struct ntlm_authenticate message = {.flags = NTLM_UNICODE,
                                        .lm_response = bytes_str("\1")};

    ck_err(read_only(&message), ERR_NTLM_RESPONSE);
}

TEST_TIMES(names_are_utf16, 3)
{
    struct ntlm_authenticate message = {.flags = NTLM_UNICODE | NTLM_OEM};
    struct bytes *names[] = {&message.user, &message.domain, &message.workstation};

    *names[_i] = bytes_of("\0\xd8", 2); /* half of a surrogate pair */
    ck_err(read_only(&message), ERR_UTF16);
    *names[_i] = bytes_of("a\0b", 3);
    ck_err(read_only(&message), ERR_UTF16);
}

/* For a refused login the audit gets a whole name or none, and never half of one. */
TEST_TIMES(half_a_name_is_left_out, 3)
{
    struct ntlm_authenticate message = {.flags = NTLM_UNICODE};
    struct bytes *names[] = {&message.user, &message.domain, &message.workstation};
    BUF_AUTO encoded = BUF_INIT;
    struct identity identity;

    *names[_i] = bytes_of("a\0b\0\0\xd8", 6);
    ck_err(read_back(&message, &identity, &encoded), ERR_UTF16);
    ck_assert_uint_eq(identity.user.n + identity.domain.n + identity.workstation.n, 0);
    identity_cleanup(&identity);
}

TEST_TIMES(oem_names_are_ascii, 3)
{
    struct ntlm_authenticate message = {.flags = NTLM_OEM};
    struct bytes *names[] = {&message.user, &message.domain, &message.workstation};

    *names[_i] = bytes_str("al\xefse");
    ck_err(read_only(&message), ERR_NTLM_CHARSET);
    *names[_i] = bytes_of("a\0", 2);
    ck_err(read_only(&message), ERR_NTLM_CHARSET);
    *names[_i] = bytes_str("alice");
    ck_ok(read_only(&message));
}

TEST(one_character_set_is_needed)
{
    struct ntlm_authenticate message = {.flags = NTLM_NTLM};

    ck_err(read_only(&message), ERR_NTLM_CHARSET);
}

TEST_TIMES(names_come_in_both_forms, 2)
{
    static const struct bytes wanted16 = {(const uint8_t *)"a\0b", 4};
    BUF_AUTO encoded = BUF_INIT;
    struct identity identity;
    struct ntlm_authenticate message = {
        .flags = _i == 0 ? NTLM_UNICODE : NTLM_OEM,
        .user = _i == 0 ? wanted16 : bytes_str("ab"),
        .domain = _i == 0 ? wanted16 : bytes_str("ab"),
        .workstation = _i == 0 ? wanted16 : bytes_str("ab"),
    };

    ck_ok(read_back(&message, &identity, &encoded));
    ck_bytes(buf_bytes(&identity.user_utf16), wanted16);
    ck_bytes(buf_bytes(&identity.domain_utf16), wanted16);
    ck_bytes(buf_bytes(&identity.user), bytes_str("ab"));
    ck_bytes(buf_bytes(&identity.domain), bytes_str("ab"));
    ck_bytes(buf_bytes(&identity.workstation), bytes_str("ab"));
    identity_cleanup(&identity);
}
