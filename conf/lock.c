/* SPDX-License-Identifier: ISC */
/* Locks that no fork leaves locked. */
#include "conf/lock.h"

#include <sched.h>
#include <unistd.h>

static bool is_held(pthread_mutex_t *mutex)
{
    if (pthread_mutex_trylock(mutex) != 0) {
        return true;
    }
    (void)pthread_mutex_unlock(mutex);
    return false;
}

/* What somebody held in the parent nobody can give here. */
static void free_mutex(struct fork_lock *lock, bool is_first)
{
    if (is_first || is_held(&lock->mutex)) {
        lock->torn = !is_first;
        lock->mutex = (pthread_mutex_t)PTHREAD_MUTEX_INITIALIZER;
    }
}

/* Not by handlers of pthread_atfork: a fork that began before they were registered leaves
 * them out, however long it takes, and one that waits for us waits as long as a file. */
static void renew(struct fork_lock *lock, pid_t home, pid_t me)
{
    while (home != me) {
        if (home == -me) { /* another thread is at it */
            (void)sched_yield();
            home = atomic_load(&lock->home);
        } else if (atomic_compare_exchange_strong(&lock->home, &home, -me)) {
            free_mutex(lock, home == 0);
            atomic_store(&lock->home, me);
            return;
        }
    }
}

/* How many locks this thread holds, and whether it could be cancelled before. One that
 * is cancelled while it reads a file would keep its lock for ever. */
static _Thread_local unsigned n_held;
static _Thread_local int cancel_state;

static void hold_on(void)
{
    if (n_held++ == 0) {
        (void)pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancel_state);
    }
}

static void let_go(void)
{
    int unused;

    if (--n_held == 0) {
        (void)pthread_setcancelstate(cancel_state, &unused);
    }
}

bool fork_lock_take(struct fork_lock *lock)
{
    const pid_t me = getpid();
    const pid_t home = atomic_load(&lock->home);

    if (home != me) {
        renew(lock, home, me);
    }
    hold_on();
    (void)pthread_mutex_lock(&lock->mutex);
    return !lock->torn;
}

void fork_lock_give(struct fork_lock *lock)
{
    (void)pthread_mutex_unlock(&lock->mutex);
    let_go();
}

static struct fork_lock locks[N_LOCKS];

void lock_take(enum lock which)
{
    (void)fork_lock_take(&locks[which]);
}

void lock_give(enum lock which)
{
    fork_lock_give(&locks[which]);
}
