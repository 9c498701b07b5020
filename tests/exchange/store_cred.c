/* SPDX-License-Identifier: ISC */
/* gss_store_cred and gss_store_cred_into: what is written into the user's own file. */
#include "tests/exchange/peer.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct peer outcome;
static gss_OID_set stored;

/* Calls gss_store_cred, or gss_store_cred_into if there are keys. mech: the OID that the
 * call names, or GSS_C_NO_OID. */
static OM_uint32 store(gss_cred_id_t cred, gss_OID mech, const struct store *keys,
                       OM_uint32 overwrite, OM_uint32 is_default)
{
    gss_cred_usage_t usage = 99;
    OM_uint32 minor;

    (void)gss_release_oid_set(&minor, &stored);
    if (keys == NULL) {
        outcome.major = gss_store_cred(&outcome.minor, cred, GSS_C_INITIATE, mech,
                                       overwrite, is_default, &stored, &usage);
    } else {
        gss_key_value_set_desc set = {
            keys->n, (gss_key_value_element_desc *)(uintptr_t)keys->keys};

        outcome.major = gss_store_cred_into(&outcome.minor, cred, GSS_C_INITIATE, mech,
                                            overwrite, is_default, &set, &stored, &usage);
    }
    status_sentence(outcome.minor, mech, outcome.sentence);
    ck_assert(outcome.major != GSS_S_COMPLETE || usage == GSS_C_INITIATE ||
              mech == GSS_C_NO_OID);
    return outcome.major;
}

static void ck_stored(gss_OID mech)
{
    int present = 0;
    OM_uint32 minor;

    ck_assert_ptr_ne(stored, GSS_C_NO_OID_SET);
    ck_complete(gss_test_oid_set_member(&minor, mech, stored, &present));
    ck_assert_int_eq(present, 1);
}

static const char *contents(const char *path)
{
    static char text[4096];
    FILE *file = fopen(path, "r");
    size_t n = 0;

    if (file != NULL) {
        n = fread(text, 1, sizeof(text) - 1, file);
        (void)fclose(file);
    }
    text[n] = '\0';
    return text;
}

/* Whether the default credential logs in as this user. */
static void ck_default(gss_OID mech, const char *who)
{
    ck_assert_str_eq(login_arrives(mech, GSS_C_NO_CREDENTIAL), who);
}

TEST_TIMES(a_password_is_stored_as_login_does, 2)
{
    const gss_OID mech = mech_of(_i);
    gss_cred_id_t cred;
    OM_uint32 minor;
    struct stat status;

    place_begin(LINES_BOTH, "");
    cred = cred_password(mech, ALICE, ALICE_PASSWORD);
    ck_complete(store(cred, mech, NULL, 0, 1));
    ck_stored(mech);
    ck_assert_int_eq(stat(place_credential_path(), &status), 0);
    ck_assert_uint_eq(status.st_mode & 0777, 0600);
    ck_assert_ptr_nonnull(strstr(contents(place_credential_path()), "AD\\alice:"));
    ck_assert_ptr_null(strstr(contents(place_credential_path()), ALICE_PASSWORD));
    ck_complete(store(cred, mech, NULL, 0, 1)); /* the same once more */
    (void)gss_release_cred(&minor, &cred);
    ck_default(mech, ALICE);
}

TEST(which_is_the_default)
{
    gss_cred_id_t alice;
    gss_cred_id_t bob;
    OM_uint32 minor;

    place_begin(LINES_BOTH, "");
    alice = cred_password(NTLM, ALICE, ALICE_PASSWORD);
    bob = cred_password(SPNEGO, BOB, BOB_PASSWORD);
    ck_complete(store(alice, NTLM, NULL, 0, 0));
    ck_complete(store(bob, SPNEGO, NULL, 0, 0));
    ck_default(NTLM, ALICE);
    ck_complete(store(bob, SPNEGO, NULL, 0, 1));
    ck_default(NTLM, BOB);
    (void)gss_release_cred(&minor, &alice);
    (void)gss_release_cred(&minor, &bob);
}

TEST_TIMES(another_password_is_overwritten_only_on_demand, 2)
{
    const gss_OID mech = mech_of(_i);
    gss_cred_id_t cred;
    OM_uint32 minor;

    place_begin(LINES_BOTH, "");
    place_credential("AD:alice:old\n", 0600);
    cred = cred_password(mech, ALICE, ALICE_PASSWORD);
    (void)store(cred, mech, NULL, 0, 1);
    ck_failed(&outcome, GSS_S_DUPLICATE_ELEMENT, "overwrite_cred");
    ck_failed(&outcome, GSS_S_DUPLICATE_ELEMENT, place_credential_path());
    ck_assert_ptr_eq(stored, GSS_C_NO_OID_SET);
    ck_assert_str_eq(contents(place_credential_path()), "AD:alice:old\n");
    ck_complete(store(cred, mech, NULL, 1, 1));
    (void)gss_release_cred(&minor, &cred);
    ck_default(mech, ALICE);
}

TEST_TIMES(a_store_names_the_file, 2)
{
    const gss_OID mech = mech_of(_i);
    struct store keys = {2, {{"ntlmssp_keyfile", NULL}, {"ntlmssp_domain", "LAB"}}};
    gss_cred_id_t cred;
    OM_uint32 minor;

    place_begin(LINES_BOTH, "");
    keys.keys[0].value = place_path("keys");
    cred = cred_password(mech, ALICE, ALICE_PASSWORD);
    ck_complete(store(cred, mech, &keys, 0, 1));
    ck_stored(mech);
    ck_assert_ptr_nonnull(strstr(contents(place_path("keys")), "LAB\\alice:"));
    ck_assert_int_ne(access(place_credential_path(), F_OK), 0);
    (void)gss_release_cred(&minor, &cred);
}

/* Stores that are refused: the keys, and what the sentence has. */
static const struct {
    struct store store;
    OM_uint32 major;
    const char *says;
} refused[] = {
    {{1, {{"ntlmssp_password", "x"}}}, GSS_S_FAILURE, "with its own password"},
    {{1, {{"ntlmssp_kyefile", "/x"}}}, GSS_S_FAILURE, "unknown key ntlmssp_kyefile"},
    {{1, {{"ntlmssp_keyfile", "/nowhere/at/all"}}}, GSS_S_FAILURE, "/nowhere"},
    {{1, {{"ccache", "FILE:/nowhere"}}}, GSS_S_UNAVAILABLE, "of other mechanisms"},
};

TEST_TABLE(stores_that_are_refused, refused)
{
    for (int i = 0; i < 2; i++) {
        gss_cred_id_t cred;
        OM_uint32 minor;

        place_begin(LINES_BOTH, "");
        cred = cred_password(mech_of(i), ALICE, ALICE_PASSWORD);
        if (strstr(row->says, "/nowhere") != NULL && geteuid() == 0) {
            (void)gss_release_cred(&minor, &cred);
            SKIP("root can make every folder");
        }
        (void)store(cred, mech_of(i), &row->store, 1, 1);
        ck_failed(&outcome, row->major, row->says);
        ck_assert_ptr_eq(stored, GSS_C_NO_OID_SET);
        ck_assert_int_ne(access(place_credential_path(), F_OK), 0);
        (void)gss_release_cred(&minor, &cred);
    }
}

/* Credentials without a password of the application's. */
TEST_TIMES(other_credentials, 2)
{
    const gss_OID mech = mech_of(_i);
    struct store keys = {1, {{"ntlmssp_keyfile", NULL}}};
    gss_cred_id_t cred;
    OM_uint32 minor;

    place_begin(LINES_BOTH, "");
    place_credential("AD:alice:" ALICE_PASSWORD "\n", 0600);
    cred = acquire_default(mech, GSS_C_INITIATE);
    ck_complete(store(cred, mech, NULL, 0, 1)); /* it is there already */
    ck_stored(mech);
    ck_assert_str_eq(contents(place_credential_path()), "AD:alice:" ALICE_PASSWORD "\n");
    keys.keys[0].value = place_path("keys");
    (void)store(cred, mech, &keys, 0, 1);
    ck_failed(&outcome, GSS_S_UNAVAILABLE, "it comes from a file");
    place_credential("AD:alice:other\n", 0600);
    (void)store(cred, mech, NULL, 1, 1);
    ck_failed(&outcome, GSS_S_UNAVAILABLE, "it comes from a file");
    (void)gss_release_cred(&minor, &cred);
    cred = cred_acceptor(mech);
    outcome.major =
        gss_store_cred(&outcome.minor, cred, GSS_C_ACCEPT, mech, 1, 1, &stored, NULL);
    status_sentence(outcome.minor, mech, outcome.sentence);
    ck_failed(&outcome, GSS_S_UNAVAILABLE, "gss-negotiate passwd");
    (void)gss_release_cred(&minor, &cred);
}

/* A call for all mechanisms whose keys are Kerberos' stores nothing of NTLM, and NTLM
 * does not make it fail. */
TEST(a_store_for_others)
{
    const struct store keys = {1, {{"ccache", "FILE:/nowhere/ccache"}}};
    gss_cred_id_t cred;
    OM_uint32 minor;

    place_begin(LINES_BOTH, "");
    cred = cred_password(NTLM, ALICE, ALICE_PASSWORD);
    ck_complete(store(cred, GSS_C_NO_OID, &keys, 1, 1));
    ck_assert_int_ne(access(place_credential_path(), F_OK), 0);
    ck_complete(store(cred, GSS_C_NO_OID, NULL, 1, 1));
    ck_stored(NTLM);
    (void)gss_release_cred(&minor, &cred);
    ck_default(NTLM, ALICE);
}

/* An imported credential is stored as the one that was exported. */
TEST_TIMES(after_a_move, 2)
{
    const gss_OID mech = mech_of(_i);
    gss_buffer_desc token = GSS_C_EMPTY_BUFFER;
    gss_cred_id_t cred;
    OM_uint32 minor;

    place_begin(LINES_BOTH, "");
    cred = cred_password(mech, ALICE, ALICE_PASSWORD);
    ck_complete(gss_export_cred(&minor, cred, &token));
    (void)gss_release_cred(&minor, &cred);
    ck_complete(gss_import_cred(&minor, &token, &cred));
    (void)gss_release_buffer(&minor, &token);
    ck_complete(store(cred, mech, NULL, 0, 1));
    (void)gss_release_cred(&minor, &cred);
    ck_default(mech, ALICE);
}

/* A damaged file is not changed. */
TEST(a_damaged_file)
{
    gss_cred_id_t cred;
    OM_uint32 minor;

    place_begin(LINES_BOTH, "");
    place_credential(":x:y\n[srv\n", 0600);
    cred = cred_password(NTLM, ALICE, ALICE_PASSWORD);
    (void)store(cred, NTLM, NULL, 1, 1);
    ck_failed(&outcome, GSS_S_FAILURE, ":2: a section must be");
    ck_assert_str_eq(contents(place_credential_path()), ":x:y\n[srv\n");
    (void)gss_release_cred(&minor, &cred);
}

/* A set-id program would write into the file of one user at the wish of another. */
TEST_TIMES(a_set_id_program_stores_none, 2)
{
    gss_cred_id_t cred;
    OM_uint32 minor;

    if (geteuid() != 0) {
        SKIP("becoming another user needs root");
    }
    place_begin(LINES_BOTH, "");
    cred = cred_password(mech_of(_i), ALICE, ALICE_PASSWORD);
    ck_assert_int_eq(setresuid(12345, 0, 0), 0);
    (void)store(cred, mech_of(_i), NULL, 1, 1);
    ck_assert_int_eq(setresuid(0, 0, 0), 0);
    ck_failed(&outcome, GSS_S_UNAVAILABLE, "a set-id program stores none");
    ck_assert_int_ne(access(place_credential_path(), F_OK), 0);
    ck_complete(store(cred, mech_of(_i), NULL, 1, 1));
    (void)gss_release_cred(&minor, &cred);
}

/* An anonymous credential has no secret. */
TEST(an_anonymous_credential)
{
    gss_OID_set_desc only = {1, NTLM};
    gss_name_t name;
    gss_cred_id_t cred;
    OM_uint32 minor;

    place_begin(LINES_BOTH, "");
    name = name_of("x", GSS_C_NT_ANONYMOUS);
    ck_complete(
        gss_acquire_cred(&minor, name, 0, &only, GSS_C_INITIATE, &cred, NULL, NULL));
    (void)store(cred, NTLM, NULL, 1, 1);
    ck_failed(&outcome, GSS_S_UNAVAILABLE, "an anonymous one");
    (void)gss_release_cred(&minor, &cred);
    (void)gss_release_name(&minor, &name);
}
