/* SPDX-License-Identifier: ISC */
/* The lines of the trace that begin and end a leg. */
#ifndef MECH_API_STEP_TRACE_H
#define MECH_API_STEP_TRACE_H

#include "mech/api/step.h"

/* struct step_trace: one leg, from its begin to its end; on its entry's stack. */
struct step_trace {
    bool on;
    unsigned outer; /* the context of the leg around this one, of a nested call */
    uint64_t began_us;
    gss_ctx_id_t *handle;
};

/* step_trace_init, step_trace_accept: the line of the call, whose context is there.
 * step_trace_end: the line of what it came to; returns major. The detail that
 * gss_display_status is to tell stays. */
void step_trace_init(struct step_trace *trace, const struct init_call *call);
void step_trace_accept(struct step_trace *trace, const struct accept_call *call);
OM_uint32 step_trace_end(const struct step_trace *trace, OM_uint32 major,
                         const struct step_result *result);

#endif
