/* SPDX-License-Identifier: ISC */
/* A KDC that never answers: a login in which Kerberos cannot be used does not wait for
 * it. */
#include "mech/oid.h"
#include "tests/kerberos/sequence.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#define PATIENCE_S 5.0

/* struct row: why Kerberos is not used. user NULL: the default credential. */
enum how {
    PLAIN,
    ONLY_NTLM,    /* by gss_set_neg_mechs */
    BY_STORE,     /* a credential store with NTLM's keys */
    CLIENT_KEYTAB /* with which Kerberos would get its own tickets */
};
static const struct row {
    const char *name;
    const char *target;
    const char *tickets;
    const char *user;
    enum how how;
} rows[] = {
    {"silent KDC: IPv4 address", "HTTP@127.0.0.1", "LAB_TGT", NULL, PLAIN},
    {"silent KDC: IPv6 address", "HTTP@[::1]", "LAB_TGT", NULL, PLAIN},
    {"silent KDC: IPv4 address, DOMAIN\\user and a password", "HTTP@127.0.0.1",
     "LAB_NO_TICKETS", "NAS\\bob", PLAIN},
    {"silent KDC: IPv4 address, a client keytab", "HTTP@127.0.0.1", "LAB_NO_TICKETS",
     NULL, CLIENT_KEYTAB},
    {"silent KDC: IPv4 address in hexadecimal", "HTTP@0x7f000001", "LAB_TGT", NULL,
     PLAIN},
    {"silent KDC: IPv4 address in short", "HTTP@127.1:80", "LAB_TGT", NULL, PLAIN},
    {"silent KDC: DOMAIN\\user and a password", SERVICE, "LAB_NO_TICKETS", ALICE, PLAIN},
    {"silent KDC: DOMAIN\\user and a store", SERVICE, "LAB_TGT", ALICE, BY_STORE},
    {"silent KDC: no tickets", SERVICE, "LAB_NO_TICKETS", NULL, PLAIN},
    {"silent KDC: neg_mechs with NTLM alone", SERVICE, "LAB_TGT", NULL, ONLY_NTLM},
    {"silent KDC: neg_mechs with NTLM alone, user@DOMAIN and a password", SERVICE,
     "LAB_NO_TICKETS", "bob@NAS", ONLY_NTLM},
};

static double now_s(void)
{
    struct timespec now;

    ck_assert_int_eq(clock_gettime(CLOCK_MONOTONIC, &now), 0);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static gss_cred_id_t store_cred(const char *user)
{
    struct store store = {1, {{"ntlmssp_password", ALICE_PASSWORD}}};
    gss_cred_id_t cred = GSS_C_NO_CREDENTIAL;
    OM_uint32 minor;

    ck_complete(cred_from_store(SPNEGO, user, GSS_C_INITIATE, &store, &cred, &minor));
    return cred;
}

static gss_cred_id_t default_cred(void)
{
    gss_OID_set_desc spnego = {1, SPNEGO};
    gss_cred_id_t cred = GSS_C_NO_CREDENTIAL;
    OM_uint32 minor;

    ck_complete(gss_acquire_cred(&minor, GSS_C_NO_NAME, 0, &spnego, GSS_C_INITIATE, &cred,
                                 NULL, NULL));
    return cred;
}

static gss_cred_id_t initiator_cred(const struct row *row)
{
    gss_OID_set_desc ntlm = {1, NTLM};
    gss_cred_id_t cred;
    OM_uint32 minor;

    if (row->how == BY_STORE) {
        return store_cred(row->user);
    }
    cred = row->user == NULL
               ? default_cred()
               : cred_password(SPNEGO, row->user,
                               strstr(row->user, "bob") != NULL ? BOB_PASSWORD
                                                                : ALICE_PASSWORD);
    if (row->how == ONLY_NTLM) {
        ck_complete(gss_set_neg_mechs(&minor, cred, &ntlm));
    }
    return cred;
}

/* Makes the whole login, from the credentials to the messages. */
static void log_in(const struct row *row)
{
    struct login l;
    OM_uint32 minor;

    login_begin(&l, SPNEGO, NULL, NULL, MUTUAL_FLAGS);
    (void)gss_release_name(&minor, &l.initiator.target);
    l.initiator.target = name_of(row->target, GSS_C_NT_HOSTBASED_SERVICE);
    l.initiator.cred = initiator_cred(row);
    login_run(&l);
    ck_major(&l.initiator, GSS_S_COMPLETE);
    ck_major(&l.acceptor, GSS_S_COMPLETE);
    ck_mech(&l, NTLM);
    protect_both_ways(&l);
    login_end(&l);
}

TEST_NAMED(does_not_wait, rows, name)
{
    double began;

    sequence_begin(NO_KEYS, "");
    setenv("KRB5_CONFIG", lab_path("LAB_SILENT_CONFIG"), 1);
    setenv("KRB5CCNAME", lab_path(row->tickets), 1);
    if (row->how == CLIENT_KEYTAB) {
        setenv("KRB5_CLIENT_KTNAME", lab_path("LAB_CLIENT_KEYTAB"), 1);
    }
    began = now_s();
    log_in(row);
    ck_assert_msg(now_s() - began < PATIENCE_S, "it took %.1f s", now_s() - began);
}
