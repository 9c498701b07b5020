/* SPDX-License-Identifier: ISC */
/* mech/glue_creds: credentials of other mechanisms, which are made when they are needed,
 * from a copy of the application's arguments. Kerberos is real here, with a keytab and no
 * KDC. */
#include "tests/lib/harness.h"

#include "mech/glue_creds.h"
#include "mech/oid.h"
#include "mech/status.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *keytab_path(void)
{
    static char path[256];

    (void)snprintf(path, sizeof(path), "%s/keytab", temp_dir());
    return path;
}

/* One key of service s in realm R. */
static void write_keytab(void)
{
    struct bytes keytab =
        hex("0502 00000025 0001 0001 52 0001 73 00000001 00000000 01 0011 0010"
            "00112233445566778899aabbccddeeff");
    FILE *f = fopen(keytab_path(), "wb");

    ck_assert_ptr_nonnull(f);
    ck_assert_uint_eq(fwrite(keytab.p, 1, keytab.n, f), keytab.n);
    ck_assert_int_eq(fclose(f), 0);
}

static void begin(void)
{
    gss_OID_desc own = {3, (void *)(uintptr_t) "\x2a\x03\x04"};

    setenv("GSS_MECH_CONFIG", "/dev/null", 1);
    setenv("KRB5_CONFIG", "/nonexistent", 1);
    setenv("KRB5_KTNAME", keytab_path(), 1);
    setenv("KRB5CCNAME", "FILE:/nonexistent", 1);
    glue_set_own_oid(&own);
}

static struct glue_creds *acceptor(void)
{
    struct glue_cred_source source = {.usage = GSS_C_ACCEPT};
    struct glue_creds *glue_creds;

    ck_ok(glue_creds_new(&source, &glue_creds));
    return glue_creds;
}

static void check_last_glue(OM_uint32 wanted)
{
    ck_assert_uint_eq(GSS_ROUTINE_ERROR(failure_of(ERR_GLUE).major), wanted);
}

TEST(nothing_without_the_builtins_name)
{
    struct glue_cred_source source = {.usage = GSS_C_ACCEPT};
    struct glue_creds *glue_creds = (struct glue_creds *)&source;

    ck_err(glue_creds_new(&source, &glue_creds), ERR_INTERNAL);
    ck_assert_ptr_null(glue_creds);
    glue_creds_free(NULL);
}

/* A failure of the default credential is not remembered; a credential that was made
 * stays. */
TEST(made_when_needed)
{
    struct glue_creds *glue_creds;
    gss_cred_id_t cred;
    gss_cred_id_t again;

    begin();
    glue_creds = acceptor();
    ck_assert_ptr_eq(glue_creds_peek(glue_creds, GLUE_CRED_KRB5), GSS_C_NO_CREDENTIAL);
    ck_err(glue_creds_get(glue_creds, GLUE_CRED_KRB5, &cred), ERR_GLUE);
    ck_assert_ptr_eq(cred, GSS_C_NO_CREDENTIAL);
    check_last_glue(GSS_S_NO_CRED);
    write_keytab();
    ck_ok(glue_creds_get(glue_creds, GLUE_CRED_KRB5, &cred));
    ck_assert_ptr_ne(cred, GSS_C_NO_CREDENTIAL);
    ck_ok(glue_creds_get(glue_creds, GLUE_CRED_KRB5, &again));
    ck_assert_ptr_eq(again, cred);
    ck_assert_ptr_eq(glue_creds_peek(glue_creds, GLUE_CRED_KRB5), cred);
    ck_assert_ptr_eq(glue_creds_peek(glue_creds, GLUE_CRED_BUILTIN), GSS_C_NO_CREDENTIAL);
    glue_creds_free(glue_creds);
}

/* An acquire call decides for the whole credential. */
TEST(an_acceptors_failure_is_settled)
{
    struct glue_creds *glue_creds;
    gss_cred_id_t cred;

    begin();
    (void)unlink(keytab_path()); /* of the test before */
    glue_creds = acceptor();
    ck_err(glue_creds_settle(glue_creds, GLUE_CRED_KRB5), ERR_GLUE);
    write_keytab();
    ck_err(glue_creds_get(glue_creds, GLUE_CRED_KRB5, &cred), ERR_GLUE);
    ck_assert_ptr_eq(cred, GSS_C_NO_CREDENTIAL);
    check_last_glue(GSS_S_NO_CRED);
    glue_creds_free(glue_creds);
}

/* No interposer is loaded here, so the glue does not know the OID of the built-in
 * SPNEGO. */
TEST(the_builtin_is_asked_for_by_its_name)
{
    struct glue_creds *glue_creds;
    gss_cred_id_t cred;

    begin();
    write_keytab();
    glue_creds = acceptor();
    ck_err(glue_creds_get(glue_creds, GLUE_CRED_BUILTIN, &cred), ERR_GLUE);
    check_last_glue(GSS_S_BAD_MECH);
    glue_creds_free(glue_creds);
}

/* The application may change its arguments at once. */
TEST(the_source_is_copied)
{
    char value[512];
    gss_key_value_element_desc pair = {"keytab", value};
    gss_key_value_set_desc store = {1, &pair};
    gss_buffer_desc text = {3, (void *)(uintptr_t) "s@h"};
    struct glue_cred_source source = {.store = &store, .usage = GSS_C_ACCEPT};
    struct glue_creds *glue_creds;
    gss_cred_id_t cred;
    OM_uint32 minor;

    begin();
    write_keytab();
    setenv("KRB5_KTNAME", "FILE:/nonexistent", 1);
    ck_assert_uint_eq(
        gss_import_name(&minor, &text, GSS_C_NT_HOSTBASED_SERVICE, &source.name),
        GSS_S_COMPLETE);
    (void)snprintf(value, sizeof(value), "FILE:%s", keytab_path());
    ck_ok(glue_creds_new(&source, &glue_creds));
    memset(value, 'x', sizeof(value) - 1);
    pair.key = NULL;
    (void)gss_release_name(&minor, &source.name);
    glue_creds_free(glue_creds);
    source.name = GSS_C_NO_NAME;
    pair.key = "keytab";
    (void)snprintf(value, sizeof(value), "FILE:%s", keytab_path());
    ck_ok(glue_creds_new(&source, &glue_creds));
    memset(value, 'x', sizeof(value) - 1);
    pair.key = NULL;
    ck_ok(glue_creds_get(glue_creds, GLUE_CRED_KRB5, &cred));
    glue_creds_free(glue_creds);
}

TEST(a_store_without_a_value)
{
    gss_key_value_element_desc pairs[2] = {{"keytab", "FILE:/nonexistent"}, {"k", NULL}};
    gss_key_value_set_desc store = {2, pairs};
    struct glue_cred_source source = {.store = &store, .usage = GSS_C_ACCEPT};
    struct glue_creds *glue_creds;

    begin();
    ck_err(glue_creds_new(&source, &glue_creds), ERR_ARGUMENT);
    ck_assert_ptr_null(glue_creds);
}

/* A password cannot be used with a store, and is used only when it is needed: without a
 * realm it fails. */
TEST(a_password)
{
    gss_buffer_desc text = {5, (void *)(uintptr_t) "alice"};
    char password[] = "secret";
    gss_buffer_desc buffer = {6, password};
    struct glue_cred_source source = {.password = &buffer, .usage = GSS_C_INITIATE};
    struct glue_creds *glue_creds;
    gss_cred_id_t cred;
    OM_uint32 minor;

    begin();
    ck_assert_uint_eq(gss_import_name(&minor, &text, GSS_C_NT_USER_NAME, &source.name),
                      GSS_S_COMPLETE);
    ck_ok(glue_creds_new(&source, &glue_creds));
    memset(password, 0, sizeof(password));
    ck_assert_ptr_eq(glue_creds_peek(glue_creds, GLUE_CRED_KRB5), GSS_C_NO_CREDENTIAL);
    ck_err(glue_creds_get(glue_creds, GLUE_CRED_KRB5, &cred), ERR_GLUE);
    check_last_glue(GSS_S_BAD_NAME);
    (void)gss_release_name(&minor, &source.name);
    glue_creds_free(glue_creds);
}

TEST(adopted)
{
    gss_OID_set_desc krb5 = {1, &MECH_OID_KRB5};
    gss_cred_id_t made = GSS_C_NO_CREDENTIAL;
    gss_cred_id_t cred;
    struct glue_creds *glue_creds;
    OM_uint32 minor;

    begin();
    write_keytab();
    ck_assert_uint_eq(gss_acquire_cred(&minor, GSS_C_NO_NAME, 0, &krb5, GSS_C_ACCEPT,
                                       &made, NULL, NULL),
                      GSS_S_COMPLETE);
    ck_ok(glue_creds_new_empty(&glue_creds));
    glue_creds_adopt(glue_creds, GLUE_CRED_KRB5, made);
    ck_ok(glue_creds_get(glue_creds, GLUE_CRED_KRB5, &cred));
    ck_assert_ptr_eq(cred, made);
    ck_err(glue_creds_get(glue_creds, GLUE_CRED_BUILTIN, &cred), ERR_NO_CRED);
    ck_assert_ptr_eq(cred, GSS_C_NO_CREDENTIAL);
    ck_err(glue_creds_get_mech(glue_creds, &MECH_OID_IAKERB, &cred), ERR_NO_CRED);
    glue_creds_free(glue_creds);
}

/* A mechanism without a kind of its own also gets one credential, which is made once. */
TEST(any_mechanism_gets_one_credential)
{
    gss_OID_desc unknown = {3, (void *)(uintptr_t) "\x2a\x03\x05"};
    struct glue_creds *glue_creds;
    gss_cred_id_t cred;
    gss_cred_id_t again;

    begin();
    glue_creds = acceptor();
    write_keytab();
    ck_ok(glue_creds_get_mech(glue_creds, &MECH_OID_IAKERB, &cred));
    ck_ok(glue_creds_get_mech(glue_creds, &MECH_OID_IAKERB, &again));
    ck_assert_ptr_eq(cred, again);
    ck_ok(glue_creds_get_mech(glue_creds, &MECH_OID_KRB5, &again));
    ck_assert_ptr_ne(cred, again);
    ck_assert_ptr_eq(again, glue_creds_peek(glue_creds, GLUE_CRED_KRB5));
    ck_err(glue_creds_get_mech(glue_creds, &unknown, &again), ERR_GLUE);
    check_last_glue(GSS_S_BAD_MECH);
    glue_creds_free(glue_creds);
}

/* The set is applied when the credential of the built-in SPNEGO is made. */
TEST(neg_mechs_before_there_is_a_credential)
{
    gss_OID_set_desc krb5 = {1, &MECH_OID_KRB5};
    struct glue_creds *glue_creds;

    begin();
    glue_creds = acceptor();
    ck_ok(glue_creds_set_neg_mechs(glue_creds, &krb5));
    glue_creds_free(glue_creds);
}

static void *get_krb5(void *arg)
{
    gss_cred_id_t cred;

    return glue_creds_get(arg, GLUE_CRED_KRB5, &cred) == ERR_OK ? cred : NULL;
}

/* A password with a length and without an address is an error. */
TEST(a_password_that_is_nowhere)
{
    gss_buffer_desc nowhere = {5, NULL};
    struct glue_cred_source source = {.usage = GSS_C_INITIATE, .password = &nowhere};
    struct glue_creds *glue_creds;

    begin();
    ck_ok(glue_creds_new(&source, &glue_creds));
    glue_creds_free(glue_creds);
}

TEST(threads_get_the_same)
{
    pthread_t ids[4];
    void *creds[4];
    struct glue_creds *glue_creds;

    begin();
    write_keytab();
    glue_creds = acceptor();
    for (size_t i = 0; i < 4; i++) {
        ck_assert_int_eq(pthread_create(&ids[i], NULL, get_krb5, glue_creds), 0);
    }
    for (size_t i = 0; i < 4; i++) {
        ck_assert_int_eq(pthread_join(ids[i], &creds[i]), 0);
        ck_assert_ptr_nonnull(creds[i]);
        ck_assert_ptr_eq(creds[i], creds[0]);
    }
    glue_creds_free(glue_creds);
}
