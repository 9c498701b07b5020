/* SPDX-License-Identifier: ISC */
/* Calls of libwbclient, each in a thread of its own, and for a limited time. */
#include "conf/winbind/call.h"

#include "base/process.h"
#include "conf/lock.h"
#include "conf/winbind/lane.h"
#include "conf/winbind/pipe.h"
#include "conf/winbind/pool.h"
#include "conf/winbind/question.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>

/* What libwbclient may use of a stack; it needs less than half of it. */
#define STACK_SIZE ((size_t)256 * 1024)
#define RETRY_MS   20
#define RETRIES_MS 3000

/* How long before the caller's deadline the last retry begins: a call that has no time is
 * late, and the reason why winbindd is not available would be lost. */
#define LAST_CALL_MS 200

/* struct winbind_thread: a job's thread, freed with the job. is_done, is_given_up: only
 * one of the two becomes true, under the lock; it decides who frees the job. */
struct winbind_thread {
    const struct winbind_library *library;
    struct winbind_domain *domain;
    pthread_cond_t done;
    bool is_done;
    bool is_given_up;
};

/* struct waiter: a caller in the queue, on its own stack. */
struct waiter {
    struct waiter *next;
    const struct winbind_job *job;
    pthread_cond_t decided;
    bool is_decided;
    enum winbind_admission admission; /* valid if it is decided, as is the domain */
    struct winbind_domain *domain;
};
static struct waiter *queue;

static struct fork_lock lock;
static pid_t home; /* the process whose calls are counted and queued */

void winbind_lock(void)
{
    const bool is_sound = fork_lock_acquire(&lock);

    if (home != process_id()) {
        pool_reset(is_sound);
        question_reset(is_sound);
        lane_reset();
        queue = NULL;
        home = process_id();
    }
}

void winbind_unlock(void)
{
    fork_lock_release(&lock);
}

uint64_t winbind_clock_ms(void)
{
    struct timespec now = {0};

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static struct timespec to_timespec(uint64_t ms)
{
    return (struct timespec){.tv_sec = (time_t)(ms / 1000),
                             .tv_nsec = (long)(ms % 1000) * 1000000};
}

void winbind_sleep_until(uint64_t ms)
{
    const struct timespec until = to_timespec(ms);
    int failed;

    do {
        failed = clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL);
    } while (failed == EINTR);
}

static bool cond_init(pthread_cond_t *cond)
{
    pthread_condattr_t attributes;
    bool ok;

    if (pthread_condattr_init(&attributes) != 0) {
        return false;
    }
    ok = pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC) == 0 &&
         pthread_cond_init(cond, &attributes) == 0;
    (void)pthread_condattr_destroy(&attributes);
    return ok;
}

/* Waits, with the lock held, until *is_true or the deadline. */
static void wait_for(pthread_cond_t *cond, const bool *is_true, uint64_t deadline_ms)
{
    const struct timespec deadline = to_timespec(deadline_ms);
    int failed = 0;

    while (!*is_true && failed == 0) {
        failed = fork_lock_wait(&lock, cond, &deadline);
    }
}

void winbind_job_free(struct winbind_job *const *job)
{
    struct winbind_job *j = *job;

    if (j == NULL) {
        return;
    }
    if (j->rest != NULL) {
        (void)pthread_cond_destroy(&j->rest->done);
        free(j->rest);
    }
    if (j->wipe != NULL) {
        j->wipe(j);
    }
    free(j);
}

/* Decides, with the lock held, about every waiter whose turn it is. A waiter whose domain
 * must wait does not hold up those of other domains behind it. */
static void serve_queue(void)
{
    const uint64_t now = winbind_clock_ms();
    struct waiter **next = &queue;

    while (*next != NULL) {
        struct waiter *w = *next;

        w->admission = lane_admit(w->job->lane, w->job->domain, now, &w->domain);
        if (w->admission == LANE_WAIT) {
            next = &w->next;
            continue;
        }
        *next = w->next;
        w->is_decided = true;
        (void)pthread_cond_signal(&w->decided);
    }
}

/* Waits, with the lock held, for the job's turn. */
static enum winbind_admission queue_up(struct winbind_job *job, uint64_t deadline_ms)
{
    struct waiter self = {.job = job, .admission = LANE_WAIT};
    struct waiter **last = &queue;

    if (!cond_init(&self.decided)) {
        return LANE_WAIT;
    }
    while (*last != NULL) {
        last = &(*last)->next;
    }
    *last = &self;
    serve_queue();
    wait_for(&self.decided, &self.is_decided, deadline_ms);
    last = &queue;
    while (!self.is_decided && *last != &self) {
        last = &(*last)->next;
    }
    if (!self.is_decided) {
        *last = self.next;
    }
    (void)pthread_cond_destroy(&self.decided);
    job->rest->domain = self.domain;
    return self.admission;
}

/* In the thread. A caller who waits takes the job back; otherwise the thread frees it. */
static void finish(struct winbind_job *job)
{
    struct winbind_thread *rest = job->rest;
    bool is_given_up;

    winbind_lock();
    is_given_up = rest->is_given_up;
    if (is_given_up) {
        lane_end_late(rest->domain, job->answer != WBC_ERR_WINBIND_NOT_AVAILABLE);
    } else {
        lane_end(rest->domain);
        rest->is_done = true;
        (void)pthread_cond_signal(&rest->done);
    }
    serve_queue();
    winbind_unlock();
    if (is_given_up) {
        winbind_job_free(&job);
    }
}

/* A connection that failed may still get an answer to its question: no other call uses
 * it. */
static void *thread_main(void *arg)
{
    struct winbind_job *job = arg;
    const struct winbind_library *library = job->rest->library;
    struct winbind_context context = pool_take(library);

    job->answer = WBC_ERR_NO_MEMORY;
    if (context.ctx != NULL) {
        job->answer = job->run(job, library, context.ctx);
        pool_give(library, context,
                  job->answer != WBC_ERR_SUCCESS && job->answer != WBC_ERR_AUTH_ERROR);
    }
    finish(job);
    return NULL;
}

/* A thread inherits its signal mask: no signal of the host, nor the SIGPIPE of its own
 * writes, is delivered to it. A stack that is too small for the host's thread-local data
 * is EINVAL; then the default size. */
static int start_thread(struct winbind_job *job)
{
    pthread_attr_t attributes;
    pthread_t thread;
    sigset_t all;
    sigset_t old;
    const struct winbind_library *library = job->rest->library;
    int failed = pthread_attr_init(&attributes);

    if (failed != 0) {
        return failed;
    }
    (void)pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &old);
    failed = pthread_attr_setstacksize(
        &attributes,
        STACK_SIZE +
            (library->stack_taken != NULL ? library->stack_taken(&attributes) : 0));
    if (failed == 0) {
        failed = pthread_create(&thread, &attributes, thread_main, job);
    }
    if (failed == EINVAL) {
        (void)pthread_attr_destroy(&attributes);
        (void)pthread_attr_init(&attributes);
        (void)pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
        failed = pthread_create(&thread, &attributes, thread_main, job);
    }
    (void)pthread_sigmask(SIG_SETMASK, &old, NULL);
    (void)pthread_attr_destroy(&attributes);
    return failed;
}

/* Gives the job what its thread needs; a job that is asked again has it already. */
static enum winbind_outcome prepare(struct winbind_job *job)
{
    const struct winbind_library *library;
    const enum err e = winbind_library_open(&library);

    if (e != ERR_OK) {
        return e == ERR_NO_MEMORY ? WINBIND_NO_MEMORY : WINBIND_NO_LIBRARY_FOUND;
    }
    if (job->rest == NULL) {
        struct winbind_thread *rest = calloc(1, sizeof(*rest));

        if (rest == NULL || !cond_init(&rest->done)) {
            free(rest);
            return WINBIND_NO_MEMORY;
        }
        job->rest = rest;
    }
    job->rest->library = library;
    job->rest->is_done = false;
    return WINBIND_ANSWERED;
}

/* Waits for the thread, with the lock held. */
static enum winbind_outcome wait_for_answer(struct winbind_job **job,
                                            uint64_t deadline_ms)
{
    struct winbind_thread *rest = (*job)->rest;

    wait_for(&rest->done, &rest->is_done, deadline_ms);
    if (rest->is_done) {
        return WINBIND_ANSWERED;
    }
    rest->is_given_up = true;
    lane_give_up(rest->domain, winbind_clock_ms());
    serve_queue();
    *job = NULL;
    return WINBIND_LATE;
}

static enum winbind_outcome run_in_turn(struct winbind_job **job, uint64_t deadline_ms)
{
    enum winbind_outcome outcome = WINBIND_NO_THREAD;
    const enum winbind_admission admission = queue_up(*job, deadline_ms);
    int failed;

    if (admission != LANE_RUN) {
        return admission == LANE_CLOSED ? WINBIND_CLOSED : WINBIND_QUEUED;
    }
    winbind_unlock();
    failed = start_thread(*job);
    winbind_lock();
    if (failed == 0) {
        outcome = wait_for_answer(job, deadline_ms);
    } else {
        lane_end((*job)->rest->domain);
        serve_queue();
    }
    return outcome;
}

enum winbind_outcome winbind_call(struct winbind_job **job, uint64_t deadline_ms)
{
    enum winbind_outcome outcome = prepare(*job);

    if (outcome == WINBIND_ANSWERED) {
        winbind_lock();
        outcome = run_in_turn(job, deadline_ms);
        winbind_unlock();
    }
    return outcome;
}

static bool may_retry(enum winbind_outcome outcome, const struct winbind_job *job)
{
    return outcome == WINBIND_ANSWERED && job->answer == WBC_ERR_WINBIND_NOT_AVAILABLE &&
           winbind_pipe_right(NULL) != WINBIND_PIPE_NO_RIGHT;
}

enum winbind_outcome winbind_call_retrying(struct winbind_job **job, uint64_t deadline_ms)
{
    uint64_t next = winbind_clock_ms();
    const uint64_t last = deadline_ms < next + RETRIES_MS + LAST_CALL_MS
                              ? deadline_ms - LAST_CALL_MS
                              : next + RETRIES_MS;
    enum winbind_outcome outcome = winbind_call(job, deadline_ms);

    while (may_retry(outcome, *job) && (next = winbind_clock_ms() + RETRY_MS) < last) {
        winbind_sleep_until(next);
        outcome = winbind_call(job, deadline_ms);
    }
    return outcome;
}

int winbind_cancel_disable(void)
{
    int old = PTHREAD_CANCEL_ENABLE;

    (void)pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &old);
    return old;
}

void winbind_cancel_restore(const int *old)
{
    int unused;

    (void)pthread_setcancelstate(*old, &unused);
}
