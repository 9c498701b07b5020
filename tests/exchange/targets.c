/* SPDX-License-Identifier: ISC */
/* A user's own credentials for several targets: which one a login uses. */
#include "tests/exchange/peer.h"

#include <stdio.h>
#include <string.h>

#define CREDENTIALS                                                                      \
    "AD:alice:" ALICE_PASSWORD "\n"                                                      \
    "[http/one.example.com ldap/*]\n:bob:" BOB_PASSWORD "\n"                             \
    "[*.example.com]\nAD:ALICE:" ALICE_PASSWORD "\n:bob:wrong\n"                         \
    "[bad.example.org]\n:bob:wrong\n"
#define ONLY_ONE "[one.example.com]\n:bob:" BOB_PASSWORD "\n"

/* How the initiator gets its credential. */
enum way { BY_DEFAULT, ACQUIRED, MOVED, NAMED_BOB, N_WAYS };

static gss_cred_id_t acquire(gss_OID mech, enum way way)
{
    gss_OID_set_desc only = {1, mech};
    gss_buffer_desc token = GSS_C_EMPTY_BUFFER;
    gss_cred_id_t cred = GSS_C_NO_CREDENTIAL;
    gss_name_t name = GSS_C_NO_NAME;
    OM_uint32 minor;

    if (way == BY_DEFAULT) {
        return cred;
    }
    if (way == NAMED_BOB) {
        name = name_of(BOB, GSS_C_NT_USER_NAME);
    }
    ck_complete(
        gss_acquire_cred(&minor, name, 0, &only, GSS_C_INITIATE, &cred, NULL, NULL));
    (void)gss_release_name(&minor, &name);
    if (way == MOVED) {
        ck_complete(gss_export_cred(&minor, cred, &token));
        (void)gss_release_cred(&minor, &cred);
        ck_complete(gss_import_cred(&minor, &token, &cred));
        (void)gss_release_buffer(&minor, &token);
    }
    return cred;
}

static void run(struct login *l, gss_OID mech, enum way way, const char *target)
{
    login_begin(l, mech, NULL, NULL, SEAL_FLAGS);
    l->initiator.cred = acquire(mech, way);
    peer_retarget(&l->initiator, target);
    login_run(l);
}

/* Kerberos without a realm cannot read a user's name, and its major is then
 * GSS_S_BAD_NAME. */
static void check_none(const struct login *l, bool named)
{
    const bool by_kerberos = named && l->initiator.mech == SPNEGO;

    ck_failed(&l->initiator, by_kerberos ? GSS_S_BAD_NAME : GSS_S_NO_CRED,
              "gss-negotiate login --host");
    ck_assert_uint_eq(l->initiator.token.n, 0);
}

static const struct {
    const char *target;
    const char *who;       /* NULL: the login fails, because that password is wrong */
    const char *named_bob; /* for a credential of bob; NULL: as above; "": has none */
} rows[] = {
    {"http@server", ALICE, ""},
    {"http@one.example.com", BOB, BOB},
    {"HTTP@One.Example.COM.", BOB, BOB},
    {"ldap@one.example.com", BOB, BOB},
    {"ldap@two.example.org", BOB, BOB},
    {"imap@one.example.com", ALICE, NULL},
    {"http@one.example.com.evil.org", ALICE, ""},
    {"http@two.example.com", ALICE, NULL},
    {"http@bad.example.org", NULL, NULL},
};

TEST_TABLE(which_user, rows)
{
    place_begin(LINES_BOTH, "");
    place_credential(CREDENTIALS, 0600);
    for (int i = 0; i < 2 * N_WAYS; i++) {
        const enum way way = (enum way)(i / 2);
        const char *who = way == NAMED_BOB ? row->named_bob : row->who;
        struct login l;

        run(&l, mech_of(i % 2), way, row->target);
        if (who == NULL) {
            ck_failed(&l.acceptor, GSS_S_FAILURE, "password");
        } else if (who[0] == '\0') {
            check_none(&l, way == NAMED_BOB);
        } else {
            ck_major(&l.initiator, GSS_S_COMPLETE);
            ck_major(&l.acceptor, GSS_S_COMPLETE);
            ck_assert_str_eq(display(l.acceptor.source), who);
        }
        login_end(&l);
    }
}

/* A login for which there is no entry: the error says so, and nothing leaves. */
TEST_TIMES(no_user_for_this_target, 2 * N_WAYS)
{
    const gss_OID mech = mech_of(_i % 2);
    struct login l;

    place_begin(LINES_BOTH, "");
    place_credential(ONLY_ONE, 0600);
    run(&l, mech, (enum way)(_i / 2), "http@one.example.com");
    ck_major(&l.initiator, GSS_S_COMPLETE);
    ck_assert_str_eq(display(l.acceptor.source), BOB);
    login_end(&l);
    run(&l, mech, (enum way)(_i / 2), "http@one.example.org");
    check_none(&l, _i / 2 == NAMED_BOB);
    ck_assert_ptr_nonnull(strstr(l.initiator.sentence, "[one.example.com]"));
    login_end(&l);
}

/* The name of a credential is that of the user for every target, or of the first one; the
 * context has the name of the user who logs in. */
static const struct {
    const char *credentials;
    const char *name;
    const char *source; /* at one.example.com */
} names[] = {
    {CREDENTIALS, ALICE, BOB},
    {ONLY_ONE, BOB, BOB},
    {"[two]\nAD:alice:x\n" ONLY_ONE, ALICE, BOB},
};

TEST_TABLE(which_name, names)
{
    gss_name_t name = GSS_C_NO_NAME;
    struct login l;
    OM_uint32 minor;

    place_begin(LINES_BOTH, "");
    place_credential(row->credentials, 0600);
    for (int i = 0; i < 2; i++) {
        gss_cred_id_t cred = acquire(mech_of(i), ACQUIRED);

        ck_complete(gss_inquire_cred(&minor, cred, &name, NULL, NULL, NULL));
        ck_assert_str_eq(display(name), row->name);
        (void)gss_release_name(&minor, &name);
        (void)gss_release_cred(&minor, &cred);
        run(&l, mech_of(i), ACQUIRED, "http@one.example.com");
        ck_major(&l.initiator, GSS_S_COMPLETE);
        ck_complete(gss_inquire_context(&minor, l.initiator.context, &name, NULL, NULL,
                                        NULL, NULL, NULL, NULL));
        ck_assert_str_eq(display(name), row->source);
        (void)gss_release_name(&minor, &name);
        login_end(&l);
    }
}

/* A credential for both roles. */
TEST_TIMES(both_usages, 2)
{
    gss_OID_set_desc only = {1, NTLM};
    struct login l;
    OM_uint32 minor;

    place_begin(LINES_BOTH, "");
    place_credential(CREDENTIALS, 0600);
    login_begin(&l, NTLM, NULL, NULL, SEAL_FLAGS);
    ck_complete(gss_acquire_cred(&minor, GSS_C_NO_NAME, 0, &only, GSS_C_BOTH,
                                 &l.initiator.cred, NULL, NULL));
    peer_retarget(&l.initiator, _i == 0 ? "http@one.example.com" : "http@server");
    login_run(&l);
    ck_major(&l.initiator, GSS_S_COMPLETE);
    ck_assert_str_eq(display(l.acceptor.source), _i == 0 ? BOB : ALICE);
    login_end(&l);
}

/* A credential keeps the entries that were in the file when it was acquired. */
TEST_TIMES(a_credential_does_not_change, 2)
{
    struct login l;

    place_begin(LINES_BOTH, "");
    place_credential(CREDENTIALS, 0600);
    login_begin(&l, mech_of(_i), NULL, NULL, SEAL_FLAGS);
    l.initiator.cred = acquire(mech_of(_i), ACQUIRED);
    peer_retarget(&l.initiator, "http@one.example.com");
    place_credential("AD:alice:" ALICE_PASSWORD "\n", 0600);
    login_run(&l);
    ck_major(&l.initiator, GSS_S_COMPLETE);
    ck_assert_str_eq(display(l.acceptor.source), BOB);
    login_end(&l);
}

/* Files that a person or an attacker has damaged: nobody logs in by them, and the error
 * names the line. */
static const struct {
    const char *credentials;
    const char *says;
} damaged[] = {
    {"AD:alice:" ALICE_PASSWORD "\n[one.example.com\n:bob:x\n", ":2: a section must be"},
    {"AD:alice:" ALICE_PASSWORD "\n[]\n", ":2: a section must be"},
    {"AD:alice:" ALICE_PASSWORD "\n[a:b/c]\n", ":2: a section must be"},
    {"AD:alice:" ALICE_PASSWORD "\n[x]\n\n:bob\n", ":4: neither DOMAIN:user:password"},
    {"  [\xc3\xa4]\nAD:alice:" ALICE_PASSWORD "\n", ":1: a section must be"},
};

TEST_TABLE(damaged_sections, damaged)
{
    place_begin(LINES_BOTH, "");
    place_credential(row->credentials, 0600);
    for (int i = 0; i < 2; i++) {
        struct login l;

        run(&l, mech_of(i), BY_DEFAULT, "http@server");
        ck_assert(GSS_ERROR(l.initiator.major) != 0);
        ck_assert_uint_eq(l.initiator.token.n, 0);
        ck_assert_msg(strstr(l.initiator.sentence, place_credential_path()) != NULL &&
                          strstr(l.initiator.sentence, row->says) != NULL,
                      "\"%s\"", l.initiator.sentence);
        login_end(&l);
    }
}

/* A section does not allow what ntlm_hosts forbids. */
TEST_TIMES(sections_allow_nothing, 2)
{
    struct login l;

    place_begin(LINES_BOTH, " ntlm_hosts = !one.example.com *\n");
    place_credential(CREDENTIALS, 0600);
    run(&l, mech_of(_i), ACQUIRED, "http@one.example.com");
    ck_assert(GSS_ERROR(l.initiator.major) != 0);
    ck_assert_ptr_nonnull(strstr(l.initiator.sentence, "ntlm_hosts"));
    login_end(&l);
    run(&l, mech_of(_i), ACQUIRED, "ldap@two.example.org");
    ck_major(&l.initiator, GSS_S_COMPLETE);
    login_end(&l);
}
