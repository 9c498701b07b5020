/* SPDX-License-Identifier: ISC */
/* A winbindd that is not there, does not answer, or must not be asked: which error the
 * program gets, after which time, and that the next login works. */
#include "tests/winbind/begin.h"

#include "tests/audit/log.h"
#include "tests/lib/winbindd.h"

#include <grp.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

TEST_TIMEOUT(60)

/* Acquires an acceptor's credential; returns the sentence of the error, or "". */
static const char *acquire_says(gss_OID mech)
{
    static char sentence[1024];
    gss_OID_set_desc only = {1, mech};
    gss_cred_id_t cred = GSS_C_NO_CREDENTIAL;
    OM_uint32 minor;
    OM_uint32 major = gss_acquire_cred(&minor, GSS_C_NO_NAME, 0, &only, GSS_C_ACCEPT,
                                       &cred, NULL, NULL);

    sentence[0] = '\0';
    if (major != GSS_S_COMPLETE) {
        ck_assert_uint_eq(GSS_ROUTINE_ERROR(major), GSS_S_NO_CRED);
        status_sentence(minor, mech, sentence);
    }
    (void)gss_release_cred(&minor, &cred);
    return sentence;
}

/* The shortest time of several: another program may have the processor meanwhile. */
static double fastest_refusal(void)
{
    double fastest = 60;

    for (int i = 0; i < 20; i++) {
        const double began = clock_s();

        ck_assert_str_ne(acquire_says(NTLM), "");
        fastest = clock_s() - began < fastest ? clock_s() - began : fastest;
    }
    return fastest;
}

/* Neither a running winbindd nor the socket that a killed one left behind. */
TEST_CASES(absent_when_a_service_begins, "stop", "kill")
{
    struct login l;
    const char *says;
    double began;

    winbind_begin(" users_from = winbind\n");
    winbindd_do(absent_when_a_service_begins_cases[_i]);
    (void)acquire_default(KRB5, GSS_C_ACCEPT); /* loads what every program loads */
    began = clock_s();
    says = acquire_says(NTLM);
    ck_assert_double_lt(clock_s() - began, 0.5);
    ck_assert_msg(strstr(says, "winbind") != NULL, "%s", says);
    ck_assert_double_lt(fastest_refusal(), 0.002);
    winbind_begin(" users_from = file,winbind\n");
    login_good(NTLM);
    login_good(SPNEGO);
    /* a user who is not in the file gets the temporary error, not that of a wrong
     * password */
    begin_login(&l, NTLM, "SRV\\user1", "Pass-user1");
    ck_error(&l.acceptor, ERR_AUTHORITY_UNAVAILABLE);
    login_end(&l);
    winbindd_do(_i == 0 ? "start" : "restart");
}

TEST(the_log_says_that_ntlm_is_not_offered)
{
    log_begin();
    log_listen(SOCK_DGRAM);
    winbind_begin(" users_from = winbind\n");
    winbindd_do("stop");
    ck_assert_str_ne(acquire_says(NTLM), "");
    ck_assert_str_ne(acquire_says(NTLM), "");
    ck_assert_uint_eq(log_count(), 1); /* within a minute */
    ck_assert_ptr_nonnull(strstr(log_all(),
                                 "gss-negotiate: ntlm-audit dir=accept: NTLM is "
                                 "not offered: nothing here can check "));
    ck_assert_ptr_nonnull(strstr(log_all(), "(winbindd is not running; start it"));
    winbindd_do("start");
}

TEST(the_log_is_silent_where_nobody_named_winbind)
{
    log_begin();
    log_listen(SOCK_DGRAM);
    winbind_begin("");
    ck_assert_int_eq(remove(place_users_path()), 0);
    ck_assert_str_ne(acquire_says(NTLM), "");
    winbind_begin(" users_from = winbind\n audit = no\n");
    winbindd_do("stop");
    ck_assert_str_ne(acquire_says(NTLM), "");
    ck_assert_uint_eq(log_count(), 0);
    winbindd_do("start");
}

static bool trace_has(const char *text)
{
    char line[4096];
    bool found = false;
    FILE *trace = fopen(place_path("trace"), "r");

    ck_assert_ptr_nonnull(trace);
    while (!found && fgets(line, sizeof(line), trace) != NULL) {
        found = strstr(line, text) != NULL;
    }
    (void)fclose(trace);
    return found;
}

/* Of two sources one is enough; the trace says which one is missing, and why. */
TEST(the_trace_says_that_the_file_is_missing)
{
    ck_assert_int_eq(setenv("GSS_NEGOTIATE_TRACE", place_path("trace"), 1), 0);
    winbind_begin(" users_from = file,winbind\n");
    winbind_works(NTLM);
    ck_assert(trace_has("/users, winbind\""));
    ck_assert(!trace_has(" unusable="));
    ck_assert_int_eq(remove(place_users_path()), 0);
    winbind_works(NTLM);
    ck_assert(trace_has(" unusable=\"no user file /"));
    ck_assert(!trace_has(" unusable=\"winbind: "));
}

TEST(the_trace_says_that_winbind_is_missing)
{
    const char *says;

    ck_assert_int_eq(setenv("GSS_NEGOTIATE_TRACE", place_path("trace"), 1), 0);
    winbind_begin(" users_from = file,winbind\n");
    winbindd_do("stop");
    login_good(NTLM);
    ck_assert(trace_has(" unusable=\"winbind: "));
    ck_assert_int_eq(remove(place_users_path()), 0);
    says = acquire_says(NTLM);
    ck_assert_ptr_nonnull(strstr(says, "no user file "));
    ck_assert_ptr_nonnull(strstr(says, "; winbind: winbindd is not running"));
    winbindd_do("start");
}

/* winbindd ends before the first login that the process asks it about. */
TEST_CASES(gone_between_challenge_and_answer, "stop", "kill")
{
    struct login l;
    double began;

    winbind_begin(" users_from = winbind\n winbind_timeout = 1\n");
    log_begin();
    log_listen(SOCK_DGRAM);
    login_begin(&l, NTLM, SRV_ALICE, SRV_PASSWORD, SEAL_FLAGS);
    peer_initiate(&l.initiator, bytes_of(NULL, 0));
    peer_accept(&l.acceptor, buf_bytes(&l.initiator.token));
    peer_initiate(&l.initiator, buf_bytes(&l.acceptor.token));
    winbindd_do(gone_between_challenge_and_answer_cases[_i]);
    began = clock_s();
    peer_accept(&l.acceptor, buf_bytes(&l.initiator.token));
    ck_assert_double_lt(clock_s() - began, 5.0);
    ck_major(&l.acceptor, GSS_S_FAILURE);
    ck_error(&l.acceptor, ERR_AUTHORITY_UNAVAILABLE);
    ck_assert_ptr_null(strstr(l.acceptor.sentence, "wrong"));
    login_end(&l);
    (void)log_count();
    ck_assert_ptr_nonnull(strstr(log_all(), " claimed=\"SRV\\\\alice\" peer=\""));
    ck_assert_ptr_nonnull(strstr(log_all(), " result=unavailable reason=\"the service "));
    ck_assert_ptr_null(strstr(log_all(), "result=refused"));
    winbindd_do(_i == 0 ? "start" : "restart");
    winbind_works(NTLM);
    winbind_works(SPNEGO);
}

static void *start_soon(void *end_s)
{
    (void)usleep(300000);
    winbindd_do("start");
    *(double *)end_s = clock_s();
    return NULL;
}

/* A login asks for three seconds again. False: winbindd took longer to start, as it may
 * on a busy machine. */
static bool survives_a_restart(void)
{
    const double begin = clock_s();
    double end = 0;
    bool done;
    pthread_t thread;
    struct login l;

    login_begin(&l, NTLM, "SRV\\user1", "Pass-user1", SEAL_FLAGS);
    peer_initiate(&l.initiator, bytes_of(NULL, 0));
    peer_accept(&l.acceptor, buf_bytes(&l.initiator.token));
    peer_initiate(&l.initiator, buf_bytes(&l.acceptor.token));
    winbindd_do("stop");
    ck_assert_int_eq(pthread_create(&thread, NULL, start_soon, &end), 0);
    peer_accept(&l.acceptor, buf_bytes(&l.initiator.token));
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
    done = l.acceptor.major == GSS_S_COMPLETE;
    if (end - begin < 2) {
        ck_major(&l.acceptor, GSS_S_COMPLETE);
    }
    login_end(&l);
    return done;
}

/* A login succeeds if winbindd starts again before the time-out. */
TEST(restarted_between_challenge_and_answer)
{
    bool done = false;

    winbind_begin(" users_from = winbind\n");
    for (int i = 0; i < 10 && !done; i++) {
        done = survives_a_restart();
    }
    ck_assert(done);
}

/* A winbindd that is stopped by a signal: the login fails at the time-out, users of the
 * file log in at once meanwhile, and the next login after winbindd continues works. */
TEST_TIMES(paused, 2)
{
    struct login l;
    double began;

    winbind_begin(" users_from = winbind\n winbind_timeout = 1\n");
    winbind_works(mech_of(_i));
    login_begin(&l, mech_of(_i), SRV_ALICE, SRV_PASSWORD, SEAL_FLAGS);
    winbindd_do("pause");
    began = clock_s();
    login_run(&l);
    ck_assert_double_gt(clock_s() - began, 0.9);
    ck_assert_double_lt(clock_s() - began, 5.0);
    ck_major(&l.acceptor, GSS_S_FAILURE);
    ck_error(&l.acceptor, ERR_AUTHORITY_UNAVAILABLE);
    ck_gave_up(&l.acceptor);
    login_end(&l);
    winbind_begin(" users_from = file,winbind\n winbind_timeout = 1\n");
    began = clock_s();
    login_good(mech_of(_i));
    ck_assert_double_lt(clock_s() - began, 5.0);
    winbindd_do("resume");
    winbind_works(mech_of(_i));
}

/* A process without the right to the privileged pipe gets no acceptor's credential; the
 * error names the pipe's folder. Runs as another user, who has no groups. */
TEST(no_right_on_the_pipe)
{
    const char *says;
    double began;

    winbind_begin(" users_from = winbind\n");
    /* loads the module, which perhaps only root may read */
    (void)acquire_default(NTLM, GSS_C_INITIATE);
    ck_assert_int_eq(chmod(temp_dir(), 0711), 0);
    ck_assert_int_eq(setgroups(0, NULL), 0);
    ck_assert_int_eq(setresgid(65534, 65534, 65534), 0);
    ck_assert_int_eq(setresuid(65534, 65534, 65534), 0);
    says = acquire_says(NTLM);
    ck_assert_msg(strstr(says, "winbindd_privileged") != NULL, "%s", says);
    began = clock_s();
    says = acquire_says(SPNEGO);
    ck_assert_double_lt(clock_s() - began, 0.5);
}

/* A member of the folder's group has the right, and needs no other. */
TEST(right_by_the_group)
{
    const gid_t group = 4242;

    winbind_begin(" users_from = winbind\n");
    winbindd_do("allow 4242");
    (void)acquire_default(NTLM, GSS_C_INITIATE);
    ck_assert_int_eq(chmod(temp_dir(), 0711), 0);
    ck_assert_int_eq(setgroups(1, &group), 0);
    ck_assert_int_eq(setresgid(65534, 65534, 65534), 0);
    ck_assert_int_eq(setresuid(65534, 65534, 65534), 0);
    winbind_works(NTLM);
    winbind_works(SPNEGO);
    winbindd_do("allow");
}
