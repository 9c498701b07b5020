/* SPDX-License-Identifier: ISC */
/* How an acceptor's settings treat a client's channel bindings and target, in each
 * form. */
#include "tests/exchange/outcome.h"

#include <stdio.h>

#define DONE "2+1 done"
#define OTHER_SERVICE                                                                    \
    "the client meant another service; check the name it connects to and"                \
    " 'target_names' on the server (target_names = "

/* {value, which ends give bindings} -> outcome. In the last two rows both do: equal ones,
 * then different ones. */
#define OTHER_CHANNEL                                                                    \
    "2+1 acceptor: BAD_BINDINGS: the channel bindings differ: client and server do not"  \
    " end the same TLS connection; look for a proxy between them"
#define NO_CHANNEL                                                                       \
    "2+1 acceptor: UNAUTHORIZED: the client sent no channel bindings but the server"     \
    " requires them; update the client or relax 'channel_bindings'"                      \
    " (channel_bindings = require in CONF:5)"
static struct gss_channel_bindings_struct one = {
    .application_data = {7, (void *)(uintptr_t) "tls:one"}};
static struct gss_channel_bindings_struct two = {
    .application_data = {7, (void *)(uintptr_t) "tls:two"}};

static const struct {
    const char *value;
    gss_channel_bindings_t initiator;
    gss_channel_bindings_t acceptor;
    const char *outcome;
} channels[] = {
    {"accept", NULL, NULL, DONE},          {"accept", &one, NULL, DONE},
    {"accept", NULL, &one, DONE},          {"accept", &one, &one, DONE},
    {"require", NULL, NULL, DONE},         {"require", &one, NULL, DONE},
    {"require", &one, &one, DONE},         {"ignore", NULL, &one, DONE},
    {"ignore", &one, &one, DONE},          {"ignore", &two, &one, DONE},
    {"accept", &two, &one, OTHER_CHANNEL}, {"require", &two, &one, OTHER_CHANNEL},
    {"require", NULL, &one, NO_CHANNEL},
};

TEST_TIMES(each_channel, N_FORMS)
{
    char settings[128];
    struct play play = {.form = (enum form)_i, .acceptor = settings};

    play_begin(play.form);
    for (int i = 0; i < N(channels); i++) {
        play.initiator_bindings = channels[i].initiator;
        play.acceptor_bindings = channels[i].acceptor;
        (void)snprintf(settings, sizeof(settings), " channel_bindings = %s\n",
                       channels[i].value);
        ck_assert_str_eq(play_outcome(&play), channels[i].outcome);
    }
}

/* {value, target} -> the target that the refusal names; NULL: the login is accepted. */
static const struct {
    const char *value;
    const char *target;
    const char *meant;
} targets[] = {
    {"any", "http@elsewhere", NULL},
    {"any", "http@", NULL},
    {"own", "http@server", NULL},
    {"own", "cifs@SERVER", NULL},
    {"own", "http@elsewhere", "http/elsewhere"},
    {"own", "http@192.0.2.1", "http/192.0.2.1"},
    {"own", "http@", NULL},
    {"http/www ldap/www", "ldap@www", NULL},
    {"http/www, ldap/www", "HTTP@WWW", NULL},
    {"http/www ldap/www", "cifs@www", "cifs/www"},
    {"http/www ldap/www", "ldap@www.", NULL},
    {"http/www. ldap/www", "http@www:80", NULL},
    {"http/www ldap/www", "http@", "http/LOCAL"},
};

TEST_TIMES(each_target, N_FORMS)
{
    char settings[128];
    char refused[256];
    struct play play = {.form = (enum form)_i, .acceptor = settings};

    play_begin(play.form);
    for (int i = 0; i < N(targets); i++) {
        play.target = targets[i].target;
        (void)snprintf(settings, sizeof(settings), " target_names = %s\n",
                       targets[i].value);
        (void)snprintf(refused, sizeof(refused),
                       "2+1 acceptor: UNAUTHORIZED: " OTHER_SERVICE
                       "%s in CONF:5; the client meant \"%s\")",
                       targets[i].value, place_local(targets[i].meant));
        ck_assert_str_eq(play_outcome(&play), targets[i].meant == NULL ? DONE : refused);
    }
}
