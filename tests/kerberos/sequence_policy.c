/* SPDX-License-Identifier: ISC */
/* Settings while Kerberos works: if NTLM is forbidden, Kerberos continues and no token of
 * NTLM is sent, even if the server asks for it after Kerberos' token. The mechListMIC
 * would come too late. */
#include "mech/oid.h"
#include "tests/exchange/outcome.h"
#include "tests/kerberos/sequence.h"

#include <stdlib.h>
#include <string.h>

/* OpenSSL has a type with the name of one of our errors. */
#define ERR_STATE OPENSSL_ERR_STATE
#include <openssl/evp.h>
#undef ERR_STATE

#define FORBIDS "a setting forbids this use of NTLM; see negotiate.conf(5)"
#define NOT_OFFERED                                                                      \
    "initiator: DEFECTIVE_TOKEN: the server chose a mechanism that was not offered, or"  \
    " changed its choice; the token may have been tampered with"
#define WITHHELD(value) " (it chose NTLM; NTLM was not offered: fallback = " value ")"
#define NOT_SET         " by default, not set in CONF"
/* If MIT's own SPNEGO serves the exchange, the sentence is its own. */
#define NOT_OFFERED_THERE "initiator: DEFECTIVE_TOKEN: Unknown error"
#define REJECTED_THERE    "initiator: BAD_MECH: SPNEGO failed to negotiate a mechanism"
#define FORBIDDEN_HOST    AND_NTLM FORBIDS " (ntlm_hosts = !localhost in CONF:5)"
/* The same for an acceptor whose client offers only forbidden mechanisms. */
#define NOTHING_IN_COMMON "acceptor: BAD_MECH: Unknown error" AND_NTLM
#define WITHOUT_TICKETS                                                                  \
    "initiator: NO_CRED: No Kerberos credentials available (default cache: CCACHE)"

static const struct row {
    const char *name;
    const char *settings;
    enum { NOT_NAMED, ONLY_KRB5, KRB5_FIRST } named; /* the set of gss_set_neg_mechs */
    int reply; /* the server chooses NTLM by this negState */
    const char *outcome;
} rows[] = {
    {"policy: neg_mechs, request-mic", "", ONLY_KRB5, NEG_REQUEST_MIC, NOT_OFFERED_THERE},
    {"policy: neg_mechs, accept-incomplete", "", ONLY_KRB5, NEG_ACCEPT_INCOMPLETE,
     NOT_OFFERED_THERE},
    /* A rogue server, or an attacker on the way, gets no NTLM response in answer to a
     * ticket. */
    {"policy: defaults, request-mic", "", NOT_NAMED, NEG_REQUEST_MIC,
     NOT_OFFERED WITHHELD("listed" NOT_SET)},
    {"policy: defaults, accept-incomplete", "", NOT_NAMED, NEG_ACCEPT_INCOMPLETE,
     NOT_OFFERED WITHHELD("listed" NOT_SET)},
    {"policy: defaults, reject", "", NOT_NAMED, NEG_REJECT,
     "initiator: FAILURE: the server rejected the authentication; its log tells why "
     "(NTLM was not offered: fallback = listed" NOT_SET ")"},
    {"policy: defaults, both named, request-mic", "", KRB5_FIRST, NEG_REQUEST_MIC,
     NOT_OFFERED WITHHELD("listed" NOT_SET)},
    {"policy: fallback = ticketless, request-mic", " fallback = ticketless\n", NOT_NAMED,
     NEG_REQUEST_MIC, NOT_OFFERED WITHHELD("ticketless in CONF:5")},
    {"policy: fallback = never, request-mic", " fallback = never\n", NOT_NAMED,
     NEG_REQUEST_MIC, NOT_OFFERED WITHHELD("never in CONF:5")},
    {"policy: fallback = never, accept-incomplete", " fallback = never\n", NOT_NAMED,
     NEG_ACCEPT_INCOMPLETE, NOT_OFFERED WITHHELD("never in CONF:5")},
    {"policy: fallback = never, both named", " fallback = never\n", KRB5_FIRST,
     NEG_REQUEST_MIC, NOT_OFFERED WITHHELD("never in CONF:5")},
    {"policy: ntlm = never, request-mic", " ntlm = never\n", NOT_NAMED, NEG_REQUEST_MIC,
     NOT_OFFERED_THERE AND_NTLM FORBIDS " (ntlm = never in CONF:5)"},
    {"policy: ntlm_hosts, request-mic", " ntlm_hosts = !localhost\n", NOT_NAMED,
     NEG_REQUEST_MIC, NOT_OFFERED_THERE FORBIDDEN_HOST},
    {"policy: ntlm_hosts, accept-incomplete", " ntlm_hosts = !localhost\n", NOT_NAMED,
     NEG_ACCEPT_INCOMPLETE, NOT_OFFERED_THERE FORBIDDEN_HOST},
    {"policy: ntlm_hosts, reject", " ntlm_hosts = !localhost\n", NOT_NAMED, NEG_REJECT,
     REJECTED_THERE FORBIDDEN_HOST},
};

static void begin(struct login *l, const struct row *row)
{
    gss_OID_desc both[] = {*KRB5, *NTLM};
    gss_OID_set_desc set = {row->named == ONLY_KRB5 ? 1 : 2, both};
    OM_uint32 minor;

    sequence_login(l, RIGHT_KEYS, MUTUAL_FLAGS);
    place_settings(row->settings);
    if (row->named != NOT_NAMED) {
        ck_complete(gss_acquire_cred(&minor, GSS_C_NO_NAME, 0, GSS_C_NO_OID_SET,
                                     GSS_C_INITIATE, &l->initiator.cred, NULL, NULL));
        ck_complete(gss_set_neg_mechs(&minor, l->initiator.cred, &set));
    }
}

/* Checks that there is neither a token of NTLM nor, in a list, its OID. */
static void ck_no_ntlm(const struct buf *token)
{
    ck_assert_msg(token->n == 0 || memmem(token->p, token->n, "NTLMSSP", 7) == NULL,
                  "a token of NTLM");
    ck_assert_msg(token->n == 0 ||
                      memmem(token->p, token->n, OID_NTLM.p, OID_NTLM.n) == NULL,
                  "NTLM is named");
}

static const char *end_of(const struct login *l)
{
    if (login_is_done(l)) {
        return oid_equal(l->acceptor.actual_mech, NTLM) ? "ntlm" : "krb5";
    }
    if (GSS_ERROR(l->acceptor.major)) {
        return failure_text("acceptor", l->acceptor.major, l->acceptor.sentence);
    }
    return failure_text("initiator", l->initiator.major, l->initiator.sentence);
}

TEST_NAMED(the_server_chooses_ntlm, rows, name)
{
    BUF_AUTO token = BUF_INIT;
    struct login l;

    begin(&l, row);
    peer_initiate(&l.initiator, NOTHING);
    ck_major(&l.initiator, GSS_S_CONTINUE_NEEDED);
    ck_bytes(read_init(&l.initiator.token).mechs[0], OID_KRB5);
    ck_no_ntlm(&l.initiator.token);
    write_resp(&token, row->reply, OID_NTLM, NOTHING, NOTHING);
    peer_initiate(&l.initiator, buf_bytes(&token));
    ck_assert_str_eq(end_of(&l), row->outcome);
    ck_gave_up(&l.initiator);
    login_end(&l);
}

#define WRONG_AT_KDC "initiator: NO_CRED: Decrypt integrity check failed"

enum tickets { GOOD_TICKETS, NO_TICKETS, WRONG_PASSWORD };

#define ADDRESS         "HTTP@127.0.0.1"
#define WRONG_SETTING   "a setting is wrong, so NTLM is disabled; correct the file"
#define NOTHING_IS_LEFT "initiator: NO_CRED: " BUILTIN_SAYS AND_NTLM

/* Both ends with these settings -> the mechanism, or the end that failed and how. A wrong
 * password is not an error of the fallback table, so no credential is acquired. */
static const struct end {
    const char *name;
    const char *settings;
    enum tickets tickets;
    const char *target;
    const char *outcome;
} ends[] = {
    {"policy: defaults", "", GOOD_TICKETS, SERVICE, "krb5"},
    {"policy: defaults, no tickets", "", NO_TICKETS, SERVICE, "ntlm"},
    {"policy: defaults, address", "", GOOD_TICKETS, ADDRESS, "ntlm"},
    {"policy: ntlm = only", " ntlm = only\n", GOOD_TICKETS, SERVICE, "ntlm"},
    {"policy: ntlm = only, none accepted", " ntlm = only\n ntlm_accept = no\n",
     GOOD_TICKETS, SERVICE, NOTHING_IN_COMMON FORBIDS " (ntlm_accept = no in CONF:6)"},
    {"policy: ntlm = never", " ntlm = never\n", GOOD_TICKETS, SERVICE, "krb5"},
    {"policy: ntlm = never, no tickets", " ntlm = never\n", NO_TICKETS, SERVICE,
     NOTHING_IS_LEFT FORBIDS " (ntlm = never in CONF:5)"},
    {"policy: ntlm = never, address", " ntlm = never\n", GOOD_TICKETS, ADDRESS,
     "initiator: FAILURE: Server HTTP/127.0.0.1@NEG.TEST not found in Kerberos "
     "database" AND_NTLM FORBIDS " (ntlm = never in CONF:5)"},
    {"policy: ntlm_accept = no", " ntlm_accept = no\n", GOOD_TICKETS, SERVICE, "krb5"},
    {"policy: ntlm_accept = no, no tickets", " ntlm_accept = no\n", NO_TICKETS, SERVICE,
     NOTHING_IN_COMMON FORBIDS " (ntlm_accept = no in CONF:5)"},
    {"policy: ntlm_hosts", " ntlm_hosts = !localhost *\n", GOOD_TICKETS, SERVICE, "krb5"},
    {"policy: ntlm_hosts, no tickets", " ntlm_hosts = !localhost *\n", NO_TICKETS,
     SERVICE, "initiator: NO_CRED: " BUILTIN_SAYS FORBIDDEN_HOST},
    {"policy: ntlm_hosts, wrong password", " ntlm_hosts = !localhost *\n", WRONG_PASSWORD,
     SERVICE, WRONG_AT_KDC},
    {"policy: ntlm_hosts, address", " ntlm_hosts = !127.0.0.* *\n", GOOD_TICKETS, ADDRESS,
     "initiator: FAILURE: Server HTTP/127.0.0.1@NEG.TEST not found in Kerberos "
     "database" AND_NTLM FORBIDS " (ntlm_hosts = !127.0.0.* in CONF:5)"},
    {"policy: ntlm_hosts, another host", " ntlm_hosts = !elsewhere *\n", NO_TICKETS,
     SERVICE, "ntlm"},
    {"policy: fallback = listed, wrong password", " fallback = listed\n", WRONG_PASSWORD,
     SERVICE, WRONG_AT_KDC},
    {"policy: fallback = any, wrong password", " fallback = any\n", WRONG_PASSWORD,
     SERVICE, "ntlm"},
    {"policy: fallback = any", " fallback = any\n", GOOD_TICKETS, SERVICE, "krb5"},
    {"policy: fallback = server", " fallback = server\n", GOOD_TICKETS, SERVICE, "krb5"},
    {"policy: fallback = server, wrong password", " fallback = server\n", WRONG_PASSWORD,
     SERVICE, WRONG_AT_KDC},
    {"policy: fallback = ticketless", " fallback = ticketless\n", GOOD_TICKETS, SERVICE,
     "krb5"},
    {"policy: fallback = ticketless, no tickets", " fallback = ticketless\n", NO_TICKETS,
     SERVICE, "ntlm"},
    {"policy: fallback = ticketless, an unknown service", " fallback = ticketless\n",
     GOOD_TICKETS, "HTTP@nobody.neg.test",
     "initiator: FAILURE: Server HTTP/nobody.neg.test@NEG.TEST not found in Kerberos "
     "database" AND_NTLM FORBIDS " (fallback = ticketless in CONF:5)"},
    {"policy: fallback = listed, an unknown service", " fallback = listed\n",
     GOOD_TICKETS, "HTTP@nobody.neg.test", "ntlm"},
    {"policy: fallback = ticketless, address", " fallback = ticketless\n", GOOD_TICKETS,
     ADDRESS, "ntlm"},
    {"policy: fallback = never", " fallback = never\n", GOOD_TICKETS, SERVICE, "krb5"},
    {"policy: fallback = never, no tickets", " fallback = never\n", NO_TICKETS, SERVICE,
     WITHOUT_TICKETS AND_NTLM FORBIDS " (fallback = never in CONF:5)"},
    {"policy: fallback = never, wrong password", " fallback = never\n", WRONG_PASSWORD,
     SERVICE, WRONG_AT_KDC},
    {"policy: fallback = never, address", " fallback = never\n", GOOD_TICKETS, ADDRESS,
     "ntlm"},
    {"policy: fallback = never, no host and no tickets", " fallback = never\n",
     NO_TICKETS, "HTTP",
     WITHOUT_TICKETS AND_NTLM FORBIDS " (fallback = never in CONF:5)"},
    {"policy: min_protection = seal", " min_protection = seal\n", GOOD_TICKETS, SERVICE,
     "krb5"},
    {"policy: unknown setting", " ntml = never\n", GOOD_TICKETS, SERVICE, "krb5"},
    {"policy: wrong value", " ntlm = nevr\n", GOOD_TICKETS, SERVICE, "krb5"},
    {"policy: wrong value, no tickets", " ntlm = nevr\n", NO_TICKETS, SERVICE,
     NOTHING_IS_LEFT WRONG_SETTING
     " (CONF:5: ntlm = nevr: must be fallback, only or never)"},
    {"policy: FIPS mode", NULL, GOOD_TICKETS, SERVICE, "krb5"},
    {"policy: FIPS mode, no tickets", NULL, NO_TICKETS, SERVICE,
     NOTHING_IS_LEFT "NTLM cannot be used in FIPS mode; use Kerberos (OpenSSL's default "
                     "properties say fips=yes)"},
};

static void set_tickets(enum tickets tickets)
{
    if (tickets == NO_TICKETS) {
        setenv("KRB5CCNAME", lab_path("LAB_NO_TICKETS"), 1);
    }
    if (tickets == WRONG_PASSWORD) {
        place_users(":alice:not the KDC's\n", 0600);
    }
}

/* Acquires the credential; false if the KDC refuses the password. */
static bool acquire(struct login *l, enum tickets tickets)
{
    struct peer *peer = &l->initiator;

    if (tickets != WRONG_PASSWORD) {
        return true;
    }
    peer->major =
        cred_with_password(SPNEGO, "alice", "not the KDC's", &peer->cred, &peer->minor);
    status_sentence(peer->minor, SPNEGO, peer->sentence);
    return peer->major == GSS_S_COMPLETE;
}

/* Sets the settings; NULL means FIPS mode, which is not one of our settings. */
static void set_settings(const char *settings)
{
    if (settings == NULL) {
        ck_assert_int_eq(EVP_default_properties_enable_fips(NULL, 1), 1);
        return;
    }
    place_settings(settings);
}

TEST_NAMED(how_it_ends, ends, name)
{
    struct login l;
    OM_uint32 minor;

    sequence_login(&l, RIGHT_KEYS, SEAL_FLAGS);
    set_tickets(row->tickets);
    set_settings(row->settings);
    (void)gss_release_name(&minor, &l.initiator.target);
    l.initiator.target = name_of(row->target, GSS_C_NT_HOSTBASED_SERVICE);
    if (acquire(&l, row->tickets)) {
        login_run(&l);
    }
    ck_assert_str_eq(end_of(&l), row->outcome);
    login_end(&l);
}
