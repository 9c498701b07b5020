/* SPDX-License-Identifier: ISC */
/* Which users the NTLM server accepts: unknown users, accounts, anonymous, guest. */
#include "ntlm/authenticate.h"
#include "tests/lib/crypto_calls.h"
#include "tests/unit/ntlm/peers.h"

#include <stdio.h>
#include <string.h>

/* The number of hash calls of a login that fails at the proof, and its detail. */
static unsigned long failed_login(struct peers *p, char *detail, size_t size)
{
    peers_begin(p);
    peers_reply(p);
    unsigned long before = crypto_calls();
    ck_err(peers_accept(p), ERR_LOGIN);
    (void)snprintf(detail, size, "%s", err_note_get(ERR_LOGIN));
    return crypto_calls() - before;
}

TEST(unknown_user_looks_like_wrong_password)
{
    struct peers p;
    char wrong[256];
    char unknown[256];

    peers_init(&p);
    p.client_params.nt_hash.b[0] ^= 1;
    unsigned long wrong_calls = failed_login(&p, wrong, sizeof(wrong));
    p.client_params.nt_hash.b[0] ^= 1;
    p.client_params.user = bytes_str("mallo");
    unsigned long unknown_calls = failed_login(&p, unknown, sizeof(unknown));
    ck_assert_uint_eq(wrong_calls, unknown_calls);
    ck_assert_uint_gt(wrong_calls, 0);
    ck_assert_str_eq(wrong, "user \"alice\", domain \"AD\"");
    ck_assert_str_eq(unknown, "user \"mallo\", domain \"AD\"");
    peers_free(&p);
}

TEST(account_states_are_the_authoritys)
{
    static const enum err states[] = {ERR_ACCOUNT_DISABLED, ERR_ACCOUNT_LOCKED,
                                      ERR_FILE_RIGHTS};
    struct peers p;

    peers_init(&p);
    for (size_t i = 0; i < N(states); i++) {
        p.account = states[i];
        ck_err(peers_login(&p), states[i]);
        /* the authority's status is reported; this authority answers the workstation */
        ck_bytes(buf_bytes(&ntlm_server_identity(p.server)->status), bytes_str("WS1"));
    }
    p.account = ERR_OK;
    ck_ok(peers_login(&p));
    ck_assert_uint_eq(ntlm_server_identity(p.server)->status.n, 0);
    p.client_params.nt_hash.b[0] ^= 1;
    ck_err(peers_login(&p), ERR_LOGIN);
    peers_free(&p);
}

TEST(account_without_a_name_is_refused)
{
    struct peers p;

    peers_init(&p);
    p.name_lost = true;
    ck_err(peers_login(&p), ERR_NO_MEMORY);
    peers_free(&p);
}

static void set_anonymous(struct peers *p)
{
    p->client_params.anonymous = true;
    p->client_params.sign = true;
    p->client_params.seal = true;
    p->server_params.allow_anonymous = true;
}

TEST(anonymous_if_allowed)
{
    struct peers p;
    static const struct ntlm_key zero;

    peers_init(&p);
    set_anonymous(&p);
    p.server_params.allow_anonymous = false;
    ck_err(peers_login(&p), ERR_ANONYMOUS);
    p.server_params.allow_anonymous = true;
    ck_ok(peers_login(&p));
    peers_agree(&p);

    const struct ntlm_session *s = ntlm_server_session(p.server);
    ck_assert(s->anonymous && !s->guest && !s->mic_flag && !s->bound);
    ck_assert(!ntlm_session_protects(s));
    ck_assert_uint_eq(s->flags & (NTLM_SIGN | NTLM_SEAL | NTLM_KEY_EXCH), 0);
    ck_bytes(bytes_of(s->exported_session_key.b, 16), bytes_of(zero.b, 16));
    ck_assert_uint_eq(s->user.n, 0);
    ck_assert_uint_eq(p.n_asked, 0);
    peers_free(&p);
}

/* [MS-NLMP] 3.2.5.1.2: anonymous has no user name; the refusal does not depend on it. */
TEST(anonymous_has_no_name)
{
    struct peers p;
    struct ntlm_authenticate message = {.flags = NTLM_UNICODE, .user = bytes_of("a", 2)};

    peers_init(&p);
    peers_begin(&p);
    authenticate_encode(&p.authenticate, &message);
    ck_err(peers_accept(&p), ERR_ANONYMOUS);
    p.server_params.allow_anonymous = true;
    peers_begin(&p);
    authenticate_encode(&p.authenticate, &message);
    ck_err(peers_accept(&p), ERR_NTLM_RESPONSE);
    ck_assert_uint_eq(p.n_asked, 0);
    peers_free(&p);
}

/* An anonymous client sends neither a MIC nor bindings nor a target; the settings still
 * demand them. */
TEST(anonymous_is_no_way_around_policy)
{
    struct peers p;
    struct bytes allowed = bytes_str("HTTP/www.example.com");

    peers_init(&p);
    set_anonymous(&p);
    p.server_params.require_mic = true;
    ck_err(peers_login(&p), ERR_MIC_REQUIRED);
    p.server_params.require_mic = false;
    p.server_params.target_names = &allowed;
    p.server_params.n_target_names = 1;
    ck_err(peers_login(&p), ERR_TARGET_NAME);
    p.server_params.n_target_names = 0;
    p.server_params.bindings_policy = NTLM_BINDINGS_REQUIRE;
    p.server_bindings.present = true;
    ck_err(peers_login(&p), ERR_BINDINGS_MISSING);
    peers_free(&p);
}

TEST(guest_if_allowed)
{
    struct peers p;
    static const struct ntlm_key zero;

    peers_init(&p);
    p.client_params.seal = true;
    p.guest = true;
    ck_err(peers_login(&p), ERR_GUEST);
    ck_assert_str_eq(err_note_get(ERR_GUEST), "user \"alice\"");
    p.server_params.allow_guest = true;
    p.client_bindings.present = true;
    p.server_bindings.present = true;
    p.client_bindings.md5[0] = 1;
    p.server_bindings.md5[0] = 1;
    ck_ok(peers_login(&p));

    const struct ntlm_session *s = ntlm_server_session(p.server);
    ck_assert(s->guest && !s->anonymous && !s->bound && !ntlm_session_protects(s));
    ck_assert_uint_eq(s->flags & (NTLM_SIGN | NTLM_SEAL | NTLM_KEY_EXCH), 0);
    ck_bytes(bytes_of(s->exported_session_key.b, 16), bytes_of(zero.b, 16));
    ck_bytes(buf_bytes(&s->user), bytes_str("Alice"));
    peers_free(&p);
}

TEST(peers_strings_are_escaped_in_details)
{
    struct peers p;

    peers_init(&p);
    p.client_params.user = bytes_str("a\"\n");
    ck_err(peers_login(&p), ERR_LOGIN);
    ck_assert_ptr_null(strchr(err_note_get(ERR_LOGIN), '\n'));
    peers_free(&p);
}
