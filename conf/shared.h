/* SPDX-License-Identifier: ISC */
/* Objects that threads share, and that are replaced while threads use them. */
#ifndef CONF_SHARED_H
#define CONF_SHARED_H

#include "base/counter.h"

#include <stdatomic.h>

/*
 * struct shared: the head of such an object; all zeros but for free, which frees the
 * object. Only the counter changes; it is not 0 while the object is in use. next: in the
 * list of the replaced objects.
 */
struct shared {
    struct counter references;
    void (*free)(struct shared *object);
    struct shared *next;
};

/* struct shared_place: where threads find the object that is now in use. All zeros:
 * none. */
struct shared_place {
    _Atomic(struct shared *) object;
};

/*
 * shared_acquire: a reference to the object at a place; NULL if there is none.
 * shared_release: returns a reference; frees the object if it was replaced and this was
 * the last one. NULL: nothing. Neither takes a lock unless an object was replaced that is
 * still in use. A forked child may use both; in the child, an object to which another
 * thread of the parent had a reference is never freed.
 */
struct shared *shared_acquire(struct shared_place *place);
void shared_release(struct shared *object);

/* shared_hold: takes a reference to an object that no thread can replace meanwhile: a new
 * one, before it is put at a place. */
void shared_hold(struct shared *object);

/* shared_replace: puts an object, or NULL, at a place. The object that was there is freed
 * as soon as no thread has a reference. */
void shared_replace(struct shared_place *place, struct shared *object);

#endif
