/* SPDX-License-Identifier: ISC */
/* The whole sentence for each setting that can refuse a login: what was refused, what to
 * do, the setting, its value, and its line. */
#include "conf/settings_keys.h"
#include "tests/exchange/setting_rows.h"
#include "tests/hostile/forged_client.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct login l;

/* Raw NTLM alone: for SPNEGO see exchange/policy. */
static void initiate(enum form form, const char *settings)
{
    (void)form;
    login_begin(&l, NTLM, ALICE, ALICE_PASSWORD, SEAL_FLAGS);
    place_settings(settings);
    peer_initiate(&l.initiator, NOTHING);
}

static void fall_back(enum form form, const char *settings)
{
    (void)form;
    login_begin(&l, SPNEGO, "alice", ALICE_PASSWORD, SEAL_FLAGS);
    place_settings(settings);
    peer_initiate(&l.initiator, NOTHING);
}

static void accept(enum form form, const char *settings)
{
    login_begin(&l, form_mech(form), ALICE, ALICE_PASSWORD, SIGN_FLAGS);
    place_settings("");
    peer_initiate(&l.initiator, NOTHING);
    place_settings(settings);
    while (!GSS_ERROR(l.acceptor.major) && l.initiator.token.n > 0) {
        peer_accept(&l.acceptor, buf_bytes(&l.initiator.token));
        peer_initiate(&l.initiator, buf_bytes(&l.acceptor.token));
    }
}

static void accept_raw(enum form form, const char *settings)
{
    (void)form;
    accept(FORM_RAW, settings);
}

/* Only the acceptor has channel bindings. */
static void accept_bound(enum form form, const char *settings)
{
    static struct gss_channel_bindings_struct channel = {
        .application_data = {3, (void *)(uintptr_t) "tls"}};

    place_settings(settings);
    login_begin(&l, form_mech(form), ALICE, ALICE_PASSWORD, SIGN_FLAGS);
    l.acceptor.bindings = &channel;
    login_run(&l);
}

/* Sends a message of a client that has the password. */
static void answer(enum form form, struct forged_client *h)
{
    forged_write(h);
    form_answer(form, &l, h);
    forged_end(h);
}

static void accept_without_mic(enum form form, const char *settings)
{
    struct forged_client h;

    place_settings(settings);
    form_begin(form, &l, &h);
    forged_pairs(h.challenge, &h.target_info);
    avpair_append_eol(&h.target_info);
    forged_prove(&h);
    answer(form, &h);
}

static void accept_ntlmv1(enum form form, const char *settings)
{
    struct forged_client h;

    place_settings(settings);
    form_begin(form, &l, &h);
    buf_append_zeros(&h.lm_response, 24);
    buf_append_zeros(&h.nt_response, 24);
    h.flags &= ~(uint32_t)(NTLM_SIGN | NTLM_SEAL | NTLM_KEY_EXCH);
    answer(form, &h);
}

static void accept_anonymous(enum form form, const char *settings)
{
    struct forged_client h;

    place_settings(settings);
    form_begin(form, &l, &h);
    forged_text(&h.user, "");
    forged_text(&h.domain, "");
    buf_append_zeros(&h.lm_response, 1);
    h.flags &= ~(uint32_t)(NTLM_SIGN | NTLM_SEAL | NTLM_KEY_EXCH);
    h.flags |= NTLM_ANONYMOUS;
    answer(form, &h);
}

static void accept_late(enum form form, const char *settings)
{
    struct forged_client h;

    place_settings(settings);
    form_begin(form, &l, &h);
    forged_prove(&h);
    (void)usleep(1200000);
    answer(form, &h);
}

static void by_environment(enum form form, const char *settings)
{
    setenv("LM_COMPAT_LEVEL", "1", 1);
    accept_ntlmv1(form, settings);
    unsetenv("LM_COMPAT_LEVEL");
}

#define FORBIDS     "a setting forbids this use of NTLM; see negotiate.conf(5)"
#define NO_KERBEROS "Configuration file does not specify default realm" AND_NTLM FORBIDS
#define NO_ANONYMOUS                                                                     \
    "anonymous logins are refused; name a user, or set 'anonymous = yes' on the server"
#define NO_OLD                                                                           \
    "LM and NTLMv1 responses are refused, at every 'ntlm_level', as Windows 11 24H2 "    \
    "and Server 2025 refuse them; let the client use NTLMv2, its level 3 or higher"
#define OTHER_TARGET                                                                     \
    "the client meant another service; check the name it connects to and "               \
    "'target_names' on the server"
#define TOO_WEAK                                                                         \
    "the peer agreed to less signing or sealing than required; enable it there or relax" \
    " 'min_protection'"
#define NO_MIC                                                                           \
    "the NTLM exchange is not protected by a MIC but the server requires one; update "   \
    "the client, or relax 'require_mic' on the server"
#define NO_CHANNEL                                                                       \
    "the client sent no channel bindings but the server requires them; update the "      \
    "client or relax 'channel_bindings'"
#define TOO_LATE                                                                         \
    "the client took longer to answer than 'challenge_lifetime' allows; try again"
#define LONG_LIST                                                                        \
    "cifs/one.example.com cifs/two.example.com cifs/three.example.com "                  \
    "cifs/four.example.com"

/* CONF stands for the path of negotiate.conf, in which line is the fifth line. */
static const struct refusal {
    enum setting setting;
    const char *line;
    void (*run)(enum form form, const char *settings);
    OM_uint32 major;
    const char *says;
} refusals[] = {
    {SETTING_NTLM, " ntlm = never\n", initiate, GSS_S_UNAUTHORIZED,
     FORBIDS " (ntlm = never in CONF:5)"},
    {SETTING_NTLM_ACCEPT, " ntlm_accept = no\n", accept_raw, GSS_S_UNAUTHORIZED,
     FORBIDS " (ntlm_accept = no in CONF:5)"},
    {SETTING_NTLM_HOSTS, " ntlm_hosts = !server *\n", initiate, GSS_S_UNAUTHORIZED,
     FORBIDS " (ntlm_hosts = !server in CONF:5)"},
    {SETTING_NTLM_HOSTS, "#\n ntlm_hosts = other\n", initiate, GSS_S_UNAUTHORIZED,
     FORBIDS " (ntlm_hosts in CONF:6 has no pattern for it)"},
    {SETTING_FALLBACK, " fallback = never\n", fall_back, GSS_S_BAD_NAME,
     NO_KERBEROS " (fallback = never in CONF:5)"},
    {SETTING_MIN_PROTECTION, " min_protection = seal\n", accept, GSS_S_UNAUTHORIZED,
     TOO_WEAK " (min_protection = seal in CONF:5)"},
    {SETTING_REQUIRE_MIC, " require_mic = yes\n", accept_without_mic, GSS_S_UNAUTHORIZED,
     NO_MIC " (require_mic = yes in CONF:5)"},
    {SETTING_CHANNEL_BINDINGS, " channel_bindings = require\n", accept_bound,
     GSS_S_UNAUTHORIZED, NO_CHANNEL " (channel_bindings = require in CONF:5)"},
    {SETTING_TARGET_NAMES, " target_names = cifs/other\n", accept, GSS_S_UNAUTHORIZED,
     OTHER_TARGET " (target_names = cifs/other in CONF:5; the client meant "
                  "\"http/server\")"},
    {SETTING_TARGET_NAMES, " target_names = " LONG_LIST "\n", accept, GSS_S_UNAUTHORIZED,
     OTHER_TARGET
     " (target_names = cifs/one.example.com cifs/two.example.com "
     "cifs/three.example.com... in CONF:5; the client meant \"http/server\")"},
    {SETTING_ANONYMOUS, " anonymous = no\n", accept_anonymous, GSS_S_UNAUTHORIZED,
     NO_ANONYMOUS " (anonymous = no in CONF:5)"},
    {SETTING_ANONYMOUS, "", accept_anonymous, GSS_S_UNAUTHORIZED,
     NO_ANONYMOUS " (anonymous = no by default, not set in CONF)"},
    {SETTING_NTLM_LEVEL, " ntlm_level = 0\n", accept_ntlmv1, GSS_S_UNAUTHORIZED,
     NO_OLD " (ntlm_level = 0 in CONF:5)"},
    {SETTING_NTLM_LEVEL, "", accept_ntlmv1, GSS_S_UNAUTHORIZED,
     NO_OLD " (ntlm_level = 5 by default, not set in CONF)"},
    {SETTING_NTLM_LEVEL, "", by_environment, GSS_S_UNAUTHORIZED,
     NO_OLD " (ntlm_level = 1 by the environment variable LM_COMPAT_LEVEL)"},
    {SETTING_CHALLENGE_LIFETIME, " challenge_lifetime = 1\n", accept_late,
     GSS_S_CONTEXT_EXPIRED,
     TOO_LATE " (challenge_lifetime = 1 in CONF:5; 1 s old, 1 s allowed)"},
};

/* Appends the sentence with the settings' path in place of CONF. */
static void append_in_full(struct buf *out, const char *says)
{
    const char *at = strstr(says, "CONF");

    if (at == NULL) {
        buf_append_text(out, says);
        return;
    }
    buf_append(out, bytes_of(says, (size_t)(at - says)));
    buf_append_text(out, place_path("negotiate.conf"));
    buf_append_text(out, at + strlen("CONF"));
}

TEST_TIMES(each_refusal, 2 * N(refusals))
{
    const struct refusal *row = &refusals[_i / 2];

    place_begin(LINES_BOTH, "");
    row->run(_i % 2 == 0 ? FORM_RAW : FORM_SPNEGO, row->line);
    const struct peer *p = GSS_ERROR(l.acceptor.major) ? &l.acceptor : &l.initiator;
    BUF_AUTO says = BUF_INIT;

    append_in_full(&says, row->says);
    ck_assert_str_eq(p->sentence, buf_cstr(&says));
    ck_assert_uint_eq(GSS_ROUTINE_ERROR(p->major), row->major);
    login_end(&l);
}

TEST(each_setting_that_refuses_has_a_row)
{
    for (enum setting i = 0; i < SETTING_COUNT; i++) {
        bool has_row = false;

        for (int k = 0; k < N(refusals); k++) {
            has_row |= refusals[k].setting == i;
        }
        ck_assert_msg(has_row == (SETTING_ROWS[i].refuses_nothing == NULL), "%s",
                      setting_name(i));
    }
}
