/* SPDX-License-Identifier: ISC */
/* A fault of the machine is reported, does no harm, and is over as soon as it is
 * mended. */
#include "mech/oid.h"
#include "ntlm/crypto.h"
#include "tests/exchange/handmade.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define NOBODY_UID 65534

static struct login login;

static void begin(gss_OID mech)
{
    place_begin(LINES_BOTH, "");
    login_begin(&login, mech, ALICE, ALICE_PASSWORD, SEAL_FLAGS);
}

static void users_missing(void)
{
    ck_assert_int_eq(unlink(place_users_path()), 0);
}

static void users_for_all(void)
{
    ck_assert_int_eq(chmod(place_users_path(), 0644), 0);
}

static void users_group_may_write(void)
{
    ck_assert_int_eq(chmod(place_users_path(), 0660), 0);
}

static void users_is_a_folder(void)
{
    users_missing();
    ck_assert_int_eq(mkdir(place_users_path(), 0700), 0);
}

static void users_folder_gone(void)
{
    ck_assert_int_eq(rmdir(place_users_path()), 0);
}

/* Makes the users unreadable. Root may read every file, so the process takes another user
 * id. */
static void users_unreadable(void)
{
    ck_assert_int_eq(chmod(place_users_path(), geteuid() == 0 ? 0600 : 0), 0);
    ck_assert_int_eq(chmod(temp_dir(), 0711), 0);
    ck_assert_int_eq(chmod(place_path("negotiate.conf"), 0644), 0);
    ck_assert(geteuid() != 0 || seteuid(NOBODY_UID) == 0);
}

static void back_to_root(void)
{
    ck_assert(getuid() != 0 || seteuid(0) == 0);
}

/* Leaves the file as a program does that writes it in place and is not done. */
static void users_half_written(void)
{
    place_users("# the users of the tests\n:bob:" BOB_PASSWORD "\nAD:ali", 0600);
}

static void users_empty(void)
{
    place_users("", 0600);
}

static void level_garbage(void)
{
    setenv("LM_COMPAT_LEVEL", "high", 1);
}

static void level_mended(void)
{
    unsetenv("LM_COMPAT_LEVEL");
}

static void settings_typo(void)
{
    place_settings(" anonymus = yes\n");
}

static void settings_value(void)
{
    place_settings(" challenge_lifetime = soon\n");
}

static void settings_brace(void)
{
    place_settings(" anonymous = {\n");
}

static void settings_missing(void)
{
    setenv("GSS_NEGOTIATE_CONFIG", place_path("nothing"), 1);
    setenv("NTLM_USER_FILE", place_path("nobody"), 1);
}

static void settings_mended(void)
{
    place_settings("");
    unsetenv("NTLM_USER_FILE");
}

static void nothing(void)
{
}

/* {what breaks between acquiring and the login} -> which end fails, and with what. */
static const struct breakage {
    const char *name;
    void (*break_it)(void);
    void (*mend)(void);
    bool at_initiator;
    OM_uint32 major;
    const char *says;
    const char *names; /* what the detail must name */
} breakages[] = {
    {"missing", users_missing, nothing, false, GSS_S_FAILURE, "does not exist", "/users"},
    {"0644", users_for_all, nothing, false, GSS_S_FAILURE, "owner or mode", "0640"},
    {"0660", users_group_may_write, nothing, false, GSS_S_FAILURE, "owner or mode",
     "/users"},
    {"folder", users_is_a_folder, users_folder_gone, false, GSS_S_FAILURE, "file",
     "/users"},
    {"unreadable", users_unreadable, back_to_root, false, GSS_S_FAILURE,
     "cannot be opened", "/users"},
    {"half", users_half_written, nothing, false, GSS_S_FAILURE, "password is wrong",
     "alice"},
    {"empty", users_empty, nothing, false, GSS_S_FAILURE, "password is wrong", "alice"},
    {"level", level_garbage, level_mended, true, GSS_S_FAILURE, "environment variable",
     "LM_COMPAT_LEVEL"},
    {"typo", settings_typo, settings_mended, true, GSS_S_FAILURE, "setting is wrong",
     "anonymus"},
    {"value", settings_value, settings_mended, true, GSS_S_FAILURE, "setting is wrong",
     "challenge_lifetime"},
    {"brace", settings_brace, settings_mended, true, GSS_S_FAILURE, "setting is wrong",
     "negotiate.conf"},
    {"no settings", settings_missing, settings_mended, false, GSS_S_FAILURE,
     "does not exist", "/nobody"},
};

static void check_breakage(const struct breakage *b, const struct peer *victim,
                           OM_uint32 major)
{
    ck_failed(victim, major, b->says);
    ck_assert_msg(strstr(victim->sentence, b->names) != NULL, "%s: \"%s\" lacks \"%s\"",
                  b->name, victim->sentence, b->names);
    ck_assert_ptr_eq(login.acceptor.source, GSS_C_NO_NAME);
}

static void mend(const struct breakage *b)
{
    b->mend();
    login_end(&login);
    place_users(USERS, 0640);
    login_good(NTLM);
    login_good(SPNEGO);
}

static void run_breakage(const struct breakage *b, gss_OID mech)
{
    begin(mech);
    b->break_it();
    login_run(&login);
    check_breakage(b, b->at_initiator ? &login.initiator : &login.acceptor, b->major);
    ck_assert_ptr_null(strstr(login.initiator.sentence, AND_NTLM));
    mend(b);
}

TEST_TABLE(broken_during_use, breakages)
{
    run_breakage(row, NTLM);
    run_breakage(row, SPNEGO);
}

/* For a user whom Kerberos might know, SPNEGO's initiator first reports why Kerberos
 * failed. */
TEST_TABLE(broken_after_kerberos, breakages)
{
    static const char before[] =
        "Configuration file does not specify default realm" AND_NTLM;

    place_begin(LINES_BOTH, "");
    login_begin(&login, SPNEGO, BOB, BOB_PASSWORD, SEAL_FLAGS);
    row->break_it();
    login_run(&login);
    if (row->at_initiator) {
        check_breakage(row, &login.initiator, GSS_S_BAD_NAME);
        ck_assert_int_eq(strncmp(login.initiator.sentence, before, strlen(before)), 0);
    } else {
        ck_assert_uint_eq(GSS_ERROR(login.initiator.major), 0);
    }
    mend(row);
}

/* The same before the credential is acquired. */
TEST_TABLE(broken_before_use, breakages)
{
    bool only_users_matter =
        row->break_it == users_half_written || row->break_it == users_empty;
    gss_OID_set_desc only = {1, NTLM};
    gss_cred_id_t cred = GSS_C_NO_CREDENTIAL;
    char sentence[1024];
    OM_uint32 minor;
    OM_uint32 major;

    place_begin(LINES_BOTH, "");
    login_good(NTLM);
    row->break_it();
    major = gss_acquire_cred(&minor, GSS_C_NO_NAME, 0, &only, GSS_C_ACCEPT, &cred, NULL,
                             NULL);
    status_sentence(minor, NTLM, sentence);
    ck_assert_msg((major == GSS_S_COMPLETE) == only_users_matter, "%s: %#x %s", row->name,
                  major, sentence);
    ck_assert(only_users_matter || strstr(sentence, row->names) != NULL);
    ck_assert(only_users_matter || minor != 0);
    row->mend();
    (void)gss_release_cred(&minor, &cred);
    place_users(USERS, 0640);
    login_good(SPNEGO);
}

/* A broken line does not hide other lines. */
TEST_TIMES(others_log_in_beside_a_broken_line, 2)
{
    place_begin(LINES_BOTH, "");
    place_users("no line at all\nAD:alice:" ALICE_PASSWORD "\n\xff\xfe\n:bob:", 0600);
    login_good(mech_of(_i));
}

TEST_TIMES(a_new_user_counts_at_once, 2)
{
    struct login dave;

    begin(mech_of(_i));
    login_run(&login);
    ck_assert(login_is_done(&login));
    place_users(USERS "X:dave:Desk 4\n", 0600);
    login_begin(&dave, mech_of(_i), "X\\dave", "Desk 4", SIGN_FLAGS);
    login_run(&dave);
    ck_major(&dave.acceptor, GSS_S_COMPLETE);
    protect_both_ways(&login);
    login_end(&dave);
    login_end(&login);
}

/* OpenSSL looks for its modules when the first login comes. A module that is not linked
 * to OpenSSL does not need them. */
TEST_TIMES(openssl_without_its_legacy_provider, 2)
{
    gss_OID_set_desc only = {1, mech_of(_i)};
    gss_cred_id_t cred = GSS_C_NO_CREDENTIAL;
    const char *before = mech_of(_i) == NTLM ? "" : BUILTIN_SAYS AND_NTLM;
    struct peer outcome = {.mech = mech_of(_i)};

    place_begin(LINES_BOTH, "");
    setenv("OPENSSL_MODULES", "/nonexistent", 1);
    if (strcmp(crypto_source(), "OpenSSL") != 0) {
        login_good(mech_of(_i));
        return;
    }
    outcome.major = gss_acquire_cred(&outcome.minor, GSS_C_NO_NAME, 0, &only,
                                     GSS_C_ACCEPT, &cred, NULL, NULL);
    status_sentence(outcome.minor, mech_of(_i), outcome.sentence);
    ck_failed(&outcome, mech_of(_i) == NTLM ? GSS_S_FAILURE : GSS_S_NO_CRED, before);
    ck_assert_int_eq(strncmp(outcome.sentence, before, strlen(before)), 0);
    ck_failed(&outcome, outcome.major, "NTLM needs OpenSSL's legacy provider");
    outcome.mech = SPNEGO;
    peer_accept(&outcome, NOTHING);
    check_appended(&outcome, GSS_S_NO_CRED, "NTLM needs OpenSSL's legacy provider");
    peer_cleanup(&outcome);
    unsetenv("OPENSSL_MODULES");
    login_good(mech_of(_i));
}

/* Settings that decide about a login, on the acceptor's side. */
static const struct policy {
    const char *settings;
    OM_uint32 major;
    const char *says;
} policies[] = {
    {" target_names = http/server\n", GSS_S_COMPLETE, ""},
    {" target_names = http/other ldap/server\n", GSS_S_UNAUTHORIZED, "http/server"},
    {" require_mic = yes\n", GSS_S_COMPLETE, ""},
    {" channel_bindings = require\n", GSS_S_UNAUTHORIZED, "requires them"},
    {" channel_bindings = ignore\n", GSS_S_COMPLETE, ""},
};

TEST_TABLE(policy, policies)
{
    static struct gss_channel_bindings_struct channel = {
        .application_data = {3, (void *)(uintptr_t) "tls"}};

    for (int i = 0; i < 2; i++) {
        begin(mech_of(i));
        place_settings(row->settings);
        login.acceptor.bindings = &channel;
        login_run(&login);
        if (row->major == GSS_S_COMPLETE) {
            ck_major(&login.acceptor, GSS_S_COMPLETE);
        } else {
            ck_failed(&login.acceptor, row->major, row->says);
        }
        login_end(&login);
    }
}

/* The mechglue returns the token that comes with an error, so the client can receive the
 * reject. */
TEST(the_reject_reaches_the_client)
{
    begin(SPNEGO);
    users_empty();
    login_run(&login);
    ck_failed(&login.acceptor, GSS_S_FAILURE, "password is wrong");
    ck_bytes(buf_bytes(&login.acceptor.token), hex("a1073005a0030a0102"));
    peer_initiate(&login.initiator, buf_bytes(&login.acceptor.token));
    ck_failed(&login.initiator, GSS_S_FAILURE, "rejected");
    ck_gave_up(&login.initiator);
    login_end(&login);
}

/* A web server that refuses a login answers 401 without a token. Some programs, such as
 * .NET, pass the empty token on. */
TEST_TIMES(a_reply_without_a_token_is_a_refusal, 2)
{
    begin(mech_of(_i));
    peer_initiate(&login.initiator, NOTHING);
    ck_major(&login.initiator, GSS_S_CONTINUE_NEEDED);
    peer_initiate(&login.initiator, NOTHING);
    ck_failed(&login.initiator, GSS_S_DEFECTIVE_TOKEN, "without a token");
    login_end(&login);
}

TEST(raw_ntlm_has_no_reject)
{
    begin(NTLM);
    users_empty();
    login_run(&login);
    ck_failed(&login.acceptor, GSS_S_FAILURE, "password is wrong");
    ck_assert_uint_eq(login.acceptor.token.n, 0);
    login_end(&login);
}

/* An application may ask for the sentence after it has released its objects. */
TEST_TIMES(the_detail_outlives_what_failed, 2)
{
    char sentence[1024];
    OM_uint32 minor;

    begin(mech_of(_i));
    users_missing();
    login_run(&login);
    minor = login.acceptor.minor;
    login_end(&login);
    status_sentence(minor, mech_of(_i), sentence);
    ck_assert_msg(strstr(sentence, place_users_path()) != NULL, "%s", sentence);
}

/* .NET asks which mechanisms there are before it asks for the first sentence. */
TEST_TIMES(the_detail_outlives_questions_about_mechanisms, 2)
{
    gss_OID_set set = GSS_C_NO_OID_SET;
    gss_buffer_desc text = GSS_C_EMPTY_BUFFER;
    char sentence[1024];
    OM_uint32 unused;

    begin(mech_of(_i));
    users_missing();
    login_run(&login);
    ck_assert_uint_eq(gss_indicate_mechs(&unused, &set), GSS_S_COMPLETE);
    (void)gss_release_oid_set(&unused, &set);
    (void)gss_inquire_names_for_mech(&unused, mech_of(_i), &set);
    (void)gss_release_oid_set(&unused, &set);
    (void)gss_inquire_saslname_for_mech(&unused, mech_of(_i), &text, NULL, NULL);
    (void)gss_release_buffer(&unused, &text);
    status_sentence(login.acceptor.minor, mech_of(_i), sentence);
    ck_assert_msg(strstr(sentence, place_users_path()) != NULL, "%s", sentence);
    login_end(&login);
}

/* A peer's control characters do not reach a log. */
TEST(a_peers_name_is_shown_escaped)
{
    place_begin(LINES_BOTH, "");
    login_begin(&login, NTLM, "AD\\evil\n\x1b[2J\"name", "x", SIGN_FLAGS);
    login_run(&login);
    ck_failed(&login.acceptor, GSS_S_FAILURE, "password is wrong");
    ck_assert_ptr_null(strpbrk(login.acceptor.sentence, "\n\x1b"));
    ck_assert_ptr_nonnull(strstr(login.acceptor.sentence, "evil"));
    login_end(&login);
}
