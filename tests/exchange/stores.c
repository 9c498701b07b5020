/* SPDX-License-Identifier: ISC */
/* Credentials from a store: the user that its keys give, and keys that are refused. */
#include "tests/exchange/handmade.h"

#include <string.h>

#define ALICE_HASH "F61BD1ACD6E393DD43A7C0ACA7B450BD"
#define KEYFILE    "" /* stands for a key file's path */

static const struct store_case {
    const char *user;
    struct store store;
    OM_uint32 major;
    const char *says; /* or the name that the acceptor gets */
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
    {"alice@example.com",
     {2, {{"ntlmssp_domain", "AD"}, {"password", ALICE_PASSWORD}}},
     GSS_S_COMPLETE,
     ALICE},
    {ALICE, {1, {{"ntlmssp_nthash", ALICE_HASH}}}, GSS_S_COMPLETE, ALICE},
    {NULL, {1, {{"ntlmssp_keyfile", KEYFILE}}}, GSS_S_COMPLETE, BOB},
    {ALICE, {1, {{"ntlmssp_keyfile", KEYFILE}}}, GSS_S_COMPLETE, ALICE},
    {ALICE,
     {2, {{"ntlmssp_password", ALICE_PASSWORD}, {"ccache", "FILE:/nowhere"}}},
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
};

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

static struct peer acquire(gss_OID mech, const struct store_case *c, gss_cred_id_t *cred)
{
    struct store store = filled(&c->store);
    struct peer outcome = {.mech = mech};

    outcome.major =
        cred_from_store(mech, c->user, GSS_C_INITIATE, &store, cred, &outcome.minor);
    status_sentence(outcome.minor, mech, outcome.sentence);
    return outcome;
}

static void run_store_case(gss_OID mech, const struct store_case *c)
{
    gss_cred_id_t cred = GSS_C_NO_CREDENTIAL;
    struct peer outcome = acquire(mech, c, &cred);

    if (c->major != GSS_S_COMPLETE) {
        ck_failed(&outcome, c->major, c->says);
        ck_assert_ptr_eq(cred, GSS_C_NO_CREDENTIAL);
        return;
    }
    ck_major(&outcome, GSS_S_COMPLETE);
    ck_assert_str_eq(login_arrives(mech, cred), c->says);
}

TEST_TABLE(stores, store_cases)
{
    place_begin(LINES_BOTH, "");
    run_store_case(NTLM, row);
    run_store_case(SPNEGO, row);
}

/* Kerberos, which SPNEGO also asks, may be able to use a store that NTLM cannot use. Then
 * there are two errors, and that of Kerberos comes first. */
static const struct half_case {
    struct store_case here;
    OM_uint32 by_spnego;
} half_cases[] = {
    {{ALICE,
      {1, {{"ntlmssp_keyfile", "/nonexistent/keys"}}},
      GSS_S_NO_CRED,
      "/nonexistent/keys"},
     GSS_S_BAD_NAME},
    {{NULL, {1, {{"password", "x"}}}, GSS_S_BAD_NAME, "name of its user"},
     GSS_S_BAD_NAME},
    {{ALICE,
      {2, {{"password", ALICE_PASSWORD}, {"ccache", "FILE:/nowhere"}}},
      GSS_S_FAILURE,
      "password beside ccache"},
     GSS_S_BAD_NAME},
    {{ALICE,
      {2, {{"client_keytab", "FILE:/nowhere"}, {"password", ALICE_PASSWORD}}},
      GSS_S_FAILURE,
      "password beside client_keytab"},
     GSS_S_BAD_NAME},
    {{ALICE,
      {2, {{"password", ALICE_PASSWORD}, {"verify", ""}}},
      GSS_S_FAILURE,
      "password beside verify"},
     GSS_S_BAD_NAME},
};

TEST_TABLE(stores_that_ntlm_cannot_use, half_cases)
{
    gss_cred_id_t cred = GSS_C_NO_CREDENTIAL;
    struct peer outcome;

    place_begin(LINES_BOTH, "");
    run_store_case(NTLM, &row->here);
    outcome = acquire(SPNEGO, &row->here, &cred);
    check_appended(&outcome, row->by_spnego, row->here.says);
    ck_assert_ptr_eq(cred, GSS_C_NO_CREDENTIAL);
}
