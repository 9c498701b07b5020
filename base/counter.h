/* SPDX-License-Identifier: ISC */
/* A counter that many threads change and few read. */
#ifndef BASE_COUNTER_H
#define BASE_COUNTER_H

#include <stdatomic.h>
#include <stdbool.h>

#define COUNTER_SLOTS      32
#define COUNTER_CACHE_LINE 64

/*
 * struct counter: a number as a sum of slots. The first threads of a process have a slot
 * of their own each, so that they do not wait for each other's cache lines; later threads
 * share them. All zeros are a valid counter with the value 0.
 */
struct counter {
    struct {
        atomic_long n;
        char padding[COUNTER_CACHE_LINE - sizeof(atomic_long)];
    } slots[COUNTER_SLOTS];
};

/* counter_add: adds n, which may be negative, to the slot of this thread. */
void counter_add(struct counter *counter, long n);

/*
 * The slots are read one after another, while other threads may change them.
 * counter_sum: their sum. If no thread adds a positive number meanwhile, the result is
 * the value of the counter at the end of the call, or more.
 * counter_is_idle: whether each slot was 0 when it was read. Only for counters to which
 * each thread adds 1, and later -1. The result is false if a thread has added 1 before
 * the call, and adds -1 only after it.
 */
long counter_sum(struct counter *counter);
bool counter_is_idle(struct counter *counter);

/* counter_reset: sets it to 0, while no other thread uses it. */
void counter_reset(struct counter *counter);

#endif
