/* SPDX-License-Identifier: ISC */
/* Credentials: default, by name, with a password, from a store; what they tell and
 * refuse.
 */
#include "mech/oid.h"
#include "tests/exchange/handmade.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BOTH_MECHS 2

static gss_OID mech_of(int i)
{
    return i == 0 ? NTLM : SPNEGO;
}

/* A credential call's outcome, as a peer's: for ck_failed. */
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

/* Logs in with this credential, which the login takes over, and says who arrived. */
static const char *arrives(gss_OID mech, gss_cred_id_t cred)
{
    struct login l;
    const char *who;

    login_begin(&l, mech, NULL, NULL, SIGN_FLAGS);
    l.initiator.cred = cred;
    login_run(&l);
    ck_major(&l.initiator, GSS_S_COMPLETE);
    ck_major(&l.acceptor, GSS_S_COMPLETE);
    who = display(l.acceptor.source);
    login_end(&l);
    return who;
}

START_TEST(no_credential_at_all)
{
    gss_cred_id_t cred = GSS_C_NO_CREDENTIAL;
    struct login l;

    place_begin(LINES_BOTH, "");
    acquire(mech_of(_i), NULL, GSS_C_INITIATE, &cred);
    ck_failed(&outcome, GSS_S_NO_CRED, "gss-negotiate login");
    login_begin(&l, mech_of(_i), NULL, NULL, SIGN_FLAGS);
    login_run(&l);
    ck_failed(&l.initiator, GSS_S_NO_CRED, "gss-negotiate login");
    ck_assert_ptr_eq(l.initiator.context, GSS_C_NO_CONTEXT);
    login_end(&l);
    login_good(mech_of(_i));
}
END_TEST

START_TEST(the_users_own_file)
{
    gss_cred_id_t cred = GSS_C_NO_CREDENTIAL;

    place_begin(LINES_BOTH, "");
    place_credential(":bob:" BOB_PASSWORD "\nAD:alice:" ALICE_PASSWORD "\n", 0600);
    ck_assert_str_eq(arrives(mech_of(_i), GSS_C_NO_CREDENTIAL), BOB);
    acquire(mech_of(_i), NULL, GSS_C_INITIATE, &cred);
    ck_assert_str_eq(arrives(mech_of(_i), cred), BOB);
    cred = GSS_C_NO_CREDENTIAL;
    acquire(mech_of(_i), ALICE, GSS_C_INITIATE, &cred);
    ck_assert_str_eq(arrives(mech_of(_i), cred), ALICE);
    cred = GSS_C_NO_CREDENTIAL;
    acquire(mech_of(_i), "mallory", GSS_C_INITIATE, &cred);
    ck_failed(&outcome, GSS_S_NO_CRED, "mallory");
}
END_TEST

START_TEST(the_environments_file_comes_first)
{
    place_begin(LINES_BOTH, "");
    place_credential(":bob:" BOB_PASSWORD "\n", 0600);
    setenv("NTLM_USER_FILE", write_file("env", "AD:alice:" ALICE_PASSWORD "\n", 0600), 1);
    ck_assert_str_eq(arrives(mech_of(_i), GSS_C_NO_CREDENTIAL), ALICE);
}
END_TEST

/* A file whose rights would let others read it is no credential. */
START_TEST(an_open_credential_file_is_refused)
{
    gss_cred_id_t cred = GSS_C_NO_CREDENTIAL;

    place_begin(LINES_BOTH, "");
    place_credential("AD:alice:" ALICE_PASSWORD "\n", 0644);
    acquire(mech_of(_i), NULL, GSS_C_INITIATE, &cred);
    ck_failed(&outcome, GSS_S_FAILURE, "0600");
    ck_assert_ptr_nonnull(strstr(outcome.sentence, place_credential_path()));
    place_credential("AD:alice:" ALICE_PASSWORD "\n", 0600);
    ck_assert_str_eq(arrives(mech_of(_i), GSS_C_NO_CREDENTIAL), ALICE);
}
END_TEST

#define ALICE_HASH "F61BD1ACD6E393DD43A7C0ACA7B450BD"
#define KEYFILE    "" /* stands for a key file's path */

static const struct store_case {
    const char *user;
    struct store store;
    OM_uint32 major;
    const char *says; /* or who arrives */
} store_cases[] = {
    {ALICE, {1, {{"ntlmssp_password", ALICE_PASSWORD}}}, GSS_S_COMPLETE, ALICE},
    {ALICE, {1, {{"password", ALICE_PASSWORD}}}, GSS_S_COMPLETE, ALICE},
    {"alice",
     {2, {{"password", ALICE_PASSWORD}, {"ntlmssp_domain", "AD"}}},
     GSS_S_COMPLETE,
     ALICE},
    {"OTHER\\alice",
     {2, {{"ntlmssp_domain", "AD"}, {"password", ALICE_PASSWORD}}},
     GSS_S_COMPLETE,
     ALICE},
    {ALICE, {1, {{"ntlmssp_nthash", ALICE_HASH}}}, GSS_S_COMPLETE, ALICE},
    {NULL, {1, {{"ntlmssp_keyfile", KEYFILE}}}, GSS_S_COMPLETE, BOB},
    {ALICE, {1, {{"ntlmssp_keyfile", KEYFILE}}}, GSS_S_COMPLETE, ALICE},
    {ALICE,
     {2, {{"password", ALICE_PASSWORD}, {"ccache", "FILE:/nowhere"}}},
     GSS_S_COMPLETE,
     ALICE},
    {ALICE, {1, {{"ntlmssp_passwd", "x"}}}, GSS_S_FAILURE, "unknown key ntlmssp_passwd"},
    {ALICE, {1, {{"ntlmssp_nthash", "12"}}}, GSS_S_FAILURE, "ntlmssp_nthash"},
    {ALICE,
     {1, {{"ntlmssp_nthash", "0123456789abcdef0123456789abcdeg"}}},
     GSS_S_FAILURE,
     "ntlmssp_nthash"},
    {ALICE,
     {2, {{"password", "a"}, {"ntlmssp_password", "b"}}},
     GSS_S_FAILURE,
     "ntlmssp_password"},
    {ALICE,
     {1, {{"ntlmssp_keyfile", "/nonexistent/keys"}}},
     GSS_S_NO_CRED,
     "nonexistent"},
    {NULL, {1, {{"password", "x"}}}, GSS_S_BAD_NAME, "name of its user"},
};
#define N_STORE_CASES ((int)(sizeof(store_cases) / sizeof(store_cases[0])))

static struct store filled(const struct store *from)
{
    struct store store = *from;

    for (OM_uint32 i = 0; i < store.n; i++) {
        if (strcmp(store.keys[i].value, KEYFILE) == 0) {
            store.keys[i].value = write_file(
                "keys", ":bob:" BOB_PASSWORD "\nAD:alice:" ALICE_PASSWORD "\n", 0600);
        }
    }
    return store;
}

static void run_store_case(gss_OID mech, const struct store_case *c)
{
    struct store store = filled(&c->store);
    gss_cred_id_t cred = GSS_C_NO_CREDENTIAL;
    OM_uint32 minor;
    OM_uint32 major =
        cred_from_store(mech, c->user, GSS_C_INITIATE, &store, &cred, &minor);

    fail_with(major, minor, mech);
    if (c->major != GSS_S_COMPLETE) {
        ck_failed(&outcome, c->major, c->says);
        ck_assert_ptr_eq(cred, GSS_C_NO_CREDENTIAL);
        return;
    }
    ck_major(&outcome, GSS_S_COMPLETE);
    ck_assert_str_eq(arrives(mech, cred), c->says);
}

START_TEST(stores)
{
    place_begin(LINES_BOTH, "");
    run_store_case(NTLM, &store_cases[_i]);
    run_store_case(SPNEGO, &store_cases[_i]);
}
END_TEST

/* An acceptor may bring its own user file. */
START_TEST(acceptor_with_a_key_file)
{
    struct store store = {1, {{"ntlmssp_keyfile", NULL}}};
    struct login l;

    place_begin(LINES_BOTH, "");
    store.keys[0].value = write_file("others", "X:dave:Desk 4\n", 0640);
    login_begin(&l, mech_of(_i), "X\\dave", "Desk 4", SIGN_FLAGS);
    (void)gss_release_cred(&l.acceptor.minor, &l.acceptor.cred);
    ck_assert_uint_eq(cred_from_store(mech_of(_i), NULL, GSS_C_ACCEPT, &store,
                                      &l.acceptor.cred, &l.acceptor.minor),
                      GSS_S_COMPLETE);
    login_run(&l);
    ck_major(&l.acceptor, GSS_S_COMPLETE);
    ck_assert_str_eq(display(l.acceptor.source), "X\\dave");
    login_end(&l);
}
END_TEST

START_TEST(no_user_file_is_no_acceptor)
{
    gss_cred_id_t cred = GSS_C_NO_CREDENTIAL;

    place_begin(LINES_BOTH, "");
    (void)unlink(place_users_path());
    acquire(mech_of(_i), NULL, GSS_C_ACCEPT, &cred);
    ck_failed(&outcome, GSS_S_NO_CRED, "gss-negotiate passwd");
    ck_assert_ptr_nonnull(strstr(outcome.sentence, place_users_path()));
}
END_TEST

static void check_cred(gss_cred_id_t cred, const char *user, gss_cred_usage_t usage)
{
    gss_name_t name = GSS_C_NO_NAME;
    gss_OID_set mechs = GSS_C_NO_OID_SET;
    gss_cred_usage_t got;
    OM_uint32 lifetime;
    OM_uint32 minor;

    ck_assert_uint_eq(gss_inquire_cred(&minor, cred, &name, &lifetime, &got, &mechs),
                      GSS_S_COMPLETE);
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

    ck_assert_uint_eq(gss_inquire_cred_by_mech(&minor, cred, mech, &name, &init_time,
                                               &accept_time, &got),
                      GSS_S_COMPLETE);
    ck_assert_int_eq(got, usage);
    ck_assert_uint_eq(init_time, usage == GSS_C_ACCEPT ? 0 : GSS_C_INDEFINITE);
    ck_assert_uint_eq(accept_time, usage == GSS_C_INITIATE ? 0 : GSS_C_INDEFINITE);
    (void)gss_release_name(&minor, &name);
}

START_TEST(what_a_credential_tells)
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
END_TEST

START_TEST(the_wrong_direction)
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
END_TEST

/* gss_set_neg_mechs is obeyed exactly, on either side. */
START_TEST(negotiable_mechanisms)
{
    gss_OID_desc krb5 = {9, (void *)(uintptr_t) "\x2a\x86\x48\x86\xf7\x12\x01\x02\x02"};
    gss_OID_set_desc without = {1, &krb5};
    gss_OID_set_desc with = {1, NTLM};
    OM_uint32 minor;
    struct login l;

    place_begin(LINES_BOTH, "");
    login_begin(&l, SPNEGO, ALICE, ALICE_PASSWORD, SIGN_FLAGS);
    ck_assert_uint_eq(gss_set_neg_mechs(&minor, l.initiator.cred, &without),
                      GSS_S_COMPLETE);
    peer_initiate(&l.initiator, NOTHING);
    ck_failed(&l.initiator, GSS_S_BAD_MECH, "in common");
    ck_assert_uint_eq(gss_set_neg_mechs(&minor, l.initiator.cred, &with), GSS_S_COMPLETE);
    ck_assert_uint_eq(gss_set_neg_mechs(&minor, l.acceptor.cred, &without),
                      GSS_S_COMPLETE);
    login_run(&l);
    ck_failed(&l.acceptor, GSS_S_BAD_MECH, "in common");
    ck_assert_uint_eq(gss_set_neg_mechs(&minor, l.acceptor.cred, &with), GSS_S_COMPLETE);
    (void)gss_delete_sec_context(&minor, &l.initiator.context, NULL);
    login_run(&l);
    ck_major(&l.acceptor, GSS_S_COMPLETE);
    login_end(&l);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("credentials");
    TCase *tcase = tcase_create("all");
    const TTest *each[] = {no_credential_at_all,
                           the_users_own_file,
                           the_environments_file_comes_first,
                           an_open_credential_file_is_refused,
                           acceptor_with_a_key_file,
                           no_user_file_is_no_acceptor,
                           what_a_credential_tells,
                           the_wrong_direction};

    for (size_t i = 0; i < sizeof(each) / sizeof(each[0]); i++) {
        tcase_add_loop_test(tcase, each[i], 0, BOTH_MECHS);
    }
    tcase_add_loop_test(tcase, stores, 0, N_STORE_CASES);
    tcase_add_test(tcase, negotiable_mechanisms);
    suite_add_tcase(suite, tcase);
    return harness_run(suite);
}
