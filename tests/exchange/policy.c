/* SPDX-License-Identifier: ISC */
/* Where NTLM may be used: every setting with every value, on each side, in each form, and
 * with credentials of each kind. Kerberos is configured and fails; tests/kerberos tests
 * the other cases. */
#include "conf/settings_keys.h"
#include "tests/exchange/outcome.h"
#include "tests/exchange/setting_rows.h"

#include <stdio.h>
#include <string.h>

#define DONE    "2+1 done"

#define FORBIDS "a setting forbids this use of NTLM; see negotiate.conf(5)"
#define TOO_WEAK                                                                         \
    "the peer agreed to less signing or sealing than required; enable it there or relax" \
    " 'min_protection'"
#define OTHER_SERVICE                                                                    \
    "the client meant another service; check the name it connects to and"                \
    " 'target_names' on the server (target_names = "
#define WRONG      "a setting is wrong, so NTLM is disabled; correct the file"
#define NO_TICKETS "No Kerberos credentials available (default cache: CCACHE)"

enum side { INITIATOR, ACCEPTOR };

/* Sets of enum form and of enum whose, as bits. */
#define RAW     (1u << FORM_RAW)
#define OURS    (1u << FORM_SPNEGO)
#define BUILTIN (1u << FORM_BUILTIN)
#define GIVEN   (1u << CRED_GIVEN)
#define DEFAULT (1u << CRED_DEFAULT)
#define KEPT    (1u << CRED_KEPT)
#define ALL     7u

/* The logins that do not end as without the setting, which is set on this side. */
static const struct row {
    const char *value;
    enum side side;
    unsigned forms;
    unsigned whose;
    const char *outcome;
} rows[] = {
    {"ntlm = never", INITIATOR, OURS, GIVEN,
     "0+0 initiator acquires: BAD_NAME: " NO_REALM AND_NTLM FORBIDS
     " (ntlm = never in CONF:5)"},
    {"ntlm = never", INITIATOR, RAW | BUILTIN, GIVEN,
     "0+0 initiator acquires: UNAUTHORIZED: " FORBIDS " (ntlm = never in CONF:5)"},
    {"ntlm = never", INITIATOR, ALL, KEPT,
     "0+0 initiator: UNAUTHORIZED: " FORBIDS " (ntlm = never in CONF:5)"},
    {"ntlm = never", INITIATOR, RAW, DEFAULT,
     "0+0 initiator: UNAUTHORIZED: " FORBIDS " (ntlm = never in CONF:5)"},
    {"ntlm = never", INITIATOR, OURS, DEFAULT,
     "0+0 initiator: NO_CRED: " BUILTIN_SAYS AND_NTLM FORBIDS
     " (ntlm = never in CONF:5)"},
    {"ntlm = never", INITIATOR, BUILTIN, DEFAULT,
     "0+0 initiator: NO_CRED: " BUILTIN_SAYS},
    {"ntlm_accept = no", ACCEPTOR, RAW, GIVEN,
     "0+0 acceptor acquires: UNAUTHORIZED: " FORBIDS " (ntlm_accept = no in CONF:5)"},
    {"ntlm_accept = no", ACCEPTOR, OURS, GIVEN,
     "0+0 acceptor acquires: NO_CRED: " BUILTIN_SAYS AND_NTLM FORBIDS
     " (ntlm_accept = no in CONF:5)"},
    {"ntlm_accept = no", ACCEPTOR, BUILTIN, GIVEN,
     "0+0 acceptor acquires: NO_CRED: " BUILTIN_SAYS},
    {"ntlm_accept = no", ACCEPTOR, RAW | BUILTIN, KEPT,
     "1+0 acceptor: UNAUTHORIZED: " FORBIDS " (ntlm_accept = no in CONF:5)"},
    {"ntlm_accept = no", ACCEPTOR, RAW, DEFAULT,
     "1+0 acceptor: UNAUTHORIZED: " FORBIDS " (ntlm_accept = no in CONF:5)"},
    {"ntlm_accept = no", ACCEPTOR, OURS, DEFAULT | KEPT,
     "1+0 acceptor: NO_CRED: " BUILTIN_SAYS AND_NTLM FORBIDS
     " (ntlm_accept = no in CONF:5)"},
    {"ntlm_accept = no", ACCEPTOR, BUILTIN, DEFAULT,
     "1+0 acceptor: NO_CRED: " BUILTIN_SAYS},
    {"ntlm_hosts = other !server *", INITIATOR, OURS, GIVEN | KEPT,
     "0+0 initiator: UNAUTHORIZED: " FORBIDS " (ntlm_hosts = !server in CONF:5)"},
    {"ntlm_hosts = other !server *", INITIATOR, OURS, DEFAULT,
     "0+0 initiator: NO_CRED: " BUILTIN_SAYS AND_NTLM FORBIDS
     " (ntlm_hosts = !server in CONF:5)"},
    {"ntlm_hosts = other !server *", INITIATOR, RAW | BUILTIN, ALL,
     "0+0 initiator: UNAUTHORIZED: " FORBIDS " (ntlm_hosts = !server in CONF:5)"},
    {"ntlm_hosts = other", INITIATOR, OURS, GIVEN | KEPT,
     "0+0 initiator: UNAUTHORIZED: " FORBIDS
     " (ntlm_hosts in CONF:5 has no pattern for it)"},
    {"ntlm_hosts = other", INITIATOR, OURS, DEFAULT,
     "0+0 initiator: NO_CRED: " BUILTIN_SAYS AND_NTLM FORBIDS
     " (ntlm_hosts in CONF:5 has no pattern for it)"},
    {"ntlm_hosts = other", INITIATOR, RAW | BUILTIN, ALL,
     "0+0 initiator: UNAUTHORIZED: " FORBIDS
     " (ntlm_hosts in CONF:5 has no pattern for it)"},
    /* Kerberos does not apply to a name that it cannot have */
    {"fallback = never", INITIATOR, OURS, DEFAULT,
     "0+0 initiator: NO_CRED: " NO_TICKETS AND_NTLM FORBIDS
     " (fallback = never in CONF:5)"},
    /* SPNEGO asks for signing itself */
    {"min_protection = sign", ACCEPTOR, RAW, ALL,
     "2+1 acceptor: UNAUTHORIZED: " TOO_WEAK " (min_protection = sign in CONF:5)"},
    {"min_protection = seal", ACCEPTOR, ALL, ALL,
     "2+1 acceptor: UNAUTHORIZED: " TOO_WEAK " (min_protection = seal in CONF:5)"},
    {"target_names = http/other", ACCEPTOR, ALL, ALL,
     "2+1 acceptor: UNAUTHORIZED: " OTHER_SERVICE
     "http/other in CONF:5; the client meant \"http/server\")"},
};

static const char *expected(const char *value, enum side side, const struct play *play)
{
    for (int i = 0; i < N(rows); i++) {
        if (strcmp(rows[i].value, value) == 0 && rows[i].side == side &&
            (rows[i].forms & 1u << play->form) != 0 &&
            (rows[i].whose & 1u << play->whose) != 0) {
            return rows[i].outcome;
        }
    }
    return DONE;
}

static void check_value(enum setting setting, const char *value, struct play *play)
{
    char line[120];
    char settings[128];

    (void)snprintf(line, sizeof(line), "%s = %s", setting_name(setting), value);
    (void)snprintf(settings, sizeof(settings), " %s\n", line);
    for (enum side side = INITIATOR; side <= ACCEPTOR; side++) {
        play->initiator = side == INITIATOR ? settings : NULL;
        play->acceptor = side == ACCEPTOR ? settings : NULL;
        mark_point();
        ck_assert_str_eq(play_outcome(play), expected(line, side, play));
    }
}

TEST_TIMES(each_value, (N_FORMS) * (N_WHOSE))
{
    struct play play = {.form = (enum form)(_i / N_WHOSE),
                        .whose = (enum whose)(_i % N_WHOSE)};

    play_begin(play.form);
    for (enum setting i = 0; i < SETTING_COUNT; i++) {
        for (int k = 0; SETTING_ROWS[i].values[k] != NULL; k++) {
            check_value(i, SETTING_ROWS[i].values[k], &play);
        }
    }
}

/* Other keys are those that place_settings always writes. */
TEST(each_setting_has_values)
{
    for (enum setting i = 0; i < SETTING_COUNT; i++) {
        ck_assert_msg(SETTING_ROWS[i].values[0] != NULL || i == SETTING_USER_FILE ||
                          i == SETTING_CREDENTIAL_FILE || i == SETTING_NETBIOS_NAME,
                      "no value of %s is tried", setting_name(i));
    }
}

/* With a wrong setting, NTLM is disabled on the side that reads it, whatever the setting
 * is for. */
static const struct {
    const char *line;
    const char *says;
} typos[] = {
    {"ntlm = nevr", "CONF:5: ntlm = nevr: must be fallback, only or never"},
    {"ntlm_accept = 0", "CONF:5: ntlm_accept = 0: must be yes or no"},
    {"ntlm_hosts = a/b/c",
     "CONF:5: ntlm_hosts = a/b/c: must be a list of patterns [!][service/]host"},
    {"fallback = Never",
     "CONF:5: fallback = Never: must be listed, never, ticketless, server or any"},
    {"address_targets = krb5",
     "CONF:5: address_targets = krb5: must be ntlm or kerberos"},
    {"min_protection = encrypt",
     "CONF:5: min_protection = encrypt: must be none, sign or seal"},
    {"require_mic = true", "CONF:5: require_mic = true: must be no or yes"},
    {"channel_bindings = yes",
     "CONF:5: channel_bindings = yes: must be accept, require or ignore"},
    {"target_names = server",
     "CONF:5: target_names = server: must be any, own, or a list of service/host"},
    {"ntlm = never\n ntlm = never", "CONF:5: ntlm: is set more than once"},
    {"[libdefaults]",
     "CONF:5: the only section is [negotiate], without blanks before it"},
};

static const char *typo_begins(enum side side, enum form form)
{
    if (side == INITIATOR) {
        return form == FORM_SPNEGO
                   ? "0+0 initiator acquires: BAD_NAME: " NO_REALM AND_NTLM WRONG
                   : "0+0 initiator acquires: FAILURE: " WRONG;
    }
    if (form == FORM_RAW) {
        return "0+0 acceptor acquires: FAILURE: " WRONG;
    }
    return form == FORM_SPNEGO
               ? "0+0 acceptor acquires: NO_CRED: " BUILTIN_SAYS AND_NTLM WRONG
               : "0+0 acceptor acquires: NO_CRED: " BUILTIN_SAYS;
}

static void check_typo(int i, enum side side, struct play *play)
{
    char settings[128];
    char wanted[512];
    const char *begins = typo_begins(side, play->form);
    bool tells = strstr(begins, WRONG) != NULL;

    (void)snprintf(settings, sizeof(settings), " %s\n", typos[i].line);
    (void)snprintf(wanted, sizeof(wanted), tells ? "%s (%s)" : "%s", begins,
                   typos[i].says);
    play->initiator = side == INITIATOR ? settings : NULL;
    play->acceptor = side == ACCEPTOR ? settings : NULL;
    ck_assert_str_eq(play_outcome(play), wanted);
    play->initiator = play->acceptor = NULL;
    ck_assert_str_eq(play_outcome(play), DONE);
}

TEST_TIMES(typing_errors, N_FORMS)
{
    struct play play = {.form = (enum form)_i};

    play_begin(play.form);
    for (int i = 0; i < N(typos); i++) {
        check_typo(i, INITIATOR, &play);
        check_typo(i, ACCEPTOR, &play);
    }
}

#define NO_HOST " has no pattern for the service host; write host/HOST to allow it"
#define NO_SERVICE                                                                       \
    " has no pattern for a target without a service; write */HOST to allow it"

/* {patterns, target} -> whether NTLM may be used, and the pattern that decides. */
static const struct {
    const char *patterns;
    const char *target;
    const char *refused_by; /* NULL: NTLM is used */
} hosts[] = {
    {"server", "http@server", NULL},
    {"SERVER", "http@server", NULL},
    {"server", "HTTP@Server", NULL},
    {"server", "http@server:8080", NULL},
    {"server", "http@server.", NULL},
    {"server", "http@server.example.com", "ntlm_hosts in CONF:5 has no pattern for it"},
    {"*.example.com", "cifs@nas.example.com", NULL},
    {"*.example.com", "cifs@NAS.EXAMPLE.COM:445", NULL},
    {"*.example.com", "cifs@a.b.example.com",
     "ntlm_hosts in CONF:5 has no pattern for it"},
    {"*.example.com", "cifs@example.com.evil",
     "ntlm_hosts in CONF:5 has no pattern for it"},
    {"*.example.com, *.*.example.com", "cifs@a.b.example.com", NULL},
    {"!dc*.example.com *.example.com", "ldap@dc1.example.com",
     "ntlm_hosts = !dc*.example.com in CONF:5"},
    {"!dc*.example.com *.example.com", "ldap@nas.example.com", NULL},
    {"*.example.com !dc*.example.com", "ldap@dc1.example.com", NULL},
    {"192.0.2.*", "http@192.0.2.7", NULL},
    {"192.0.2.*", "http@192.0.2.7:80", NULL},
    {"192.0.2.*", "http@192.0.3.7", "ntlm_hosts in CONF:5 has no pattern for it"},
    {"2001:db8::*", "http@[2001:db8::1]", NULL},
    {"2001:db8::*", "http@[2001:db8::1]:80", NULL},
    {"!2001:db8::* *", "http@[2001:DB8::1]:80", "ntlm_hosts = !2001:db8::* in CONF:5"},
    /* the target is the local host, whose name is another one */
    {"server", "http@", "ntlm_hosts in CONF:5 has no pattern for it"},
    {"*", "http@", NULL},
    {"!server *", "http", NULL},
    {"!server *", "http@server/more", "ntlm_hosts = !server in CONF:5"},
    {"!server *", "http@other/more", NULL},
    {"!server *", "http@se%72ver", "ntlm_hosts = !server in CONF:5"},
    /* addresses are compared by their value */
    {"!192.0.2.7 *", "http@3221225991", "ntlm_hosts = !192.0.2.7 in CONF:5"},
    {"!192.0.2.7 *", "http@0300.0.0x2.07", "ntlm_hosts = !192.0.2.7 in CONF:5"},
    {"!192.0.2.7 *", "http@192.519:80", "ntlm_hosts = !192.0.2.7 in CONF:5"},
    {"!192.0.2.7 *", "http@[::ffff:c000:207]:80", "ntlm_hosts = !192.0.2.7 in CONF:5"},
    {"192.0.2.*", "http@0xc0000207", NULL},
    {"!2001:db8::1 *", "http@[2001:db8:0:00::0:1]",
     "ntlm_hosts = !2001:db8::1 in CONF:5"},
    {"2001:db8:0:0::1", "http@[2001:db8::1]:80", NULL},
    /* services; "host" must be written */
    {"*", "host@server", "ntlm_hosts in CONF:5" NO_HOST},
    {"*", "HOST@server", "ntlm_hosts in CONF:5" NO_HOST},
    {"server", "host@server", "ntlm_hosts in CONF:5" NO_HOST},
    {"host/server", "host@server", NULL},
    {"Host/server", "hOST@server", NULL},
    {"*/server", "host@server", NULL},
    {"*/server", "host@other", "ntlm_hosts in CONF:5" NO_HOST},
    {"http/*", "HTTP@server", NULL},
    {"http/*", "cifs@server", "ntlm_hosts in CONF:5 has no pattern for it"},
    {"!cifs/server *", "cifs@server.", "ntlm_hosts = !cifs/server in CONF:5"},
    {"!cifs/server *", "http@server", NULL},
    {"wsman/server", "WSMAN/server", NULL},
    {"*", "host/server", "ntlm_hosts in CONF:5" NO_HOST},
    {"!server *", "WSMAN/server:5985", "ntlm_hosts = !server in CONF:5"},
    {"*", "http/server@realm", "ntlm_hosts in CONF:5" NO_SERVICE},
    {"!server", "http@other", "ntlm_hosts in CONF:5 has no pattern for it"},
    {"!*", "http@server", "ntlm_hosts = !* in CONF:5"},
};

TEST_TIMES(each_host, N_FORMS)
{
    char settings[128];
    char refused[256];
    struct play play = {.form = (enum form)_i, .initiator = settings};

    play_begin(play.form);
    for (int i = 0; i < N(hosts); i++) {
        const char *by = hosts[i].refused_by;

        play.target = hosts[i].target;
        (void)snprintf(settings, sizeof(settings), " ntlm_hosts = %s\n",
                       hosts[i].patterns);
        (void)snprintf(refused, sizeof(refused),
                       "0+0 initiator: UNAUTHORIZED: " FORBIDS " (%s)",
                       by == NULL ? "" : by);
        ck_assert_str_eq(play_outcome(&play), by == NULL ? DONE : refused);
    }
}
