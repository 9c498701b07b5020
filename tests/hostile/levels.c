/* SPDX-License-Identifier: ISC */
/* LM and NTLMv1 responses: at every ntlm_level the acceptor refuses them and the
 * initiator sends none, whatever the peer sends and whether a setting or the environment
 * gives the level. */
#include "ntlm/authenticate.h"
#include "tests/hostile/mitm.h"

#include <stdlib.h>

/* What older clients send instead of NTLMv2: {LM bytes, NT bytes, flags that are
 * missing}. */
static const struct {
    const char *name;
    size_t lm_len;
    size_t nt_len;
    uint32_t cleared;
} old_responses[] = {
    {"NTLMv1", 24, 24, NTLM_ESS},
    {"NTLMv1, extended session security", 24, 24, 0},
    {"NTLMv1 alone", 0, 24, NTLM_ESS},
    {"LM alone", 24, 0, NTLM_ESS},
    {"LM alone, extended session security", 24, 0, 0},
};
#define N_LEVELS 6

static void set_level(int level)
{
    BUF_AUTO text = BUF_INIT;

    buf_printf(&text, " ntlm_level = %d\n", level);
    place_settings(buf_cstr(&text));
}

/* The level is about what a client sends; a server accepts NTLMv2 alone at each. */
static void send_old_response(enum form form, int i)
{
    struct login l;
    struct forged_client h;

    form_begin(form, &l, &h);
    buf_append_zeros(&h.lm_response, old_responses[i].lm_len);
    buf_append_zeros(&h.nt_response, old_responses[i].nt_len);
    h.flags &= ~(old_responses[i].cleared | NTLM_SIGN | NTLM_SEAL | NTLM_KEY_EXCH);
    forged_write(&h);
    ck_assert_msg(form_judge(form, &l, &h) == 'U', "%s: %#x %s", old_responses[i].name,
                  l.acceptor.major, l.acceptor.sentence);
    ck_failed(&l.acceptor, GSS_S_UNAUTHORIZED, "LM and NTLMv1 responses are refused");
    forged_end(&h);
    login_end(&l);
}

TEST_TIMES(old_responses_are_refused_at_every_level, N_LEVELS)
{
    place_begin(LINES_BOTH, "");
    set_level(_i);
    for (int i = 0; i < N_FORMS * N(old_responses); i++) {
        send_old_response((enum form)(i % N_FORMS), i / N_FORMS);
    }
    login_good(NTLM);
    login_good(SPNEGO);
}

/* Checks that the client sends an NTLMv2 response, and LMv2 or zeros in place of the LM
 * response. */
static void check_answer(enum form form, const struct buf *token, bool lmv2)
{
    struct ntlm_authenticate read;

    ck_ok(authenticate_decode(form_message(form, token, 3), &read));
    ck_assert_uint_gt(read.nt_response.n, 24);
    ck_assert_uint_eq(read.lm_response.n, 24);
    for (size_t i = 0; !lmv2 && i < read.lm_response.n; i++) {
        ck_assert_uint_eq(read.lm_response.p[i], 0);
    }
    ck_assert(!lmv2 || bytes_equal(bytes_of(read.lm_response.p + 16, 8),
                                   bytes_of(read.nt_response.p + 32, 8)));
}

/* {flags that a server does not grant, whether it sends AV pairs}: the client's
 * letter. */
static const struct {
    uint32_t cleared;
    bool info;
    char letter;
} old_servers[] = {
    {0, true, '.'},
    {0, false, '.'}, /* without a time the client makes no MIC and sends LMv2 too */
    {NTLM_ESS, true, 'D'},
    {NTLM_ESS, false, 'D'},
    {NTLM_ESS | NTLM_TARGET_INFO | NTLM_128 | NTLM_KEY_EXCH, false, 'D'},
    {NTLM_NTLM, true, 'D'},
};

static void answer_old_server(enum form form, int i)
{
    BUF_AUTO info = BUF_INIT;
    BUF_AUTO challenge = BUF_INIT;
    BUF_AUTO token = BUF_INIT;
    struct login l;

    if (old_servers[i].info) {
        forged_target_info(&info);
    }
    forged_challenge(&challenge, FORGED_FLAGS & ~old_servers[i].cleared, NOTHING,
                     buf_bytes(&info));
    char heard = form_hear(form, buf_bytes(&challenge));
    ck_assert_msg(heard == old_servers[i].letter, "server %d: %c", i, heard);
    if (old_servers[i].letter != '.') {
        return;
    }
    login_begin(&l, form_mech(form), ALICE, ALICE_PASSWORD, SEAL_FLAGS);
    peer_initiate(&l.initiator, NOTHING);
    form_reply(form, buf_bytes(&challenge), &token);
    peer_initiate(&l.initiator, buf_bytes(&token));
    check_answer(form, &l.initiator.token, !old_servers[i].info);
    login_end(&l);
}

TEST_TIMES(old_responses_are_sent_at_no_level, N_LEVELS)
{
    place_begin(LINES_BOTH, "");
    set_level(_i);
    for (int i = 0; i < N(old_servers); i++) {
        answer_old_server(FORM_RAW, i);
        answer_old_server(FORM_SPNEGO, i);
    }
}

/* The environment can give the level too. */
TEST_TIMES(the_environments_level_weakens_nothing, N_LEVELS)
{
    char level[] = {(char)('0' + _i), '\0'};

    place_begin(LINES_BOTH, "");
    setenv("LM_COMPAT_LEVEL", level, 1);
    for (int i = 0; i < N(old_responses); i++) {
        send_old_response(FORM_RAW, i);
    }
    for (int i = 0; i < N(old_servers); i++) {
        answer_old_server(FORM_SPNEGO, i);
    }
}
