/* SPDX-License-Identifier: ISC */
/* The locks that are held across what many threads share. */
#include "conf/lock.h"

#include <pthread.h>

static pthread_mutex_t locks[] = {
    [LOCK_BUILD] = PTHREAD_MUTEX_INITIALIZER,
    [LOCK_SWAP] = PTHREAD_MUTEX_INITIALIZER,
    [LOCK_TRACE] = PTHREAD_MUTEX_INITIALIZER,
};
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void before_fork(void)
{
    (void)pthread_mutex_lock(&locks[LOCK_BUILD]);
    (void)pthread_mutex_lock(&locks[LOCK_SWAP]);
    (void)pthread_mutex_lock(&locks[LOCK_TRACE]);
}

static void after_fork(void)
{
    (void)pthread_mutex_unlock(&locks[LOCK_TRACE]);
    (void)pthread_mutex_unlock(&locks[LOCK_SWAP]);
    (void)pthread_mutex_unlock(&locks[LOCK_BUILD]);
}

static void watch_forks(void)
{
    (void)pthread_atfork(before_fork, after_fork, after_fork);
}

/* How many locks this thread holds, and whether it could be cancelled before. */
static _Thread_local unsigned n_held;
static _Thread_local int cancel_state;

/* A thread that is cancelled while it reads a file would keep its lock for ever. */
void lock_take(enum lock which)
{
    (void)pthread_once(&once, watch_forks);
    if (n_held++ == 0) {
        (void)pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancel_state);
    }
    (void)pthread_mutex_lock(&locks[which]);
}

void lock_give(enum lock which)
{
    int unused;

    (void)pthread_mutex_unlock(&locks[which]);
    if (--n_held == 0) {
        (void)pthread_setcancelstate(cancel_state, &unused);
    }
}
