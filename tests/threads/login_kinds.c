/* SPDX-License-Identifier: ISC */
/* The kinds of logins that the threads mix. */
#include "tests/threads/login_kinds.h"

#include "tests/lib/table.h"
#include "tests/threads/shared_objects.h"

#include <stdlib.h>

/* Tickets are in KRB5CCNAME; the settings name the user's own NTLM credential. */
#define NO_TICKETS "FILE:/nonexistent"
#define SERVICE    "HTTP@srv.neg.test"
#define CHANGED    "HTTP@changed.neg.test" /* whose key the acceptor does not have */

/* Sets the ticket cache of the thread's default credential. */
static void tickets(const char *ccache)
{
    OM_uint32 minor;

    (void)gss_krb5_ccache_name(&minor, ccache, NULL);
}

static void begin(struct login *s, gss_OID mech)
{
    *s = login_of(mech, SERVICE, SEAL_FLAGS);
    tickets(getenv("KRB5CCNAME"));
}

static void raw(struct login *s)
{
    begin(s, NTLM);
    s->initiator.cred = acquire_password(NTLM, "AD\\alice", PASSWORD);
    s->acceptor.cred = acquire_default(NTLM, GSS_C_ACCEPT);
}

static void raw_default(struct login *s)
{
    begin(s, NTLM);
}

static void raw_wrong(struct login *s)
{
    begin(s, NTLM);
    s->initiator.cred = acquire_password(NTLM, "AD\\alice", "wrong");
}

static void raw_store(struct login *s)
{
    struct store store = {2, {{"password", PASSWORD}, {"ntlmssp_domain", "AD"}}};

    begin(s, NTLM);
    s->initiator.cred = acquire_store(NTLM, "alice", &store);
}

static void spnego_ntlm(struct login *s)
{
    begin(s, SPNEGO);
    tickets(NO_TICKETS);
    s->initiator.cred = acquire_password(SPNEGO, "AD\\alice", PASSWORD);
    s->acceptor.cred = acquire_default(SPNEGO, GSS_C_ACCEPT);
}

static void spnego_shared(struct login *s)
{
    begin(s, SPNEGO);
    shared_use(&s->initiator, SHARED_PASSWORD);
    shared_use(&s->acceptor, SHARED_ACCEPTOR);
    if (!s->initiator.shared) {
        tickets(NO_TICKETS);
    }
}

static void spnego_wrong(struct login *s)
{
    begin(s, SPNEGO);
    s->initiator.cred = acquire_password(SPNEGO, "AD\\alice", "wrong");
}

static void spnego_keyfile(struct login *s)
{
    struct store store = {
        2, {{"ntlmssp_keyfile", getenv("THREADS_KEYFILE")}, {"ccache", NO_TICKETS}}};

    begin(s, SPNEGO);
    s->initiator.cred = acquire_store(SPNEGO, NULL, &store);
}

static void kerberos(struct login *s)
{
    begin(s, SPNEGO);
}

static void kerberos_store(struct login *s)
{
    struct store store = {1, {{"ccache", getenv("KRB5CCNAME")}}};

    begin(s, SPNEGO);
    s->initiator.cred = acquire_store(SPNEGO, NULL, &store);
}

static void kerberos_shared(struct login *s)
{
    begin(s, SPNEGO);
    shared_use(&s->initiator, SHARED_TICKETS);
    shared_use(&s->acceptor, SHARED_ACCEPTOR);
}

/* Allows only Kerberos by gss_set_neg_mechs, so that the exchange is a passthrough. */
static void kerberos_only(struct login *s)
{
    gss_OID_set_desc only = {1, KRB5};
    OM_uint32 minor;

    begin(s, SPNEGO);
    s->initiator.cred = acquire_default(SPNEGO, GSS_C_INITIATE);
    (void)gss_set_neg_mechs(&minor, s->initiator.cred, &only);
}

static void fallback(struct login *s)
{
    begin(s, SPNEGO);
    tickets(NO_TICKETS);
}

static void to_address(struct login *s)
{
    begin(s, SPNEGO);
    peer_retarget(&s->initiator, "HTTP@127.0.0.1");
}

static void reselection(struct login *s)
{
    begin(s, SPNEGO);
    peer_retarget(&s->initiator, CHANGED);
    shared_use(&s->acceptor, SHARED_ACCEPTOR);
}

const struct kind kinds[] = {
    {"raw NTLM, password", raw, &NTLM},
    {"raw NTLM, default credentials", raw_default, &NTLM},
    {"raw NTLM, wrong password", raw_wrong, NULL},
    {"raw NTLM, credential store", raw_store, &NTLM},
    {"SPNEGO, password", spnego_ntlm, &NTLM},
    {"SPNEGO, shared password", spnego_shared, &NTLM},
    {"SPNEGO, wrong password", spnego_wrong, NULL},
    {"SPNEGO, key file", spnego_keyfile, &NTLM},
    {"SPNEGO, tickets", kerberos, &KRB5},
    {"SPNEGO, tickets of a store", kerberos_store, &KRB5},
    {"SPNEGO, shared tickets", kerberos_shared, &KRB5},
    {"SPNEGO, Kerberos only", kerberos_only, &KRB5},
    {"SPNEGO, no tickets", fallback, &NTLM},
    {"SPNEGO, to an address", to_address, &NTLM},
    {"SPNEGO, reselection", reselection, &NTLM},
};
const size_t n_kinds = N(kinds);
