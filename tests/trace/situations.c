/* SPDX-License-Identifier: ISC */
/* The trace's lines, and their order, for one login after the other. */
#include "tests/trace/tracefile.h"

#include <stdio.h>
#include <string.h>

#define TAKES          "route verdict=ours"
#define PASSES         "route verdict=builtin"
#define ALICE_IN_UTF16 "61006c00690063006500"
#define MIC            "mic verdict=required reason=\""

/*
 * struct situation: a login, and parts of the trace's lines in their order. %FILE% stands
 * for the path of the settings, %USERS% and %CRED% for those of the user file and the
 * credential file.
 */
static const struct situation {
    const char *name;
    struct play play;
    const char *says[12];
} situations[] = {
    {"raw",
     {.form = FORM_RAW, .asked = SEAL_FLAGS},
     {"credential verdict=found role=initiator user=\"AD\\\\alice\" from=\"the password "
      "that the",
      "credential verdict=found role=acceptor from=%USERS%",
      "ctx=1 call role=initiator via=ntlm state=open framing=unknown target=http@server",
      "ctx=1 return state=open framing=raw major=CONTINUE_NEEDED us=",
      "token=4e544c4d5353500001", "ctx=2 call role=acceptor via=ntlm",
      "ctx=2 return state=open framing=raw", "token=4e544c4d5353500002",
      "ctx=1 login role=initiator as=user user=\"AD\\\\alice\"",
      "ctx=1 return state=established framing=raw major=COMPLETE",
      "ctx=2 login role=acceptor as=user user=\"AD\\\\alice\" workstation=SERVER "
      "target=http/server protection=seal mic=yes bound=no",
      "ctx=2 return state=established framing=raw major=COMPLETE"}},
    {"raw, a credential of a file",
     {.form = FORM_RAW, .whose = CRED_DEFAULT},
     {"ctx=1 credential verdict=found role=initiator user=\"AD\\\\alice\" from=%CRED%",
      "ctx=2 credential verdict=found role=acceptor from=%USERS%", "protection=none"}},
    {"SPNEGO",
     {.form = FORM_SPNEGO, .asked = SIGN_FLAGS},
     {"via=spnego", TAKES,
      "offer verdict=left-out mechanism=Kerberos reason=\"the user is named as "
      "DOMAIN\\\\user",
      "offer verdict=offers mechanisms=NTLM", TAKES,
      "choice verdict=takes mechanism=NTLM position=1",
      "choice verdict=server-takes mechanism=NTLM", MIC "NTLM\\'s MIC flag is set",
      "mic verdict=made", "mic verdict=verified", "state=established framing=spnego",
      "state=established framing=spnego"}},
    {"SPNEGO, Kerberos fails first",
     {.form = FORM_SPNEGO, .whose = CRED_DEFAULT},
     {TAKES,
      "fallback verdict=tried mechanism=Kerberos minor=KRB5_CC_NOTFOUND "
      "reason=\"there is no ticket\" error=\"",
      "offer verdict=offers mechanisms=NTLM",
      "login role=acceptor as=user user=\"AD\\\\alice\""}},
    {"SPNEGO, Kerberos fails, and that is that",
     {.form = FORM_SPNEGO, .whose = CRED_DEFAULT, .initiator = " fallback = never\n"},
     {TAKES, "fallback verdict=not-tried mechanism=Kerberos",
      " reason=\"fallback = never\" error=\"", "return state=failed major=", " error=\"",
      "(fallback = never in %FILE%:5)", " bytes=0"}},
    {"SPNEGO, Kerberos not tried",
     {.form = FORM_SPNEGO, .whose = CRED_DEFAULT, .initiator = " ntlm = only\n"},
     {"offer verdict=left-out mechanism=Kerberos reason=\"ntlm = only\"",
      "offer verdict=offers mechanisms=NTLM", "login role="}},
    {"SPNEGO, Kerberos not for an address",
     {.form = FORM_SPNEGO, .whose = CRED_DEFAULT, .target = "http@192.0.2.7"},
     {"target=http@192.0.2.7",
      "offer verdict=left-out mechanism=Kerberos reason=\"the target is an IP "
      "address, and address_targets = ntlm\"",
      "login role=acceptor"}},
    {"the built-in SPNEGO above NTLM",
     {.form = FORM_BUILTIN, .asked = SIGN_FLAGS},
     {"via=ntlm", "token=4e544c4d5353500001", "token=4e544c4d5353500002",
      "login role=acceptor"}},
    {"NTLM is forbidden, so others take it",
     {.form = FORM_SPNEGO, .whose = CRED_DEFAULT, .initiator = " ntlm = never\n"},
     {"credential verdict=none mechanism=NTLM error=\"", "(ntlm = never in %FILE%:5)",
      PASSES " reason=\"NTLM can play no part\"",
      "major=NO_CRED minor=", " error=\"SPNEGO cannot find mechanisms"}},
    {"NTLM may not go to this host",
     {.form = FORM_SPNEGO, .initiator = " ntlm_hosts = *.example.com\n"},
     {"ntlm verdict=kept-out mechanism=NTLM error=\"",
      "(ntlm_hosts in %FILE%:5 has no pattern for it)", PASSES}},
    {"raw, refused by policy",
     {.form = FORM_RAW, .whose = CRED_KEPT, .initiator = " ntlm = never\n"},
     {"call role=initiator via=ntlm",
      "return state=failed major=UNAUTHORIZED minor=ERR_POLICY error=",
      "(ntlm = never in %FILE%:5)\"", "bytes=0"}},
    {"the acceptor refuses by policy",
     {.form = FORM_SPNEGO, .whose = CRED_KEPT, .acceptor = " ntlm_accept = no\n"},
     {"call role=acceptor", "ntlm verdict=kept-out mechanism=NTLM error=\"",
      "(ntlm_accept = no in %FILE%:5)", PASSES}},
    {"a setting is wrong",
     {.form = FORM_RAW, .whose = CRED_DEFAULT, .initiator = " ntlm = nevr\n"},
     {"credential verdict=none mechanism=NTLM error=\"", "%FILE%:5: ", "ntlm = nevr",
      "return state=failed major=FAILURE"}},
    {"too little protection",
     {.form = FORM_SPNEGO, .acceptor = " min_protection = seal\n", .asked = SIGN_FLAGS},
     {"return state=failed framing=spnego major=UNAUTHORIZED",
      "(min_protection = seal in %FILE%:5)\"", "token=a1073005a0030a0102"}},
};

/* Replaces the words of a table by what they stand for. */
static const char *in_full(const char *says)
{
    static char text[1024];
    static const char *const words[] = {"%FILE%", "%USERS%", "%CRED%"};
    const char *paths[] = {place_path("negotiate.conf"), place_users_path(),
                           place_credential_path()};

    for (size_t i = 0; i < 3; i++) {
        const char *at = strstr(says, words[i]);

        if (at != NULL) {
            (void)snprintf(text, sizeof(text), "%.*s%s%s", (int)(at - says), says,
                           paths[i], at + strlen(words[i]));
            return text;
        }
    }
    return says;
}

static void check_order(const char *trace, const char *const says[], size_t n)
{
    const char *at = trace;

    for (size_t i = 0; i < n && says[i] != NULL; i++) {
        const char *wanted = in_full(says[i]);

        at = strstr(at, wanted);
        ck_assert_msg(at != NULL, "no \"%s\" in its place in:\n%.2000s", wanted, trace);
        at += strlen(wanted);
    }
}

TEST_TABLE(the_trace_of_a_login, situations)
{
    (void)tracefile_begin();
    play_begin(row->play.form);
    (void)play_outcome(&row->play);
    check_order(tracefile_read(), row->says, 12);
}

static struct login login;

/* A credential with users for several targets. */
TEST_TIMES(the_trace_of_several_users, 2)
{
    const char *const says[] = {
        "credential verdict=found role=initiator user=bob from=%CRED% for=\"*.one "
        "http/two\"",
        "credential verdict=found role=initiator user=\"AD\\\\alice\" from=%CRED%\n",
        "credential verdict=chosen role=initiator user=bob from=%CRED% for=\"*.one "
        "http/two\"",
        "login role=initiator as=user user=bob"};
    (void)tracefile_begin();
    place_begin(LINES_BOTH, "");
    place_credential("AD:alice:x\n[*.one http/two]\n:bob:" BOB_PASSWORD "\n", 0600);
    login_begin(&login, mech_of(_i), NULL, NULL, SIGN_FLAGS);
    peer_retarget(&login.initiator, "http@two");
    login_run(&login);
    check_order(tracefile_read(), says, N(says));
    login_end(&login);
}

TEST(the_trace_of_no_user_for_this_target)
{
    const char *const says[] = {"credential verdict=found role=initiator user=bob",
                                "ntlm verdict=no-user mechanism=NTLM error=\"no NTLM",
                                "route verdict=builtin"};

    (void)tracefile_begin();
    place_begin(LINES_BOTH, "");
    place_credential("[one]\n:bob:" BOB_PASSWORD "\n", 0600);
    login_begin(&login, SPNEGO, NULL, NULL, SIGN_FLAGS);
    login_run(&login);
    check_order(tracefile_read(), says, N(says));
    login_end(&login);
}

TEST_TIMES(the_trace_of_a_wrong_password, 2)
{
    (void)tracefile_begin();
    place_begin(LINES_BOTH, "");
    login_begin(&login, mech_of(_i), ALICE, "wrong", SIGN_FLAGS);
    login_run(&login);
    ck_has(tracefile_read(), ALICE_IN_UTF16);
    ck_has(tracefile_read(), "state=failed");
    ck_has(tracefile_read(), "major=FAILURE minor=ERR_LOGIN error=");
    ck_has(tracefile_read(), " error=\"the user name or the password is wrong");
    ck_has_not(tracefile_read(), "login role=acceptor");
    login_end(&login);
}

/* A trace does not change the text of gss_display_status. */
TEST_TIMES(sentences_stay, 2)
{
    char with[1024];

    (void)tracefile_begin();
    place_begin(LINES_BOTH, " min_protection = seal\n");
    login_begin(&login, mech_of(_i), "alice", ALICE_PASSWORD, 0);
    cred_option(&login.initiator.cred, hex("2b06010401b77d850f0105"), hex("15820000"));
    login_run(&login);
    (void)snprintf(with, sizeof(with), "%s",
                   login.acceptor.sentence[0] != '\0' ? login.acceptor.sentence
                                                      : login.initiator.sentence);
    ck_assert_msg(with[0] != '\0', "nothing failed");
    ck_has(tracefile_read(), "return state=failed");
    ck_has(with, "(");
    login_end(&login);
}
