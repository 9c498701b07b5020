/* SPDX-License-Identifier: ISC */
/* The parts that the diagram and the page have in common. */
#include "tools/trace_show.h"

#include <inttypes.h>

void trace_time_text(struct buf *out, uint64_t us)
{
    uint64_t s = us / 1000000;

    if (s >= 100000000) {
        buf_printf(out, "+%" PRIu64 " d", s / 86400);
    } else if (s >= 10000) {
        buf_printf(out, "+%" PRIu64 " s", s);
    } else if (s > 0) {
        buf_printf(out, "+%" PRIu64 ".%03" PRIu64 " s", s, us / 1000 % 1000);
    } else {
        buf_printf(out, "+%" PRIu64 ".%03" PRIu64 " ms", us / 1000, us % 1000);
    }
}

void trace_lane_text(struct buf *out, const struct trace_lane *lane)
{
    if (lane->pid.n == 0) {
        buf_append_text(out, "not in this trace");
        return;
    }
    buf_append_text(out, "process ");
    buf_append(out, lane->pid);
    buf_printf(out, ", context %" PRIu32, lane->context);
}
