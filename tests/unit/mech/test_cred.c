/* SPDX-License-Identifier: ISC */
/* mech/cred: the keys of a credential store, and the credential that they give. */
#include "tests/lib/harness.h"

#include "mech/cred.h"
#include "mech/oid.h"
#include "ntlm/kdf.h"

#include <stdlib.h>

#define HASH "a4f49c406510bdcab6824ee7c30fd852" /* [MS-NLMP] 4.2.2.1.2: "Password" */

static enum err read(struct cred_source *source, const char *key, const char *value)
{
    struct cred_store_key entry = {key, value};

    return cred_source_read(&entry, 1, source);
}

TEST(store_keys)
{
    struct cred_source source = {0};

    ck_ok(read(&source, "ntlmssp_domain", "BAR"));
    ck_ok(read(&source, "ntlmssp_nthash", HASH));
    ck_ok(read(&source, "ntlmssp_keyfile", "/x"));
    ck_ok(read(&source, "password", "p"));
    ck_bytes(source.domain, bytes_str("BAR"));
    ck_bytes(bytes_of(source.nt_hash.b, 16), hex(HASH));
    ck_bytes(source.keyfile, bytes_str("/x"));
    ck_bytes(source.password, bytes_str("p"));
}

TEST(keys_of_others_are_ignored)
{
    struct cred_source source = {0};

    ck_ok(read(&source, "ccache", "FILE:/x"));
    ck_ok(read(&source, "keytab", "FILE:/x"));
}

static const struct {
    const char *key;
    const char *value;
} bad_keys[] = {
    {"ntlmssp_nthash", ""},
    {"ntlmssp_nthash", "a4f49c406510bdcab6824ee7c30fd85"},
    {"ntlmssp_nthash", HASH "0"},
    {"ntlmssp_nthash", "g4f49c406510bdcab6824ee7c30fd852"},
    {"ntlmssp_nthash", "+4f49c406510bdcab6824ee7c30fd852"},
    {"ntlmssp_typo", "x"},
};

TEST_TABLE(bad_keys_say_which, bad_keys)
{
    struct cred_source source = {0};

    ck_err(read(&source, row->key, row->value), ERR_CRED_KEY);
    ck_assert_ptr_nonnull(strstr(err_note_get(ERR_CRED_KEY), row->key));
    ck_assert_msg(row->value[0] == '\0' || row->value[1] == '\0' ||
                      strstr(err_note_get(ERR_CRED_KEY), row->value) == NULL,
                  "the detail shows the value");
}

TEST(a_key_twice)
{
    const char *keys[] = {"ntlmssp_domain", "ntlmssp_nthash", "password",
                          "ntlmssp_keyfile"};

    for (size_t i = 0; i < N(keys); i++) {
        struct cred_source source = {0};

        ck_ok(read(&source, keys[i], HASH));
        ck_err(read(&source, keys[i], HASH), ERR_CRED_KEY);
    }
}

static struct mech_name *user(const char *text)
{
    struct mech_name *name;

    ck_ok(name_import(bytes_str(text), GSS_C_NT_USER_NAME, &name));
    return name;
}

static void no_settings(void)
{
    ck_assert_int_eq(setenv("GSS_NEGOTIATE_CONFIG", "/nonexistent/conf", 1), 0);
    ck_assert_int_eq(unsetenv("NTLM_USER_FILE"), 0);
    ck_assert_int_eq(unsetenv("LM_COMPAT_LEVEL"), 0);
}

TEST(given_password)
{
    struct mech_name *name = user("BAR\\alice");
    struct cred_source source = {.name = name, .has_password = true};
    struct mech_cred *cred;

    no_settings();
    source.password = bytes_str("Password");
    ck_ok(cred_acquire(&source, GSS_C_INITIATE, &cred));
    ck_bytes(bytes_of(credential_list_first(&cred->users)->nt_hash.b, 16), hex(HASH));
    ck_bytes(buf_bytes(&credential_list_first(&cred->users)->user), bytes_str("alice"));
    ck_bytes(buf_bytes(&credential_list_first(&cred->users)->domain), bytes_str("BAR"));
    ck_assert(cred_may(cred, GSS_C_INITIATE) && !cred_may(cred, GSS_C_ACCEPT));
    cred_free(cred);
    name_free(name);
}

TEST(a_password_without_a_user)
{
    struct cred_source source = {.has_password = true};
    struct mech_cred *cred;

    no_settings();
    ck_err(cred_acquire(&source, GSS_C_INITIATE, &cred), ERR_NAME);
    ck_assert_ptr_null(cred);
}

TEST(from_the_environments_file)
{
    struct cred_source source = {0};
    struct mech_cred *cred;

    no_settings();
    setenv("NTLM_USER_FILE", write_file("cred", "BAR:alice:Password\n", 0600), 1);
    ck_ok(cred_acquire(&source, GSS_C_INITIATE, &cred));
    ck_bytes(buf_bytes(&credential_list_first(&cred->users)->user), bytes_str("alice"));
    cred_free(cred);
}

TEST(an_acceptor_needs_an_authority)
{
    struct cred_source source = {0};
    struct mech_cred *cred;

    no_settings();
    setenv("NTLM_USER_FILE", "/nonexistent/users", 1);
    ck_err(cred_acquire(&source, GSS_C_ACCEPT, &cred), ERR_NO_AUTHORITY);
}

TEST(both_needs_both)
{
    struct mech_name *name = user("alice");
    struct cred_source source = {.name = name, .has_password = true};
    struct mech_cred *cred;

    no_settings();
    setenv("NTLM_USER_FILE", "/nonexistent/users", 1);
    ck_err(cred_acquire(&source, GSS_C_BOTH, &cred), ERR_NO_AUTHORITY);
    name_free(name);
}

TEST(neg_mechs_are_obeyed)
{
    struct mech_cred cred = {0};
    gss_const_OID spnego = &MECH_OID_SPNEGO;
    gss_OID_set set;
    OM_uint32 minor;

    ck_assert(cred_may_use(&cred, &MECH_OID_NTLM));
    ck_ok(oid_set_new(&spnego, 1, &set));
    ck_ok(cred_set_neg_mechs(&cred, set));
    (void)gss_release_oid_set(&minor, &set);
    ck_assert(!cred_may_use(&cred, &MECH_OID_NTLM));
    ck_assert(cred_may_use(&cred, &MECH_OID_SPNEGO));
    (void)gss_release_oid_set(&minor, &cred.neg_mechs);
}

TEST(options)
{
    struct mech_cred cred = {0};
    uint32_t flags = 0x12345678;

    ck_ok(cred_set_option(&cred, OPTION_NO_CI_FLAGS, bytes_of(NULL, 0)));
    ck_assert(cred.no_ci_flags);
    ck_ok(cred_set_option(&cred, OPTION_NEG_FLAGS, bytes_of(&flags, 4)));
    ck_assert_uint_eq(cred.offered_flags, flags);
    ck_err(cred_set_option(&cred, OPTION_NEG_FLAGS, bytes_of(&flags, 3)),
           ERR_OPTION_VALUE);
    ck_err(cred_set_option(&cred, OPTION_SASL_SSF, bytes_of(&flags, 4)), ERR_OPTION);
}
