/* SPDX-License-Identifier: ISC */
/* Threads that are cancelled while they log in; the other threads continue. */
#include "tests/exchange/peer.h"

#include <pthread.h>
#include <semaphore.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* struct victim: a thread that is cancelled at its first cancellation point
 * (pthreads(7)), which is in a login. */
struct victim {
    gss_OID mech;
    gss_name_t target;
    sem_t cancelled;
};

static void *log_in(void *arg)
{
    struct victim *victim = arg;
    struct login l;
    int before;

    memset(&l, 0, sizeof(l));
    l.initiator.mech = l.acceptor.mech = victim->mech;
    l.initiator.target = victim->target;
    l.initiator.asked = SEAL_FLAGS;
    (void)pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &before);
    while (sem_wait(&victim->cancelled) != 0) {
    }
    (void)pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, &before);
    login_run(&l);
    return NULL;
}

static void cancel_a_login(gss_OID mech)
{
    struct victim victim = {.mech = mech,
                            .target = name_of("http@server", GSS_C_NT_HOSTBASED_SERVICE)};
    pthread_t thread;
    OM_uint32 minor;
    void *result;

    ck_assert_int_eq(sem_init(&victim.cancelled, 0, 0), 0);
    ck_assert_int_eq(pthread_create(&thread, NULL, log_in, &victim), 0);
    ck_assert_int_eq(pthread_cancel(thread), 0);
    ck_assert_int_eq(sem_post(&victim.cancelled), 0);
    ck_assert_int_eq(pthread_join(thread, &result), 0);
    ck_assert_ptr_eq(result, PTHREAD_CANCELED);
    (void)sem_destroy(&victim.cancelled);
    (void)gss_release_name(&minor, &victim.target);
}

/* Forks once, which takes every lock. */
static void fork_once(void)
{
    pid_t child = fork();
    int status;

    ck_assert_int_ge(child, 0);
    if (child == 0) {
        _exit(0);
    }
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_int_eq(status, 0);
}

/* The settings and the user file have changed, so the thread that is cancelled reads
 * them. With a trace, the trace file is written in between. */
TEST_TIMES(while_it_reads_files, 4)
{
    gss_OID mech = mech_of(_i % 2);

    if (_i / 2 == 1) {
        (void)setenv("GSS_NEGOTIATE_TRACE", place_path("trace"), 1);
    }
    place_begin(LINES_BOTH, "");
    place_credential("AD:alice:" ALICE_PASSWORD "\n", 0600);
    login_good(mech);
    place_settings(" audit = no\n");
    place_users(USERS "# more\n", 0600);
    cancel_a_login(mech);
    fork_once();
    login_good(mech);
}
