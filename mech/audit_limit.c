/* SPDX-License-Identifier: ISC */
/* How many lines a cause may write. */
#include "mech/audit_limit.h"

/* A counter that stays at its end. */
static void count(struct audit_limit *limit, uint32_t n)
{
    uint32_t before = atomic_load(&limit->suppressed);
    uint32_t after;

    do {
        after = before > UINT32_MAX - n ? UINT32_MAX : before + n;
    } while (!atomic_compare_exchange_weak(&limit->suppressed, &before, after));
}

static bool take(struct audit_limit *limit, uint64_t now_ms)
{
    const uint64_t room_ms = (uint64_t)(AUDIT_BURST - 1) * AUDIT_INTERVAL_MS;
    uint64_t full_at = atomic_load(&limit->full_at_ms);
    uint64_t begin;

    do {
        begin = full_at > now_ms ? full_at : now_ms;
        if (begin - now_ms > room_ms) {
            return false;
        }
    } while (!atomic_compare_exchange_weak(&limit->full_at_ms, &full_at,
                                           begin + AUDIT_INTERVAL_MS));
    return true;
}

bool audit_limit_take(struct audit_limit *limit, uint64_t now_ms,
                      uint32_t *out_suppressed)
{
    *out_suppressed = 0;
    if (!take(limit, now_ms)) {
        count(limit, 1);
        return false;
    }
    *out_suppressed = atomic_exchange(&limit->suppressed, 0);
    return true;
}

void audit_limit_lost(struct audit_limit *limit, uint32_t suppressed)
{
    count(limit, suppressed);
    count(limit, 1);
}
