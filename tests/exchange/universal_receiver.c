/* SPDX-License-Identifier: ISC */
/* The forms of an acceptor's first token, through the mechglue, at once and after hints;
 * and every token cut short or with a bit changed. */
#include "mech/oid.h"
#include "tests/exchange/handmade.h"

#include <string.h>

static struct login login;

static void begin(gss_OID mech)
{
    place_begin(LINES_BOTH, "");
    login_begin(&login, mech, ALICE, ALICE_PASSWORD, SEAL_FLAGS);
}

/* Makes an acceptor of SPNEGO send its hints: from then on every token reaches it. */
static void ask_for_hints(struct peer *acceptor)
{
    peer_accept(acceptor, NOTHING);
    ck_major(acceptor, GSS_S_CONTINUE_NEEDED);
    ck_assert(read_init(&acceptor->token).has_hints);
}

static void begin_with_hints(gss_OID initiator)
{
    begin(initiator);
    (void)gss_release_cred(&login.acceptor.minor, &login.acceptor.cred);
    login.acceptor.mech = SPNEGO;
    login.acceptor.cred = cred_acceptor(SPNEGO);
    ask_for_hints(&login.acceptor);
}

static void check_raw_reply(const struct buf *token)
{
    ck_assert_uint_gt(token->n, 12);
    ck_bytes(bytes_of(token->p, 12), hex("4e544c4d53535000 02000000"));
}

/* Completes a raw exchange after the first reply, and sends messages. */
static void finish_raw(void)
{
    check_raw_reply(&login.acceptor.token);
    peer_initiate(&login.initiator, buf_bytes(&login.acceptor.token));
    ck_major(&login.initiator, GSS_S_COMPLETE);
    peer_accept(&login.acceptor, buf_bytes(&login.initiator.token));
    ck_major(&login.acceptor, GSS_S_COMPLETE);
    ck_assert_uint_eq(login.acceptor.token.n, 0);
    ck_assert_str_eq(display(login.acceptor.source), ALICE);
    ck_assert(oid_equal(login.acceptor.actual_mech, NTLM));
    protect_both_ways(&login);
    login_end(&login);
}

TEST_TIMEOUT(100)

TEST(raw_ntlm)
{
    begin(NTLM);
    peer_initiate(&login.initiator, NOTHING);
    peer_accept(&login.acceptor, buf_bytes(&login.initiator.token));
    finish_raw();
}

TEST(raw_ntlm_without_a_credential)
{
    begin(NTLM);
    (void)gss_release_cred(&login.acceptor.minor, &login.acceptor.cred);
    peer_initiate(&login.initiator, NOTHING);
    peer_accept(&login.acceptor, buf_bytes(&login.initiator.token));
    finish_raw();
}

TEST(spnego_without_a_credential)
{
    begin(SPNEGO);
    (void)gss_release_cred(&login.acceptor.minor, &login.acceptor.cred);
    login_run(&login);
    ck_assert(login_is_done(&login));
    ck_assert_str_eq(display(login.acceptor.source), ALICE);
    protect_both_ways(&login);
    login_end(&login);
}

TEST(raw_ntlm_after_hints)
{
    begin_with_hints(NTLM);
    peer_initiate(&login.initiator, NOTHING);
    peer_accept(&login.acceptor, buf_bytes(&login.initiator.token));
    finish_raw();
}

static void frame(struct bytes token, struct buf *out)
{
    size_t opened = der_open(out, DER_APPLICATION_0);

    der_append(out, DER_OID, OID_NTLM);
    buf_append(out, token);
    der_close(out, opened);
    ck_ok(buf_status(out));
}

/* The mechglue passes the frame to the NTLM mechanism or, after hints, to SPNEGO. */
TEST_TIMES(framed_ntlm, 2)
{
    BUF_AUTO framed = BUF_INIT;

    if (_i == 0) {
        begin(NTLM);
    } else {
        begin_with_hints(NTLM);
    }
    peer_initiate(&login.initiator, NOTHING);
    frame(buf_bytes(&login.initiator.token), &framed);
    peer_accept(&login.acceptor, buf_bytes(&framed));
    finish_raw();
}

/* The form of the first token stays: after raw NTLM no SPNEGO is accepted, and no raw
 * NTLM inside SPNEGO. */
TEST_TIMES(the_form_never_changes, 2)
{
    BUF_AUTO token = BUF_INIT;
    bool raw = _i == 0;

    begin(raw ? NTLM : SPNEGO);
    peer_initiate(&login.initiator, NOTHING);
    peer_accept(&login.acceptor, buf_bytes(&login.initiator.token));
    peer_initiate(&login.initiator, buf_bytes(&login.acceptor.token));
    if (raw) {
        write_resp(&token, NO_STATE, NOTHING, buf_bytes(&login.initiator.token), NOTHING);
    } else {
        ck_ok(buf_dup(&token, read_resp(&login.initiator.token).token));
    }
    peer_accept(&login.acceptor, buf_bytes(&token));
    ck_major(&login.acceptor, GSS_S_DEFECTIVE_TOKEN);
    ck_assert_uint_ne(login.acceptor.minor, 0);
    login_end(&login);
}

TEST(hints_asked_for_twice)
{
    BUF_AUTO hints = BUF_INIT;

    begin_with_hints(SPNEGO);
    buf_move(&hints, &login.acceptor.token);
    ask_for_hints(&login.acceptor);
    ck_bytes(buf_bytes(&login.acceptor.token), buf_bytes(&hints));
    login_run(&login);
    ck_assert(login_is_done(&login));
    login_end(&login);
}

/* {first token} -> the error. Kerberos, to which its own tokens are passed, has no keys
 * here. */
#define NO_KEYTAB "Keytab FILE:/nonexistent is nonexistent or empty"
static const struct refused {
    const char *token;
    OM_uint32 major;
    const char *says;
} refused[] = {
    {"6e8201a0 308201", GSS_S_NO_CRED, NO_KEYTAB},
    {"600f 06092a864886f712010202 0100ff", GSS_S_DEFECTIVE_TOKEN, "neither"},
    {"600e 06092a864886f712010202 0100ff", GSS_S_NO_CRED, NO_KEYTAB},
    {"600e 06092a864882f712010202 0100ff", GSS_S_NO_CRED, NO_KEYTAB},
    {"6007 06032a0304 0000", GSS_S_DEFECTIVE_TOKEN, "neither"},
    {"600e 060a2b06010401823702020a 0000", GSS_S_DEFECTIVE_TOKEN, "neither"},
    {"4e544c4d535350", GSS_S_DEFECTIVE_TOKEN, "neither"},
    {"4e544c4d53535000", GSS_S_DEFECTIVE_TOKEN, "too early"},
    {"4e544c4d53535000 03000000", GSS_S_DEFECTIVE_TOKEN, "out of order"},
    {"4e544c4d53535000 02000000", GSS_S_DEFECTIVE_TOKEN, "out of order"},
    {"4e544c4d53535000 04000000", GSS_S_DEFECTIVE_TOKEN, "not the one"},
    {"4e544c4d53535000 01000000", GSS_S_DEFECTIVE_TOKEN, "no flags"},
    {"4e544c4d53535000 01000000 00000000", GSS_S_DEFECTIVE_TOKEN, "Unicode"},
    {"a1073005a0030a0100", GSS_S_DEFECTIVE_TOKEN, "neither"},
    {"00", GSS_S_DEFECTIVE_TOKEN, "neither"},
    {"60", GSS_S_DEFECTIVE_TOKEN, "neither"},
    {"474554202f20485454502f312e31", GSS_S_DEFECTIVE_TOKEN, "neither"},
};

TEST_TABLE(refused_after_hints, refused)
{
    begin_with_hints(SPNEGO);
    peer_accept(&login.acceptor, hex(row->token));
    ck_failed(&login.acceptor, row->major, row->says);
    peer_accept(&login.acceptor, NOTHING);
    ck_failed(&login.acceptor, GSS_S_NO_CONTEXT, "failed earlier");
    login_end(&login);
    login_good(SPNEGO);
}

/* Without hints the mechglue decides which mechanism gets the token, if any. */
TEST_TABLE(refused_at_once, refused)
{
    begin(SPNEGO);
    peer_accept(&login.acceptor, hex(row->token));
    ck_assert_uint_ne(GSS_ERROR(login.acceptor.major), 0);
    ck_assert_ptr_eq(login.acceptor.context, GSS_C_NO_CONTEXT);
    login_end(&login);
    login_good(SPNEGO);
    login_good(NTLM);
}

/* Two changes of negState that do no harm: accept-incomplete to request-mic in the first
 * reply, and accept-completed to accept-incomplete in the last, because the MICs are
 * exchanged anyway. */
static bool only_another_state(unsigned leg, struct bytes token)
{
    struct negtoken_resp resp;

    if (leg == 1 || negtoken_resp_decode(token, &resp) != ERR_OK || !resp.has_state) {
        return false;
    }
    return (leg == 2 && resp.state == NEG_REQUEST_MIC) ||
           (leg == 4 && resp.state == NEG_ACCEPT_INCOMPLETE);
}

/* struct mutation: the change to the token of one leg. */
struct mutation {
    gss_OID mech;
    unsigned leg;
    bool truncate;
    size_t at; /* bit or length */
    size_t total;
    bool harmless; /* of the mutant that was sent */
};

static void mutate_here(struct login *l, unsigned leg, struct buf *token)
{
    struct mutation *m = (struct mutation *)(uintptr_t)l->arg;

    if (leg != m->leg) {
        return;
    }
    m->total = m->truncate ? token->n : token->n * 8;
    if (m->truncate) {
        token->n = m->at;
        return;
    }
    token->p[m->at / 8] ^= (uint8_t)(1u << (m->at % 8));
    m->harmless = only_another_state(leg, buf_bytes(token));
}

static void play(struct mutation *m)
{
    struct login l;

    m->harmless = false;
    login_begin(&l, m->mech, ALICE, ALICE_PASSWORD, SEAL_FLAGS);
    l.tamper = mutate_here;
    l.arg = m;
    login_run(&l);
    ck_assert_msg(!login_is_done(&l) || m->harmless, "leg %u, %s at %zu was not noticed",
                  m->leg, m->truncate ? "cut" : "changed", m->at);
    login_end(&l);
}

/* Tries each length of a token, or every bit. */
static void play_all(gss_OID mech, bool truncate)
{
    const unsigned n_legs = mech == SPNEGO ? 4 : 3;

    place_begin(LINES_BOTH, "");
    for (unsigned leg = 1; leg <= n_legs; leg++) {
        struct mutation m = {.mech = mech, .leg = leg, .truncate = truncate, .total = 1};

        for (m.at = 0; m.at < m.total; m.at++) {
            play(&m);
        }
    }
    login_good(mech);
}

TEST_TIMES(every_cut, 2)
{
    play_all(mech_of(_i), true);
}

TEST_TIMES(every_bit, 2)
{
    play_all(mech_of(_i), false);
}
