/* SPDX-License-Identifier: ISC */
/* The lines of the trace that begin and end a leg. */
#ifndef MECH_API_STEP_TRACE_H
#define MECH_API_STEP_TRACE_H

#include "mech/api/step.h"

/* struct leg_trace: one leg, from its begin to its end; on its entry's stack. */
struct leg_trace {
    bool on;
    unsigned outer; /* the context of the leg around this one, of a nested call */
    uint64_t began_us;
    gss_ctx_id_t *handle;
};

/* leg_trace_init, leg_trace_accept: the line of the call, whose context is there.
 * leg_trace_end: the line of what it came to; returns major. The detail that
 * gss_display_status is to tell stays. */
void leg_trace_init(struct leg_trace *trace, const struct init_call *call);
void leg_trace_accept(struct leg_trace *trace, const struct accept_call *call);
OM_uint32 leg_trace_end(const struct leg_trace *trace, OM_uint32 major,
                        const struct leg_result *result);

#endif
