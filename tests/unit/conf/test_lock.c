/* SPDX-License-Identifier: ISC */
/* Locks and forks: in a child every lock is free, and the lock that was held reports
 * it. */
#include "conf/lock.h"

#include "tests/lib/harness.h"

#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

static struct fork_lock held;
static struct fork_lock inner;
static struct fork_lock unused;
static struct fork_lock used;
static atomic_bool is_held;
static atomic_bool may_end;

static void *hold(void *arg)
{
    (void)fork_lock_acquire(&held);
    (void)fork_lock_acquire(&inner); /* held remains the first lock of this thread */
    fork_lock_release(&inner);
    atomic_store(&is_held, true);
    while (!atomic_load(&may_end)) {
        (void)usleep(1000);
    }
    fork_lock_release(&held);
    return arg;
}

static pthread_t hold_by_another(void)
{
    pthread_t thread;

    atomic_store(&may_end, false);
    atomic_store(&is_held, false);
    ck_assert_int_eq(pthread_create(&thread, NULL, hold, NULL), 0);
    while (!atomic_load(&is_held)) {
        (void)usleep(1000);
    }
    return thread;
}

static void let_go(pthread_t thread)
{
    atomic_store(&may_end, true);
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
}

/* Takes all locks. Returns 0 if the lock that was held always reports inconsistent, and
 * the others do not. */
static int take_all(void)
{
    for (int i = 0; i < 2; i++) {
        bool whole = fork_lock_acquire(&held);

        fork_lock_release(&held);
        if (whole || !fork_lock_acquire(&unused) || !fork_lock_acquire(&used)) {
            return 1;
        }
        fork_lock_release(&used);
        fork_lock_release(&unused);
    }
    return 0;
}

static int in_a_child(int (*function)(void))
{
    int status = -1;
    pid_t pid = fork();

    if (pid == 0) {
        (void)alarm(60);
        _exit(function());
    }
    return waitpid(pid, &status, 0) == pid && WIFEXITED(status) ? WEXITSTATUS(status)
                                                                : -1;
}

static int take_all_and_fork(void)
{
    return take_all() != 0 ? 1 : in_a_child(take_all);
}

TEST(a_child_finds_all_free)
{
    pthread_t thread = hold_by_another();

    ck_assert(fork_lock_acquire(&used));
    fork_lock_release(&used);
    ck_assert_int_eq(in_a_child(take_all_and_fork), 0);
    ck_assert_int_eq(in_a_child(take_all), 0);
    let_go(thread);
    ck_assert(fork_lock_acquire(&held)); /* in the parent it is consistent */
    fork_lock_release(&held);
}

static unsigned n_counted;

static void *count(void *arg)
{
    for (unsigned i = 0; i < 1000; i++) {
        (void)fork_lock_acquire(&held);
        n_counted++;
        fork_lock_release(&held);
    }
    return arg;
}

/* Several threads of a child take the lock, which none has taken there before. */
static int count_in_threads(void)
{
    pthread_t threads[4];

    for (int i = 0; i < 4; i++) {
        if (pthread_create(&threads[i], NULL, count, NULL) != 0) {
            return 2;
        }
    }
    for (int i = 0; i < 4; i++) {
        (void)pthread_join(threads[i], NULL);
    }
    return n_counted == 4000 ? 0 : 1;
}

TEST(threads_of_a_child_exclude_each_other)
{
    pthread_t thread = hold_by_another();

    for (int i = 0; i < 50; i++) {
        ck_assert_int_eq(in_a_child(count_in_threads), 0);
    }
    let_go(thread);
    ck_assert_int_eq(count_in_threads(), 0);
}

TEST(a_thread_that_holds_a_lock_is_not_cancelled)
{
    pthread_t thread = hold_by_another();

    ck_assert_int_eq(pthread_cancel(thread), 0);
    let_go(thread);
    ck_assert(fork_lock_acquire(&held));
    fork_lock_release(&held);
}

static struct fork_lock waited;
static pthread_cond_t woken = PTHREAD_COND_INITIALIZER;

static void *wake(void *arg)
{
    bool *is_woken = arg; /* this thread can be cancelled, so its state is another one */

    (void)fork_lock_acquire(&waited);
    *is_woken = true;
    (void)pthread_cond_signal(&woken);
    fork_lock_release(&waited);
    return NULL;
}

TEST(a_wait_keeps_the_cancel_state)
{
    const struct timespec deadline = {.tv_sec = time(NULL) + 60};
    bool is_woken = false;
    pthread_t thread;
    int state = PTHREAD_CANCEL_ENABLE;

    ck_assert_int_eq(pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &state), 0);
    (void)fork_lock_acquire(&waited);
    ck_assert_int_eq(pthread_create(&thread, NULL, wake, &is_woken), 0);
    while (!is_woken) {
        ck_assert_int_eq(fork_lock_wait(&waited, &woken, &deadline), 0);
    }
    fork_lock_release(&waited);
    ck_assert_int_eq(pthread_setcancelstate(state, &state), 0);
    ck_assert_int_eq(state, PTHREAD_CANCEL_DISABLE);
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
}
