/* SPDX-License-Identifier: ISC */
/* Does an operation as often as the input says, and takes the time. */
#include "tests/bench/loop.h"

#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define MAX_THREADS 64

struct loop {
    const struct loop_operation *operation;
    void *self[MAX_THREADS];
    int n_threads;
    long n; /* of one measurement */
    pthread_barrier_t begin;
    pthread_barrier_t end;
};

void loop_die(const char *what)
{
    fprintf(stderr, "%s: %s\n", program_invocation_short_name, what);
    exit(1);
}

unsigned long loop_size(const char *argument)
{
    if (argument == NULL) {
        loop_die("this operation needs a size");
    }
    return strtoul(argument, NULL, 10);
}

static int64_t now_ns(clockid_t clock)
{
    struct timespec t;

    (void)clock_gettime(clock, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* Callgrind counts what this function executes (--toggle-collect). */
__attribute__((noinline)) void measured(const struct loop_operation *operation,
                                        void *self);
void measured(const struct loop_operation *operation, void *self)
{
    operation->once(self);
}

static void repeat(const struct loop *loop, void *self)
{
    for (long i = 0; i < loop->n; i++) {
        measured(loop->operation, self);
    }
}

struct thread {
    struct loop *loop;
    void *self;
};

static void *work(void *argument)
{
    const struct thread *thread = argument;
    struct loop *loop = thread->loop;

    for (;;) {
        (void)pthread_barrier_wait(&loop->begin);
        repeat(loop, thread->self);
        (void)pthread_barrier_wait(&loop->end);
    }
    return NULL;
}

/* The threads wait at the barrier between two measurements, and end with the process. */
static void start_threads(struct loop *loop)
{
    static struct thread threads[MAX_THREADS];
    pthread_t id;

    (void)pthread_barrier_init(&loop->begin, NULL, (unsigned)loop->n_threads + 1);
    (void)pthread_barrier_init(&loop->end, NULL, (unsigned)loop->n_threads + 1);
    for (int i = 0; i < loop->n_threads; i++) {
        threads[i] = (struct thread){loop, loop->self[i]};
        if (pthread_create(&id, NULL, work, &threads[i]) != 0) {
            loop_die("pthread_create");
        }
    }
}

static void run(struct loop *loop)
{
    if (loop->n_threads > 1) {
        (void)pthread_barrier_wait(&loop->begin);
        (void)pthread_barrier_wait(&loop->end);
    } else {
        repeat(loop, loop->self[0]);
    }
}

static void serve(struct loop *loop)
{
    char line[32];
    int64_t wall_ns, cpu_ns;

    if (loop->n_threads > 1) {
        start_threads(loop);
    }
    while (fgets(line, sizeof(line), stdin) != NULL) {
        loop->n = strtol(line, NULL, 10);
        cpu_ns = now_ns(CLOCK_PROCESS_CPUTIME_ID);
        wall_ns = now_ns(CLOCK_MONOTONIC);
        run(loop);
        wall_ns = now_ns(CLOCK_MONOTONIC) - wall_ns;
        cpu_ns = now_ns(CLOCK_PROCESS_CPUTIME_ID) - cpu_ns;
        printf("%lld %lld\n", (long long)wall_ns, (long long)cpu_ns);
        (void)fflush(stdout);
    }
}

static const struct loop_operation *find(const struct loop_operation *operations,
                                         const char *name)
{
    const struct loop_operation *o = operations;

    while (name != NULL && o->name != NULL && strcmp(o->name, name) != 0) {
        o++;
    }
    return name == NULL || o->name == NULL ? NULL : o;
}

static int usage(const struct loop_operation *operations)
{
    fprintf(
        stderr,
        "usage: %s [-w TIMES] [-n TIMES | -t THREADS] OPERATION [ARGUMENT]\noperations:",
        program_invocation_short_name);
    for (; operations->name != NULL; operations++) {
        fprintf(stderr, " %s", operations->name);
    }
    fputc('\n', stderr);
    return 2;
}

int loop_main(const struct loop_operation *operations, int argc, char **argv)
{
    static struct loop loop = {.n_threads = 1};
    int option, warm_up = 0;

    while ((option = getopt(argc, argv, "+w:n:t:")) != -1) {
        if (option == 'w') {
            warm_up = atoi(optarg);
        } else if (option == 'n') {
            loop.n = strtol(optarg, NULL, 10);
        } else if (option == 't') {
            loop.n_threads = atoi(optarg);
        }
    }
    loop.operation = find(operations, argv[optind]);
    if (loop.operation == NULL || loop.n_threads < 1 || loop.n_threads > MAX_THREADS) {
        return usage(operations);
    }
    for (int i = 0; i < loop.n_threads; i++) {
        loop.self[i] = loop.operation->make(argv[optind + 1]);
    }
    for (int i = 0; i < warm_up; i++) {
        loop.operation->once(loop.self[0]);
    }
    if (loop.n > 0) {
        repeat(&loop, loop.self[0]);
    } else {
        serve(&loop);
    }
    return 0;
}
