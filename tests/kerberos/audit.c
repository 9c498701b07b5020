/* SPDX-License-Identifier: ISC */
/* The audit's lines, word by word, for a real KDC that answers, refuses, or does not
 * exist. */
#include "mech/oid.h"
#include "tests/audit/log.h"
#include "tests/kerberos/sequence.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define UNKNOWN "HTTP@nobody.neg.test"
#define LOCKED  "HTTP@locked.neg.test"
#define ADDRESS "HTTP@127.0.0.1"
#define WRONG   "neither the KDC's"
#define SERVER  " fallback = server\n"

/*
 * One login. A member that is 0 or NULL has the usual value: alice's tickets (LAB_TGT:
 * without the service's), a KDC that answers, the service's key, and an NTLM credential
 * of AD\alice. The lines of each login are in the table's file, after its name in
 * brackets.
 */
static const struct situation {
    const char *name;
    enum { NOBODY, KERBEROS, BY_NTLM } logs_in;
    const char *settings;
    const char *config;  /* the krb5.conf: a variable of the lab */
    const char *tickets; /* likewise */
    enum keys keys;
    const char *target;
    const char *password; /* alice's, for either mechanism */
    /* what answers in place of the acceptor */
    enum { OWN_REPLY, CHOOSES_NTLM, REJECTS, NO_TOKEN } reply;
    enum { NO_ATTACK, DAMAGE, REPLAY, OTHER_CHANNEL } attack;
    bool has_none; /* there is no credential of NTLM */
    bool no_ci; /* the initiator's credential has NO_CI_FLAGS, and no flags are asked for
                 */
    gss_OID only; /* by gss_set_neg_mechs of the initiator */
} situations[] = {
    {"Kerberos", KERBEROS, .keys = RIGHT_KEYS},
    {"Kerberos, ntlm = never", KERBEROS,
     .settings = " ntlm = never\n ntlm_accept = no\n"},
    {"Kerberos, broken settings", KERBEROS, .settings = " ntlm = nevr\n"},
    {"Kerberos, from a password", KERBEROS, .tickets = "LAB_NO_TICKETS",
     .password = ALICE_PASSWORD},
    {"no ticket", BY_NTLM, .tickets = "LAB_NO_TICKETS"},
    {"expired ticket", BY_NTLM, .tickets = "LAB_EXPIRED"},
    {"KDC unreachable", BY_NTLM, .config = "LAB_REFUSED", .tickets = "LAB_TGT"},
    {"KDC unreachable, password", BY_NTLM, .config = "LAB_REFUSED",
     .tickets = "LAB_NO_TICKETS", .password = ALICE_PASSWORD},
    {"clock skew", BY_NTLM, .config = "LAB_SKEWED", .tickets = "LAB_TGT"},
    {"server unknown to the KDC", BY_NTLM, .target = UNKNOWN},
    {"an address", BY_NTLM, .target = ADDRESS},
    {"wrong key", BY_NTLM, SERVER, .keys = WRONG_KEYS},
    {"no keys", BY_NTLM, SERVER, .keys = NO_KEYS},
    {"withheld, wrong key", NOBODY, .keys = WRONG_KEYS},
    {"withheld, no keys", NOBODY, .keys = NO_KEYS},
    {"withheld, no credential", NOBODY, .keys = WRONG_KEYS, .has_none = true},
    {"withheld, fallback = ticketless", NOBODY, " fallback = ticketless\n",
     .keys = WRONG_KEYS},
    {"withheld, the server chooses NTLM", NOBODY, .reply = CHOOSES_NTLM},
    {"withheld, the server rejects", NOBODY, .reply = REJECTS},
    {"withheld, the server answers without a token", NOBODY, .reply = NO_TOKEN},
    {"withheld, NO_CI_FLAGS", NOBODY, SERVER, .keys = WRONG_KEYS, .no_ci = true},
    {"withheld, no audit", NOBODY, " audit = no\n", .keys = WRONG_KEYS},
    {"no keys, no ticket", BY_NTLM, .keys = NO_KEYS, .tickets = "LAB_NO_TICKETS"},
    {"damaged token", BY_NTLM, SERVER, .attack = DAMAGE},
    {"unlisted error", NOBODY, .target = LOCKED},
    {"unlisted error, wrong password", NOBODY, .tickets = "LAB_NO_TICKETS",
     .password = WRONG},
    {"fallback = any", BY_NTLM, " fallback = any\n", .target = LOCKED},
    {"fallback = any, wrong password", NOBODY, " fallback = any\n",
     .tickets = "LAB_NO_TICKETS", .password = WRONG},
    {"fallback = any, listed error", BY_NTLM, " fallback = any\n",
     .tickets = "LAB_NO_TICKETS"},
    {"fallback = never", NOBODY, " fallback = never\n", .tickets = "LAB_NO_TICKETS"},
    {"fallback = ticketless", BY_NTLM, " fallback = ticketless\n",
     .tickets = "LAB_NO_TICKETS"},
    {"fallback = ticketless, KDC unreachable", NOBODY, " fallback = ticketless\n",
     .config = "LAB_REFUSED", .tickets = "LAB_TGT"},
    {"fallback = ticketless, expired ticket", BY_NTLM, " fallback = ticketless\n",
     .tickets = "LAB_EXPIRED"},
    {"fallback = never, KDC unreachable", NOBODY, " fallback = never\n",
     .config = "LAB_REFUSED", .tickets = "LAB_TGT"},
    {"fallback = never, unlisted error", NOBODY, " fallback = never\n", .target = LOCKED},
    {"fallback = never, wrong key", NOBODY, " fallback = never\n", .keys = WRONG_KEYS},
    {"ntlm = only", BY_NTLM, .settings = " ntlm = only\n"},
    {"ntlm = never", NOBODY, " ntlm = never\n", .tickets = "LAB_NO_TICKETS"},
    {"ntlm = never, no credential", NOBODY, " ntlm = never\n",
     .tickets = "LAB_NO_TICKETS", .has_none = true},
    {"ntlm = never, server unknown", NOBODY, " ntlm = never\n", .target = UNKNOWN},
    {"ntlm = never, wrong key", NOBODY, " ntlm = never\n", .keys = WRONG_KEYS},
    {"ntlm_hosts", NOBODY, " ntlm_hosts = !localhost\n", .tickets = "LAB_NO_TICKETS"},
    {"ntlm_hosts, wrong key", NOBODY, " ntlm_hosts = !localhost\n", .keys = WRONG_KEYS},
    {"broken settings", NOBODY, " ntlm = nevr\n", .tickets = "LAB_NO_TICKETS"},
    {"broken settings, no credential", NOBODY, " ntlm = nevr\n",
     .tickets = "LAB_NO_TICKETS", .has_none = true},
    {"ntlm_accept = no", NOBODY, " ntlm_accept = no\n", .tickets = "LAB_NO_TICKETS"},
    {"ntlm_accept = no, wrong key", NOBODY, " ntlm_accept = no\n" SERVER,
     .keys = WRONG_KEYS},
    {"ntlm_accept = no, no keys", NOBODY, " ntlm_accept = no\n" SERVER, .keys = NO_KEYS},
    {"gss_set_neg_mechs, wrong key", NOBODY, .keys = WRONG_KEYS, .only = &MECH_OID_KRB5},
    {"replayed token", NOBODY, .attack = REPLAY},
    {"bindings of another channel", NOBODY, SERVER, .attack = OTHER_CHANNEL},
    {"no audit", BY_NTLM, " audit = no\n" SERVER, .keys = WRONG_KEYS},
};

static struct buf first_token;

static void keep_first(struct login *l, unsigned leg, struct buf *token)
{
    const struct situation *s = l->arg;

    if (leg != 1) {
        return;
    }
    if (s->attack == DAMAGE) {
        token->p[token->n - 1] ^= 1; /* a bit of the bytes that Kerberos encrypted */
    }
    ck_ok(buf_dup(&first_token, buf_bytes(token)));
}

static void name_only(struct peer *p, gss_OID mech)
{
    gss_OID_set_desc set = {1, mech};
    OM_uint32 minor;

    ck_complete(gss_acquire_cred(&minor, GSS_C_NO_NAME, 0, GSS_C_NO_OID_SET,
                                 GSS_C_INITIATE, &p->cred, NULL, NULL));
    ck_complete(gss_set_neg_mechs(&minor, p->cred, &set));
}

static void set_environment(const struct situation *s)
{
    BUF_AUTO replays = BUF_INIT;

    if (s->config != NULL) {
        setenv("KRB5_CONFIG", lab_path(s->config), 1);
    }
    if (s->tickets != NULL) {
        setenv("KRB5CCNAME", lab_path(s->tickets), 1);
    }
    if (s->attack == REPLAY) {
        buf_printf(&replays, "file2:%s", place_path("replays"));
        setenv("KRB5RCACHENAME", buf_cstr(&replays), 1);
    }
    if (s->has_none) {
        ck_assert_int_eq(unlink(place_credential_path()), 0);
    }
    place_settings(s->settings == NULL ? "" : s->settings);
}

/* Acquires the credential; false if the KDC refuses the password, so that there is no
 * login. */
static bool acquire(struct peer *peer, const struct situation *s)
{
    peer->major =
        cred_with_password(SPNEGO, "alice", s->password, &peer->cred, &peer->minor);
    return peer->major == GSS_S_COMPLETE;
}

static void begin(struct login *l, const struct situation *s)
{
    OM_uint32 minor;

    sequence_login(l, s->keys, MUTUAL_FLAGS);
    set_environment(s);
    if (s->only != NULL) {
        name_only(&l->initiator, s->only);
    }
    if (s->no_ci) {
        l->initiator.cred = sequence_no_ci_cred();
        l->initiator.asked = 0;
    }
    if (s->target != NULL) {
        (void)gss_release_name(&minor, &l->initiator.target);
        l->initiator.target = name_of(s->target, GSS_C_NT_HOSTBASED_SERVICE);
    }
    l->tamper = keep_first;
    l->arg = s;
}

/* Answers Kerberos' token by choosing NTLM, by reject, or with no token. */
static void answer(struct login *l, const struct situation *s)
{
    BUF_AUTO token = BUF_INIT;
    bool rejects = s->reply == REJECTS;

    peer_initiate(&l->initiator, NOTHING);
    if (s->reply != NO_TOKEN) {
        write_resp(&token, rejects ? NEG_REJECT : NEG_REQUEST_MIC,
                   rejects ? NOTHING : OID_NTLM, NOTHING, NOTHING);
    }
    peer_initiate(&l->initiator, buf_bytes(&token));
}

/* Sends the same token to another context. */
static void replay(struct login *l)
{
    OM_uint32 minor;

    ck_assert(login_is_done(l));
    (void)gss_delete_sec_context(&minor, &l->acceptor.context, GSS_C_NO_BUFFER);
    peer_accept(&l->acceptor, buf_bytes(&first_token));
}

static void check_end(const struct login *l, const struct situation *s)
{
    ck_assert_msg(login_is_done(l) == (s->logs_in != NOBODY), "%s%s",
                  l->initiator.sentence, l->acceptor.sentence);
    if (s->logs_in != NOBODY) {
        ck_mech(l, s->logs_in == KERBEROS ? KRB5 : NTLM);
    }
}

static void run(const struct situation *s)
{
    struct gss_channel_bindings_struct here = {0};
    struct gss_channel_bindings_struct there = {0};
    struct login l;
    bool has_cred;

    here.application_data = buffer_of(bytes_str("here"));
    there.application_data = buffer_of(bytes_str("there"));
    begin(&l, s);
    has_cred = s->password == NULL || acquire(&l.initiator, s);
    if (s->attack == OTHER_CHANNEL) {
        l.initiator.bindings = &here;
        l.acceptor.bindings = &there;
    }
    if (has_cred && s->reply == OWN_REPLY) {
        login_run(&l);
    } else if (has_cred) {
        answer(&l, s);
    }
    if (s->attack == REPLAY) {
        replay(&l);
    }
    check_end(&l, s);
    login_end(&l);
}

/* Appends the lines of the table that follow this name, up to the next name. */
static void wanted_lines(const char *name, struct buf *out)
{
    char line[4096];
    char heading[128];
    bool inside = false;
    bool known = false;
    FILE *file = fopen(lab_path("LAB_TABLE"), "re");

    ck_assert_ptr_nonnull(file);
    (void)snprintf(heading, sizeof(heading), "[%s]\n", name);
    while (fgets(line, sizeof(line), file) != NULL) {
        if (line[0] == '[') {
            inside = strcmp(line, heading) == 0;
            known = known || inside;
        } else if (inside) {
            buf_append_text(out, line);
        }
    }
    (void)fclose(file);
    ck_ok(buf_status(out));
    ck_assert_msg(known, "the table has no [%s]", name);
}

TEST_NAMED(audit_lines, situations, name)
{
    BUF_AUTO got = BUF_INIT;
    BUF_AUTO wanted = BUF_INIT;

    wanted_lines(row->name, &wanted);
    log_begin();
    log_listen(SOCK_DGRAM);
    run(row);
    (void)log_count();
    place_usual_path(&got, log_all());
    ck_assert_msg(bytes_equal(buf_bytes(&got), buf_bytes(&wanted)), "%s:\n%swanted:\n%s",
                  row->name, buf_cstr(&got), buf_cstr(&wanted));
}
