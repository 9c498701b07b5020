/* SPDX-License-Identifier: ISC */
/* Locks that no fork leaves locked. */
#ifndef CONF_LOCK_H
#define CONF_LOCK_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

/*
 * struct fork_lock: a lock that belongs to one process. In a child it is a new one, which
 * nobody holds, whatever another thread was doing when the process was forked; a fork
 * waits for nobody. Whoever holds one cannot be cancelled (pthread_cancel). Zeros are a
 * lock; it needs no cleanup.
 */
struct fork_lock {
    _Atomic pid_t home; /* whose lock it is; 0: nobody's yet; negative: being renewed */
    bool torn;
    pthread_mutex_t mutex;
};

/*
 * fork_lock_take: false if this process was forked while another thread held the lock, so
 * that what it guards may be changed by half, for good; it is taken all the same.
 * fork_lock_give: the same thread, when it is done.
 */
bool fork_lock_take(struct fork_lock *lock);
void fork_lock_give(struct fork_lock *lock);

/*
 * The locks that are held across what many threads share. LOCK_BUILD: held while a file
 * is read anew, by the one thread that does it for all. LOCK_SWAP: held for a few
 * instructions, to take or replace a pointer to what was built; the only one on the way
 * of a login whose files did not change. LOCK_TRACE: held while a line of the trace is
 * written. BUILD is taken before SWAP, and TRACE last.
 *
 * What they guard is whole between any two instructions: it is made first, then told by
 * the store of one pointer, and what it replaces is freed last. So a child finds it
 * usable wherever the thread was that held the lock.
 */
enum lock { LOCK_BUILD, LOCK_SWAP, LOCK_TRACE, N_LOCKS };

void lock_take(enum lock which);
void lock_give(enum lock which);

#endif
