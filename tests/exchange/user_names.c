/* SPDX-License-Identifier: ISC */
/* One user in all forms of the name: which line of the acceptor's file, and which entry
 * of the user's own file, each form finds. docs/names.md has the tables. */
#include "tests/exchange/peer.h"

#include <string.h>

#define PASSWORD "the same for all"

/* {the lines of the user file, the user that the client names} -> the user who logs in;
 * NULL: none. curl --ntlm and requests-ntlm send a name without a backslash as a user
 * without a domain. */
static const struct {
    const char *lines;
    const char *client;
    const char *arrives;
} found[] = {
    {"example.com:alice:", "alice@example.com", "example.com\\alice"},
    {"example.com:alice:", "ALICE@EXAMPLE.COM", "example.com\\alice"},
    {"example.com:alice:", "EXAMPLE.COM\\alice", "example.com\\alice"},
    {"example.com:alice:", "alice\\@example.com", "example.com\\alice"},
    {"example.com:alice:", "alice", "example.com\\alice"},
    {"example.com:alice:", "alice@other.com", NULL},
    {"example.com:alice:", "bob@example.com", NULL},
    {"example.com:alice:", "alice@EXAMPLE", NULL},
    {"EXAMPLE:alice:", "alice@EXAMPLE", "EXAMPLE\\alice"},
    {"EXAMPLE:alice:", "alice\\@EXAMPLE", "EXAMPLE\\alice"},
    {"EXAMPLE:alice:", "\\alice@example", "EXAMPLE\\alice"},
    {"EXAMPLE:alice:", "EXAMPLE\\alice", "EXAMPLE\\alice"},
    {"EXAMPLE:alice:", "alice@example.com", NULL},
    {":alice@example.com:", "alice@example.com", "alice@example.com"},
    {":alice@example.com:", "Example.com\\Alice", "alice@example.com"},
    {":alice@example.com:", "alice", NULL},
    {":alice@example.com:", "EXAMPLE\\alice", NULL},
    {":alice@example.com:", "OTHER\\alice@example.com", "alice@example.com"},
    {":alice@EXAMPLE:", "alice@EXAMPLE", "alice@EXAMPLE"},
    {":alice@EXAMPLE:", "alice\\@EXAMPLE", "alice@EXAMPLE"},
    {"AD:alice@example.com:", "alice@example.com", "AD\\alice@example.com"},
    {"AD:alice@example.com:", "example.com\\alice", NULL},
    {":alice:", "alice@example.com", "alice"},
    {":alice:", "alice@EXAMPLE", "alice"},
    {":alice:", "alice\\@EXAMPLE", "alice"},
    {":alice:", "OTHER\\alice@example.com", NULL},
};

/* As above, for a file with lines of several users, each with a password of its own:
 * which line is used. */
static const struct {
    const char *client;
    const char *password;
    const char *arrives;
} chosen[] = {
    {"alice@example.com", "upn", "alice@example.com"},
    {"alice@example.com", "pair", NULL},
    {"alice@example.com", "any", NULL},
    {"example.com\\alice", "pair", "example.com\\alice"},
    {"example.com\\alice", "upn", NULL},
    {"bob@example.com", "pair", "example.com\\bob"},
    {"bob@example.com", "any", NULL},
    {"bob@other.com", "any", "bob"},
    {"other.com\\bob", "any", "bob"},
    {"carol@example.com", "upn", "carol@example.com"},
    {"example.com\\carol", "upn", "carol@example.com"},
    {"example.com\\carol", "any", NULL},
};

static const char several[] =
    ":alice:any\nexample.com:alice:pair\n:alice@example.com:upn\n"
    ":bob:any\nexample.com:bob:pair\n"
    ":carol:any\n:carol@example.com:upn\n";

/* {an entry of the user's own file, the user that the program names} -> the user that is
 * sent. NULL: there is no credential. */
static const struct {
    const char *entry;
    const char *named;
    const char *is;
} own[] = {
    {"example.com:alice:", "alice@example.com", "example.com\\alice"},
    {"example.com:alice:", "alice@other.com", NULL},
    {"EXAMPLE:alice:", "alice@EXAMPLE", "EXAMPLE\\alice"},
    {"EXAMPLE:alice:", "alice\\@EXAMPLE", "EXAMPLE\\alice"},
    {"EXAMPLE:alice:", "alice@example.com", NULL},
    {":alice@example.com:", "alice@example.com", "alice@example.com"},
    {":alice@example.com:", "EXAMPLE.COM\\alice", "alice@example.com"},
    {":alice@example.com:", NULL, "alice@example.com"},
    {":alice@EXAMPLE:", "alice@EXAMPLE", "alice@EXAMPLE"},
    {":alice@EXAMPLE:", NULL, "alice@EXAMPLE"},
    {"AD:alice@example.com:", "example.com\\alice", NULL},
    {":alice:", "alice@EXAMPLE", "EXAMPLE\\alice"},
    {":alice:", "alice@example.com", "alice@example.com"},
    {":alice:", "alice\\@EXAMPLE", "alice@EXAMPLE"},
};

static void users_are(const char *lines)
{
    BUF_AUTO text = BUF_INIT;

    buf_printf(&text, "%s" PASSWORD "\n", lines);
    place_users(buf_cstr(&text), 0600);
}

static void check_login(gss_OID mech, const char *user, const char *password,
                        const char *arrives)
{
    struct login l;

    login_begin(&l, mech, user, password, SIGN_FLAGS);
    login_run(&l);
    if (arrives == NULL) {
        ck_assert_msg(l.acceptor.major != GSS_S_COMPLETE, "%s arrives as %s", user,
                      display(l.acceptor.source));
        ck_failed(&l.acceptor, GSS_S_FAILURE, "user name or the password");
    } else {
        ck_major(&l.acceptor, GSS_S_COMPLETE);
        ck_assert_str_eq(display(l.acceptor.source), arrives);
    }
    login_end(&l);
}

TEST_TABLE(the_acceptor_finds, found)
{
    place_begin(LINES_BOTH, "");
    users_are(row->lines);
    check_login(NTLM, row->client, PASSWORD, row->arrives);
    check_login(SPNEGO, row->client, PASSWORD, row->arrives);
    check_login(NTLM, row->client, "wrong", NULL);
}

TEST_TABLE(the_acceptor_chooses, chosen)
{
    place_begin(LINES_BOTH, "");
    place_users(several, 0600);
    check_login(NTLM, row->client, row->password, row->arrives);
}

/* A client without an account and one with a wrong password get the same answer. */
TEST(unknown_users_and_wrong_passwords_look_alike)
{
    static const char *const users[] = {"alice@example.com", "nobody@example.com",
                                        "example.com\\alice", "example.com\\nobody"};
    char first[1024] = "";

    place_begin(LINES_BOTH, "");
    users_are(":alice@example.com:");
    for (size_t i = 0; i < N(users); i++) {
        struct login l;

        login_begin(&l, NTLM, users[i], "wrong", SIGN_FLAGS);
        login_run(&l);
        ck_major(&l.acceptor, GSS_S_FAILURE);
        l.acceptor.sentence[strcspn(l.acceptor.sentence, "(")] = '\0';
        if (i == 0) {
            memcpy(first, l.acceptor.sentence, sizeof(first));
        }
        ck_assert_str_eq(l.acceptor.sentence, first);
        login_end(&l);
    }
}

TEST_TABLE(the_initiator_finds, own)
{
    gss_OID_set_desc only = {1, NTLM};
    gss_name_t name =
        row->named == NULL ? GSS_C_NO_NAME : name_of(row->named, GSS_C_NT_USER_NAME);
    gss_cred_id_t cred = GSS_C_NO_CREDENTIAL;
    BUF_AUTO text = BUF_INIT;
    OM_uint32 minor;
    OM_uint32 major;

    place_begin(LINES_BOTH, "");
    buf_printf(&text, "%s" PASSWORD "\n", row->entry);
    place_credential(buf_cstr(&text), 0600);
    major = gss_acquire_cred(&minor, name, 0, &only, GSS_C_INITIATE, &cred, NULL, NULL);
    (void)gss_release_name(&minor, &name);
    if (row->is == NULL) {
        ck_assert_uint_eq(major, GSS_S_NO_CRED);
        return;
    }
    ck_complete(major);
    ck_complete(gss_inquire_cred(&minor, cred, &name, NULL, NULL, NULL));
    ck_assert_str_eq(display(name), row->is);
    (void)gss_release_name(&minor, &name);
    users_are(":alice:");
    ck_assert_ptr_nonnull(strstr(login_arrives(NTLM, cred), "alice"));
}

/* A program compares the user who logged in with a user that it names. */
TEST(names_of_one_account_are_equal)
{
    static const struct {
        const char *a;
        const char *b;
        int equal;
    } rows[] = {{"alice@example.com", "example.com\\alice", 1},
                {"alice\\@EXAMPLE", "EXAMPLE\\alice", 1},
                {"alice@example.com", "EXAMPLE\\alice", 0},
                {"alice@example.com", "alice", 0}};

    place_begin(LINES_BOTH, "");
    for (size_t i = 0; i < N(rows); i++) {
        gss_name_t plain[2] = {name_of(rows[i].a, GSS_C_NT_USER_NAME),
                               name_of(rows[i].b, GSS_C_NT_USER_NAME)};
        gss_name_t names[2];
        OM_uint32 minor;
        int equal = -1;

        for (size_t k = 0; k < 2; k++) {
            ck_complete(gss_canonicalize_name(&minor, plain[k], NTLM, &names[k]));
        }
        ck_complete(gss_compare_name(&minor, names[0], names[1], &equal));
        ck_assert_int_eq(equal, rows[i].equal);
        for (size_t k = 0; k < 2; k++) {
            (void)gss_release_name(&minor, &names[k]);
            (void)gss_release_name(&minor, &plain[k]);
        }
    }
}
