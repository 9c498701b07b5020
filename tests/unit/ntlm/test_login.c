/* SPDX-License-Identifier: ISC */
/* Whole NTLM exchanges of client and server: what they negotiate, and which users are
 * accepted. */
#include "ntlm/seal.h"
#include "tests/unit/ntlm/peers.h"

#include <string.h>

#define STRENGTHS ((uint32_t)(NTLM_128 | NTLM_56))

/* Sends a message each way, sealed if SEAL is in force. */
static void exchange_messages(const struct peers *p)
{
    const struct ntlm_session *i = ntlm_client_session(p->client);
    const struct ntlm_session *a = ntlm_server_session(p->server);
    struct seal *from = NULL;
    struct seal *to = NULL;
    uint8_t text[] = "hello";
    uint8_t signature[MESSAGE_SIGNATURE_LEN];
    struct message_part part = {text, sizeof(text), true};

    ck_ok(seal_new(i->role, i->flags, &i->exported_session_key, &from));
    ck_ok(seal_new(a->role, a->flags, &a->exported_session_key, &to));
    for (int way = 0; way < 2; way++) {
        ck_ok(seal_seal(way == 0 ? from : to, &part, 1, signature));
        ck_assert(memcmp(text, "hello", sizeof(text)) != 0);
        ck_ok(seal_unseal(way == 0 ? to : from, &part, 1,
                          bytes_of(signature, sizeof(signature))));
        ck_assert_str_eq((const char *)text, "hello");
    }
    seal_free(from);
    seal_free(to);
}

static const struct {
    bool sign;
    bool seal;
    bool datagram;
    uint32_t without; /* flags that are removed from the client's offer */
    uint32_t in_force;
    uint32_t not_in_force;
} PROTECTIONS[] = {
    {false, false, false, 0, STRENGTHS, NTLM_SIGN | NTLM_SEAL | NTLM_KEY_EXCH},
    {true, false, false, 0, NTLM_SIGN | NTLM_KEY_EXCH | STRENGTHS, NTLM_SEAL},
    {true, true, false, 0, NTLM_SIGN | NTLM_SEAL | NTLM_KEY_EXCH | STRENGTHS, 0},
    {false, true, false, 0, NTLM_SIGN | NTLM_SEAL | NTLM_KEY_EXCH, 0},
    {true, false, false, NTLM_KEY_EXCH, NTLM_SIGN, NTLM_KEY_EXCH},
    {true, true, false, NTLM_KEY_EXCH, NTLM_SEAL, NTLM_KEY_EXCH},
    {true, true, false, NTLM_128, NTLM_SEAL | NTLM_56 | NTLM_KEY_EXCH, NTLM_128},
    {true, true, false, STRENGTHS, NTLM_SEAL | NTLM_KEY_EXCH, STRENGTHS},
    {true, true, false, NTLM_128 | NTLM_KEY_EXCH, NTLM_56, NTLM_128 | NTLM_KEY_EXCH},
    {true, true, false, STRENGTHS | NTLM_KEY_EXCH, NTLM_SEAL, STRENGTHS | NTLM_KEY_EXCH},
    {true, true, false, NTLM_SIGN, NTLM_SEAL | NTLM_KEY_EXCH, NTLM_SIGN},
    {false, false, true, 0, NTLM_DATAGRAM | NTLM_KEY_EXCH, NTLM_SIGN | NTLM_SEAL},
    {true, true, true, 0, NTLM_DATAGRAM | NTLM_KEY_EXCH | NTLM_SEAL, 0},
    {true, false, false, NTLM_VERSION | NTLM_REQUEST_TARGET | NTLM_ALWAYS_SIGN, NTLM_SIGN,
     NTLM_REQUEST_TARGET},
    {true, false, false, NTLM_SIGN, 0, NTLM_SIGN | NTLM_KEY_EXCH},
};

static void set_protection(struct peers *p, int row)
{
    p->client_params.sign = PROTECTIONS[row].sign;
    p->client_params.seal = PROTECTIONS[row].seal;
    p->client_params.datagram = PROTECTIONS[row].datagram;
}

TEST_TABLE(protection_is_what_both_sides_can, PROTECTIONS)
{
    struct peers p;

    peers_init(&p);
    set_protection(&p, _i);
    p.client_params.offered_flags = ~row->without;
    ck_ok(peers_login(&p));
    peers_agree(&p);

    const struct ntlm_session *s = ntlm_server_session(p.server);
    ck_assert_uint_eq(s->flags & row->in_force, row->in_force);
    ck_assert_uint_eq(s->flags & row->not_in_force, 0);
    ck_assert(ntlm_session_protects(s) == ((s->flags & (NTLM_SIGN | NTLM_SEAL)) != 0));
    if (ntlm_session_protects(s) && !row->datagram) {
        exchange_messages(&p);
    }
    peers_free(&p);
}

/* The same, with the acceptor as the side that does not support the flags. */
TEST_TABLE(server_grants_less_by_its_mask, PROTECTIONS)
{
    struct peers p;

    peers_init(&p);
    set_protection(&p, _i);
    p.server_params.offered_flags = ~row->without;
    ck_ok(peers_login(&p));
    peers_agree(&p);
    ck_assert_uint_eq(
        ntlm_client_session(p.client)->flags & row->without & ~(uint32_t)NTLM_VERSION, 0);
    /* AUTHENTICATE does not repeat a KEY_EXCH without a key, because peers disagree about
     * its meaning */
    uint32_t flags = ntlm_server_session(p.server)->flags;
    ck_assert(ntlm_flags_exchange_key(flags) || (flags & NTLM_KEY_EXCH) == 0);
    peers_free(&p);
}

TEST(session_says_who_logged_in)
{
    struct peers p;

    peers_init(&p);
    p.client_params.user = bytes_str("ALICE");
    ck_ok(peers_login(&p));
    const struct ntlm_session *a = ntlm_server_session(p.server);
    const struct ntlm_session *i = ntlm_client_session(p.client);
    ck_bytes(buf_bytes(&a->user), bytes_str("Alice"));
    ck_bytes(buf_bytes(&a->domain), bytes_str("AD"));
    ck_bytes(buf_bytes(&a->sids), bytes_str("S-1-5-21-1\n"));
    ck_bytes(buf_bytes(&a->workstation), bytes_str("WS1"));
    ck_bytes(buf_bytes(&a->target_name), bytes_str("HTTP/www.example.com"));
    ck_bytes(buf_bytes(&i->user), bytes_str("ALICE"));
    ck_bytes(buf_bytes(&i->domain), bytes_str("AD"));
    ck_assert(a->mic_flag && i->mic_flag);
    ck_assert(!a->anonymous && !a->guest && !a->bound);
    ck_assert(a->role == ROLE_ACCEPTOR && i->role == ROLE_INITIATOR);
    peers_free(&p);
}

/* bindings of client and server: 0 means none, 99 means zeros, any other number is the
 * value of each byte */
static const struct {
    enum ntlm_bindings_policy policy;
    uint8_t client;
    uint8_t server;
    enum err err;
    bool bound;
} BINDINGS[] = {
    {NTLM_BINDINGS_ACCEPT, 0, 0, ERR_OK, false},
    {NTLM_BINDINGS_ACCEPT, 1, 1, ERR_OK, true},
    {NTLM_BINDINGS_ACCEPT, 1, 2, ERR_BINDINGS, false},
    {NTLM_BINDINGS_ACCEPT, 1, 0, ERR_OK, false},
    {NTLM_BINDINGS_ACCEPT, 0, 1, ERR_OK, false},
    {NTLM_BINDINGS_ACCEPT, 99, 1, ERR_OK, false},
    {NTLM_BINDINGS_REQUIRE, 0, 0, ERR_OK, false},
    {NTLM_BINDINGS_REQUIRE, 1, 1, ERR_OK, true},
    {NTLM_BINDINGS_REQUIRE, 1, 2, ERR_BINDINGS, false},
    {NTLM_BINDINGS_REQUIRE, 1, 0, ERR_OK, false},
    {NTLM_BINDINGS_REQUIRE, 0, 1, ERR_BINDINGS_MISSING, false},
    {NTLM_BINDINGS_REQUIRE, 99, 1, ERR_BINDINGS_MISSING, false},
    {NTLM_BINDINGS_IGNORE, 0, 1, ERR_OK, false},
    {NTLM_BINDINGS_IGNORE, 1, 1, ERR_OK, false},
    {NTLM_BINDINGS_IGNORE, 1, 2, ERR_OK, false},
};

static void set_bindings(struct ntlm_bindings *bindings, uint8_t value)
{
    bindings->present = value != 0;
    memset(bindings->md5, value == 99 ? 0 : value, sizeof(bindings->md5));
}

TEST_TABLE(bindings_by_policy, BINDINGS)
{
    struct peers p;

    peers_init(&p);
    p.server_params.bindings_policy = row->policy;
    set_bindings(&p.client_bindings, row->client);
    set_bindings(&p.server_bindings, row->server);
    ck_err(peers_login(&p), row->err);
    if (row->err == ERR_OK) {
        ck_assert(ntlm_server_session(p.server)->bound == row->bound);
    }
    peers_free(&p);
}

static const struct {
    const char *meant;
    const char *allowed[3];
    enum err err;
} TARGETS[] = {
    {"HTTP/www.example.com", {NULL}, ERR_OK},
    {"", {NULL}, ERR_OK},
    {"HTTP/www.example.com", {"HTTP/www.example.com"}, ERR_OK},
    {"http/WWW.example.COM", {"cifs/x", "HTTP/www.example.com"}, ERR_OK},
    {"HTTP/www.example.com", {"HTTP/www", "HTTP/www.example.com:80"}, ERR_TARGET_NAME},
    {"cifs/www.example.com", {"HTTP/www.example.com"}, ERR_TARGET_NAME},
    {"", {"HTTP/www.example.com"}, ERR_TARGET_NAME},
    {"HTTP/www.example.com:8080", {"HTTP/www.example.com"}, ERR_OK},
    {"HTTP/www.example.com:x", {"HTTP/www.example.com"}, ERR_TARGET_NAME},
    {"HTTP/[::1]:8080", {"HTTP/[::1]"}, ERR_OK},
    {"HTTP/fe80::1", {"HTTP/fe80:"}, ERR_TARGET_NAME},
    {"cifs/WWW", {"*/www"}, ERR_OK},
    {"cifs/www:445", {"*/www"}, ERR_OK},
    {"cifs/www2", {"*/www"}, ERR_TARGET_NAME},
    {"www", {"*/www"}, ERR_TARGET_NAME},
    {"", {"*/www"}, ERR_TARGET_NAME},
};

TEST_TABLE(target_names_by_list, TARGETS)
{
    struct peers p;
    struct bytes allowed[3];
    size_t n = 0;

    while (row->allowed[n] != NULL) {
        allowed[n] = bytes_str(row->allowed[n]);
        n++;
    }
    peers_init(&p);
    p.client_params.target_name = bytes_str(row->meant);
    p.server_params.target_names = allowed;
    p.server_params.n_target_names = n;
    ck_err(peers_login(&p), row->err);
    peers_free(&p);
}

static uint64_t now_ms;

static uint64_t clock_ms(void)
{
    return now_ms;
}

static const struct {
    unsigned lifetime_s;
    uint64_t age_ms;
    enum err err;
} AGES[] = {
    {120, 0, ERR_OK},
    {120, 120000, ERR_OK},
    {120, 120001, ERR_CHALLENGE_EXPIRED},
    {0, 0, ERR_OK},
    {0, 1, ERR_CHALLENGE_EXPIRED},
    {UINT32_MAX, 1 << 30, ERR_OK},
    {1, 1000, ERR_OK},
    {1, UINT64_MAX - 5, ERR_CHALLENGE_EXPIRED},
};

TEST_TABLE(challenge_ages, AGES)
{
    struct peers p;

    peers_init(&p);
    p.server_params.challenge_lifetime_s = row->lifetime_s;
    p.server_params.clock_ms = clock_ms;
    now_ms = 5;
    peers_begin(&p);
    now_ms += row->age_ms;
    peers_reply(&p);
    ck_err(peers_accept(&p), row->err);
    peers_free(&p);
}

TEST(mic_can_be_required_of_our_client)
{
    struct peers p;

    peers_init(&p);
    p.server_params.require_mic = true;
    ck_ok(peers_login(&p));
    peers_free(&p);
}
