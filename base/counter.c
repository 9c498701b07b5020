/* SPDX-License-Identifier: ISC */
/* A counter that many threads change and few read. */
#include "base/counter.h"

#include <stddef.h>

static size_t own_slot(void)
{
    static _Thread_local size_t number; /* of the slot, plus 1; 0: none yet */
    static atomic_size_t n_threads;

    if (number == 0) {
        number = 1 + atomic_fetch_add(&n_threads, 1) % COUNTER_SLOTS;
    }
    return number - 1;
}

void counter_add(struct counter *counter, long n)
{
    atomic_fetch_add(&counter->slots[own_slot()].n, n);
}

long counter_sum(struct counter *counter)
{
    long sum = 0;

    for (size_t i = 0; i < COUNTER_SLOTS; i++) {
        sum += atomic_load(&counter->slots[i].n);
    }
    return sum;
}

bool counter_is_idle(struct counter *counter)
{
    for (size_t i = 0; i < COUNTER_SLOTS; i++) {
        if (atomic_load(&counter->slots[i].n) != 0) {
            return false;
        }
    }
    return true;
}

void counter_reset(struct counter *counter)
{
    for (size_t i = 0; i < COUNTER_SLOTS; i++) {
        atomic_store(&counter->slots[i].n, 0);
    }
}
