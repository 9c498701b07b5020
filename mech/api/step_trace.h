/* SPDX-License-Identifier: ISC */
/* The lines of the trace at the beginning and the end of a step. */
#ifndef MECH_API_STEP_TRACE_H
#define MECH_API_STEP_TRACE_H

#include "mech/api/step.h"

/* struct step_trace: one step from its beginning to its end, on the stack of the call. */
struct step_trace {
    bool on;
    unsigned outer; /* the context of the step around this one, if this call is nested */
    uint64_t began_us;
    gss_ctx_id_t *handle;
};

/* step_trace_init, step_trace_accept: write the line of the call, which has its context.
 * step_trace_end: writes the line of its results; returns major. The detail for
 * gss_display_status stays as it is. */
void step_trace_init(struct step_trace *trace, const struct init_call *call);
void step_trace_accept(struct step_trace *trace, const struct accept_call *call);
OM_uint32 step_trace_end(const struct step_trace *trace, OM_uint32 major,
                         const struct step_result *result);

#endif
