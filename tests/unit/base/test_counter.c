/* SPDX-License-Identifier: ISC */
/* A counter that threads change in slots of their own. */
#include "base/counter.h"
#include "tests/lib/harness.h"

#include <pthread.h>

/* More threads than slots, so that some share one. */
#define N_THREADS (COUNTER_SLOTS + 8)
#define N_ADDED   1000

static struct counter counter;

static size_t used_slots(void)
{
    size_t n = 0;

    for (size_t i = 0; i < COUNTER_SLOTS; i++) {
        n += counter.slots[i].n != 0;
    }
    return n;
}

static void *add_many(void *n)
{
    for (int i = 0; i < N_ADDED; i++) {
        counter_add(&counter, *(const long *)n);
    }
    return NULL;
}

static void run_threads(long n)
{
    pthread_t threads[N_THREADS];

    for (size_t i = 0; i < N_THREADS; i++) {
        ck_assert_int_eq(pthread_create(&threads[i], NULL, add_many, &n), 0);
    }
    for (size_t i = 0; i < N_THREADS; i++) {
        ck_assert_int_eq(pthread_join(threads[i], NULL), 0);
    }
}

TEST(one_thread_uses_one_slot)
{
    ck_assert(counter_is_idle(&counter));
    counter_add(&counter, 3);
    counter_add(&counter, -1);
    ck_assert_int_eq(counter_sum(&counter), 2);
    ck_assert_uint_eq(used_slots(), 1);
    ck_assert(!counter_is_idle(&counter));
    counter_add(&counter, -2);
    ck_assert(counter_is_idle(&counter));
}

TEST(threads_use_all_slots)
{
    run_threads(1);
    ck_assert_uint_eq(used_slots(), COUNTER_SLOTS);
    ck_assert_int_eq(counter_sum(&counter), N_THREADS * N_ADDED);
}

TEST(other_threads_take_back)
{
    run_threads(2);
    run_threads(-2);
    ck_assert_int_eq(counter_sum(&counter), 0);
}

TEST(reset_empties_each_slot)
{
    run_threads(1);
    counter_reset(&counter);
    ck_assert_int_eq(counter_sum(&counter), 0);
    ck_assert(counter_is_idle(&counter));
}

TEST(slots_share_no_cache_line)
{
    ck_assert_uint_ge(sizeof(counter.slots[0]), COUNTER_CACHE_LINE);
}
