/* SPDX-License-Identifier: ISC */
/* Locks that are free again in a forked child. */
#include "conf/lock.h"

#include "base/process.h"

#include <sched.h>

/* A mutex that another thread held in the parent can never be unlocked in the child;
 * reinitialise it. */
static void free_mutex(struct fork_lock *lock, bool is_first)
{
    if (!is_first && pthread_mutex_trylock(&lock->mutex) == 0) {
        (void)pthread_mutex_unlock(&lock->mutex);
        return;
    }
    lock->inconsistent = !is_first;
    lock->mutex = (pthread_mutex_t)PTHREAD_MUTEX_INITIALIZER;
}

/*
 * Makes the lock usable in this process: at its first use, and after a fork.
 * pthread_atfork cannot do this: a fork that began before its handlers were registered
 * does not call them, and a handler that waits for the lock delays the fork for as long
 * as a file takes to read.
 */
static void renew(struct fork_lock *lock, pid_t home, pid_t me)
{
    while (home != me) {
        if (home == -me) { /* another thread makes it usable */
            (void)sched_yield();
            home = atomic_load(&lock->home);
        } else if (atomic_compare_exchange_strong(&lock->home, &home, -me)) {
            free_mutex(lock, home == 0);
            atomic_store(&lock->home, me);
            return;
        }
    }
}

bool fork_lock_acquire(struct fork_lock *lock)
{
    const pid_t me = process_id();
    const pid_t home = atomic_load(&lock->home);
    int cancel_state;

    if (home != me) {
        renew(lock, home, me);
    }
    /* A thread that is cancelled while it holds a lock would never release it. */
    (void)pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancel_state);
    (void)pthread_mutex_lock(&lock->mutex);
    lock->cancel_state = cancel_state;
    return !lock->inconsistent;
}

void fork_lock_release(struct fork_lock *lock)
{
    const int cancel_state = lock->cancel_state;
    int unused;

    (void)pthread_mutex_unlock(&lock->mutex);
    (void)pthread_setcancelstate(cancel_state, &unused);
}

int fork_lock_wait(struct fork_lock *lock, pthread_cond_t *cond,
                   const struct timespec *deadline)
{
    /* A thread that holds the lock meanwhile writes its own cancel state there. */
    const int cancel_state = lock->cancel_state;
    const int failed = pthread_cond_timedwait(cond, &lock->mutex, deadline);

    lock->cancel_state = cancel_state;
    return failed;
}

static struct fork_lock locks[N_LOCKS];

void lock_acquire(enum lock which)
{
    (void)fork_lock_acquire(&locks[which]);
}

void lock_release(enum lock which)
{
    fork_lock_release(&locks[which]);
}
