/* SPDX-License-Identifier: ISC */
/* Limits the audit lines of one cause. */
#include "mech/report/audit_limit.h"

#include "base/failure.h"
#include "base/process.h"
#include "ntlm/crypto.h"

#include <string.h>

/* Adds to a counter that stays at its maximum. */
static void count(uint32_t *counter, uint32_t n)
{
    *counter = *counter > UINT32_MAX - n ? UINT32_MAX : *counter + n;
}

/* Starts afresh in a forked child, and empties the table when a period begins. The parent
 * itself reports the lines that it suppressed before the fork. */
static void enter(struct audit_limit *limit, uint64_t now_ms)
{
    const pid_t me = process_id();
    const uint64_t window = now_ms / AUDIT_PERIOD_MS;

    if (limit->home != me) {
        FAILURE_AUTO saved = *failure_last(); /* crypto_random's failure is discarded */

        limit->home = me;
        limit->has_key = crypto_random(&limit->key, sizeof(limit->key)) == ERR_OK;
        limit->full_at_ms = 0;
        limit->suppressed = 0;
        limit->users = 0;
        limit->users_more = false;
        limit->window = UINT64_MAX; /* none: a new period begins below */
    }
    if (limit->window != window) {
        limit->window = window;
        limit->period++;
        limit->n_names = 0;
        limit->overflow_reported = false;
    }
}

/* The slot of a name, or a new one. NULL if the table is full or there is no key. */
static struct audit_slot *find_slot(struct audit_limit *limit, struct bytes name)
{
    const uint64_t hash = siphash(&limit->key, name);
    struct audit_slot *slot = NULL;

    for (size_t i = 0; limit->has_key && i < AUDIT_N_SLOTS; i++) {
        slot = &limit->slots[(hash + i) % AUDIT_N_SLOTS];
        if (slot->period != limit->period) {
            break;
        }
        if (slot->name == hash) {
            return slot;
        }
    }
    if (slot == NULL || limit->n_names == AUDIT_NAMES_MAX) {
        return NULL;
    }
    limit->n_names++;
    *slot = (struct audit_slot){.name = hash, .period = limit->period};
    return slot;
}

/* Takes one token from the bucket. Returns false if the bucket is empty. */
static bool consume_token(struct audit_limit *limit, uint64_t now_ms)
{
    const uint64_t room_ms = (uint64_t)(AUDIT_BURST - 1) * AUDIT_INTERVAL_MS;
    const uint64_t begin = limit->full_at_ms > now_ms ? limit->full_at_ms : now_ms;

    if (begin - now_ms > room_ms) {
        return false;
    }
    limit->full_at_ms = begin + AUDIT_INTERVAL_MS;
    return true;
}

/* The number of a batch has 31 bits and begins at 1: 0 in a slot means none. */
static uint32_t batch_of(const struct audit_limit *limit)
{
    return (limit->batch & 0x3fffffff) + 1;
}

/* Counts a suppressed line, and its name once in each batch. */
static void suppress(struct audit_limit *limit, struct audit_slot *slot)
{
    count(&limit->suppressed, 1);
    if (slot == NULL) {
        limit->users_more = true;
    } else if (slot->counted != batch_of(limit)) {
        slot->counted = batch_of(limit) & 0x7fffffff;
        limit->users++;
    }
}

/* Decides what audit_limit_admit returns, under the lock. */
static bool judge(struct audit_limit *limit, uint64_t now_ms, struct bytes name,
                  bool first_is_sure, struct audit_suppressed *out)
{
    struct audit_slot *slot = find_slot(limit, name);
    const bool is_first = slot != NULL && !slot->is_reported;

    if (first_is_sure && slot == NULL && limit->has_key && !limit->overflow_reported) {
        limit->overflow_reported = true;
        out->overflow = true;
    }
    if (!consume_token(limit, now_ms) && !(first_is_sure && is_first)) {
        suppress(limit, slot);
        return false;
    }
    if (slot != NULL) {
        slot->is_reported = 1;
    }
    /* move the counters to out, and begin the next batch */
    out->lines = limit->suppressed;
    out->users = limit->users;
    out->users_more = limit->users_more;
    out->batch = limit->batch;
    limit->suppressed = 0;
    limit->users = 0;
    limit->users_more = false;
    limit->batch++;
    return true;
}

bool audit_limit_admit(struct audit_limit *limit, uint64_t now_ms, struct bytes name,
                       bool first_is_sure, struct audit_suppressed *out)
{
    bool may;

    memset(out, 0, sizeof(*out));
    /* counters that a fork left inconsistent do no harm in the child */
    (void)fork_lock_acquire(&limit->lock);
    enter(limit, now_ms);
    may = judge(limit, now_ms, name, first_is_sure, out);
    fork_lock_release(&limit->lock);
    return may;
}

void audit_limit_lost(struct audit_limit *limit, struct bytes name,
                      const struct audit_suppressed *suppressed)
{
    struct audit_slot *slot;

    (void)fork_lock_acquire(&limit->lock);
    if (limit->suppressed == 0 && limit->batch == suppressed->batch + 1) {
        limit->batch = suppressed->batch; /* its names are counted in it already */
    }
    count(&limit->suppressed, suppressed->lines);
    count(&limit->users, suppressed->users);
    limit->users_more = limit->users_more || suppressed->users_more;
    slot = find_slot(limit, name);
    if (slot != NULL) {
        slot->is_reported = 0;
    }
    suppress(limit, slot);
    fork_lock_release(&limit->lock);
}
