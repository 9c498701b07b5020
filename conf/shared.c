/* SPDX-License-Identifier: ISC */
/*
 * Objects that threads share. A thread that takes a reference reads a pointer and then
 * counts itself in the object that it points to; meanwhile it is counted as a visitor.
 * An object that was replaced is freed when it has no reference and there is no visitor.
 * (A visitor may have read the old pointer, and not yet have counted itself in the
 * object.)
 */
#include "conf/shared.h"

#include "conf/lock.h"

#include <pthread.h>

static struct counter visitors;
static _Atomic(struct shared *) replaced; /* changes under LOCK_SWAP */

struct shared *shared_acquire(struct shared_place *place)
{
    struct shared *object;

    counter_add(&visitors, 1);
    object = atomic_load(&place->object);
    if (object != NULL) {
        counter_add(&object->references, 1);
    }
    counter_add(&visitors, -1);
    return object;
}

void shared_hold(struct shared *object)
{
    counter_add(&object->references, 1);
}

/* In a forked child. A thread of the parent that was a visitor does not exist here. */
static void forget_visitors(void)
{
    counter_reset(&visitors);
}

/* Moves the unused objects from the list. No thread can get a new reference to an object
 * of the list, so the sum of its counter can only fall. */
static struct shared *take_unused(void)
{
    struct shared *unused = NULL;
    struct shared *used = NULL;
    struct shared *object = atomic_load(&replaced);

    while (object != NULL) {
        struct shared *const next = object->next;
        struct shared **const list =
            counter_sum(&object->references) == 0 ? &unused : &used;

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
    if (counter_is_idle(&visitors)) {
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
    counter_add(&object->references, -1);
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
