/* SPDX-License-Identifier: ISC */
/* Replays, clients without a MIC, channel bindings and anonymous logins: what a dishonest
 * client or server tries. */
#include "base/reader.h"
#include "mech/oid.h"
#include "ntlm/authenticate.h"
#include "tests/hostile/mitm.h"

#include <string.h>

/* The tokens of a successful login are sent again: to another context, and to the same
 * one. */
TEST_TIMES(a_recorded_login_is_refused, 2)
{
    BUF_AUTO negotiate = BUF_INIT;
    BUF_AUTO authenticate = BUF_INIT;
    struct login first;
    struct login second;
    gss_OID mech = mech_of(_i);

    place_begin(LINES_BOTH, "");
    login_begin(&first, mech, ALICE, ALICE_PASSWORD, SEAL_FLAGS);
    login_begin(&second, mech, ALICE, ALICE_PASSWORD, SEAL_FLAGS);
    peer_initiate(&first.initiator, NOTHING);
    forged_set(&negotiate, buf_bytes(&first.initiator.token));
    peer_accept(&first.acceptor, buf_bytes(&negotiate));
    peer_initiate(&first.initiator, buf_bytes(&first.acceptor.token));
    forged_set(&authenticate, buf_bytes(&first.initiator.token));
    peer_accept(&first.acceptor, buf_bytes(&authenticate));
    ck_major(&first.acceptor, GSS_S_COMPLETE);
    peer_accept(&second.acceptor, buf_bytes(&negotiate));
    peer_accept(&second.acceptor, buf_bytes(&authenticate));
    ck_failed(&second.acceptor, GSS_S_FAILURE, "password is wrong");
    peer_accept(&first.acceptor, buf_bytes(&authenticate));
    ck_failed(&first.acceptor, GSS_S_DEFECTIVE_TOKEN, "out of order");
    login_end(&second);
    login_end(&first);
}

/* No two CHALLENGEs have the same server challenge. */
TEST_TIMES(challenges_are_never_reused, 2)
{
    enum { N_CHALLENGES = 200 };
    uint8_t seen[N_CHALLENGES][8];
    enum form form = (enum form)_i;

    place_begin(LINES_BOTH, "");
    for (size_t n = 0; n < N_CHALLENGES; n++) {
        struct login l;
        struct forged_client h;

        form_begin(form, &l, &h);
        memcpy(seen[n], h.challenge.p + 24, 8);
        for (size_t i = 0; i < n; i++) {
            ck_assert_int_ne(memcmp(seen[i], seen[n], 8), 0);
        }
        forged_end(&h);
        login_end(&l);
    }
}

/* The response and the session key differ from those of the AUTHENTICATE before. */
static void ck_another(enum form form, const struct buf *token, const struct buf *before)
{
    struct ntlm_authenticate now;
    struct ntlm_authenticate then;

    if (before->n == 0) {
        return;
    }
    ck_ok(authenticate_decode(form_message(form, token, 3), &now));
    ck_ok(authenticate_decode(form_message(form, before, 3), &then));
    ck_assert(!bytes_equal(now.nt_response, then.nt_response));
    ck_assert(!bytes_equal(now.session_key, then.session_key));
}

/* Two clients get the same CHALLENGE: their AUTHENTICATEs differ, because a client adds
 * random bytes of its own. A client does not answer a second CHALLENGE. */
TEST_TIMES(a_challenge_is_answered_once, 2)
{
    BUF_AUTO info = BUF_INIT;
    BUF_AUTO challenge = BUF_INIT;
    BUF_AUTO token = BUF_INIT;
    BUF_AUTO answer = BUF_INIT;
    enum form form = (enum form)_i;
    struct login l;

    place_begin(LINES_BOTH, "");
    forged_target_info(&info);
    forged_challenge(&challenge, FORGED_FLAGS, NOTHING, buf_bytes(&info));
    form_reply(form, buf_bytes(&challenge), &token);
    for (int n = 0; n < 2; n++) {
        login_begin(&l, form_mech(form), ALICE, ALICE_PASSWORD, SEAL_FLAGS);
        peer_initiate(&l.initiator, NOTHING);
        peer_initiate(&l.initiator, buf_bytes(&token));
        ck_assert(!GSS_ERROR(l.initiator.major));
        ck_another(form, &l.initiator.token, &answer);
        forged_set(&answer, buf_bytes(&l.initiator.token));
        peer_initiate(&l.initiator, buf_bytes(&token));
        ck_assert_uint_eq(l.initiator.major, GSS_S_DEFECTIVE_TOKEN);
        login_end(&l);
    }
}

/* A client that has the right password sends no MIC, as some clients do. */
static void send_without_mic(enum form form, uint32_t cleared, struct login *l)
{
    struct forged_client h;

    form_begin(form, l, &h);
    forged_pairs(h.challenge, &h.target_info);
    avpair_append_eol(&h.target_info);
    h.flags &= ~cleared;
    forged_prove(&h);
    forged_write(&h);
    buf_set(&h.message, MIC_AT, hex("00000000000000000000000000000000"));
    form_answer(form, l, &h);
    forged_end(&h);
}

TEST_TIMES(a_mic_can_be_required, 2)
{
    struct login l;

    place_begin(LINES_BOTH, "");
    send_without_mic((enum form)_i, 0, &l);
    ck_major(&l.acceptor, GSS_S_COMPLETE);
    login_end(&l);
    place_settings(" require_mic = yes\n");
    send_without_mic((enum form)_i, 0, &l);
    ck_failed(&l.acceptor, GSS_S_UNAUTHORIZED, "not protected by a MIC");
    login_end(&l);
}

/* Without a MIC anybody can change the client's flags, but the application sees which
 * protection is left. */
static const struct {
    uint32_t cleared;
    uint32_t ssf;
    OM_uint32 flags;
} told[] = {
    {0, 128, GSS_C_CONF_FLAG | GSS_C_INTEG_FLAG},
    {NTLM_128, 56, GSS_C_CONF_FLAG | GSS_C_INTEG_FLAG},
    {NTLM_128 | (uint32_t)NTLM_56, 40, GSS_C_CONF_FLAG | GSS_C_INTEG_FLAG},
    {NTLM_SEAL, 1, GSS_C_INTEG_FLAG},
    {NTLM_SEAL | NTLM_SIGN | NTLM_KEY_EXCH, 0, 0},
};

TEST_TABLE(weaker_protection_is_reported, told)
{
    struct login l;
    BUF_AUTO ssf = BUF_INIT;
    struct reader r;

    place_begin(LINES_BOTH, "");
    send_without_mic(FORM_RAW, row->cleared, &l);
    ck_major(&l.acceptor, GSS_S_COMPLETE);
    ck_assert_uint_eq(l.acceptor.flags & (GSS_C_CONF_FLAG | GSS_C_INTEG_FLAG),
                      row->flags);
    ck_assert(inquire(&l.acceptor, OPTION_SASL_SSF, &ssf));
    r = reader_of(buf_bytes(&ssf));
    ck_assert_uint_eq(reader_u32be(&r), row->ssf);
    ck_ok(reader_status(&r));
    login_end(&l);
}

static struct gss_channel_bindings_struct channel = {
    .application_data = {3, (void *)(uintptr_t) "tls"}};
static struct gss_channel_bindings_struct other_channel = {
    .application_data = {3, (void *)(uintptr_t) "lts"}};

/* {setting, the client's channel bindings}: what the server says, which has some. */
static const struct {
    const char *setting;
    gss_channel_bindings_t client;
    OM_uint32 major;
    const char *says;
} bound[] = {
    {"", &channel, GSS_S_COMPLETE, ""},
    {"", &other_channel, GSS_S_BAD_BINDINGS, "bindings differ"},
    {"", NULL, GSS_S_COMPLETE, ""},
    {" channel_bindings = require\n", &channel, GSS_S_COMPLETE, ""},
    {" channel_bindings = require\n", &other_channel, GSS_S_BAD_BINDINGS,
     "bindings differ"},
    {" channel_bindings = require\n", NULL, GSS_S_UNAUTHORIZED, "requires them"},
    {" channel_bindings = ignore\n", &other_channel, GSS_S_COMPLETE, ""},
};

/* FORM_FRAMED is here raw NTLM that a SPNEGO acceptor gets after its hints; it checks the
 * bindings there too. */
static void begin_bound(int i, struct login *l)
{
    bool hinted = i == FORM_FRAMED;

    login_begin(l, i == FORM_SPNEGO ? SPNEGO : NTLM, ALICE, ALICE_PASSWORD, SEAL_FLAGS);
    if (hinted) {
        (void)gss_release_cred(&l->acceptor.minor, &l->acceptor.cred);
        l->acceptor.mech = SPNEGO;
        l->acceptor.cred = cred_acceptor(SPNEGO);
    }
    l->acceptor.bindings = &channel;
    if (hinted) {
        peer_accept(&l->acceptor, NOTHING);
        ck_major(&l->acceptor, GSS_S_CONTINUE_NEEDED);
    }
}

TEST_TABLE(bindings_bind_every_form, bound)
{
    place_begin(LINES_BOTH, row->setting);
    for (int form = 0; form < N_FORMS; form++) {
        struct login l;

        begin_bound(form, &l);
        l.initiator.bindings = row->client;
        login_run(&l);
        if (row->major == GSS_S_COMPLETE) {
            ck_major(&l.acceptor, GSS_S_COMPLETE);
        } else {
            ck_failed(&l.acceptor, row->major, row->says);
        }
        login_end(&l);
    }
}

/* {allowed by the setting, user, bytes of LM response, anonymous flag}: the acceptor's
 * letter (context_state.h). */
static const struct {
    bool allowed;
    const char *user;
    size_t lm_len;
    bool flag;
    char letter;
} nobodies[] = {
    {false, "", 0, true, 'U'},       {false, "", 1, true, 'U'},
    {false, "", 1, false, 'U'},      {false, "alice", 1, true, 'U'},
    {false, "alice", 0, false, 'U'}, {true, "", 1, true, '.'},
    {true, "", 0, false, '.'},       {true, "alice", 1, true, 'D'},
    {true, "alice", 0, false, 'D'},  {true, "", 24, true, 'U'},
    {true, "", 2, true, 'D'},
};

static char send_nobody(enum form form, int i)
{
    struct login l;
    struct forged_client h;
    char letter;

    form_begin(form, &l, &h);
    forged_text(&h.user, nobodies[i].user);
    forged_text(&h.domain, "");
    buf_append_zeros(&h.lm_response, nobodies[i].lm_len);
    h.flags |= nobodies[i].flag ? NTLM_ANONYMOUS : 0;
    h.flags &= ~(uint32_t)(NTLM_SIGN | NTLM_SEAL | NTLM_KEY_EXCH);
    forged_write(&h);
    letter = form_judge(form, &l, &h);
    if (letter == '.') {
        ck_assert_uint_eq(l.acceptor.flags & (GSS_C_ANON_FLAG | GSS_C_INTEG_FLAG),
                          GSS_C_ANON_FLAG);
    }
    forged_end(&h);
    login_end(&l);
    return letter;
}

TEST_TABLE(anonymous_logins_must_be_allowed, nobodies)
{
    place_begin(LINES_BOTH, row->allowed ? " anonymous = yes\n" : "");
    ck_assert_int_eq(send_nobody(FORM_RAW, _i), row->letter);
    ck_assert_int_eq(send_nobody(FORM_SPNEGO, _i), row->letter);
}
