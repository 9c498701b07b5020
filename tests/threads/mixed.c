/* SPDX-License-Identifier: ISC */
/* Logins of all kinds in several threads at once, while an administrator replaces the
 * users' file and the settings.
 *
 * usage: mixed USERS-FILE THREADS HANDSHAKES
 *
 * Says what went wrong, a line each, and at last how many of each kind were made. Exit
 * status 0 if each handshake ended as it must. */
#include "tests/threads/administrator.h"
#include "tests/threads/established.h"
#include "tests/threads/login_kinds.h"
#include "tests/threads/shared_objects.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#define MAX_THREADS   16
#define MAX_KINDS     32
#define SAID_MAX      20

#define MEETING_EVERY 20 /* handshakes of a thread */

static atomic_uint n_made[MAX_KINDS];
static atomic_uint n_wrong;
static pthread_barrier_t start;

struct worker {
    pthread_t id;
    unsigned number;
    unsigned n_handshakes;
};

static void say_wrong(const struct kind *kind, const struct login *s, const char *what)
{
    if (atomic_fetch_add(&n_wrong, 1) < SAID_MAX) {
        (void)printf("%s: %s: initiator %#x (%s), acceptor %#x (%s), %u legs\n",
                     kind->name, what, s->initiator.major, s->initiator.sentence,
                     s->acceptor.major, s->acceptor.sentence, s->n_legs);
    }
}

/* Why the login did not end as it must, or NULL. */
static const char *judge(const struct kind *kind, const struct login *s)
{
    if (kind->good == NULL) {
        return s->acceptor.major == GSS_S_FAILURE ? NULL : "was not refused";
    }
    if (!login_is_done(s)) {
        return "did not complete";
    }
    return same_oid(s->initiator.actual_mech, *kind->good) ? NULL
                                                           : "is another mechanism";
}

static void one_login(const struct kind *kind, unsigned i)
{
    struct login s;
    const char *wrong;

    kind->begin(&s);
    login_run(&s);
    wrong = judge(kind, &s);
    if (wrong == NULL && kind->good != NULL) {
        wrong = use_established(&s, i);
    }
    if (wrong != NULL) {
        say_wrong(kind, &s, wrong);
    }
    login_end(&s);
    atomic_fetch_add(&n_made[kind - kinds], 1);
}

/* Makes logins of all kinds, in an order of the thread's own. The first logins find the
 * library uninitialised. */
static void *work(void *arg)
{
    const struct worker *me = arg;
    unsigned random = me->number + 1;

    (void)pthread_barrier_wait(&start);
    for (unsigned i = 0; i < me->n_handshakes; i++) {
        one_login(&kinds[(unsigned)rand_r(&random) % n_kinds], (unsigned)rand_r(&random));
        if (me->number == 0 && i == 20 && !shared_begin()) {
            atomic_fetch_add(&n_wrong, 1);
            (void)printf("there is nothing to share\n");
        }
        if (i % MEETING_EVERY == 0 && !shared_meet(me->number == 0)) {
            atomic_fetch_add(&n_wrong, 1);
            (void)printf("a login at the same moment went wrong\n");
        }
    }
    return NULL;
}

static void run_workers(unsigned n_threads, unsigned n_handshakes)
{
    struct worker workers[MAX_THREADS];

    (void)pthread_barrier_init(&start, NULL, n_threads);
    shared_expect(n_threads);
    for (unsigned i = 0; i < n_threads; i++) {
        workers[i] =
            (struct worker){.number = i, .n_handshakes = n_handshakes / n_threads};
        if (pthread_create(&workers[i].id, NULL, work, &workers[i]) != 0) {
            exit(2);
        }
    }
    for (unsigned i = 0; i < n_threads; i++) {
        (void)pthread_join(workers[i].id, NULL);
    }
    (void)pthread_barrier_destroy(&start);
}

static void say_made(void)
{
    for (size_t i = 0; i < n_kinds; i++) {
        (void)printf("%u %s\n", atomic_load(&n_made[i]), kinds[i].name);
    }
}

int main(int argc, char **argv)
{
    unsigned n_threads = argc == 4 ? (unsigned)atoi(argv[2]) : 0;

    if (n_threads < 1 || n_threads > MAX_THREADS || n_kinds > MAX_KINDS) {
        return 2;
    }
    if (!administrator_begin(argv[1])) {
        return 2;
    }
    run_workers(n_threads, (unsigned)atoi(argv[3]));
    if (!administrator_end()) {
        atomic_fetch_add(&n_wrong, 1);
    }
    shared_end();
    say_made();
    return atomic_load(&n_wrong) == 0 ? 0 : 1;
}
