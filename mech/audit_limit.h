/* SPDX-License-Identifier: ISC */
/* How many lines a cause may write: a token bucket that counts what it keeps back. */
#ifndef MECH_AUDIT_LIMIT_H
#define MECH_AUDIT_LIMIT_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/* AUDIT_BURST lines at once, and AUDIT_INTERVAL_MS for each one after them. */
#define AUDIT_BURST       200
#define AUDIT_INTERVAL_MS 20

/*
 * struct audit_limit: zeroes are a full bucket. Without a lock: none can be held when
 * another thread forks. full_at_ms: when the bucket will be full again; each line moves
 * it on by an interval.
 */
struct audit_limit {
    _Atomic uint64_t full_at_ms;
    _Atomic uint32_t suppressed;
};

/* audit_limit_take: whether a line may be written now (by a clock that never goes back);
 * if so, how many were not written since the last one. Else this one is counted. */
bool audit_limit_take(struct audit_limit *limit, uint64_t now_ms,
                      uint32_t *out_suppressed);

/* audit_limit_lost: the line that take allowed, which was to tell of these, did not reach
 * anybody: they and it are counted again. */
void audit_limit_lost(struct audit_limit *limit, uint32_t suppressed);

#endif
