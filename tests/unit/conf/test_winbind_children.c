/* SPDX-License-Identifier: ISC */
/* Forks and exits of a process whose calls of winbind run or hang. */
#include "conf/winbind/winbind.h"

#include "tests/lib/harness.h"
#include "tests/unit/conf/wbclient/query.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static struct fake_wbclient *fake;

static void setup(void)
{
    fake = fake_get();
}

TEST_FIXTURE(setup, NULL)

static int in_child(void)
{
    (void)alarm(60);
    atomic_store(&fake->hangs, false);
    for (unsigned i = 0; i < 100; i++) {
        if (!query_is_answered(i % 2 == 0 ? "SRV" : "OWN", "alice", i)) {
            return 1;
        }
    }
    return query_is_answered("DEAD", "alice", 1) ? 0 : 2;
}

static void *log_in_until_released(void *arg)
{
    while (!atomic_load(&fake->release)) {
        (void)query_is_answered("OWN", arg, 1);
    }
    return NULL;
}

/* The parent's calls do not exist in the child, and neither do their counts. */
TEST(a_child_does_not_know_the_calls_of_its_parent)
{
    query_give_up_four(fake);
    for (int i = 0; i < 3; i++) {
        pid_t pid = fork();

        if (pid == 0) {
            int status = in_child();

            atomic_store(&fake->release, true);
            _exit(status == 0 && query_is_answered("HANG", "alice", 1) ? 0 : 3);
        }
        ck_assert_int_eq(child_status(pid), 0);
    }
}

static atomic_bool forked;

static void *fork_often(void *arg)
{
    for (int i = 0; i < 30; i++) {
        pid_t pid = fork();

        if (pid == 0) {
            _exit(in_child());
        }
        ck_assert_int_eq(child_status(pid), 0);
    }
    atomic_store(&forked, true);
    return arg;
}

/* A fork at any moment of the calls of other threads. */
TEST(children_of_a_process_that_logs_in)
{
    pthread_t forker;
    pthread_t callers[4];

    if (SANITIZED) {
        SKIP("the sanitizer's allocator stays locked in a child of several threads");
    }
    if (getenv("GSSNEG_EMULATOR") != NULL) {
        SKIP("qemu-user 7.2 forks a process whose threads work in minutes");
    }
    /* A child of a process whose thread loads a library can load none. */
    ck_assert(query_is_answered("OWN", "alice", 1));
    for (int i = 0; i < 4; i++) {
        ck_assert_int_eq(pthread_create(&callers[i], NULL, log_in_until_released,
                                        (void *)(uintptr_t) "alice"),
                         0);
    }
    ck_assert_int_eq(pthread_create(&forker, NULL, fork_often, NULL), 0);
    ck_assert_int_eq(pthread_join(forker, NULL), 0);
    atomic_store(&fake->release, true);
    for (int i = 0; i < 4; i++) {
        ck_assert_int_eq(pthread_join(callers[i], NULL), 0);
    }
    ck_assert(atomic_load(&forked));
}

/* exit runs the destructors of all libraries while the threads are inside of one. */
TEST(exit_while_calls_hang)
{
    pid_t pids[5];

    for (int i = 0; i < 5; i++) {
        if ((pids[i] = fork()) == 0) {
            (void)alarm(60);
            (void)query_login("HANG", "alice", 1);
            (void)query_login("HANG", "alice", 1);
            exit(0);
        }
    }
    for (int i = 0; i < 5; i++) {
        ck_assert_int_eq(child_status(pids[i]), 0);
    }
}
