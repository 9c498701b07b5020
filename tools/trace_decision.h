/* SPDX-License-Identifier: ISC */
/* The decisions in a trace as sentences. */
#ifndef TOOLS_TRACE_DECISION_H
#define TOOLS_TRACE_DECISION_H

#include "tools/trace_read.h"

/* trace_decision_text: appends the sentence of a decision. It has all keys of the event
 * except error. False if the event is not a decision. A verdict that this version does
 * not know is shown as it is in the trace. */
bool trace_decision_text(struct buf *out, const struct trace_event *event);

/* trace_decision_is_against_krb5: whether the decision is a reason why Kerberos was not
 * used. */
bool trace_decision_is_against_krb5(const struct trace_event *event);

#endif
