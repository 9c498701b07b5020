/* SPDX-License-Identifier: ISC */
/* Every call on contexts of NTLM, and of SPNEGO with NTLM, in every state, in both
 * set-ups. */
#include "tests/exchange/context_calls.h"
#include "tests/exchange/moved.h"

#include "mech/oid.h"

static struct peer *acceptor_answered(struct login *l)
{
    (void)initiator_asked(l);
    peer_accept(&l->acceptor, buf_bytes(&l->initiator.token));
    ck_major(&l->acceptor, GSS_S_CONTINUE_NEEDED);
    return &l->acceptor;
}

/* NTLM is done, and the server's mechListMIC is missing. */
static struct peer *initiator_lacks_mic(struct login *l)
{
    (void)acceptor_answered(l);
    peer_initiate(&l->initiator, buf_bytes(&l->acceptor.token));
    ck_major(&l->initiator, GSS_S_CONTINUE_NEEDED);
    return &l->initiator;
}

/* The same for an acceptor: the client's mechListMIC was removed. */
static struct peer *acceptor_lacks_mic(struct login *l)
{
    BUF_AUTO token = BUF_INIT;
    struct negtoken_resp resp;

    (void)initiator_lacks_mic(l);
    resp = read_resp(&l->initiator.token);
    write_resp(&token, NO_STATE, NOTHING, resp.token, NOTHING);
    peer_accept(&l->acceptor, buf_bytes(&token));
    ck_major(&l->acceptor, GSS_S_CONTINUE_NEEDED);
    return &l->acceptor;
}

static struct peer *acceptor_answered_by_default(struct login *l)
{
    (void)gss_release_cred(&l->acceptor.minor, &l->acceptor.cred);
    return acceptor_answered(l);
}

/* The acceptor does not have the client's first mechanism, and answers request-mic. */
static struct peer *acceptor_chose(struct login *l)
{
    BUF_AUTO list = BUF_INIT;
    BUF_AUTO token = BUF_INIT;
    const struct bytes mechs[] = {hex("2a0304"), OID_NTLM};

    list_of(&list, mechs, 2);
    write_init(&token, buf_bytes(&list), bytes_str("optimistic"));
    peer_accept(&l->acceptor, buf_bytes(&token));
    ck_major(&l->acceptor, GSS_S_CONTINUE_NEEDED);
    return &l->acceptor;
}

static struct peer *acceptor_hinted_then_raw(struct login *l)
{
    struct peer raw = {.mech = NTLM, .asked = SEAL_FLAGS};

    (void)acceptor_hinted(l);
    raw.target = name_of("http@server", GSS_C_NT_HOSTBASED_SERVICE);
    raw.cred = cred_password(NTLM, ALICE, ALICE_PASSWORD);
    peer_initiate(&raw, NOTHING);
    peer_accept(&l->acceptor, buf_bytes(&raw.token));
    ck_major(&l->acceptor, GSS_S_CONTINUE_NEEDED);
    peer_cleanup(&raw);
    return &l->acceptor;
}

static struct peer *acceptor_failed(struct login *l)
{
    (void)acceptor_answered(l);
    peer_accept(&l->acceptor, bytes_str("garbage"));
    ck_assert(GSS_ERROR(l->acceptor.major) != 0);
    return &l->acceptor;
}

static void establish(struct login *l)
{
    login_run(l);
    ck_assert(login_is_done(l));
}

static struct peer *initiator_done(struct login *l)
{
    establish(l);
    return &l->initiator;
}

static struct peer *acceptor_done(struct login *l)
{
    establish(l);
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

#define HALF IS_HALF_OPEN, TELLS_TARGET
#define DONE IS_ESTABLISHED, TELLS_BOTH
#define DEAD IS_FAILED, TELLS_NOTHING

static const struct state states[] = {
    {"NTLM: an initiator asked", &NTLM, initiator_asked, true, HALF},
    {"NTLM: an acceptor answered", &NTLM, acceptor_answered, false, HALF},
    {"NTLM: without a credential", &NTLM, acceptor_answered_by_default, false, HALF},
    {"NTLM: an initiator failed", &NTLM, initiator_failed, true, DEAD},
    {"NTLM: an acceptor failed", &NTLM, acceptor_failed, false, DEAD},
    {"NTLM: an initiator is done", &NTLM, initiator_done, true, DONE},
    {"NTLM: an acceptor is done", &NTLM, acceptor_done, false, DONE},
    {"NTLM: a done initiator moved", &NTLM, initiator_moved, true, DONE},
    {"NTLM: a done acceptor moved", &NTLM, acceptor_moved, false, DONE},
    {"SPNEGO: an initiator asked", &SPNEGO, initiator_asked, true, HALF},
    {"SPNEGO: an initiator got hints", &SPNEGO, initiator_hinted, true, HALF},
    {"SPNEGO: an initiator lacks a MIC", &SPNEGO, initiator_lacks_mic, true, HALF},
    {"SPNEGO: an acceptor gave hints", &SPNEGO, acceptor_hinted, false, HALF},
    {"SPNEGO: hints by default", &SPNEGO, acceptor_hinted_by_default, false, HALF},
    {"SPNEGO: an acceptor chose", &SPNEGO, acceptor_chose, false, HALF},
    {"SPNEGO: an acceptor answered", &SPNEGO, acceptor_answered, false, HALF},
    {"SPNEGO: without a credential", &SPNEGO, acceptor_answered_by_default, false, HALF},
    {"SPNEGO: an acceptor lacks a MIC", &SPNEGO, acceptor_lacks_mic, false, HALF},
    {"SPNEGO: raw NTLM after hints", &SPNEGO, acceptor_hinted_then_raw, false, HALF},
    {"SPNEGO: an initiator failed", &SPNEGO, initiator_failed, true, DEAD},
    {"SPNEGO: an acceptor failed", &SPNEGO, acceptor_failed, false, DEAD},
    {"SPNEGO: an initiator is done", &SPNEGO, initiator_done, true, DONE},
    {"SPNEGO: an acceptor is done", &SPNEGO, acceptor_done, false, DONE},
    {"SPNEGO: a done initiator moved", &SPNEGO, initiator_moved, true, DONE},
    {"SPNEGO: a done acceptor moved", &SPNEGO, acceptor_moved, false, DONE},
};
#define N_NTLM 9
#define N_OURS (N(states) - 2) /* a context that SPNEGO imports is the built-in's */

static struct login login;

static struct peer *begin(const struct state *state, enum lines lines)
{
    place_begin(lines, "");
    login_begin(&login, *state->mech, ALICE, ALICE_PASSWORD, SEAL_FLAGS);
    return state->make(&login);
}

TEST_TABLE(each_call, states)
{
    check_calls(row, begin(row, LINES_BOTH));
    login_end(&login);
}

TEST_TIMES(each_call_with_the_ntlm_line, N_NTLM)
{
    check_calls(&states[_i], begin(&states[_i], LINES_NTLM));
    login_end(&login);
}

/* Completes an exchange whose next token is there. */
static void go_on(const struct state *state, struct login *l)
{
    if (state->make == initiator_asked) {
        peer_accept(&l->acceptor, buf_bytes(&l->initiator.token));
    } else if (state->make != acceptor_answered &&
               state->make != acceptor_answered_by_default) {
        return;
    }
    peer_initiate(&l->initiator, buf_bytes(&l->acceptor.token));
    peer_accept(&l->acceptor, buf_bytes(&l->initiator.token));
    if (l->acceptor.token.n > 0) {
        peer_initiate(&l->initiator, buf_bytes(&l->acceptor.token));
    }
    ck_assert(login_is_done(l));
}

/* Calls that are refused change nothing: the exchange goes on. */
TEST_TIMES(refused_calls_change_nothing, N_OURS)
{
    struct peer *peer = begin(&states[_i], LINES_BOTH);

    check_refusals(&states[_i], peer);
    check_refusals(&states[_i], peer);
    go_on(&states[_i], &login);
    login_end(&login);
}
