/* SPDX-License-Identifier: ISC */
/* With the NTLM line alone, MIT's own SPNEGO uses our NTLM, on both sides. */
#include "mech/flags.h"
#include "mech/oid.h"
#include "tests/exchange/builtin_fault.h"
#include "tests/exchange/handmade.h"

static struct login login;

static void begin(const char *user, const char *password, OM_uint32 asked)
{
    place_begin(LINES_NTLM, "");
    login_begin(&login, SPNEGO, user, password, asked);
}

static const OM_uint32 protections[] = {0, SIGN_FLAGS, SEAL_FLAGS};

/* SPNEGO asks for a MIC because our NTLM demands one, whatever the application asked
 * for. */
TEST_TABLE(good, protections)
{
    BUF_AUTO token = BUF_INIT;
    BUF_AUTO key = BUF_INIT;

    begin(ALICE, ALICE_PASSWORD, *row);
    login_run(&login);
    skip_builtin_fault(&login);
    ck_major(&login.initiator, GSS_S_COMPLETE);
    ck_major(&login.acceptor, GSS_S_COMPLETE);
    ck_assert_str_eq(display(login.acceptor.source), ALICE);
    ck_assert(oid_equal(login.acceptor.actual_mech, NTLM));
    ck_assert(inquire(&login.acceptor, OPTION_SESSION_KEY, &key));
    ck_assert_uint_eq(key.n, 16);
    ck_assert_uint_ne(login.acceptor.flags & GSS_C_INTEG_FLAG, 0);
    (void)wrap(&login.initiator, bytes_str("hello"), &token);
    ck_assert_uint_eq(sequence_of(buf_bytes(&token)), 1);
    ck_fresh_keystream(&login.initiator, ROLE_INITIATOR, buf_bytes(&token),
                       bytes_str("hello"));
    ck_complete(unwrap(&login.acceptor, buf_bytes(&token), &key));
    protect_both_ways(&login);
    login_end(&login);
}

/* With this option SPNEGO does not ask for integrity itself, so there is no MIC. */
TEST(no_integrity_wanted)
{
    begin(ALICE, ALICE_PASSWORD, 0);
    cred_option(&login.initiator.cred, OPTION_NO_CI_FLAGS, NOTHING);
    login_run(&login);
    ck_major(&login.initiator, GSS_S_COMPLETE);
    ck_major(&login.acceptor, GSS_S_COMPLETE);
    ck_assert_uint_eq(login.initiator.flags & (GSS_C_INTEG_FLAG | GSS_C_CONF_FLAG), 0);
    login_end(&login);
}

static const struct {
    const char *user;
    const char *password;
    const char *says;
} refused[] = {
    {ALICE, "wrong", "user name or the password is wrong"},
    {"AD\\mallory", ALICE_PASSWORD, "user name or the password is wrong"},
    {CAROL, CAROL_PASSWORD, "account is disabled"},
};

TEST_TABLE(bad, refused)
{
    begin(row->user, row->password, SIGN_FLAGS);
    login_run(&login);
    ck_failed(&login.acceptor, GSS_S_FAILURE, row->says);
    login_end(&login);
}

static struct gss_channel_bindings_struct one_channel = {
    .application_data = {7, (void *)(uintptr_t) "tls:one"}};
static struct gss_channel_bindings_struct other_channel = {
    .application_data = {7, (void *)(uintptr_t) "tls:two"}};

TEST_TIMES(channel_bindings, 2)
{
    begin(ALICE, ALICE_PASSWORD, SIGN_FLAGS);
    login.initiator.bindings = &one_channel;
    login.acceptor.bindings = _i == 0 ? &one_channel : &other_channel;
    login_run(&login);
    if (_i == 0) {
        ck_major(&login.acceptor, GSS_S_COMPLETE);
        ck_assert_uint_ne(login.acceptor.flags & GSS_C_CHANNEL_BOUND_FLAG, 0);
    } else {
        ck_failed(&login.acceptor, GSS_S_BAD_BINDINGS, "channel bindings differ");
    }
    login_end(&login);
}

/* Logs in with the default credential, and without any credential. */
TEST(default_credential)
{
    struct login alice;

    begin(NULL, NULL, SIGN_FLAGS);
    login_run(&login);
    ck_assert_uint_eq(GSS_CALLING_ERROR(login.initiator.major), 0);
    ck_assert_uint_eq(GSS_ROUTINE_ERROR(login.initiator.major), GSS_S_NO_CRED);
    login_end(&login);
    place_credential("AD:alice:" ALICE_PASSWORD "\n", 0600);
    login_begin(&alice, SPNEGO, NULL, NULL, SIGN_FLAGS);
    login_run(&alice);
    ck_major(&alice.acceptor, GSS_S_COMPLETE);
    ck_assert_str_eq(display(alice.acceptor.source), ALICE);
    login_end(&alice);
}
