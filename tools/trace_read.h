/* SPDX-License-Identifier: ISC */
/* Parses the lines of a trace; the file is not trusted. */
#ifndef TOOLS_TRACE_READ_H
#define TOOLS_TRACE_READ_H

#include "base/buf.h"

/* TRACE_READ_MAX: a larger trace is refused. */
#define TRACE_READ_MAX ((size_t)256 << 20)

/*
 * struct trace_event: one line in the form that mech/report/trace.h describes. All
 * members are views into the text. time_us counts from 1970. fields: the rest of the
 * line, whose form was checked.
 */
struct trace_event {
    uint64_t time_us;
    struct bytes time;
    struct bytes process; /* PID.TID, as "3348.3348" */
    uint32_t context;     /* 0: the line belongs to no context */
    struct bytes name;
    struct bytes fields;
};

/* trace_event_parse: parses a line without its end. False if the line does not have the
 * form that the module writes; do not show any of it then. */
bool trace_event_parse(struct bytes line, struct trace_event *out);

/* trace_version_parse: whether the line names the version of the lines after it. */
bool trace_version_parse(struct bytes line, struct bytes *out_version);

/*
 * trace_event_raw: the value of a field as it is in the trace, with its quotes; empty if
 * there is no such field. trace_event_get: appends the value without quotes as one line
 * of text: control characters stay escaped, and a newline becomes a blank.
 * trace_event_is: whether the field has this value, without quotes. trace_event_number:
 * the value as a number; 0 if it is none.
 */
struct bytes trace_event_raw(const struct trace_event *event, const char *key);
void trace_event_get(const struct trace_event *event, const char *key, struct buf *out);
bool trace_event_is(const struct trace_event *event, const char *key, const char *value);
uint64_t trace_event_number(const struct trace_event *event, const char *key);

/* trace_event_message: the fields of the event's message, from bytes= to the end of the
 * line, for comparing two events; empty if it has no message. */
struct bytes trace_event_message(const struct trace_event *event);

/* trace_number_parse: reads a text of decimal digits alone. False for any other text, or
 * if the number is too large. */
bool trace_number_parse(struct bytes text, uint64_t *out);

/* trace_event_pid: the process id, without the thread id. */
struct bytes trace_event_pid(const struct trace_event *event);

#endif
