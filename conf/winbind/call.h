/* SPDX-License-Identifier: ISC */
/* Calls of libwbclient, each in a thread of its own, and for a limited time. */
#ifndef CONF_WINBIND_CALL_H
#define CONF_WINBIND_CALL_H

#include "conf/winbind/library.h"
#include "conf/winbind/winbind.h"

/*
 * Why there are threads: libwbclient has no time-out and can block its caller for 305 s;
 * any signal with a handler ends its wait, and it lets SIGPIPE kill the process. The
 * threads that are made here block all signals, and use nothing that the caller owns.
 *
 * A call that is not answered in time is given up: its thread goes on, frees the job, and
 * ends. Limits keep a domain whose controller does not answer from delaying others. A
 * client chooses the domain, so the limits are those of lanes:
 *
 *   LOCAL   local accounts, and questions that winbindd answers by itself
 *   OWN     the machine's domain
 *   OTHER   each other domain that a client names, trusted or not
 */
enum winbind_lane {
    WINBIND_LANE_LOCAL,
    WINBIND_LANE_OWN,
    WINBIND_LANE_OTHER,
    WINBIND_N_LANES
};

/*
 * struct winbind_job: one question, the first member of a larger struct on the heap, with
 * copies of all that it needs.
 *
 *   run      asks, in the thread; alone uses ctx. May run several times, and then
 *            replaces its earlier answer.
 *   wipe     wipes and frees what the larger struct holds, in whichever thread; NULL if
 *            there is nothing
 *   lane, domain   the domain in upper case, for WINBIND_LANE_OTHER
 *   answer   what run returned
 *   rest     is winbind_call's own
 */
struct winbind_job {
    wbcErr (*run)(struct winbind_job *job, const struct winbind_library *library,
                  struct wbcContext *ctx);
    void (*wipe)(struct winbind_job *job);
    enum winbind_lane lane;
    char domain[WINBIND_TEXT_MAX + 1];
    wbcErr answer;
    struct winbind_thread *rest;
};

/* winbind_job_free: frees a job with the larger struct. WINBIND_JOB_AUTO: a local pointer
 * to a job, which is freed at the end of its scope unless it is NULL. */
void winbind_job_free(struct winbind_job *const *job);
#define WINBIND_JOB_AUTO __attribute__((cleanup(winbind_job_free))) struct winbind_job

enum winbind_outcome {
    WINBIND_ANSWERED,
    WINBIND_LATE,   /* given up: the job is no longer the caller's */
    WINBIND_CLOSED, /* not asked: too many calls of this domain were given up */
    WINBIND_QUEUED, /* not asked: other calls ran until the deadline */
    WINBIND_NO_THREAD,
    WINBIND_NO_MEMORY,
    WINBIND_NO_LIBRARY_FOUND, /* with a detail for ERR_NO_AUTHORITY */
};

/*
 * winbind_call: has the job run once, in its turn, and waits for its answer until the
 * deadline (winbind_clock_ms). *job becomes NULL if it is given up.
 * winbind_call_retrying: calls again every 20 ms while the answer is that winbindd is not
 * available and a retry may help, for three seconds at most. Nothing else is retried,
 * because a wrong password would count twice.
 */
enum winbind_outcome winbind_call(struct winbind_job **job, uint64_t deadline_ms);
enum winbind_outcome winbind_call_retrying(struct winbind_job **job,
                                           uint64_t deadline_ms);

/* winbind_clock_ms: CLOCK_MONOTONIC. winbind_sleep_until: sleeps, whatever signals come.
 */
uint64_t winbind_clock_ms(void);
void winbind_sleep_until(uint64_t ms);

/* WINBIND_UNCANCELLED_AUTO: in the scope of a variable that begins with
 * winbind_cancel_disable(), the thread is not cancelled. */
int winbind_cancel_disable(void);
void winbind_cancel_restore(const int *old);
#define WINBIND_UNCANCELLED_AUTO                                                         \
    __attribute__((cleanup(winbind_cancel_restore), unused)) const int

#endif
