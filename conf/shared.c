/* SPDX-License-Identifier: ISC */
/*
 * Objects that threads share. A thread that takes a reference reads a pointer and then
 * counts itself in the object that it points to; meanwhile it is counted as a visitor.
 * An object that was replaced is freed when there is no visitor, who might still have
 * read the old pointer, and no reference.
 */
#include "conf/shared.h"

#include "conf/lock.h"

#include <pthread.h>

static struct shared_counter visitors[SHARED_COUNTERS];
static _Atomic(struct shared *) replaced; /* changes under LOCK_SWAP */

/* The counter of this thread. The first threads of a process have one each. */
static size_t own_counter(void)
{
    static _Thread_local size_t number;
    static atomic_size_t n_threads;

    if (number == 0) {
        number = 1 + atomic_fetch_add(&n_threads, 1) % SHARED_COUNTERS;
    }
    return number - 1;
}

struct shared *shared_acquire(struct shared_place *place)
{
    const size_t own = own_counter();
    struct shared *object;

    atomic_fetch_add(&visitors[own].n, 1);
    object = atomic_load(&place->object);
    if (object != NULL) {
        shared_hold(object);
    }
    atomic_fetch_sub(&visitors[own].n, 1);
    return object;
}

void shared_hold(struct shared *object)
{
    atomic_fetch_add(&object->references[own_counter()].n, 1);
}

static bool is_zero(const struct shared_counter counters[SHARED_COUNTERS])
{
    long sum = 0;

    for (size_t i = 0; i < SHARED_COUNTERS; i++) {
        sum += atomic_load(&counters[i].n);
    }
    return sum == 0;
}

/* Whether no thread is between the two steps of shared_acquire. A thread never leaves
 * another counter than the one that it has entered. */
static bool has_no_visitor(void)
{
    for (size_t i = 0; i < SHARED_COUNTERS; i++) {
        if (atomic_load(&visitors[i].n) != 0) {
            return false;
        }
    }
    return true;
}

/* In a forked child. A thread of the parent that was a visitor does not exist here. */
static void forget_visitors(void)
{
    for (size_t i = 0; i < SHARED_COUNTERS; i++) {
        atomic_store(&visitors[i].n, 0);
    }
}

/* Takes the objects that nobody uses from the list. Nobody can get a reference to one any
 * more, so the sum of its counters can only fall. */
static struct shared *take_unused(void)
{
    struct shared *unused = NULL;
    struct shared *used = NULL;
    struct shared *object = atomic_load(&replaced);

    while (object != NULL) {
        struct shared *const next = object->next;
        struct shared **const list = is_zero(object->references) ? &unused : &used;

        object->next = *list;
        *list = object;
        object = next;
    }
    atomic_store(&replaced, used);
    return unused;
}

static void free_unused(void)
{
    struct shared *unused = NULL;

    lock_acquire(LOCK_SWAP);
    if (has_no_visitor()) {
        unused = take_unused();
    }
    lock_release(LOCK_SWAP);
    while (unused != NULL) {
        struct shared *const object = unused;

        unused = object->next;
        object->free(object);
    }
}

void shared_release(struct shared *object)
{
    if (object == NULL) {
        return;
    }
    atomic_fetch_sub(&object->references[own_counter()].n, 1);
    if (atomic_load(&replaced) != NULL) {
        free_unused();
    }
}

void shared_replace(struct shared_place *place, struct shared *object)
{
    static atomic_bool is_prepared;
    struct shared *old;

    if (!atomic_exchange(&is_prepared, true)) {
        (void)pthread_atfork(NULL, NULL, forget_visitors);
    }
    lock_acquire(LOCK_SWAP);
    old = atomic_exchange(&place->object, object);
    if (old != NULL) {
        old->next = atomic_load(&replaced);
        atomic_store(&replaced, old);
    }
    lock_release(LOCK_SWAP);
    free_unused();
}
