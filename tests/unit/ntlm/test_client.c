/* SPDX-License-Identifier: ISC */
/* Unit tests of ntlm/client and ntlm/reply: NEGOTIATE, AUTHENTICATE, states. */
#include "base/reader.h"
#include "ntlm/client.h"

#include "base/clock.h"
#include "ntlm/authenticate.h"
#include "ntlm/challenge.h"
#include "ntlm/negotiate.h"
#include "tests/lib/patch.h"
#include "tests/unit/ntlm/peers.h"

#include <string.h>

#define BASE                                                                             \
    ((uint32_t)(NTLM_UNICODE | NTLM_REQUEST_TARGET | NTLM_NTLM | NTLM_ALWAYS_SIGN |      \
                NTLM_ESS | NTLM_VERSION | NTLM_128 | NTLM_56))
#define GRANTED       ((uint32_t)(BASE | NTLM_TARGET_INFO))

#define NAMES_HEX     "01000200 4300 "
#define TIMESTAMP_HEX "07000800 0102030405060708 "
#define EOL_HEX       "00000000"

static const struct {
    bool sign;
    bool seal;
    bool datagram;
    bool identify;
    bool anonymous;
    uint32_t mask;
    uint32_t offered;
} OFFERS[] = {
    {false, false, false, false, false, 0, BASE},
    {true, false, false, false, false, 0, BASE | NTLM_SIGN | NTLM_KEY_EXCH},
    {false, true, false, false, false, 0, BASE | NTLM_SIGN | NTLM_SEAL | NTLM_KEY_EXCH},
    {false, false, true, false, false, 0, BASE | NTLM_DATAGRAM | NTLM_KEY_EXCH},
    {false, false, false, true, false, 0, BASE | NTLM_IDENTIFY},
    {true, true, true, false, true, 0, BASE | NTLM_DATAGRAM},
    {true, false, false, false, false, ~(uint32_t)NTLM_128,
     (BASE | NTLM_SIGN | NTLM_KEY_EXCH) & ~(uint32_t)NTLM_128},
    /* KEY_EXCH alone has no meaning */
    {true, false, false, false, false, ~(uint32_t)NTLM_SIGN, BASE},
};

TEST_TABLE(negotiate_offers_what_is_wanted, OFFERS)
{
    struct peers p;
    struct ntlm_negotiate negotiate;

    peers_init(&p);
    p.client_params.sign = row->sign;
    p.client_params.seal = row->seal;
    p.client_params.datagram = row->datagram;
    p.client_params.identify = row->identify;
    p.client_params.anonymous = row->anonymous;
    p.client_params.offered_flags = row->mask;
    peers_begin(&p);
    ck_ok(negotiate_decode(buf_bytes(&p.negotiate), &negotiate));
    ck_assert_uint_eq(negotiate.flags, row->offered);
    peers_free(&p);
}

/* Gives a client at its second step a CHALLENGE made by hand. */
static enum err give(struct peers *p, uint32_t flags, const char *target_info)
{
    struct ntlm_challenge challenge = {
        .flags = flags,
        .server_challenge = {1, 2, 3, 4, 5, 6, 7, 8},
        .target_info = hex(target_info),
    };

    peers_begin(p);
    buf_cleanup(&p->challenge);
    challenge_encode(&p->challenge, &challenge);
    patch_u32le(&p->challenge, 20, flags);
    return ntlm_client_step(p->client, buf_bytes(&p->challenge), &p->client_bindings,
                            &p->authenticate);
}

static const struct {
    uint32_t flags;
    const char *target_info;
    enum err err;
} CHALLENGES[] = {
    {GRANTED, EOL_HEX, ERR_OK},
    {GRANTED, "", ERR_OK},
    {GRANTED | NTLM_OEM, EOL_HEX, ERR_OK},
    {GRANTED & ~(uint32_t)NTLM_UNICODE, EOL_HEX, ERR_NTLM_CHARSET},
    {(GRANTED | NTLM_OEM) & ~(uint32_t)NTLM_UNICODE, EOL_HEX, ERR_NTLM_CHARSET},
    {GRANTED & ~(uint32_t)NTLM_ESS, EOL_HEX, ERR_NTLM_FLAGS},
    {GRANTED & ~(uint32_t)NTLM_NTLM, EOL_HEX, ERR_NTLM_FLAGS},
    {0, EOL_HEX, ERR_NTLM_CHARSET},
    {GRANTED, NAMES_HEX EOL_HEX "00000000", ERR_OK},
    {GRANTED, NAMES_HEX, ERR_NTLM_AVPAIR},
    {GRANTED, TIMESTAMP_HEX TIMESTAMP_HEX EOL_HEX, ERR_NTLM_AVPAIR},
    {GRANTED, "07000400 01020304 " EOL_HEX, ERR_NTLM_AVPAIR},
    {GRANTED, "0100ffff 4300 " EOL_HEX, ERR_NTLM_AVPAIR},
    /* 2.2.1.2: TargetInfo is ignored if its flag is not set */
    {BASE, NAMES_HEX, ERR_OK},
};

TEST_TABLE(challenge_must_grant_what_ntlmv2_needs, CHALLENGES)
{
    struct peers p;

    peers_init(&p);
    ck_err(give(&p, row->flags, row->target_info), row->err);
    ck_assert((p.authenticate.n > 0) == (row->err == ERR_OK));
    ck_assert((ntlm_client_session(p.client) != NULL) == (row->err == ERR_OK));
    peers_free(&p);
}

/* A flag that was never offered does not get into force. */
TEST(server_cannot_grant_more)
{
    struct peers p;
    struct ntlm_authenticate a;

    peers_init(&p);
    ck_ok(give(&p, UINT32_MAX, EOL_HEX));
    ck_assert_uint_eq(ntlm_client_session(p.client)->flags, BASE);
    ck_ok(authenticate_decode(buf_bytes(&p.authenticate), &a));
    ck_assert_uint_eq(a.flags, BASE);
    ck_assert_uint_eq(a.session_key.n, 0);
    peers_free(&p);
}

static void response_pairs(const struct ntlm_authenticate *a, struct avpair_list *out)
{
    struct bytes rest = a->nt_response;
    struct bytes header;

    ck_ok(bytes_consume(&rest, NTLM_V2_RESPONSE_MIN, &header));
    ck_ok(avpair_decode(rest, out));
}

static uint64_t response_time(const struct ntlm_authenticate *a)
{
    struct reader r = reader_of(a->nt_response);
    uint64_t time;

    (void)reader_consume(&r, NTLM_PROOF_LEN + 8);
    time = reader_u64le(&r);
    ck_ok(reader_status(&r));
    return time;
}

/* [MS-NLMP] 3.1.5.1.2: with a Timestamp: its time, a MIC, 24 zeros for LMv2. */
TEST(timestamp_brings_a_mic)
{
    static const uint8_t zeros[24];
    struct peers p;
    struct ntlm_authenticate a;
    struct avpair_list avs;

    peers_init(&p);
    ck_ok(give(&p, GRANTED, NAMES_HEX TIMESTAMP_HEX EOL_HEX));
    ck_ok(authenticate_decode(buf_bytes(&p.authenticate), &a));
    response_pairs(&a, &avs);
    ck_assert_uint_eq(avs.flags, AV_FLAG_MIC);
    ck_assert(!avs.has_bindings && avs.has_target_name);
    ck_assert_uint_eq(response_time(&a), UINT64_C(0x0807060504030201));
    ck_bytes(a.lm_response, bytes_of(zeros, sizeof(zeros)));
    ck_assert(a.has_mic && memcmp(a.mic.p, zeros, 16) != 0);
    ck_assert(ntlm_client_session(p.client)->mic_flag);
    peers_free(&p);
}

/* Without one: our own time, no MIC, an LMv2 response. */
TEST(no_timestamp_no_mic)
{
    static const uint8_t zeros[24];
    struct peers p;
    struct ntlm_authenticate a;
    struct avpair_list avs;
    struct ntlm_key ntowfv2;
    uint8_t lmv2[NTLM_V1_RESPONSE_LEN];

    peers_init(&p);
    ck_ok(give(&p, GRANTED, NAMES_HEX EOL_HEX));
    ck_ok(authenticate_decode(buf_bytes(&p.authenticate), &a));
    response_pairs(&a, &avs);
    ck_assert(!avs.has_flags && !avs.has_timestamp);
    ck_assert(clock_filetime() - response_time(&a) < UINT64_C(50000000));
    ck_bytes(a.mic, bytes_of(zeros, 16));
    ck_assert(!ntlm_client_session(p.client)->mic_flag);
    ck_ok(kdf_ntowfv2(&p.nt_hash, a.user, a.domain, &ntowfv2));
    ck_ok(kdf_lmv2_response(&ntowfv2, (const uint8_t[]){1, 2, 3, 4, 5, 6, 7, 8},
                            a.lm_response.p + 16, lmv2));
    ck_bytes(a.lm_response, bytes_of(lmv2, sizeof(lmv2)));
    peers_free(&p);
}

TEST(bindings_are_sent_when_given)
{
    struct peers p;
    struct ntlm_authenticate a;
    struct avpair_list avs;

    peers_init(&p);
    p.client_bindings.present = true;
    p.client_params.target_name = bytes_str("");
    memset(p.client_bindings.md5, 3, sizeof(p.client_bindings.md5));
    ck_ok(give(&p, GRANTED, NAMES_HEX TIMESTAMP_HEX EOL_HEX));
    ck_ok(authenticate_decode(buf_bytes(&p.authenticate), &a));
    response_pairs(&a, &avs);
    ck_assert(avs.has_bindings && !avs.has_target_name);
    ck_bytes(avs.bindings, bytes_of(p.client_bindings.md5, 16));
    peers_free(&p);
}

TEST(anonymous_has_no_response)
{
    struct peers p;
    struct ntlm_authenticate a;

    peers_init(&p);
    p.client_params.anonymous = true;
    p.client_params.sign = true;
    ck_ok(give(&p, GRANTED, NAMES_HEX TIMESTAMP_HEX EOL_HEX));
    ck_ok(authenticate_decode(buf_bytes(&p.authenticate), &a));
    ck_assert_uint_eq(a.flags, BASE | NTLM_ANONYMOUS);
    ck_assert_uint_eq(a.nt_response.n, 0);
    ck_bytes(a.lm_response, bytes_of("", 1));
    ck_assert_uint_eq(a.user.n + a.domain.n + a.session_key.n, 0);
    ck_assert(ntlm_client_session(p.client)->anonymous);
    ck_assert(!ntlm_session_protects(ntlm_client_session(p.client)));
    peers_free(&p);
}

static const struct {
    bool second;
    const char *token;
    enum err err;
} STRAYS[] = {
    {false, "4e544c4d53535000 01000000", ERR_STATE},
    {false, "4e544c4d53535000 02000000", ERR_STATE},
    {false, "00", ERR_NTLM_SIGNATURE},
    {true, "", ERR_STATE},
    {true, "4e544c4d53535000 01000000", ERR_STATE},
    {true, "4e544c4d53535000 03000000", ERR_STATE},
    {true, "4e544c4d53535000 02000000", ERR_TRUNCATED},
    {true, "4e544c4d53535000 09000000", ERR_NTLM_TYPE},
    {true, "a1073005a0030a0102", ERR_NTLM_SIGNATURE},
};

TEST_TABLE(stray_tokens_are_refused, STRAYS)
{
    struct peers p;
    BUF_AUTO out = BUF_INIT;

    peers_init(&p);
    peers_begin(&p);
    if (!row->second) {
        ntlm_client_free(p.client);
        ck_ok(ntlm_client_new(&p.client_params, &p.client));
    }
    ck_err(ntlm_client_step(p.client, hex(row->token), NULL, &out), row->err);
    ck_assert(!ntlm_client_is_done(p.client));
    ck_assert_ptr_null(ntlm_client_session(p.client));
    ck_assert_uint_eq(out.n, 0);
    peers_free(&p);
}

/* A second answer, to the same CHALLENGE or to another one, would use one login twice. */
TEST(one_challenge_is_answered)
{
    struct peers p;
    BUF_AUTO again = BUF_INIT;

    peers_init(&p);
    peers_begin(&p);
    peers_reply(&p);
    ck_err(ntlm_client_step(p.client, buf_bytes(&p.challenge), NULL, &again), ERR_STATE);
    ck_assert_uint_eq(again.n, 0);
    peers_free(&p);
}

TEST(captured_challenge_is_answered)
{
    struct peers p;
    struct bytes challenge = vector("ntlm-capture-freerdp.json", "challenge");

    peers_init(&p);
    peers_begin(&p);
    ck_ok(ntlm_client_step(p.client, challenge, NULL, &p.authenticate));
    ck_assert(ntlm_client_session(p.client)->mic_flag);
    peers_free(&p);
}

/* A TargetInfo that fits into a CHALLENGE, but not into the answer beside its other
 * fields. */
TEST(answer_may_become_too_large)
{
    static const uint8_t text[UINT16_MAX - 300];
    struct ntlm_challenge challenge = {.flags = GRANTED};
    struct peers p;
    BUF_AUTO info = BUF_INIT;

    avpair_append(&info, 0x1000, bytes_of(text, sizeof(text)));
    avpair_append_eol(&info);
    challenge.target_info = buf_bytes(&info);
    peers_init(&p);
    p.client_params.workstation = bytes_str("a-workstation-with-a-long-name");
    p.client_params.domain = bytes_str("a-domain-with-a-name-that-is-long-too");
    peers_begin(&p);
    buf_cleanup(&p.challenge);
    challenge_encode(&p.challenge, &challenge);
    ck_err(ntlm_client_step(p.client, buf_bytes(&p.challenge), NULL, &p.authenticate),
           ERR_TOO_LARGE);
    ck_assert_uint_eq(p.authenticate.n, 0);
    peers_free(&p);
}

TEST(client_is_made_of_good_names)
{
    struct peers p;
    struct ntlm_client *client;
    char name[258];

    peers_init(&p);
    memset(name, 'a', sizeof(name));
    p.client_params.user = bytes_of(name, 257);
    ck_err(ntlm_client_new(&p.client_params, &client), ERR_TOO_LARGE);
    ck_assert_ptr_null(client);
    p.client_params.user = bytes_of(name, 256);
    ck_ok(ntlm_client_new(&p.client_params, &client));
    ntlm_client_free(client);
    p.client_params.domain = bytes_of(name, 257);
    ck_err(ntlm_client_new(&p.client_params, &client), ERR_TOO_LARGE);
    p.client_params.domain = bytes_str("\xff");
    ck_err(ntlm_client_new(&p.client_params, &client), ERR_UTF8);
    p.client_params.domain = bytes_str("");
    p.client_params.user = bytes_str("");
    ck_err(ntlm_client_new(&p.client_params, &client), ERR_ARGUMENT);
    ck_assert_ptr_null(client);
    ntlm_client_free(NULL);
}
