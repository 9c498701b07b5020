/* SPDX-License-Identifier: ISC */
/* Objects that threads share: each is freed once, after the last reference. */
#include "conf/shared.h"

#include "tests/lib/harness.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#define MARK 0x5eed

/* struct item: an object; mark tells whether it still lives. */
struct item {
    struct shared shared;
    unsigned mark;
};

static struct shared_place place;
static atomic_ulong n_made;
static atomic_ulong n_freed;

/* Children call these two: Check's assertions take a lock, which may be held at a fork.
 */
static void item_free(struct shared *object)
{
    struct item *item = (struct item *)(void *)object;

    if (item->mark != MARK) {
        abort();
    }
    item->mark = 0;
    atomic_fetch_add(&n_freed, 1);
    free(item);
}

static struct shared *item_new(void)
{
    struct item *item = calloc(1, sizeof(*item));

    if (item == NULL) {
        abort();
    }
    item->shared.free = item_free;
    item->mark = MARK;
    atomic_fetch_add(&n_made, 1);
    return &item->shared;
}

static bool lives(struct shared *object)
{
    return ((struct item *)(void *)object)->mark == MARK;
}

TEST_TIMEOUT(120)

TEST(freed_after_the_last_reference)
{
    struct shared *first;
    struct shared *again;

    ck_assert_ptr_null(shared_acquire(&place));
    shared_release(NULL);
    shared_replace(&place, item_new());
    first = shared_acquire(&place);
    again = shared_acquire(&place);
    ck_assert(first != NULL && first == again);
    shared_hold(first);
    shared_replace(&place, item_new());
    ck_assert(shared_acquire(&place) != first);
    shared_release(first);
    shared_release(again);
    ck_assert(lives(first));
    ck_assert_uint_eq(atomic_load(&n_freed), 0);
    shared_release(first);
    ck_assert_uint_eq(atomic_load(&n_freed), 1);
    first = shared_acquire(&place);
    shared_release(first);
    shared_release(first);
    ck_assert_uint_eq(atomic_load(&n_freed), 1);
    shared_replace(&place, NULL);
    ck_assert_uint_eq(atomic_load(&n_freed), 2);
    ck_assert_ptr_null(shared_acquire(&place));
}

static atomic_bool is_over;

/* Takes references, some of which it passes on to the next round. */
static void *use(void *arg)
{
    struct shared *saved = NULL;

    while (!atomic_load(&is_over)) {
        struct shared *object = shared_acquire(&place);

        if (object == NULL || !lives(object) || (saved != NULL && !lives(saved))) {
            return place.object;
        }
        shared_release(saved);
        saved = object;
    }
    shared_release(saved);
    return arg;
}

/* More threads than there are counters. */
TEST(replaced_while_threads_use_it)
{
    pthread_t threads[COUNTER_SLOTS + 4];
    void *result;

    shared_replace(&place, item_new());
    for (size_t i = 0; i < N(threads); i++) {
        ck_assert_int_eq(pthread_create(&threads[i], NULL, use, NULL), 0);
    }
    for (size_t i = 0; i < 5000; i++) {
        shared_replace(&place, item_new());
    }
    atomic_store(&is_over, true);
    for (size_t i = 0; i < N(threads); i++) {
        ck_assert_int_eq(pthread_join(threads[i], &result), 0);
        ck_assert_ptr_null(result);
    }
    shared_replace(&place, NULL);
    ck_assert_uint_eq(atomic_load(&n_freed), atomic_load(&n_made));
}

/* A reference of one thread may be returned by another one. */
static void *release(void *arg)
{
    shared_release(arg);
    return NULL;
}

TEST(returned_by_another_thread)
{
    struct shared *object;
    pthread_t thread;

    shared_replace(&place, item_new());
    object = shared_acquire(&place);
    shared_replace(&place, NULL);
    ck_assert_uint_eq(atomic_load(&n_freed), 0);
    ck_assert_int_eq(pthread_create(&thread, NULL, release, object), 0);
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
    ck_assert_uint_eq(atomic_load(&n_freed), 1);
}

static int replace_and_count(void)
{
    struct shared *object = shared_acquire(&place);
    const unsigned long before = atomic_load(&n_freed);

    if (object == NULL || !lives(object)) {
        return 1;
    }
    shared_replace(&place, item_new());
    shared_release(object);
    object = shared_acquire(&place);
    shared_replace(&place, NULL);
    if (!lives(object)) {
        return 2;
    }
    shared_release(object);
    return atomic_load(&n_freed) > before ? 0 : 3;
}

/* A child that is forked while threads take and return references uses the object, and
 * frees those that it replaces. */
TEST(forks_while_threads_use_it)
{
    pthread_t threads[4];

    shared_replace(&place, item_new());
    for (size_t i = 0; i < N(threads); i++) {
        ck_assert_int_eq(pthread_create(&threads[i], NULL, use, NULL), 0);
    }
    for (size_t i = 0; i < 100; i++) {
        const pid_t child = fork();

        if (child == 0) {
            (void)alarm(60);
            _exit(replace_and_count());
        }
        ck_assert_int_eq(child_status(child), 0);
        shared_replace(&place, item_new());
    }
    atomic_store(&is_over, true);
    for (size_t i = 0; i < N(threads); i++) {
        ck_assert_int_eq(pthread_join(threads[i], NULL), 0);
    }
}
