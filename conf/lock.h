/* SPDX-License-Identifier: ISC */
/* Locks that are free again in a forked child. */
#ifndef CONF_LOCK_H
#define CONF_LOCK_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <time.h>

/*
 * struct fork_lock: a lock of one process. In a forked child it is a new lock that no
 * thread holds, even if another thread of the parent held it at the fork. A fork does not
 * wait for it. A thread that holds it cannot be cancelled (pthread_cancel). All zeros are
 * a valid lock; it needs no cleanup.
 */
struct fork_lock {
    /* the process of the lock; 0: not used yet; negative: a thread makes it usable */
    _Atomic pid_t home;
    bool inconsistent;
    pthread_mutex_t mutex;
    int cancel_state; /* of the thread that holds it, from before */
};

/*
 * fork_lock_acquire: locks. Returns false if this process was forked while another thread
 * held the lock: what the lock guards may be inconsistent from then on.
 * fork_lock_release: unlocks; called by the same thread. A thread that holds several
 * locks releases the last one first, because each release restores the thread's cancel
 * state.
 */
bool fork_lock_acquire(struct fork_lock *lock);
void fork_lock_release(struct fork_lock *lock);

/*
 * fork_lock_wait: pthread_cond_timedwait with a lock that this thread holds. Other
 * threads may hold it meanwhile; this thread stays uncancellable, and its cancel state
 * from before the lock is not lost. 0, ETIMEDOUT, or another number of errno.
 */
int fork_lock_wait(struct fork_lock *lock, pthread_cond_t *cond,
                   const struct timespec *deadline);

/*
 * The locks of the process. LOCK_BUILD: one thread holds it while it reads a changed file
 * for all threads. LOCK_SWAP: held for a few instructions, to read or replace a pointer
 * to what was built; a login takes only this one if no file has changed. LOCK_TRACE: held
 * while a line of the trace is written. Take BUILD before SWAP, and TRACE last.
 *
 * What they guard is consistent between any two instructions: a new value is complete
 * before one store of a pointer publishes it, and the old value is freed afterwards. So a
 * forked child can use it, whatever the thread that held the lock was doing at the fork.
 */
enum lock { LOCK_BUILD, LOCK_SWAP, LOCK_TRACE, N_LOCKS };

void lock_acquire(enum lock which);
void lock_release(enum lock which);

#endif
