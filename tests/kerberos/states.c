/* SPDX-License-Identifier: ISC */
/* Every call on contexts in every state, with Kerberos: exchanges that were passed
 * through to the built-in SPNEGO, and Kerberos under our own SPNEGO. test_sequences.py
 * makes the lab. */
#include "tests/exchange/context_calls.h"
#include "tests/exchange/moved.h"
#include "tests/kerberos/sequence.h"
#include "tests/lifetimes/memory.h"

#include "base/secret.h"
#include "mech/oid.h"
#include "ntlm/kdf.h"

#include <string.h>

static struct peer *accept_token(struct login *l, struct bytes token)
{
    peer_accept(&l->acceptor, token);
    ck_major(&l->acceptor, GSS_S_CONTINUE_NEEDED);
    return &l->acceptor;
}

/* Kerberos' third leg (DCE style) is missing, at either end. */
static struct peer *acceptor_in_dce(struct login *l)
{
    l->initiator.asked = DCE_FLAGS;
    return accept_token(l, buf_bytes(&initiator_asked(l)->token));
}

static struct peer *acceptor_in_dce_by_default(struct login *l)
{
    (void)gss_release_cred(&l->acceptor.minor, &l->acceptor.cred);
    return acceptor_in_dce(l);
}

/* The client sent only its list: Kerberos is chosen, and its token is missing. */
static struct peer *acceptor_chose(struct login *l)
{
    BUF_AUTO list = BUF_INIT;
    BUF_AUTO token = BUF_INIT;

    list_of(&list, &OID_KRB5, 1);
    write_init(&token, buf_bytes(&list), NOTHING);
    return accept_token(l, buf_bytes(&token));
}

/* Kerberos is not the first of the list, so the acceptor answers request-mic. */
static struct peer *acceptor_wants_mic(struct login *l)
{
    const struct bytes mechs[] = {hex("2a0304"), OID_KRB5};
    BUF_AUTO list = BUF_INIT;
    BUF_AUTO token = BUF_INIT;

    list_of(&list, mechs, 2);
    write_init(&token, buf_bytes(&list), bytes_str("optimistic"));
    return accept_token(l, buf_bytes(&token));
}

/* The same, after Kerberos is done. */
static struct peer *acceptor_lacks_mic(struct login *l)
{
    struct peer raw = {.mech = KRB5, .asked = MUTUAL_FLAGS};
    BUF_AUTO token = BUF_INIT;

    (void)acceptor_wants_mic(l);
    raw.target = name_of(SERVICE, GSS_C_NT_HOSTBASED_SERVICE);
    peer_initiate(&raw, NOTHING);
    write_resp(&token, NO_STATE, NOTHING, buf_bytes(&raw.token), NOTHING);
    peer_cleanup(&raw);
    return accept_token(l, buf_bytes(&token));
}

/* The server asks for a MIC: Kerberos is done, and the server's MIC is missing. */
static struct peer *initiator_lacks_mic(struct login *l)
{
    BUF_AUTO token = BUF_INIT;
    struct negtoken_resp resp;

    (void)initiator_asked(l);
    peer_accept(&l->acceptor, buf_bytes(&l->initiator.token));
    resp = read_resp(&l->acceptor.token);
    write_resp(&token, NEG_REQUEST_MIC, OID_KRB5, resp.token, NOTHING);
    peer_initiate(&l->initiator, buf_bytes(&token));
    ck_major(&l->initiator, GSS_S_CONTINUE_NEEDED);
    return &l->initiator;
}

/* A Kerberos token without SPNEGO after our hints. */
static struct peer *acceptor_hinted_then_krb5(struct login *l)
{
    (void)acceptor_hinted(l);
    l->initiator.mech = KRB5;
    l->initiator.asked = DCE_FLAGS;
    return accept_token(l, buf_bytes(&initiator_asked(l)->token));
}

static struct peer *acceptor_failed(struct login *l)
{
    (void)acceptor_in_dce(l);
    peer_accept(&l->acceptor, bytes_str("garbage"));
    ck_assert(GSS_ERROR(l->acceptor.major) != 0);
    return &l->acceptor;
}

static struct peer *initiator_done(struct login *l)
{
    login_run(l);
    ck_assert(login_is_done(l));
    return &l->initiator;
}

static struct peer *acceptor_done(struct login *l)
{
    (void)initiator_done(l);
    return &l->acceptor;
}

static struct peer *initiator_moved(struct login *l)
{
    move(initiator_done(l));
    return &l->initiator;
}

static struct peer *acceptor_moved(struct login *l)
{
    move(acceptor_done(l));
    return &l->acceptor;
}

#define HALF  IS_HALF_OPEN, TELLS_TARGET
#define BLANK IS_HALF_OPEN, TELLS_NO_NAMES
#define OPEN  IS_ESTABLISHED, TELLS_BOTH
#define DEAD  IS_FAILED, TELLS_NOTHING

/* struct row: handed: the settings forbid NTLM, and the built-in SPNEGO serves the
 * exchange; otherwise NTLM is in the list after Kerberos. */
static const struct row {
    struct state state;
    bool handed;
} rows[] = {
    {{"ours: an initiator asked", &SPNEGO, initiator_asked, true, HALF}, false},
    {{"ours: an initiator got hints", &SPNEGO, initiator_hinted, true, HALF}, false},
    {{"ours: an initiator lacks a MIC", &SPNEGO, initiator_lacks_mic, true, HALF}, false},
    {{"ours: an initiator failed", &SPNEGO, initiator_failed, true, DEAD}, false},
    {{"ours: an initiator is done", &SPNEGO, initiator_done, true, OPEN}, false},
    {{"ours: an acceptor gave hints", &SPNEGO, acceptor_hinted, false, HALF}, false},
    {{"ours: an acceptor in DCE", &SPNEGO, acceptor_in_dce, false, HALF}, false},
    {{"ours: in DCE by default", &SPNEGO, acceptor_in_dce_by_default, false, HALF},
     false},
    {{"ours: hints, then Kerberos", &SPNEGO, acceptor_hinted_then_krb5, false, BLANK},
     false},
    {{"ours: an acceptor failed", &SPNEGO, acceptor_failed, false, DEAD}, false},
    {{"ours: an acceptor is done", &SPNEGO, acceptor_done, false, OPEN}, false},
    {{"handed on: an initiator asked", &SPNEGO, initiator_asked, true, BLANK}, true},
    {{"handed on: an initiator got hints", &SPNEGO, initiator_hinted, true, BLANK}, true},
    {{"handed on: an initiator failed", &SPNEGO, initiator_failed, true, DEAD}, true},
    {{"handed on: an initiator is done", &SPNEGO, initiator_done, true, OPEN}, true},
    {{"handed on: an acceptor gave hints", &SPNEGO, acceptor_hinted, false, BLANK}, true},
    {{"handed on: hints by default", &SPNEGO, acceptor_hinted_by_default, false, BLANK},
     true},
    {{"handed on: an acceptor chose", &SPNEGO, acceptor_chose, false, BLANK}, true},
    {{"handed on: an acceptor wants a MIC", &SPNEGO, acceptor_wants_mic, false, BLANK},
     true},
    {{"handed on: an acceptor lacks a MIC", &SPNEGO, acceptor_lacks_mic, false,
      IS_HALF_OPEN, TELLS_BOTH},
     true},
    {{"handed on: an acceptor in DCE", &SPNEGO, acceptor_in_dce, false, BLANK}, true},
    {{"handed on: in DCE by default", &SPNEGO, acceptor_in_dce_by_default, false, BLANK},
     true},
    {{"handed on: an acceptor failed", &SPNEGO, acceptor_failed, false, DEAD}, true},
    {{"handed on: an acceptor is done", &SPNEGO, acceptor_done, false, OPEN}, true},
};

/* A context that SPNEGO imports is the built-in SPNEGO's, and calls change it. */
static const struct row moved[] = {
    {{"ours: a done initiator moved", &SPNEGO, initiator_moved, true, OPEN}, false},
    {{"ours: a done acceptor moved", &SPNEGO, acceptor_moved, false, OPEN}, false},
    {{"handed on: a done initiator moved", &SPNEGO, initiator_moved, true, OPEN}, true},
    {{"handed on: a done acceptor moved", &SPNEGO, acceptor_moved, false, OPEN}, true},
};

static struct login login;

static struct peer *begin(const struct row *row)
{
    OM_uint32 minor;

    sequence_begin(RIGHT_KEYS, row->handed ? " ntlm_hosts = !*\n ntlm_accept = no\n"
                                           : " fallback = server\n");
    login_begin(&login, SPNEGO, NULL, NULL, MUTUAL_FLAGS);
    (void)gss_release_name(&minor, &login.initiator.target);
    login.initiator.target = name_of(SERVICE, GSS_C_NT_HOSTBASED_SERVICE);
    return row->state.make(&login);
}

TEST_NAMED(each_call, rows, state.name)
{
    check_calls(&row->state, begin(row));
    login_end(&login);
}

TEST_NAMED(each_call_of_a_moved_context, moved, state.name)
{
    check_calls(&row->state, begin(row));
    login_end(&login);
}

TEST_NAMED(refused_calls_change_nothing, rows, state.name)
{
    struct peer *peer = begin(row);

    check_refusals(&row->state, peer);
    check_refusals(&row->state, peer);
    if (row->state.make == initiator_asked) {
        peer_accept(&login.acceptor, buf_bytes(&login.initiator.token));
        peer_initiate(&login.initiator, buf_bytes(&login.acceptor.token));
        ck_assert(login_is_done(&login));
    }
    if (row->state.make == acceptor_in_dce) {
        peer_initiate(&login.initiator, buf_bytes(&login.acceptor.token));
        peer_accept(&login.acceptor, buf_bytes(&login.initiator.token));
        ck_major(&login.acceptor, GSS_S_COMPLETE);
    }
    login_end(&login);
}

/* The client has a default credential of NTLM, and the settings exclude NTLM. Its first
 * token is made with the credential at hand, so that the hash is found there. */
TEST(a_completed_exchange_keeps_no_hash)
{
    struct ntlm_key hash;

    sequence_begin(RIGHT_KEYS, " ntlm_hosts = !*\n ntlm_accept = no\n");
    ck_ok(kdf_nt_hash(bytes_str(ALICE_PASSWORD), &hash));
    memory_remember("NT hash", bytes_of(hash.b, sizeof(hash.b)));
    secret_wipe(&hash, sizeof(hash));
    login = login_of(SPNEGO, SERVICE, MUTUAL_FLAGS);
    peer_initiate(&login.initiator, NOTHING);
    ck_assert(memory_has("NT hash"));
    peer_accept(&login.acceptor, buf_bytes(&login.initiator.token));
    peer_initiate(&login.initiator, buf_bytes(&login.acceptor.token));
    ck_assert(login_is_done(&login));
    ck_assert(!memory_has("NT hash"));
    login_end(&login);
}
