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

static gss_OID mech_of(int i)
{
    return i == 0 ? NTLM : SPNEGO;
}

/* What every context of NTLM is: ready, and fit for export. */
#define ALWAYS ((OM_uint32)(GSS_C_PROT_READY_FLAG | GSS_C_TRANS_FLAG))
#define SIGNING                                                                          \
    ((OM_uint32)(GSS_C_INTEG_FLAG | GSS_C_REPLAY_FLAG | GSS_C_SEQUENCE_FLAG | ALWAYS))

/* {asked} -> {granted to both}: NTLM proves nobody mutually and delegates nothing. */
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
#define N_REQUESTS ((int)(sizeof(requests) / sizeof(requests[0])))

START_TEST(flags)
{
    place_begin(LINES_BOTH, "");
    for (int i = 0; i < 2; i++) {
        login_begin(&login, mech_of(i), ALICE, ALICE_PASSWORD, requests[_i].asked);
        login_run(&login);
        ck_major(&login.initiator, GSS_S_COMPLETE);
        ck_major(&login.acceptor, GSS_S_COMPLETE);
        ck_assert_uint_eq(login.initiator.flags, requests[_i].granted);
        ck_assert_uint_eq(login.acceptor.flags, requests[_i].granted);
        protect_both_ways(&login);
        login_end(&login);
    }
}
END_TEST

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
#define N_NO_CI_REQUESTS ((int)(sizeof(no_ci_requests) / sizeof(no_ci_requests[0])))

START_TEST(flags_no_ci)
{
    for (int i = 0; i < 4; i++) {
        place_begin(i < 2 ? LINES_BOTH : LINES_NTLM, "");
        login_begin(&login, mech_of(i % 2), ALICE, ALICE_PASSWORD,
                    no_ci_requests[_i].asked);
        cred_option(&login.initiator.cred, OPTION_NO_CI_FLAGS, NOTHING);
        login_run(&login);
        ck_major(&login.initiator, GSS_S_COMPLETE);
        ck_major(&login.acceptor, GSS_S_COMPLETE);
        ck_assert_uint_eq(login.initiator.flags, no_ci_requests[_i].granted);
        ck_assert_uint_eq(login.acceptor.flags, no_ci_requests[_i].granted);
        login_end(&login);
    }
}
END_TEST

/* {target} -> what the acceptor's 'target_names' sees of it. */
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
#define N_TARGETS ((int)(sizeof(targets) / sizeof(targets[0])))

START_TEST(target_names)
{
    BUF_AUTO says = BUF_INIT;

    place_begin(LINES_BOTH, " target_names = ldap/elsewhere\n ntlm_hosts = */*\n");
    buf_printf(&says, "the client meant \"%s\"", place_local(targets[_i].seen));
    for (int i = 0; i < 2; i++) {
        login_begin(&login, mech_of(i), ALICE, ALICE_PASSWORD, SIGN_FLAGS);
        (void)gss_release_name(&login.initiator.minor, &login.initiator.target);
        login.initiator.target =
            name_of(targets[_i].text, targets[_i].service ? GSS_C_NT_HOSTBASED_SERVICE
                                                          : GSS_C_NT_USER_NAME);
        login_run(&login);
        ck_failed(&login.acceptor, GSS_S_UNAUTHORIZED, buf_cstr(&says));
        login_end(&login);
    }
}
END_TEST

/* One host, however a program may name a service on it. */
static const struct {
    gss_const_OID *type; /* NULL: none */
    const char *text;
} namings[] = {
    {(gss_const_OID *)&GSS_C_NT_HOSTBASED_SERVICE, "http@server.example.com"},
    {(gss_const_OID *)&GSS_KRB5_NT_PRINCIPAL_NAME, "http/server.example.com@REALM"},
    {(gss_const_OID *)&GSS_C_NT_USER_NAME, "http/server.example.com"},
    {NULL, "http/server.example.com@REALM"},
};
#define N_NAMINGS ((int)(sizeof(namings) / sizeof(namings[0])))

START_TEST(a_forbidden_host)
{
    place_begin(LINES_BOTH, " ntlm_hosts = !server.example.com *\n");
    for (int i = 0; i < 2; i++) {
        gss_const_OID type = namings[_i].type == NULL ? GSS_C_NO_OID : *namings[_i].type;

        login_begin(&login, mech_of(i), ALICE, ALICE_PASSWORD, SIGN_FLAGS);
        (void)gss_release_name(&login.initiator.minor, &login.initiator.target);
        login.initiator.target = name_of(namings[_i].text, (gss_OID)(uintptr_t)type);
        peer_initiate(&login.initiator, bytes_of(NULL, 0));
        ck_failed(&login.initiator, GSS_S_UNAUTHORIZED, "!server.example.com");
        ck_gave_up(&login.initiator);
        login_end(&login);
    }
}
END_TEST

static void repeat(struct buf *out, const char *text, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        buf_put_text(out, text);
    }
}

/* 256 UTF-16 units are a name, 257 are none: told when the credential is acquired. */
START_TEST(the_longest_user)
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
    buf_put_text(&user, "x");
    ck_assert_uint_ne(
        cred_with_password(mech_of(_i), buf_cstr(&user), "secret", &cred, &minor),
        GSS_S_COMPLETE);
    ck_assert_uint_ne(minor, 0);
    ck_assert_ptr_eq(cred, GSS_C_NO_CREDENTIAL);
}
END_TEST

/* Case is of no matter in a user's name, in any script; in a password it is. */
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
    {"\xf0\x90\x90\xa8", "\xf0\x9f\x94\x91", true}, /* outside of the first plane */
};
#define N_SPELLINGS ((int)(sizeof(spellings) / sizeof(spellings[0])))

START_TEST(scripts)
{
    place_begin(LINES_BOTH, "");
    place_users(":\xc3\xa4rger:P\xc3\xa4ss:w\xc3\xb6rd\n:stra\xc3\x9f\x65:x\n"
                ":\xf0\x90\x90\xa8:\xf0\x9f\x94\x91\n",
                0600);
    for (int i = 0; i < 2; i++) {
        login_begin(&login, mech_of(i), spellings[_i].user, spellings[_i].password,
                    SEAL_FLAGS);
        login_run(&login);
        ck_assert_int_eq(login_is_done(&login), spellings[_i].good);
        login_end(&login);
    }
}
END_TEST

/* The same user may be known with a domain, with the server's own name, or with none. */
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
#define N_DOMAINS ((int)(sizeof(domains) / sizeof(domains[0])))

START_TEST(domain_matching)
{
    place_begin(LINES_BOTH, "");
    place_users(domains[_i].line, 0600);
    login_begin(&login, NTLM, domains[_i].user, "x", SIGN_FLAGS);
    login_run(&login);
    ck_assert_msg(login_is_done(&login) == domains[_i].good, "%s: %s", domains[_i].user,
                  login.acceptor.sentence);
    login_end(&login);
}
END_TEST

/* An answer that comes too late is another try's. */
START_TEST(an_old_challenge)
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
    place_begin(LINES_BOTH, ""); /* a busy machine may need more than that second */
    login_good(mech_of(_i));
}
END_TEST

/* That it came late is told to nobody who has not the password. */
START_TEST(an_old_challenge_and_a_wrong_password)
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
END_TEST

/* An answer is for one challenge only. */
START_TEST(an_answer_to_another_challenge)
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
END_TEST

START_TEST(context_tokens_do_not_exist)
{
    gss_buffer_desc token = buffer_of(bytes_str("x"));
    OM_uint32 minor;

    place_begin(LINES_BOTH, "");
    login_begin(&login, mech_of(_i), ALICE, ALICE_PASSWORD, SEAL_FLAGS);
    login_run(&login);
    ck_assert(GSS_ERROR(gss_process_context_token(&minor, login.acceptor.context,
                                                  &token)) != 0);
    ck_assert(_i == 1 || minor != 0); /* SPNEGO has no such entry: the mechglue answers */
    protect_both_ways(&login);
    login_end(&login);
}
END_TEST

/* A call too many, without a credential, that can acquire no default one either. */
START_TEST(a_call_too_many_acquires_nothing)
{
    struct gss_channel_bindings_struct odd = {.initiator_addrtype = GSS_C_AF_INET};
    gss_cred_id_t *given[] = {&login.initiator.cred, &login.acceptor.cred};
    gss_cred_id_t kept[2];

    place_begin(LINES_BOTH, "");
    login_begin(&login, _i == 0 ? NTLM : SPNEGO, ALICE, ALICE_PASSWORD, SIGN_FLAGS);
    login_run(&login);
    ck_assert(login_is_done(&login));
    for (int i = 0; i < 2; i++) {
        kept[i] = *given[i];
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
        *given[i] = kept[i];
    }
    login_end(&login);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("requests");
    TCase *tcase = tcase_create("all");

    tcase_set_timeout(tcase, 60);
    tcase_add_loop_test(tcase, flags, 0, N_REQUESTS);
    tcase_add_loop_test(tcase, flags_no_ci, 0, N_NO_CI_REQUESTS);
    tcase_add_loop_test(tcase, target_names, 0, N_TARGETS);
    tcase_add_loop_test(tcase, a_forbidden_host, 0, N_NAMINGS);
    tcase_add_loop_test(tcase, the_longest_user, 0, 2);
    tcase_add_loop_test(tcase, scripts, 0, N_SPELLINGS);
    tcase_add_loop_test(tcase, domain_matching, 0, N_DOMAINS);
    tcase_add_loop_test(tcase, an_old_challenge, 0, 2);
    tcase_add_loop_test(tcase, an_old_challenge_and_a_wrong_password, 0, 2);
    tcase_add_loop_test(tcase, an_answer_to_another_challenge, 0, 2);
    tcase_add_loop_test(tcase, context_tokens_do_not_exist, 0, 2);
    tcase_add_loop_test(tcase, a_call_too_many_acquires_nothing, 0, 2);
    suite_add_tcase(suite, tcase);
    return harness_run(suite);
}
