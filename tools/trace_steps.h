/* SPDX-License-Identifier: ISC */
/* Turns the lines of one exchange into its steps. */
#ifndef TOOLS_TRACE_STEPS_H
#define TOOLS_TRACE_STEPS_H

#include "tools/trace_model.h"

/*
 * struct step_builder: the state while the steps of one exchange are built. sent: the
 * last message that each side sent (a view into the text), so that its arrival at the
 * other side is not shown as a second message.
 */
struct step_builder {
    struct trace_exchange *exchange;
    uint64_t began_us;
    struct bytes sent[N_SIDES];
};

/* step_builder_add: appends the steps of an event of this side. ERR_NO_MEMORY. */
MUST_USE enum err step_builder_add(struct step_builder *builder, enum trace_side side,
                                   const struct trace_event *event);

/* trace_title: sets the title of the exchange, from the first call of this side. */
void trace_title(struct trace_exchange *exchange, enum trace_side side,
                 const struct trace_event *call);

#endif
