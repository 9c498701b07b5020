/* SPDX-License-Identifier: ISC */
/* With winbind the names of the CHALLENGE are winbind's, and the settings about a login
 * hold as with a user file. */
#include "tests/winbind/begin.h"

#include "ntlm/authenticate.h"
#include "ntlm/avpair.h"
#include "ntlm/challenge.h"
#include "ntlm/utf16.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void ck_av(const struct avpair_list *list, uint16_t id, const char *want)
{
    for (size_t i = 0; i < list->n; i++) {
        BUF_AUTO text = BUF_INIT;

        if (list->pairs[i].id == id) {
            ck_ok(utf16_to_utf8(&text, list->pairs[i].value));
            ck_assert_str_eq(buf_cstr(&text), want);
            return;
        }
    }
    ck_abort_msg("there is no pair %u", id);
}

TEST_CASES(names_of_the_challenge, "winbind", "file,winbind")
{
    struct ntlm_challenge challenge;
    struct avpair_list avs;
    char settings[80];
    struct login l;

    (void)snprintf(settings, sizeof(settings), " users_from = %s\n",
                   names_of_the_challenge_cases[_i]);
    winbind_begin(settings);
    login_begin(&l, NTLM, SRV_ALICE, SRV_PASSWORD, SEAL_FLAGS);
    peer_initiate(&l.initiator, bytes_of(NULL, 0));
    peer_accept(&l.acceptor, buf_bytes(&l.initiator.token));
    ck_ok(challenge_decode(buf_bytes(&l.acceptor.token), &challenge));
    ck_ok(avpair_decode(challenge.target_info, &avs));
    ck_av(&avs, AV_NB_COMPUTER, SRV);
    ck_av(&avs, AV_NB_DOMAIN, WORKGROUP);
    login_end(&l);
}

/* {settings, a variable and its value}: what acquiring says; NULL: it succeeds. */
static const struct {
    const char *settings;
    const char *variable;
    const char *value;
    const char *says;
} names[] = {
    {" netbios_name = WEB\n", NULL, NULL, ":4: netbios_name = WEB: must be SRV"},
    {" netbios_domain = AD\n", NULL, NULL, ":4: netbios_domain = AD: must be WORKGROUP"},
    {"", "NETBIOS_COMPUTER_NAME", "WEB", "NETBIOS_COMPUTER_NAME = WEB: must be SRV"},
    {"", "NETBIOS_DOMAIN_NAME", "AD", "NETBIOS_DOMAIN_NAME = AD: must be WORKGROUP"},
    {" netbios_name = srv\n netbios_domain = workgroup\n", NULL, NULL, NULL},
};

TEST_TIMES(names_that_contradict_winbind, 2 * N(names))
{
    const __typeof__(names[0]) *row = &names[_i / 2];
    gss_OID_set_desc only = {1, NTLM};
    gss_cred_id_t cred = GSS_C_NO_CREDENTIAL;
    char text[200];
    char sentence[1024];
    OM_uint32 minor;

    (void)snprintf(text, sizeof(text), " users_from = %s\n%s",
                   _i % 2 == 0 ? "winbind" : "file,winbind", row->settings);
    winbind_begin(text);
    if (row->variable != NULL) {
        ck_assert_int_eq(setenv(row->variable, row->value, 1), 0);
    }
    OM_uint32 major = gss_acquire_cred(&minor, GSS_C_NO_NAME, 0, &only, GSS_C_ACCEPT,
                                       &cred, NULL, NULL);
    status_sentence(minor, NTLM, sentence);
    if (row->says == NULL) {
        ck_complete(major);
        (void)gss_release_cred(&minor, &cred);
        winbind_works(NTLM);
        return;
    }
    ck_assert(GSS_ERROR(major));
    ck_assert_msg(strstr(sentence, row->says) != NULL, "%s", sentence);
}

static char right[] = "right";
static char wrong[] = "wrong";
static struct gss_channel_bindings_struct channel = {.application_data = {5, right}};
static struct gss_channel_bindings_struct other = {.application_data = {5, wrong}};

/* Shortens the response to that of NTLMv1. */
static void shorten(struct login *l, unsigned leg, struct buf *token)
{
    struct ntlm_authenticate message;
    BUF_AUTO forged = BUF_INIT;

    (void)l;
    if (leg != 3) {
        return;
    }
    ck_ok(authenticate_decode(buf_bytes(token), &message));
    message.nt_response.n = NTLM_V1_RESPONSE_LEN;
    message.lm_response = message.nt_response;
    authenticate_encode(&forged, &message);
    ck_ok(buf_status(&forged));
    buf_cleanup(token);
    buf_move(token, &forged);
}

static void break_mic(struct login *l, unsigned leg, struct buf *token)
{
    (void)l;
    if (leg == 3) {
        token->p[AUTHENTICATE_MIC_AT] ^= 1;
    }
}

/* {a setting, what each side gives}: what the acceptor says. */
static const struct {
    const char *setting;
    gss_channel_bindings_t initiator;
    gss_channel_bindings_t acceptor;
    void (*tamper)(struct login *l, unsigned leg, struct buf *token);
    enum err e;
} rules[] = {
    {"", NULL, NULL, NULL, ERR_OK},
    {" require_mic = yes\n", NULL, NULL, NULL, ERR_OK},
    {" channel_bindings = require\n", &channel, &channel, NULL, ERR_OK},
    {" channel_bindings = require\n", NULL, &channel, NULL, ERR_BINDINGS_MISSING},
    {"", &other, &channel, NULL, ERR_BINDINGS},
    {" target_names = http/other\n", NULL, NULL, NULL, ERR_TARGET_NAME},
    {" target_names = http/server\n", NULL, NULL, NULL, ERR_OK},
    {"", NULL, NULL, break_mic, ERR_NTLM_MIC_BAD},
    {"", NULL, NULL, shorten, ERR_NTLM_LEVEL},
    {" ntlm_level = 0\n", NULL, NULL, shorten, ERR_NTLM_LEVEL},
    {" ntlm_accept = no\n", NULL, NULL, NULL, ERR_POLICY},
    {" min_protection = seal\n", NULL, NULL, NULL, ERR_OK},
};

TEST_TIMES(rules_of_a_login, 2 * N(rules))
{
    const __typeof__(rules[0]) *row = &rules[_i / 2];
    char settings[200];
    struct login l;

    (void)snprintf(settings, sizeof(settings), " users_from = %s\n%s",
                   _i % 2 == 0 ? "winbind" : "file,winbind", row->setting);
    winbind_begin(" users_from = winbind\n");
    l = login_of(NTLM, "http@server", SEAL_FLAGS);
    l.initiator.cred = cred_password(NTLM, "SRV\\user1", "Pass-user1");
    l.acceptor.cred = cred_acceptor(NTLM);
    winbind_begin(settings);
    l.initiator.bindings = row->initiator;
    l.acceptor.bindings = row->acceptor;
    l.tamper = row->tamper;
    login_run(&l);
    if (row->e != ERR_OK) {
        ck_error(&l.acceptor, row->e);
    }
    ck_assert(login_is_done(&l) == (row->e == ERR_OK));
    login_end(&l);
}

/* target_names = own allows the machine's name of winbind too. */
TEST(own_target_names)
{
    struct login l;

    winbind_begin(" users_from = winbind\n target_names = own\n");
    l = login_of(NTLM, "http@srv", SEAL_FLAGS);
    l.initiator.cred = cred_password(NTLM, SRV_ALICE, SRV_PASSWORD);
    l.acceptor.cred = cred_acceptor(NTLM);
    login_run(&l);
    ck_major(&l.acceptor, GSS_S_COMPLETE);
    login_end(&l);
}
