/* SPDX-License-Identifier: ISC */
/* What an application may ask for, and the limits of names, passwords, targets and time.
 */
#include "mech/flags.h"
#include "mech/oid.h"
#include "tests/exchange/handmade.h"

#include <string.h>
#include <time.h>
#include <unistd.h>

static struct login login;

/* The flags of every context of NTLM: ready, and exportable. */
#define ALWAYS ((OM_uint32)(GSS_C_PROT_READY_FLAG | GSS_C_TRANS_FLAG))
#define SIGNING                                                                          \
    ((OM_uint32)(GSS_C_INTEG_FLAG | GSS_C_REPLAY_FLAG | GSS_C_SEQUENCE_FLAG | ALWAYS))

/* {asked} -> {granted to both}: NTLM has no mutual authentication and no delegation. */
static const struct {
    OM_uint32 asked;
    OM_uint32 granted;
} requests[] = {
    {GSS_C_REPLAY_FLAG, SIGNING},
    {GSS_C_SEQUENCE_FLAG, SIGNING},
    {GSS_C_CONF_FLAG, SIGNING | GSS_C_CONF_FLAG},
    {GSS_C_INTEG_FLAG | GSS_C_MUTUAL_FLAG, SIGNING},
    {GSS_C_INTEG_FLAG | GSS_C_DELEG_FLAG | GSS_C_DELEG_POLICY_FLAG, SIGNING},
    {GSS_C_INTEG_FLAG | GSS_C_IDENTIFY_FLAG, SIGNING | GSS_C_IDENTIFY_FLAG},
    {GSS_C_INTEG_FLAG | GSS_C_EXTENDED_ERROR_FLAG, SIGNING},
};

TEST_TABLE(flags, requests)
{
    place_begin(LINES_BOTH, "");
    for (int i = 0; i < 2; i++) {
        login_begin(&login, mech_of(i), ALICE, ALICE_PASSWORD, row->asked);
        login_run(&login);
        ck_major(&login.initiator, GSS_S_COMPLETE);
        ck_major(&login.acceptor, GSS_S_COMPLETE);
        ck_assert_uint_eq(login.initiator.flags, row->granted);
        ck_assert_uint_eq(login.acceptor.flags, row->granted);
        protect_both_ways(&login);
        login_end(&login);
    }
}

/* {asked} -> {granted to both}, with a credential that says GSS_KRB5_CRED_NO_CI_FLAGS_X.
 */
static const struct {
    OM_uint32 asked;
    OM_uint32 granted;
} no_ci_requests[] = {
    {0, ALWAYS},
    {GSS_C_MUTUAL_FLAG | GSS_C_REPLAY_FLAG | GSS_C_SEQUENCE_FLAG, ALWAYS},
    {GSS_C_INTEG_FLAG, SIGNING},
    {GSS_C_CONF_FLAG | GSS_C_SEQUENCE_FLAG, SIGNING | GSS_C_CONF_FLAG},
};

TEST_TABLE(flags_no_ci, no_ci_requests)
{
    for (int i = 0; i < 4; i++) {
        place_begin(i < 2 ? LINES_BOTH : LINES_NTLM, "");
        login_begin(&login, mech_of(i % 2), ALICE, ALICE_PASSWORD, row->asked);
        cred_option(&login.initiator.cred, OPTION_NO_CI_FLAGS, NOTHING);
        login_run(&login);
        ck_major(&login.initiator, GSS_S_COMPLETE);
        ck_major(&login.acceptor, GSS_S_COMPLETE);
        ck_assert_uint_eq(login.initiator.flags, row->granted);
        ck_assert_uint_eq(login.acceptor.flags, row->granted);
        login_end(&login);
    }
}

/* {target} -> the target name that the acceptor sees. */
static const struct {
    const char *text;
    bool service;
    const char *seen; /* "": none was sent */
} targets[] = {
    {"http@server.example.com", true, "http/server.example.com"},
    {"http@192.0.2.1", true, "http/192.0.2.1"},
    {"http@[2001:db8::1]", true, "http/[2001:db8::1]"},
    {"http@s\xc3\xa9rveur", true, "http/s\xc3\xa9rveur"},
    {"http@server.example.com.", true, "http/server.example.com"},
    {"http@server.example.com.:80", true, "http/server.example.com:80"},
    {"WSMAN/server.example.com", true, "WSMAN/server.example.com"},
    {"ldap/dc.example.com./example.com", true, "ldap/dc.example.com/example.com"},
    {"http@", true, "http/LOCAL"}, /* this host's name */
    {"http", true, "http/LOCAL"},
    {"somebody", false, ""},
};

TEST_TABLE(target_names, targets)
{
    BUF_AUTO says = BUF_INIT;

    place_begin(LINES_BOTH, " target_names = ldap/elsewhere\n ntlm_hosts = */*\n");
    buf_printf(&says, "the client meant \"%s\"", place_local(row->seen));
    for (int i = 0; i < 2; i++) {
        login_begin(&login, mech_of(i), ALICE, ALICE_PASSWORD, SIGN_FLAGS);
        (void)gss_release_name(&login.initiator.minor, &login.initiator.target);
        login.initiator.target = name_of(
            row->text, row->service ? GSS_C_NT_HOSTBASED_SERVICE : GSS_C_NT_USER_NAME);
        login_run(&login);
        ck_failed(&login.acceptor, GSS_S_UNAUTHORIZED, buf_cstr(&says));
        login_end(&login);
    }
}

/* One host, in all forms in which a program may name a service on it. */
static const struct {
    gss_const_OID *type; /* NULL: none */
    const char *text;
} namings[] = {
    {(gss_const_OID *)&GSS_C_NT_HOSTBASED_SERVICE, "http@server.example.com"},
    {(gss_const_OID *)&GSS_KRB5_NT_PRINCIPAL_NAME, "http/server.example.com@REALM"},
    {(gss_const_OID *)&GSS_C_NT_USER_NAME, "http/server.example.com"},
    {NULL, "http/server.example.com@REALM"},
};

TEST_TABLE(a_forbidden_host, namings)
{
    place_begin(LINES_BOTH, " ntlm_hosts = !server.example.com *\n");
    for (int i = 0; i < 2; i++) {
        gss_const_OID type = row->type == NULL ? GSS_C_NO_OID : *row->type;

        login_begin(&login, mech_of(i), ALICE, ALICE_PASSWORD, SIGN_FLAGS);
        (void)gss_release_name(&login.initiator.minor, &login.initiator.target);
        login.initiator.target = name_of(row->text, (gss_OID)(uintptr_t)type);
        peer_initiate(&login.initiator, bytes_of(NULL, 0));
        ck_failed(&login.initiator, GSS_S_UNAUTHORIZED, "!server.example.com");
        ck_gave_up(&login.initiator);
        login_end(&login);
    }
}

static void repeat(struct buf *out, const char *text, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        buf_append_text(out, text);
    }
}

/* A name may have 256 UTF-16 units; with 257, acquiring the credential fails. */
TEST_TIMES(the_longest_user, 2)
{
    BUF_AUTO user = BUF_INIT;
    BUF_AUTO users = BUF_INIT;
    gss_cred_id_t cred = GSS_C_NO_CREDENTIAL;
    OM_uint32 minor;

    place_begin(LINES_BOTH, "");
    repeat(&user, "\xc3\xa9", 256);
    buf_printf(&users, ":%s:secret\n", buf_cstr(&user));
    place_users(buf_cstr(&users), 0600);
    login_begin(&login, mech_of(_i), buf_cstr(&user), "secret", SIGN_FLAGS);
    login_run(&login);
    ck_major(&login.acceptor, GSS_S_COMPLETE);
    ck_assert_str_eq(display(login.acceptor.source), buf_cstr(&user));
    login_end(&login);
    buf_append_text(&user, "x");
    ck_assert_uint_ne(
        cred_with_password(mech_of(_i), buf_cstr(&user), "secret", &cred, &minor),
        GSS_S_COMPLETE);
    ck_assert_uint_ne(minor, 0);
    ck_assert_ptr_eq(cred, GSS_C_NO_CREDENTIAL);
}

/* The case of a user's name does not matter, in any script; that of a password does. */
static const struct {
    const char *user;
    const char *password;
    bool good;
} spellings[] = {
    {"\xc3\x84rger", "P\xc3\xa4ss:w\xc3\xb6rd", true},
    {"\xc3\xa4RGER", "P\xc3\xa4ss:w\xc3\xb6rd", true},
    {"\xc3\xa4rger", "P\xc3\x84ss:w\xc3\xb6rd", false},
    {"arger", "P\xc3\xa4ss:w\xc3\xb6rd", false},
    {"stra\xc3\x9f\x65", "x", true},
    {"STRASSE", "x", false},
    {"\xf0\x90\x90\xa8", "\xf0\x9f\x94\x91",
     true}, /* outside of the Basic Multilingual Plane */
};

TEST_TABLE(scripts, spellings)
{
    place_begin(LINES_BOTH, "");
    place_users(":\xc3\xa4rger:P\xc3\xa4ss:w\xc3\xb6rd\n:stra\xc3\x9f\x65:x\n"
                ":\xf0\x90\x90\xa8:\xf0\x9f\x94\x91\n",
                0600);
    for (int i = 0; i < 2; i++) {
        login_begin(&login, mech_of(i), row->user, row->password, SEAL_FLAGS);
        login_run(&login);
        ck_assert_int_eq(login_is_done(&login), row->good);
        login_end(&login);
    }
}

/* A user's line may have a domain, the server's own name, or no domain. */
static const struct {
    const char *line;
    const char *user;
    bool good;
} domains[] = {
    {"AD:u:x\n", "AD\\u", true},
    {"AD:u:x\n", "ad\\U", true},
    {"AD:u:x\n", "u", true},
    {"AD:u:x\n", "SERVER\\u", true},
    {"AD:u:x\n", ".\\u", true},
    {"AD:u:x\n", "OTHER\\u", false},
    {":u:x\n", "ANY\\u", true},
    {":u:x\n", "u", true},
    {"AD:u:no\nAD2:u:x\n", "AD2\\u", true},
};

TEST_TABLE(domain_matching, domains)
{
    place_begin(LINES_BOTH, "");
    place_users(row->line, 0600);
    login_begin(&login, NTLM, row->user, "x", SIGN_FLAGS);
    login_run(&login);
    ck_assert_msg(login_is_done(&login) == row->good, "%s: %s", row->user,
                  login.acceptor.sentence);
    login_end(&login);
}

/* An answer that comes too late is refused. */
TEST_TIMES(an_old_challenge, 2)
{
    struct timespec wait = {1, 200000000};

    place_begin(LINES_BOTH, " challenge_lifetime = 1\n");
    login_begin(&login, mech_of(_i), ALICE, ALICE_PASSWORD, SIGN_FLAGS);
    peer_initiate(&login.initiator, NOTHING);
    peer_accept(&login.acceptor, buf_bytes(&login.initiator.token));
    peer_initiate(&login.initiator, buf_bytes(&login.acceptor.token));
    (void)nanosleep(&wait, NULL);
    peer_accept(&login.acceptor, buf_bytes(&login.initiator.token));
    ck_failed(&login.acceptor, GSS_S_CONTEXT_EXPIRED, "challenge_lifetime");
    login_end(&login);
    place_begin(LINES_BOTH,
                ""); /* on a busy machine a login may take longer than that second */
    login_good(mech_of(_i));
}

/* A client without the password does not learn that its answer was late. */
TEST_TIMES(an_old_challenge_and_a_wrong_password, 2)
{
    struct timespec wait = {1, 200000000};

    place_begin(LINES_BOTH, " challenge_lifetime = 1\n");
    login_begin(&login, mech_of(_i), ALICE, "wrong", SIGN_FLAGS);
    peer_initiate(&login.initiator, NOTHING);
    peer_accept(&login.acceptor, buf_bytes(&login.initiator.token));
    peer_initiate(&login.initiator, buf_bytes(&login.acceptor.token));
    (void)nanosleep(&wait, NULL);
    peer_accept(&login.acceptor, buf_bytes(&login.initiator.token));
    ck_failed(&login.acceptor, GSS_S_FAILURE, "password is wrong");
    login_end(&login);
}

/* An answer is valid for one challenge only. */
TEST_TIMES(an_answer_to_another_challenge, 2)
{
    struct login other;

    place_begin(LINES_BOTH, "");
    login_begin(&login, mech_of(_i), ALICE, ALICE_PASSWORD, SIGN_FLAGS);
    login_begin(&other, mech_of(_i), ALICE, ALICE_PASSWORD, SIGN_FLAGS);
    peer_initiate(&login.initiator, NOTHING);
    peer_accept(&login.acceptor, buf_bytes(&login.initiator.token));
    peer_accept(&other.acceptor, buf_bytes(&login.initiator.token));
    peer_initiate(&login.initiator, buf_bytes(&login.acceptor.token));
    peer_accept(&other.acceptor, buf_bytes(&login.initiator.token));
    ck_failed(&other.acceptor, GSS_S_FAILURE, "password is wrong");
    peer_accept(&login.acceptor, buf_bytes(&login.initiator.token));
    ck_major(&login.acceptor, GSS_S_COMPLETE);
    login_end(&other);
    login_end(&login);
}

TEST_TIMES(context_tokens_do_not_exist, 2)
{
    gss_buffer_desc token = buffer_of(bytes_str("x"));
    OM_uint32 minor;

    place_begin(LINES_BOTH, "");
    login_begin(&login, mech_of(_i), ALICE, ALICE_PASSWORD, SEAL_FLAGS);
    login_run(&login);
    ck_assert(GSS_ERROR(gss_process_context_token(&minor, login.acceptor.context,
                                                  &token)) != 0);
    ck_assert(_i == 1 ||
              minor != 0); /* SPNEGO does not have this entry, so the mechglue answers */
    protect_both_ways(&login);
    login_end(&login);
}

/* A call that comes after the exchange is complete acquires no default credential. */
TEST_TIMES(a_call_too_many_acquires_nothing, 2)
{
    struct gss_channel_bindings_struct odd = {.initiator_addrtype = GSS_C_AF_INET};
    gss_cred_id_t *given[] = {&login.initiator.cred, &login.acceptor.cred};
    gss_cred_id_t saved[2];

    place_begin(LINES_BOTH, "");
    login_begin(&login, mech_of(_i), ALICE, ALICE_PASSWORD, SIGN_FLAGS);
    login_run(&login);
    ck_assert(login_is_done(&login));
    for (int i = 0; i < 2; i++) {
        saved[i] = *given[i];
        *given[i] = GSS_C_NO_CREDENTIAL;
    }
    login.initiator.bindings = &odd;
    ck_assert_int_eq(unlink(place_users_path()), 0);
    peer_initiate(&login.initiator, bytes_str("x"));
    ck_failed(&login.initiator, GSS_S_DEFECTIVE_TOKEN, "out of order");
    peer_accept(&login.acceptor, bytes_str("x"));
    ck_failed(&login.acceptor, GSS_S_DEFECTIVE_TOKEN, "out of order");
    protect_both_ways(&login);
    for (int i = 0; i < 2; i++) {
        *given[i] = saved[i];
    }
    login_end(&login);
}
