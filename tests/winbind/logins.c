/* SPDX-License-Identifier: ISC */
/* Whom winbind lets in, what the application gets, and what the audit says. */
#include "tests/winbind/begin.h"

#include "tests/audit/log.h"
#include "tests/exchange/moved.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#define NT    "NT_STATUS_"
#define WRONG "the user name or the password is wrong; check both"

/* {who logs in}: the name that the application gets, or the error that the acceptor's
 * program gets; and what the audit says of the reason. */
static const struct {
    const char *user;
    const char *password;
    const char *name; /* NULL: refused */
    enum err e;
    OM_uint32 major;
    const char *says;
    const char *audit;
} rows[] = {
    {"SRV\\alice", SRV_PASSWORD, "SRV\\alice", ERR_OK, 0, "", "user=\"SRV\\\\alice\""},
    {"srv\\ALICE", SRV_PASSWORD, "SRV\\alice", ERR_OK, 0, "", "user=\"SRV\\\\alice\""},
    {"alice", SRV_PASSWORD, "SRV\\alice", ERR_OK, 0, "", "user=\"SRV\\\\alice\""},
    {".\\alice", SRV_PASSWORD, "SRV\\alice", ERR_OK, 0, "", "user=\"SRV\\\\alice\""},
    {"SRV\\alice", "wrong", NULL, ERR_LOGIN, GSS_S_FAILURE,
     WRONG " (user \"alice\", domain \"SRV\")",
     " status=" NT "WRONG_PASSWORD result=refused reason=\"" WRONG " ("},
    {"SRV\\mallory", "wrong", NULL, ERR_LOGIN, GSS_S_FAILURE,
     WRONG " (user \"mallory\", domain \"SRV\")",
     " status=" NT "NO_SUCH_USER result=refused reason=\"" WRONG " ("},
    {"SRV\\disabled", SRV_PASSWORD, NULL, ERR_ACCOUNT_DISABLED, GSS_S_FAILURE,
     "the account is disabled; ask the administrator to enable it (winbind says " NT
     "ACCOUNT_DISABLED)",
     " status=" NT "ACCOUNT_DISABLED result=refused reason=\"the account is disabled"},
    {"SRV\\disabled", "wrong", NULL, ERR_LOGIN, GSS_S_FAILURE,
     WRONG " (user \"disabled\", domain \"SRV\")", " status=" NT "WRONG_PASSWORD "},
    {"SRV\\expired", SRV_PASSWORD, NULL, ERR_ACCOUNT_EXPIRED, GSS_S_CREDENTIALS_EXPIRED,
     "the account has expired; ask the administrator to extend it (winbind says " NT
     "ACCOUNT_EXPIRED)",
     " status=" NT "ACCOUNT_EXPIRED result=refused"},
    /* winbind gives the status of a locked account for a wrong password too, so the
     * client gets the error of a wrong password */
    {"SRV\\locked", SRV_PASSWORD, NULL, ERR_LOGIN, GSS_S_FAILURE,
     WRONG " (user \"locked\", domain \"SRV\")",
     " status=" NT "ACCOUNT_LOCKED_OUT result=refused reason=\"" WRONG " ("},
    {"WORKGROUP\\alice", SRV_PASSWORD, NULL, ERR_UNKNOWN_DOMAIN, GSS_S_FAILURE,
     "SRV\\USER", " result=refused reason=\"the server knows no domain of this name"},
    {"AD\\alice", ALICE_PASSWORD, NULL, ERR_UNKNOWN_DOMAIN, GSS_S_FAILURE, "SRV\\USER",
     " result=refused reason=\"the server knows no domain of this name"},
};

static void ck_lines_have(const char *text)
{
    (void)log_count();
    ck_assert_msg(strstr(log_all(), text) != NULL, "\"%s\" is not in: %s", text,
                  log_all());
}

TEST_TIMES(who_logs_in, 2 * N(rows))
{
    const __typeof__(rows[0]) *row = &rows[_i / 2];
    struct login l;

    log_begin();
    log_listen(SOCK_DGRAM);
    winbind_begin(" users_from = winbind\n");
    begin_login(&l, mech_of(_i % 2), row->user, row->password);
    if (row->name != NULL) {
        ck_major(&l.acceptor, GSS_S_COMPLETE);
        ck_major(&l.initiator, GSS_S_COMPLETE);
        ck_assert_str_eq(display(l.acceptor.source), row->name);
        ck_assert(send_wrapped(&l.initiator, &l.acceptor, "there"));
        ck_assert(send_wrapped(&l.acceptor, &l.initiator, "and back"));
    } else {
        ck_error(&l.acceptor, row->e);
        ck_failed(&l.acceptor, row->major, row->says);
        ck_gave_up(&l.acceptor);
    }
    login_end(&l);
    ck_lines_have(row->audit);
}

/* A domain must not say to whoever does not know a password which users there are. */
TEST_TIMES(unknown_user_looks_like_wrong_password, 2)
{
    static const char *const users[] = {"SRV\\alice", "SRV\\nobody1", "SRV\\locked"};
    struct peer p[3];

    winbind_begin(" users_from = winbind\n");
    for (int i = 0; i < 3; i++) {
        struct login l;

        begin_login(&l, mech_of(_i), users[i], "wrong");
        p[i] = l.acceptor;
        ck_gave_up(&l.acceptor);
        login_end(&l);
        ck_assert_uint_eq(p[i].major, p[0].major);
        ck_assert_uint_eq(p[i].minor, p[0].minor);
    }
}

/* The user file has AD\alice, bob and carol, who is disabled; winbind SRV\alice and
 * SRV\bob. */
static const struct {
    const char *user;
    const char *password;
    const char *name; /* NULL: refused */
    enum err e;
} pair_rows[] = {
    {"AD\\alice", ALICE_PASSWORD, "AD\\alice", ERR_OK},
    {"AD\\alice", SRV_PASSWORD, NULL, ERR_LOGIN},
    {"alice", ALICE_PASSWORD, "AD\\alice", ERR_OK}, /* the file's record comes first */
    {"alice", SRV_PASSWORD, NULL, ERR_LOGIN},
    {"SRV\\alice", ALICE_PASSWORD, "AD\\alice", ERR_OK},
    {"SRV\\alice", SRV_PASSWORD, NULL, ERR_LOGIN},
    {"bob", BOB_PASSWORD, "bob", ERR_OK},
    {"bob", "S3cretB!", NULL, ERR_LOGIN},
    {"SRV\\bob", "S3cretB!", NULL, ERR_LOGIN},
    {".\\bob", BOB_PASSWORD, "bob", ERR_OK},
    {"carol", CAROL_PASSWORD, NULL, ERR_ACCOUNT_DISABLED},
    {"carol", "wrong", NULL, ERR_LOGIN},
    /* a record without a domain is no user of another domain */
    {"LAB\\bob", BOB_PASSWORD, NULL, ERR_UNKNOWN_DOMAIN},
    {"SRV\\user1", "Pass-user1", "SRV\\user1", ERR_OK},
    {"user1", "Pass-user1", "SRV\\user1", ERR_OK},
    {"user1", "wrong", NULL, ERR_LOGIN},
    {"SRV\\disabled", SRV_PASSWORD, NULL, ERR_ACCOUNT_DISABLED},
};

TEST_TABLE(file_before_winbind, pair_rows)
{
    winbind_begin(" users_from = file,winbind\n");
    for (int i = 0; i < 2; i++) {
        struct login l;

        begin_login(&l, mech_of(i), row->user, row->password);
        if (row->name != NULL) {
            ck_major(&l.acceptor, GSS_S_COMPLETE);
            ck_assert_str_eq(display(l.acceptor.source), row->name);
        } else {
            ck_assert(GSS_ERROR(l.acceptor.major));
            ck_error(&l.acceptor, row->e);
        }
        login_end(&l);
    }
}

/* A file that is missing leaves winbind; one that cannot be used is a fault, because it
 * may have a user whom winbind would let in. */
TEST(a_file_that_is_missing_or_broken)
{
    gss_cred_id_t cred = GSS_C_NO_CREDENTIAL;
    gss_OID_set_desc only = {1, NTLM};
    char sentence[1024];
    OM_uint32 minor;

    winbind_begin(" users_from = file,winbind\n");
    ck_assert_int_eq(remove(place_users_path()), 0);
    winbind_works(NTLM);
    winbind_works(SPNEGO);
    place_users(USERS, 0666);
    ck_assert(GSS_ERROR(gss_acquire_cred(&minor, GSS_C_NO_NAME, 0, &only, GSS_C_ACCEPT,
                                         &cred, NULL, NULL)));
    status_sentence(minor, NTLM, sentence);
    ck_assert_ptr_nonnull(strstr(sentence, err_sentence(ERR_FILE_RIGHTS)));
    ck_assert_ptr_nonnull(strstr(sentence, place_users_path()));
}

/* An acceptor whose credential names a user file has the users of this file. */
TEST_TIMES(a_file_of_the_credential, 2)
{
    struct store store = {1, {{"ntlmssp_keyfile", NULL}}};
    struct login l;
    OM_uint32 minor;

    winbind_begin(" users_from = winbind\n");
    store.keys[0].value = place_users_path();
    for (int i = 0; i < 2; i++) {
        l = login_of(mech_of(_i), "http@server", SEAL_FLAGS);
        l.initiator.cred = i == 0 ? cred_password(mech_of(_i), ALICE, ALICE_PASSWORD)
                                  : cred_password(mech_of(_i), SRV_ALICE, SRV_PASSWORD);
        ck_complete(cred_from_store(mech_of(_i), NULL, GSS_C_ACCEPT, &store,
                                    &l.acceptor.cred, &minor));
        login_run(&l);
        if (i == 0) {
            ck_major(&l.acceptor, GSS_S_COMPLETE);
            ck_assert_str_eq(display(l.acceptor.source), ALICE);
        } else {
            ck_error(&l.acceptor, ERR_LOGIN);
        }
        login_end(&l);
    }
}

/* A user of winbind has groups: the application can require one of them. */
TEST_TIMES(groups, 2)
{
    gss_buffer_desc one = buffer_of(bytes_str("urn:gss-negotiate:sid"));
    gss_buffer_desc all = buffer_of(bytes_str("urn:gssntlmssp:sids"));
    gss_buffer_set_t names = GSS_C_NO_BUFFER_SET;
    BUF_AUTO joined = BUF_INIT;
    struct login l;
    OM_uint32 minor;
    int more = -1;
    int authenticated = 0;
    int complete = 0;
    int n = 0;

    winbind_begin(" users_from = winbind\n");
    begin_login(&l, mech_of(_i), SRV_ALICE, SRV_PASSWORD);
    ck_complete(gss_inquire_name(&minor, l.acceptor.source, NULL, NULL, &names));
    ck_assert_uint_eq(names->count, 3);
    (void)gss_release_buffer_set(&minor, &names);
    for (; more != 0; n++) {
        gss_buffer_desc value = GSS_C_EMPTY_BUFFER;
        gss_buffer_desc shown = GSS_C_EMPTY_BUFFER;

        ck_complete(gss_get_name_attribute(&minor, l.acceptor.source, &one,
                                           &authenticated, &complete, &value, &shown,
                                           &more));
        ck_assert(authenticated != 0 && complete != 0);
        ck_bytes(bytes_of(value.value, value.length),
                 bytes_of(shown.value, shown.length));
        ck_assert(
            bytes_has_prefix(bytes_of(value.value, value.length), bytes_str("S-1-")));
        buf_append_text(&joined, n > 0 ? "," : "");
        buf_append(&joined, bytes_of(value.value, value.length));
        (void)gss_release_buffer(&minor, &value);
        (void)gss_release_buffer(&minor, &shown);
    }
    ck_assert_int_gt(n, 1);
    gss_buffer_desc value = GSS_C_EMPTY_BUFFER;
    more = -1;
    ck_complete(gss_get_name_attribute(&minor, l.acceptor.source, &all, &authenticated,
                                       &complete, &value, NULL, &more));
    ck_assert_int_eq(more, 0);
    ck_bytes(bytes_of(value.value, value.length), buf_bytes(&joined));
    (void)gss_release_buffer(&minor, &value);
    login_end(&l);
}

/* A context that moves to another process brings the groups along. */
TEST(groups_of_an_imported_context)
{
    gss_buffer_desc attribute = buffer_of(bytes_str("urn:gssntlmssp:sids"));
    struct login l;
    struct buf sids[2] = {BUF_INIT, BUF_INIT};
    OM_uint32 minor;

    winbind_begin(" users_from = winbind\n");
    begin_login(&l, NTLM, SRV_ALICE, SRV_PASSWORD);
    for (int i = 0; i < 2; i++) {
        gss_buffer_desc value = GSS_C_EMPTY_BUFFER;
        gss_name_t source = GSS_C_NO_NAME;
        int more = -1;

        ck_complete(gss_inquire_context(&minor, l.acceptor.context, &source, NULL, NULL,
                                        NULL, NULL, NULL, NULL));
        ck_complete(gss_get_name_attribute(&minor, source, &attribute, NULL, NULL, &value,
                                           NULL, &more));
        buffer_take(&value, &sids[i]);
        (void)gss_release_name(&minor, &source);
        move(&l.acceptor);
    }
    ck_assert_uint_gt(sids[0].n, 0);
    ck_bytes(buf_bytes(&sids[0]), buf_bytes(&sids[1]));
    buf_cleanup(&sids[0]);
    buf_cleanup(&sids[1]);
    login_end(&l);
}

/* The exported form of the name has the domain, and is read as the same name. */
TEST(exported_name)
{
    gss_buffer_desc token = GSS_C_EMPTY_BUFFER;
    gss_name_t name = GSS_C_NO_NAME;
    struct login l;
    OM_uint32 minor;

    winbind_begin(" users_from = winbind\n");
    begin_login(&l, NTLM, "alice", SRV_PASSWORD);
    ck_complete(gss_export_name(&minor, l.acceptor.source, &token));
    ck_complete(gss_import_name(&minor, &token, GSS_C_NT_EXPORT_NAME, &name));
    ck_assert_str_eq(display(name), SRV_ALICE);
    (void)gss_release_buffer(&minor, &token);
    (void)gss_release_name(&minor, &name);
    login_end(&l);
}
