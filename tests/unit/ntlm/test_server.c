/* SPDX-License-Identifier: ISC */
/* Unit tests of ntlm/server: CHALLENGE, states, and simple clients. */
#include "ntlm/server.h"

#include "ntlm/authenticate.h"
#include "ntlm/challenge.h"
#include "ntlm/negotiate.h"
#include "tests/lib/patch.h"
#include "tests/unit/ntlm/peers.h"

#include <string.h>

#define SIGNATURE "4e544c4d53535000 "
/* What curl sends for --ntlm: OEM|REQUEST_TARGET|NTLM|ALWAYS_SIGN|ESS, no fields. */
#define CURL_NEGOTIATE SIGNATURE "01000000 06820800 0000000000000000 0000000000000000"

/* Gives a NEGOTIATE to a new server. */
static enum err give(struct peers *p, struct bytes negotiate)
{
    peers_free(p);
    ck_ok(ntlm_server_new(&p->server_params, &p->server));
    buf_append(&p->negotiate, negotiate);
    return ntlm_server_step(p->server, negotiate, NULL, &p->challenge);
}

static enum err give_flags(struct peers *p, uint32_t flags)
{
    BUF_AUTO negotiate = BUF_INIT;

    negotiate_encode(&negotiate, flags);
    patch_u32le(&negotiate, 12, flags);
    return give(p, buf_bytes(&negotiate));
}

/* The flags that are always granted; REQUEST_TARGET even if it is not asked for. */
#define ALWAYS_GRANTED                                                                   \
    ((uint32_t)(NTLM_VERSION | NTLM_TARGET_INFO | NTLM_REQUEST_TARGET |                  \
                NTLM_TARGET_TYPE_DOMAIN))

/* [MS-NLMP] 3.2.5.1.1: what CHALLENGE grants to what NEGOTIATE asks for. */
static const struct {
    uint32_t asked;
    uint32_t granted; /* and ALWAYS_GRANTED */
    enum err err;
} GRANTS[] = {
    {NTLM_UNICODE, NTLM_UNICODE, ERR_OK},
    {NTLM_UNICODE | NTLM_OEM, NTLM_UNICODE, ERR_OK},
    {NTLM_OEM, NTLM_OEM, ERR_OK},
    {0, 0, ERR_NTLM_CHARSET},
    {UINT32_MAX & ~(uint32_t)(NTLM_UNICODE | NTLM_OEM), 0, ERR_NTLM_CHARSET},
    {NTLM_UNICODE | NTLM_REQUEST_TARGET, NTLM_UNICODE, ERR_OK},
    {NTLM_OEM | NTLM_REQUEST_TARGET, NTLM_OEM, ERR_OK},
    {NTLM_UNICODE | NTLM_LM_KEY | NTLM_ANONYMOUS | NTLM_REQUEST_NON_NT_SESSION_KEY |
         NTLM_TARGET_TYPE_SERVER,
     NTLM_UNICODE, ERR_OK},
    /* without extended session security no protection is granted */
    {NTLM_UNICODE | NTLM_SIGN | NTLM_SEAL | NTLM_KEY_EXCH | NTLM_128 | NTLM_56,
     NTLM_UNICODE | NTLM_128 | NTLM_56, ERR_OK},
    {NTLM_UNICODE | NTLM_ESS | NTLM_SIGN | NTLM_SEAL | NTLM_KEY_EXCH | NTLM_128,
     NTLM_UNICODE | NTLM_ESS | NTLM_SIGN | NTLM_SEAL | NTLM_KEY_EXCH | NTLM_128, ERR_OK},
};

TEST_TABLE(challenge_grants_what_is_asked_and_known, GRANTS)
{
    struct peers p;
    struct ntlm_challenge challenge;
    uint32_t asked = row->asked;

    peers_init(&p);
    ck_err(give_flags(&p, asked), row->err);
    if (row->err == ERR_OK) {
        ck_ok(challenge_decode(buf_bytes(&p.challenge), &challenge));
        ck_assert_uint_eq(challenge.flags, row->granted | ALWAYS_GRANTED);
    } else {
        ck_assert_uint_eq(p.challenge.n, 0);
    }
    peers_free(&p);
}

/* CHALLENGE has TargetName and TargetInfo, whatever is asked for. */
TEST(challenge_names_the_server)
{
    struct peers p;
    struct ntlm_challenge challenge;
    struct avpair_list avs;
    static const uint16_t ids[] = {AV_NB_DOMAIN, AV_NB_COMPUTER, AV_DNS_DOMAIN,
                                   AV_DNS_COMPUTER, AV_TIMESTAMP};

    peers_init(&p);
    ck_ok(give_flags(&p, NTLM_UNICODE | NTLM_REQUEST_TARGET));
    ck_ok(challenge_decode(buf_bytes(&p.challenge), &challenge));
    ck_bytes(challenge.target_name, bytes_of("A\0D", 4));
    ck_assert(challenge.has_version);
    peers_sent(&p, &avs);
    ck_assert_uint_eq(avs.n, N(ids));
    for (size_t i = 0; i < avs.n; i++) {
        ck_assert_uint_eq(avs.pairs[i].id, ids[i]);
    }
    ck_ok(give_flags(&p, NTLM_UNICODE));
    ck_ok(challenge_decode(buf_bytes(&p.challenge), &challenge));
    ck_bytes(challenge.target_name, bytes_of("A\0D", 4));
    peers_sent(&p, &avs);
    ck_assert(avs.has_timestamp);
    peers_free(&p);
}

/* In OEM, CHALLENGE has a name that is ASCII, which is the same in every code page; any
 * other name is left out. */
TEST_TIMES(challenge_in_oem_names_the_server, 2)
{
    static const struct {
        const char *domain;
        const char *target_name;
    } rows[] = {{"EXAMPLE", "EXAMPLE"}, {"B\xc3\x9cRO", ""}};
    struct peers p;
    struct ntlm_challenge challenge;

    peers_init(&p);
    p.server_params.netbios_domain = bytes_str(rows[_i].domain);
    ck_ok(give_flags(&p, NTLM_OEM));
    ck_ok(challenge_decode(buf_bytes(&p.challenge), &challenge));
    ck_bytes(challenge.target_name, bytes_str(rows[_i].target_name));
    ck_assert_int_eq((challenge.flags & NTLM_REQUEST_TARGET) != 0, _i == 0);
    ck_assert_int_eq((challenge.flags & NTLM_TARGET_TYPE_DOMAIN) != 0, _i == 0);
    peers_free(&p);
}

TEST(server_without_a_domain_is_its_own)
{
    struct peers p;
    struct ntlm_challenge challenge;
    struct avpair_list avs;

    peers_init(&p);
    p.server_params.netbios_domain = bytes_str("");
    p.server_params.dns_domain = bytes_str("");
    p.server_params.dns_name = bytes_str("");
    ck_ok(give_flags(&p, NTLM_UNICODE | NTLM_REQUEST_TARGET));
    ck_ok(challenge_decode(buf_bytes(&p.challenge), &challenge));
    ck_bytes(challenge.target_name, bytes_of("W\0W\0W", 6));
    ck_assert_uint_ne(challenge.flags & NTLM_TARGET_TYPE_SERVER, 0);
    ck_assert_uint_eq(challenge.flags & NTLM_TARGET_TYPE_DOMAIN, 0);
    peers_sent(&p, &avs);
    ck_assert_uint_eq(avs.n, 3);
    ck_bytes(avs.pairs[0].value, bytes_of("W\0W\0W", 6));
    peers_free(&p);
}

TEST(challenges_differ)
{
    struct peers p;
    struct ntlm_challenge one;
    struct ntlm_challenge other;
    BUF_AUTO first = BUF_INIT;

    peers_init(&p);
    ck_ok(give_flags(&p, NTLM_UNICODE));
    buf_append(&first, buf_bytes(&p.challenge));
    ck_ok(give_flags(&p, NTLM_UNICODE));
    ck_ok(challenge_decode(buf_bytes(&first), &one));
    ck_ok(challenge_decode(buf_bytes(&p.challenge), &other));
    ck_assert(memcmp(one.server_challenge, other.server_challenge, 8) != 0);
    peers_free(&p);
}

/* A client like curl --ntlm: 32 bytes, OEM names, NTLMv2, no MIC. */
TEST(plain_oem_client_logs_in)
{
    struct peers p;
    struct avpair_list sent;
    BUF_AUTO target_info = BUF_INIT;
    struct ntlm_authenticate unicode;
    struct ntlm_authenticate oem;
    BUF_AUTO message = BUF_INIT;

    peers_init(&p);
    ck_ok(give(&p, hex(CURL_NEGOTIATE)));
    peers_sent(&p, &sent);
    for (size_t i = 0; i < sent.n; i++) {
        avpair_append(&target_info, sent.pairs[i].id, sent.pairs[i].value);
    }
    avpair_append_eol(&target_info);
    struct forgery forgery = {.target_info = buf_bytes(&target_info)};
    peers_forge(&p, &forgery);
    ck_ok(authenticate_decode(buf_bytes(&p.authenticate), &unicode));
    oem = unicode;
    oem.user = bytes_str("alice");
    oem.domain = bytes_str("AD");
    ck_assert_uint_eq(oem.flags & (NTLM_UNICODE | NTLM_OEM), NTLM_OEM);
    authenticate_encode(&message, &oem);
    buf_cleanup(&p.authenticate);
    buf_move(&p.authenticate, &message);
    ck_ok(peers_accept(&p));
    ck_bytes(buf_bytes(&ntlm_server_session(p.server)->user), bytes_str("Alice"));
    ck_assert(!ntlm_server_session(p.server)->mic_flag);
    peers_free(&p);
}

/* Tokens that are out of order, and the error. */
static const struct {
    bool second; /* given after a good NEGOTIATE */
    const char *token;
    enum err err;
} STRAYS[] = {
    {false, "", ERR_STATE},
    {false, SIGNATURE "02000000", ERR_STATE},
    {false, SIGNATURE "03000000", ERR_STATE},
    {false, SIGNATURE "05000000", ERR_NTLM_TYPE},
    {false, "4e544c4d", ERR_NTLM_SIGNATURE},
    {false, "60060606", ERR_NTLM_SIGNATURE},
    {false, SIGNATURE "01000000", ERR_TRUNCATED},
    {false, SIGNATURE "01000000 00000000", ERR_NTLM_CHARSET},
    {true, "", ERR_STATE},
    {true, CURL_NEGOTIATE, ERR_STATE},
    {true, SIGNATURE "02000000", ERR_STATE},
    {true, SIGNATURE "03000000", ERR_TRUNCATED},
    {true, "ff", ERR_NTLM_SIGNATURE},
};

TEST_TABLE(stray_tokens_are_refused, STRAYS)
{
    struct peers p;
    BUF_AUTO out = BUF_INIT;

    peers_init(&p);
    peers_begin(&p);
    peers_reply(&p);
    if (!row->second) {
        ntlm_server_free(p.server);
        ck_ok(ntlm_server_new(&p.server_params, &p.server));
    }
    ck_err(ntlm_server_step(p.server, hex(row->token), NULL, &out), row->err);
    ck_assert_uint_eq(out.n, 0);
    ck_assert(!ntlm_server_is_done(p.server));
    ck_assert_ptr_null(ntlm_server_session(p.server));
    peers_free(&p);
}

TEST(a_challenge_is_judged_once)
{
    struct peers p;
    BUF_AUTO out = BUF_INIT;

    peers_init(&p);
    peers_begin(&p);
    peers_reply(&p);
    ck_err(ntlm_server_step(p.server, hex(SIGNATURE "03000000"), NULL, &out),
           ERR_TRUNCATED);
    ck_err(peers_accept(&p), ERR_STATE);
    ck_assert(!ntlm_server_is_done(p.server));
    peers_free(&p);
}

TEST(done_takes_no_more)
{
    struct peers p;
    BUF_AUTO out = BUF_INIT;

    peers_init(&p);
    ck_ok(peers_login(&p));
    ck_err(ntlm_server_step(p.server, buf_bytes(&p.authenticate), NULL, &out), ERR_STATE);
    ck_assert_uint_eq(out.n, 0);
    peers_free(&p);
}

static void must_not_crash(struct bytes mutant, void *arg)
{
    struct peers *p = arg;
    enum err e = give(p, mutant);

    ck_assert((p->challenge.n != 0) == (e == ERR_OK));
}

TEST(changed_negotiate_is_harmless)
{
    struct peers p;
    BUF_AUTO negotiate = BUF_INIT;

    peers_init(&p);
    peers_begin(&p);
    buf_append(&negotiate, buf_bytes(&p.negotiate));
    mutate_truncate(buf_bytes(&negotiate), must_not_crash, &p);
    mutate_flip(buf_bytes(&negotiate), must_not_crash, &p);
    peers_free(&p);
}

TEST(captured_negotiates_are_answered)
{
    struct peers p;

    peers_init(&p);
    ck_ok(give(&p, vector("ntlm-capture-freerdp.json", "negotiate")));
    ck_ok(give(&p, vector("raw-first-tokens.json", "raw_ntlmssp_negotiate")));
    peers_free(&p);
}

TEST(server_needs_a_name_and_an_authority)
{
    struct peers p;
    struct ntlm_server *server;

    peers_init(&p);
    p.server_params.netbios_name = bytes_str("");
    ck_err(ntlm_server_new(&p.server_params, &server), ERR_ARGUMENT);
    ck_assert_ptr_null(server);
    p.server_params.netbios_name = bytes_str("WWW");
    p.server_params.authority.verify = NULL;
    ck_err(ntlm_server_new(&p.server_params, &server), ERR_ARGUMENT);
    ntlm_server_free(NULL);
}
