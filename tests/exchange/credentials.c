/* SPDX-License-Identifier: ISC */
/* Credentials: default, by name, with a password; what inquiries return and what is
 * refused. */
#include "mech/oid.h"
#include "tests/exchange/handmade.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BOTH_MECHS 2

/* The outcome of a call on a credential, in the form of a peer, for ck_failed. */
static struct peer outcome;

static void fail_with(OM_uint32 major, OM_uint32 minor, gss_OID mech)
{
    outcome.major = major;
    outcome.minor = minor;
    status_sentence(minor, mech, outcome.sentence);
}

static void acquire(gss_OID mech, const char *user, gss_cred_usage_t usage,
                    gss_cred_id_t *cred)
{
    gss_OID_set_desc only = {1, mech};
    gss_name_t name = user == NULL ? GSS_C_NO_NAME : name_of(user, GSS_C_NT_USER_NAME);
    OM_uint32 minor;
    OM_uint32 unused;
    OM_uint32 major = gss_acquire_cred(&minor, name, 0, &only, usage, cred, NULL, NULL);

    (void)gss_release_name(&unused, &name);
    fail_with(major, minor, mech);
}

/* Checks that the error says which files were searched for, and what to do. SPNEGO
 * appends this to the sentence of the built-in SPNEGO. */
static void check_unconfigured(const struct peer *p, gss_OID mech, const char *says,
                               const char *where)
{
    char whole[512];

    ck_failed(p, GSS_S_NO_CRED, says);
    (void)snprintf(whole, sizeof(whole), "%s/%s", temp_dir(), where);
    ck_failed(p, GSS_S_NO_CRED, whole);
    if (mech == SPNEGO) {
        check_appended(p, GSS_S_NO_CRED, says);
    }
}

/* The error does not advise to store a credential if the settings forbid the login. */
TEST_TIMES(no_advice_for_a_forbidden_login, 2)
{
    static const char *const forbids[] = {" ntlm_hosts = other\n", " ntlm = never\n"};
    struct login l;

    place_begin(LINES_BOTH, forbids[_i]);
    login_begin(&l, SPNEGO, NULL, NULL, SIGN_FLAGS);
    login_run(&l);
    ck_failed(&l.initiator, GSS_S_NO_CRED, BUILTIN_SAYS);
    ck_assert_ptr_null(strstr(l.initiator.sentence, "gss-negotiate login"));
    login_end(&l);
}

TEST_TIMES(no_credential_at_all, BOTH_MECHS)
{
    gss_cred_id_t cred = GSS_C_NO_CREDENTIAL;
    struct login l;

    place_begin(LINES_BOTH, "");
    acquire(mech_of(_i), NULL, GSS_C_INITIATE, &cred);
    check_unconfigured(&outcome, mech_of(_i), "gss-negotiate login",
                       "credential: No such file");
    login_begin(&l, mech_of(_i), NULL, NULL, SIGN_FLAGS);
    login_run(&l);
    check_unconfigured(&l.initiator, mech_of(_i), "gss-negotiate login",
                       "credential: No such file");
    ck_assert_ptr_eq(l.initiator.context, GSS_C_NO_CONTEXT);
    login_end(&l);
    login_good(mech_of(_i));
}

TEST_TIMES(the_users_own_file, BOTH_MECHS)
{
    gss_cred_id_t cred = GSS_C_NO_CREDENTIAL;

    place_begin(LINES_BOTH, "");
    place_credential(":bob:" BOB_PASSWORD "\nAD:alice:" ALICE_PASSWORD "\n", 0600);
    ck_assert_str_eq(login_arrives(mech_of(_i), GSS_C_NO_CREDENTIAL), BOB);
    acquire(mech_of(_i), NULL, GSS_C_INITIATE, &cred);
    ck_assert_str_eq(login_arrives(mech_of(_i), cred), BOB);
    cred = GSS_C_NO_CREDENTIAL;
    acquire(mech_of(_i), ALICE, GSS_C_INITIATE, &cred);
    ck_assert_str_eq(login_arrives(mech_of(_i), cred), ALICE);
    cred = GSS_C_NO_CREDENTIAL;
    acquire(mech_of(_i), "mallory", GSS_C_INITIATE, &cred);
    if (mech_of(_i) == NTLM) {
        ck_failed(&outcome, GSS_S_NO_CRED, "mallory");
    } else { /* Kerberos has no realm for this user, so the name can only be NTLM's */
        check_appended(&outcome, GSS_S_BAD_NAME, "mallory");
    }
}

TEST_TIMES(the_environments_file_comes_first, BOTH_MECHS)
{
    place_begin(LINES_BOTH, "");
    place_credential(":bob:" BOB_PASSWORD "\n", 0600);
    setenv("NTLM_USER_FILE", write_file("env", "AD:alice:" ALICE_PASSWORD "\n", 0600), 1);
    ck_assert_str_eq(login_arrives(mech_of(_i), GSS_C_NO_CREDENTIAL), ALICE);
}

static void check_open_file(const struct peer *p, gss_OID mech)
{
    if (mech == NTLM) {
        ck_failed(p, GSS_S_FAILURE, "0600");
    } else {
        check_appended(p, GSS_S_NO_CRED, "0600");
    }
    ck_assert_ptr_nonnull(strstr(p->sentence, place_credential_path()));
}

/* A file that other users may read is not used. */
TEST_TIMES(an_open_credential_file_is_refused, BOTH_MECHS)
{
    gss_cred_id_t cred = GSS_C_NO_CREDENTIAL;
    struct login l;

    place_begin(LINES_BOTH, "");
    place_credential("AD:alice:" ALICE_PASSWORD "\n", 0644);
    acquire(mech_of(_i), NULL, GSS_C_INITIATE, &cred);
    check_open_file(&outcome, mech_of(_i));
    login_begin(&l, mech_of(_i), NULL, NULL, SIGN_FLAGS);
    login_run(&l);
    check_open_file(&l.initiator, mech_of(_i));
    login_end(&l);
    place_credential("AD:alice:" ALICE_PASSWORD "\n", 0600);
    ck_assert_str_eq(login_arrives(mech_of(_i), GSS_C_NO_CREDENTIAL), ALICE);
}

/* An acceptor may name a user file of its own. */
TEST_TIMES(acceptor_with_a_key_file, BOTH_MECHS)
{
    struct store store = {1, {{"ntlmssp_keyfile", NULL}}};
    struct login l;

    place_begin(LINES_BOTH, "");
    store.keys[0].value = write_file("others", "X:dave:Desk 4\n", 0640);
    login_begin(&l, mech_of(_i), "X\\dave", "Desk 4", SIGN_FLAGS);
    (void)gss_release_cred(&l.acceptor.minor, &l.acceptor.cred);
    ck_complete(cred_from_store(mech_of(_i), NULL, GSS_C_ACCEPT, &store, &l.acceptor.cred,
                                &l.acceptor.minor));
    login_run(&l);
    ck_major(&l.acceptor, GSS_S_COMPLETE);
    ck_assert_str_eq(display(l.acceptor.source), "X\\dave");
    login_end(&l);
}

TEST_TIMES(no_user_file_is_no_acceptor, BOTH_MECHS)
{
    gss_cred_id_t cred = GSS_C_NO_CREDENTIAL;

    place_begin(LINES_BOTH, "");
    (void)unlink(place_users_path());
    acquire(mech_of(_i), NULL, GSS_C_ACCEPT, &cred);
    check_unconfigured(&outcome, mech_of(_i), "gss-negotiate passwd", "users)");
}

static void check_cred(gss_cred_id_t cred, const char *user, gss_cred_usage_t usage)
{
    gss_name_t name = GSS_C_NO_NAME;
    gss_OID_set mechs = GSS_C_NO_OID_SET;
    gss_cred_usage_t got;
    OM_uint32 lifetime;
    OM_uint32 minor;

    ck_complete(gss_inquire_cred(&minor, cred, &name, &lifetime, &got, &mechs));
    ck_assert_str_eq(display(name), user);
    ck_assert_uint_eq(lifetime, GSS_C_INDEFINITE);
    ck_assert_int_eq(got, usage);
    ck_assert_uint_ge(mechs->count, 1);
    (void)gss_release_name(&minor, &name);
    (void)gss_release_oid_set(&minor, &mechs);
}

static void check_cred_by_mech(gss_cred_id_t cred, gss_OID mech, gss_cred_usage_t usage)
{
    gss_name_t name = GSS_C_NO_NAME;
    gss_cred_usage_t got;
    OM_uint32 init_time;
    OM_uint32 accept_time;
    OM_uint32 minor;

    OM_uint32 major = gss_inquire_cred_by_mech(&minor, cred, mech, &name, &init_time,
                                               &accept_time, &got);
    if (mech == SPNEGO) { /* the built-in SPNEGO lacks the function, so the mechglue
                             returns this */
        ck_assert_uint_eq(major, GSS_S_BAD_BINDINGS);
        return;
    }
    ck_complete(major);
    ck_assert_int_eq(got, usage);
    ck_assert_uint_eq(init_time, usage == GSS_C_ACCEPT ? 0 : GSS_C_INDEFINITE);
    ck_assert_uint_eq(accept_time, usage == GSS_C_INITIATE ? 0 : GSS_C_INDEFINITE);
    (void)gss_release_name(&minor, &name);
}

TEST_TIMES(what_inquire_cred_returns, BOTH_MECHS)
{
    gss_OID mech = mech_of(_i);
    gss_cred_id_t initiator;
    gss_cred_id_t acceptor;
    gss_cred_id_t both = GSS_C_NO_CREDENTIAL;
    OM_uint32 minor;

    place_begin(LINES_BOTH, "");
    initiator = cred_password(mech, ALICE, ALICE_PASSWORD);
    check_cred(initiator, ALICE, GSS_C_INITIATE);
    check_cred_by_mech(initiator, mech, GSS_C_INITIATE);
    acceptor = cred_acceptor(mech);
    check_cred(acceptor, "SERVER", GSS_C_ACCEPT);
    check_cred_by_mech(acceptor, mech, GSS_C_ACCEPT);
    place_credential(":bob:" BOB_PASSWORD "\n", 0600);
    acquire(mech, NULL, GSS_C_BOTH, &both);
    ck_major(&outcome, GSS_S_COMPLETE);
    check_cred(both, BOB, GSS_C_BOTH);
    check_cred_by_mech(both, mech, GSS_C_BOTH);
    (void)gss_release_cred(&minor, &initiator);
    (void)gss_release_cred(&minor, &acceptor);
    (void)gss_release_cred(&minor, &both);
}

TEST_TIMES(the_wrong_direction, BOTH_MECHS)
{
    struct login l;
    gss_cred_id_t swap;

    place_begin(LINES_BOTH, "");
    login_begin(&l, mech_of(_i), ALICE, ALICE_PASSWORD, SIGN_FLAGS);
    peer_initiate(&l.initiator, NOTHING);
    swap = l.initiator.cred;
    l.initiator.cred = l.acceptor.cred;
    l.acceptor.cred = swap;
    peer_accept(&l.acceptor, buf_bytes(&l.initiator.token));
    ck_failed(&l.acceptor, GSS_S_NO_CRED, "direction");
    (void)gss_delete_sec_context(&l.initiator.minor, &l.initiator.context, NULL);
    peer_initiate(&l.initiator, NOTHING);
    ck_failed(&l.initiator, GSS_S_NO_CRED, "direction");
    login_end(&l);
}

/* SPNEGO uses exactly the set of gss_set_neg_mechs, in either role. Without NTLM in the
 * set, the built-in SPNEGO serves the exchange. */
TEST(negotiable_mechanisms)
{
    gss_OID_desc krb5 = {9, (void *)(uintptr_t) "\x2a\x86\x48\x86\xf7\x12\x01\x02\x02"};
    gss_OID_set_desc without = {1, &krb5};
    gss_OID_set_desc with = {1, NTLM};
    OM_uint32 minor;
    struct login l;

    place_begin(LINES_BOTH, "");
    login_begin(&l, SPNEGO, ALICE, ALICE_PASSWORD, SIGN_FLAGS);
    ck_complete(gss_set_neg_mechs(&minor, l.initiator.cred, &without));
    peer_initiate(&l.initiator, NOTHING);
    ck_failed(&l.initiator, GSS_S_NO_CRED, "the user is named as DOMAIN\\user");
    ck_complete(gss_set_neg_mechs(&minor, l.initiator.cred, &with));
    ck_complete(gss_set_neg_mechs(&minor, l.acceptor.cred, &without));
    peer_accept(&l.acceptor, NOTHING);
    ck_failed_exactly(&l.acceptor, GSS_S_NO_CRED, BUILTIN_SAYS);
    login_run(&l);
    ck_failed_exactly(&l.acceptor, GSS_S_NO_CRED, BUILTIN_SAYS);
    ck_complete(gss_set_neg_mechs(&minor, l.acceptor.cred, &with));
    (void)gss_delete_sec_context(&minor, &l.initiator.context, NULL);
    login_run(&l);
    ck_major(&l.acceptor, GSS_S_COMPLETE);
    login_end(&l);
}

/* The program, as a curl without NTLM does, leaves NTLM out of the default credential. */
TEST(an_initiator_that_leaves_ntlm_out)
{
    gss_OID_desc krb5 = {9, (void *)(uintptr_t) "\x2a\x86\x48\x86\xf7\x12\x01\x02\x02"};
    gss_OID_set_desc without = {1, &krb5};
    gss_OID_set_desc only = {1, SPNEGO};
    OM_uint32 minor;
    struct login l;

    place_begin(LINES_BOTH, "");
    place_credential("AD:alice:" ALICE_PASSWORD "\n", 0600);
    login_begin(&l, SPNEGO, NULL, NULL, SIGN_FLAGS);
    ck_complete(gss_acquire_cred(&minor, GSS_C_NO_NAME, 0, &only, GSS_C_INITIATE,
                                 &l.initiator.cred, NULL, NULL));
    ck_complete(gss_set_neg_mechs(&minor, l.initiator.cred, &without));
    peer_initiate(&l.initiator, NOTHING);
    check_appended(&l.initiator, GSS_S_NO_CRED, err_sentence(ERR_LEFT_OUT));
    login_end(&l);
}
