/* SPDX-License-Identifier: ISC */
/* Unit tests of ntlm/session, ntlm/message_input and base/clock. */
#include "ntlm/session.h"

#include "base/clock.h"
#include "ntlm/authority.h"
#include "ntlm/message_input.h"
#include "tests/lib/harness.h"

#include <time.h>

TEST(protects_by_sign_or_seal_and_a_key)
{
    struct ntlm_session s = {.role = ROLE_ACCEPTOR};

    ck_assert(!ntlm_session_protects(&s));
    s.flags = NTLM_ALWAYS_SIGN | NTLM_ESS;
    ck_assert(!ntlm_session_protects(&s));
    s.flags = NTLM_SIGN;
    ck_assert(ntlm_session_protects(&s));
    s.flags = NTLM_SEAL;
    ck_assert(ntlm_session_protects(&s));
    s.anonymous = true;
    ck_assert(!ntlm_session_protects(&s));
    s.anonymous = false;
    s.guest = true;
    ck_assert(!ntlm_session_protects(&s));
}

/* [MS-NLMP] 3.1.5.1.2: KEY_EXCH together with SIGN or SEAL (or connectionless). */
TEST(key_is_exchanged_only_with_protection)
{
    ck_assert(!ntlm_flags_exchange_key(NTLM_KEY_EXCH | NTLM_ALWAYS_SIGN));
    ck_assert(!ntlm_flags_exchange_key(NTLM_SIGN | NTLM_SEAL | NTLM_DATAGRAM));
    ck_assert(ntlm_flags_exchange_key(NTLM_KEY_EXCH | NTLM_SIGN));
    ck_assert(ntlm_flags_exchange_key(NTLM_KEY_EXCH | NTLM_SEAL));
    ck_assert(ntlm_flags_exchange_key(NTLM_KEY_EXCH | NTLM_DATAGRAM));
}

TEST(cleanup_wipes_and_keeps_the_role)
{
    struct ntlm_session s = {.role = ROLE_ACCEPTOR, .flags = 7, .bound = true};
    static const struct ntlm_key zero;

    s.exported_session_key.b[3] = 9;
    buf_append_text(&s.user, "alice");
    buf_append_text(&s.sids, "S-1-1-0");
    ntlm_session_cleanup(&s);
    ck_bytes(bytes_of(s.exported_session_key.b, 16), bytes_of(zero.b, 16));
    ck_assert(s.role == ROLE_ACCEPTOR && s.flags == 0 && !s.bound);
    ck_assert_ptr_null(s.user.p);
    ntlm_session_cleanup(&s);

    struct authority_answer answer = AUTHORITY_ANSWER_INIT;
    answer.session_base_key.b[0] = 1;
    buf_append_text(&answer.user, "alice");
    authority_answer_cleanup(&answer);
    ck_bytes(bytes_of(answer.session_base_key.b, 16), bytes_of(zero.b, 16));
    ck_assert_ptr_null(answer.user.p);
}

static const struct {
    const char *token;
    enum err err;
    enum message_input input;
} TOKENS[] = {
    {"", ERR_OK, INPUT_NOTHING},
    {"4e544c4d53535000 01000000", ERR_OK, INPUT_NEGOTIATE},
    {"4e544c4d53535000 02000000", ERR_OK, INPUT_CHALLENGE},
    {"4e544c4d53535000 03000000 00", ERR_OK, INPUT_AUTHENTICATE},
    {"4e544c4d53535000 00000000", ERR_NTLM_TYPE, INPUT_NOTHING},
    {"4e544c4d53535000 04000000", ERR_NTLM_TYPE, INPUT_NOTHING},
    {"4e544c4d53535000 01000001", ERR_NTLM_TYPE, INPUT_NOTHING},
    {"4e544c4d53535000 010000", ERR_TRUNCATED, INPUT_NOTHING},
    {"4e544c4d535350", ERR_NTLM_SIGNATURE, INPUT_NOTHING},
    {"4e544c4d53535001 01000000", ERR_NTLM_SIGNATURE, INPUT_NOTHING},
    {"60", ERR_NTLM_SIGNATURE, INPUT_NOTHING},
};

TEST_TABLE(tokens_are_classified_by_signature_and_type, TOKENS)
{
    enum message_input input = INPUT_AUTHENTICATE;

    ck_err(message_input_classify(hex(row->token), &input), row->err);
    ck_assert_int_eq(input, row->input);
}

TEST(tokens_are_capped)
{
    BUF_AUTO token = BUF_INIT;
    enum message_input input;

    buf_append(&token, hex("4e544c4d53535000 01000000"));
    buf_append_zeros(&token, NTLM_MESSAGE_MAX - token.n);
    ck_ok(message_input_classify(buf_bytes(&token), &input));
    buf_append_u8(&token, 0);
    ck_err(message_input_classify(buf_bytes(&token), &input), ERR_TOO_LARGE);
}

/* [MS-DTYP] 2.3.3: 100 ns since 1601; 1970-01-01 is 116444736000000000. */
static uint64_t system_filetime(void)
{
    struct timespec now;

    ck_assert_int_eq(clock_gettime(CLOCK_REALTIME, &now), 0);
    return UINT64_C(116444736000000000) + (uint64_t)now.tv_sec * 10000000 +
           (uint64_t)now.tv_nsec / 100;
}

TEST(filetime_is_now)
{
    uint64_t earlier = system_filetime();
    uint64_t now = clock_filetime();
    uint64_t later = system_filetime();

    ck_assert(earlier <= now && now <= later);
    uint64_t before = clock_uptime_ms();
    ck_assert(clock_uptime_ms() - before < 5000);
}
