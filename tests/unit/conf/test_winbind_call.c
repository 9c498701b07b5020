/* SPDX-License-Identifier: ISC */
/* Calls of winbind from several threads, and calls that hang. */
#include "conf/winbind/winbind.h"

#include "tests/lib/harness.h"
#include "tests/unit/conf/wbclient/query.h"

#include <pthread.h>
#include <signal.h>
#include <sys/time.h>
#include <unistd.h>

static struct fake_wbclient *fake;

static void setup(void)
{
    fake = fake_get();
}

TEST_FIXTURE(setup, NULL)

#define N_THREADS 8
#define N_LOGINS  200

/* ---- several threads -----------------------------------------------------------------
 */

static atomic_int n_wrong;

static void *log_in_often(void *arg)
{
    const char *user = arg;

    for (unsigned i = 0; i < N_LOGINS; i++) {
        if (!query_is_answered(i % 10 == 0 ? "SLOW" : "OWN", user, i)) {
            atomic_fetch_add(&n_wrong, 1);
        }
    }
    return NULL;
}

static void in_threads(void *(*run)(void *))
{
    static const char *const users[N_THREADS] = {"anna", "bert", "carl", "dora",
                                                 "emil", "fred", "gisa", "hugo"};
    pthread_t threads[N_THREADS];

    for (int i = 0; i < N_THREADS; i++) {
        ck_assert_int_eq(
            pthread_create(&threads[i], NULL, run, (void *)(uintptr_t)users[i]), 0);
    }
    for (int i = 0; i < N_THREADS; i++) {
        void *failed;

        ck_assert_int_eq(pthread_join(threads[i], &failed), 0);
        ck_assert_ptr_null(failed);
    }
}

TEST(names_and_keys_do_not_mix)
{
    in_threads(log_in_often);
    ck_assert_int_eq(atomic_load(&n_wrong), 0);
    ck_assert_int_eq(atomic_load(&fake->n_logins), N_THREADS * N_LOGINS);
    ck_assert_int_eq(atomic_load(&fake->n_shared), 0);
    ck_assert_int_eq(atomic_load(&fake->n_unwiped), 0);
    ck_assert_int_eq(atomic_load(&fake->n_blocks), 0);
    ck_assert_int_le(atomic_load(&fake->n_contexts), N_THREADS);
}

static void *log_in_once(void *user)
{
    return query_is_answered("SRV", user, 1) ? NULL : user;
}

/* In a child: whether four connected at once. A place that was taken for 250 ms is free
 * again, so a run on a busy machine says nothing. */
enum { FOUR, MORE, NOTHING_SAID };
static int connect_in_threads(void)
{
    const uint64_t begin = query_clock_ms();

    in_threads(log_in_once);
    return atomic_load(&fake->max_connecting) <= 4 ? FOUR
           : query_clock_ms() - begin < 250        ? MORE
                                                   : NOTHING_SAID;
}

/* More would overflow the queue of connections that winbindd lets wait. */
TEST(four_connect_at_once)
{
    int seen = NOTHING_SAID;

    atomic_store(&fake->is_slow_to_connect, true);
    for (int i = 0; i < 20 && seen == NOTHING_SAID; i++) {
        pid_t pid = fork();

        if (pid == 0) {
            _exit(connect_in_threads());
        }
        seen = child_status(pid);
    }
    if (seen == NOTHING_SAID) {
        SKIP("this machine is too busy");
    }
    ck_assert_int_eq(seen, FOUR);
}

static void *log_in_locally(void *arg)
{
    (void)arg;
    return query_login("SRV", "alice", 30) == ERR_OK ? NULL : arg;
}

/* 60 callers, of whom at most 16 are served at once, and all in the end. */
TEST(sixteen_run_and_the_others_wait)
{
    pthread_t threads[60];

    atomic_store(&fake->hangs, false);
    ck_ok(query_login("SRV", "alice", 10)); /* has the names asked for */
    atomic_store(&fake->hangs, true);
    for (int i = 0; i < 60; i++) {
        ck_assert_int_eq(pthread_create(&threads[i], NULL, log_in_locally, &fake), 0);
    }
    ck_assert(query_wait(&fake->n_running, 16));
    (void)usleep(50000);
    ck_assert_int_eq(atomic_load(&fake->max_running), 16);
    atomic_store(&fake->hangs, false);
    atomic_store(&fake->release, true);
    for (int i = 0; i < 60; i++) {
        void *failed;

        ck_assert_int_eq(pthread_join(threads[i], &failed), 0);
        ck_assert_ptr_null(failed);
    }
    ck_assert_int_eq(atomic_load(&fake->max_running), 16);
}

/* ---- calls that hang -----------------------------------------------------------------
 */

TEST(the_bound_holds)
{
    const uint64_t begin = query_clock_ms();
    uint64_t took;

    ck_err(query_login("HANG", "alice", 1), ERR_AUTHORITY_UNAVAILABLE);
    took = query_clock_ms() - begin;
    ck_assert_msg(took >= 1000 && took < 5000, "%u ms", (unsigned)took);
    ck_assert_msg(strstr(err_note_get(ERR_AUTHORITY_UNAVAILABLE), "within 1 s") != NULL,
                  "%s", err_note_get(ERR_AUTHORITY_UNAVAILABLE));
    ck_assert(query_is_answered("OWN", "alice", 1));
}

static bool wait_for_threads(unsigned n)
{
    for (int i = 0; i < 10000 && query_threads() > n; i++) {
        (void)usleep(1000);
    }
    return query_threads() <= n;
}

static void *do_nothing_at_all(void *arg)
{
    return arg;
}

/* The threads of the process; a sanitizer has one too, from the first thread on. */
static unsigned threads_before(void)
{
    pthread_t thread;
    unsigned n;

    ck_assert_int_eq(pthread_create(&thread, NULL, do_nothing_at_all, NULL), 0);
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
    (void)usleep(100000); /* it may still be listed */
    n = query_threads();
    ck_ok(query_login("SRV", "alice", 10));
    ck_assert(wait_for_threads(n));
    return n;
}

TEST(late_calls_free_themselves)
{
    const unsigned n_threads = threads_before();

    ck_err(query_login("HANG", "alice", 1), ERR_AUTHORITY_UNAVAILABLE);
    ck_err(query_login("HANG", "bob", 1), ERR_AUTHORITY_UNAVAILABLE);
    ck_assert_uint_eq(query_threads(), n_threads + 2);
    atomic_store(&fake->release, true);
    ck_assert(wait_for_threads(n_threads));
    ck_assert_int_eq(atomic_load(&fake->n_blocks), 0);
    ck_assert_int_eq(atomic_load(&fake->n_unwiped), 0);
    ck_assert(query_is_answered("HANG", "alice", 2));
}

TEST(a_domain_fails_fast_after_four)
{
    uint64_t begin;
    int n_logins;

    query_give_up_four(fake);
    n_logins = atomic_load(&fake->n_logins);
    begin = query_clock_ms();
    for (int i = 0; i < 100; i++) {
        ck_err(query_login("hang", "alice", 10), ERR_AUTHORITY_UNAVAILABLE);
    }
    ck_assert_uint_lt(query_clock_ms() - begin, 5000); /* of ten seconds each */
    ck_err(query_login("", "alice@Hang", 10), ERR_AUTHORITY_UNAVAILABLE);
    ck_assert_int_eq(atomic_load(&fake->n_logins), n_logins); /* none was asked */
    ck_assert(query_is_answered("SRV", "alice", 1));
    atomic_store(&fake->release, true);
    for (int i = 0; i < 10000 && !query_is_answered("HANG", "alice", 3); i++) {
        (void)usleep(1000);
    }
    ck_assert(query_is_answered("HANG", "alice", 3)); /* it answers again */
}

static void *log_in_at_dead_domain(void *arg)
{
    (void)query_login("HANG", "alice", 60);
    return arg;
}

/* A client names a domain whose controller is dead, in 100 connections at once. */
TEST(a_dead_domain_delays_nobody_else)
{
    static const char *const domains[] = {"SRV", "OWN", "", "TRUSTED"};
    pthread_t threads[100];

    ck_ok(query_login("SRV", "alice", 10));
    for (int i = 0; i < 100; i++) {
        ck_assert_int_eq(pthread_create(&threads[i], NULL, log_in_at_dead_domain, NULL),
                         0);
    }
    ck_assert(query_wait(&fake->n_running, 2));
    for (unsigned i = 0; i < 100; i++) {
        const uint64_t begin = query_clock_ms();

        ck_assert(query_is_answered(domains[i % 4], "alice", i));
        ck_assert_uint_lt(query_clock_ms() - begin, 5000); /* of a minute */
    }
    ck_assert(wait_for_threads(1 + 100 + 4 + 1));
    atomic_store(&fake->release, true);
    for (int i = 0; i < 100; i++) {
        ck_assert_int_eq(pthread_join(threads[i], NULL), 0);
    }
}

/* ---- the host ------------------------------------------------------------------------
 */

static void do_nothing(int signal)
{
    (void)signal;
}

TEST(signals_of_the_host_reach_no_call)
{
    const struct itimerval often = {{0, 2000}, {0, 2000}};
    struct sigaction action = {.sa_handler = do_nothing};

    ck_assert_int_eq(sigaction(SIGALRM, &action, NULL), 0);
    ck_assert_int_eq(setitimer(ITIMER_REAL, &often, NULL), 0);
    for (unsigned i = 0; i < 100; i++) {
        ck_assert(query_is_answered("SLOW", "alice", i));
    }
    ck_err(query_login("HANG", "alice", 1), ERR_AUTHORITY_UNAVAILABLE);
    ck_assert_int_eq(atomic_load(&fake->n_signals), 0);
    ck_assert_int_eq(atomic_load(&fake->n_shared), 0);
}

TEST(the_callers_signal_mask_stays)
{
    sigset_t before;
    sigset_t after;

    (void)sigemptyset(&before);
    (void)sigaddset(&before, SIGUSR1);
    ck_assert_int_eq(pthread_sigmask(SIG_SETMASK, &before, NULL), 0);
    ck_assert(query_is_answered("OWN", "alice", 1));
    ck_assert_int_eq(pthread_sigmask(SIG_SETMASK, NULL, &after), 0);
    for (int s = 1; s < 32; s++) {
        ck_assert_int_eq(sigismember(&after, s), s == SIGUSR1);
    }
}

static void *hang_until_cancelled(void *arg)
{
    (void)query_login("HANG", "alice", 1);
    for (;;) {
        (void)pause();
    }
    return arg;
}

TEST(a_cancelled_caller_leaves_nothing_behind)
{
    const unsigned n_threads = threads_before();
    pthread_t thread;
    void *result;

    ck_assert_int_eq(pthread_create(&thread, NULL, hang_until_cancelled, NULL), 0);
    ck_assert(query_wait(&fake->n_running, 1));
    ck_assert_int_eq(pthread_cancel(thread), 0);
    ck_assert_int_eq(pthread_join(thread, &result), 0);
    ck_assert(result == PTHREAD_CANCELED);
    ck_assert(query_is_answered("OWN", "alice", 1)); /* no lock is held */
    atomic_store(&fake->release, true);
    ck_assert(wait_for_threads(n_threads));
    ck_assert_int_eq(atomic_load(&fake->n_blocks), 0);
}
