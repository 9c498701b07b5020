/* SPDX-License-Identifier: ISC */
/* Builds the exchanges of a trace from its lines: their messages and decisions. */
#ifndef TOOLS_TRACE_MODEL_H
#define TOOLS_TRACE_MODEL_H

#include "tools/trace_read.h"

/* enum trace_side: the two lifelines. */
enum trace_side { SIDE_INITIATOR, SIDE_ACCEPTOR };
#define N_SIDES (SIDE_ACCEPTOR + 1)

/* enum trace_kind: a message, a note, or the good or bad end of one side's part. */
enum trace_kind { STEP_MESSAGE, STEP_NOTE, STEP_GOOD, STEP_BAD };

/*
 * struct trace_step: side: the sender of a message, or the side that a note or an end is
 * about. text: one line. tree: a message's token, on several lines. Both are printable,
 * but not escaped for HTML.
 */
struct trace_step {
    enum trace_kind kind;
    enum trace_side side;
    uint64_t at_us;   /* since the exchange began */
    struct buf about; /* a word that says what a note is about */
    struct buf text;
    struct buf tree;
};

/* struct trace_lane: one context of one process. */
struct trace_lane {
    struct bytes pid; /* a view into the text; empty: not in this trace */
    uint32_t context;
};

/* struct trace_exchange: one or both of its sides are in the trace. */
struct trace_exchange {
    struct trace_lane lanes[N_SIDES];
    struct bytes time; /* when it began */
    struct buf title;
    struct buf why_not_krb5; /* the first reason in the trace; may be empty */
    struct trace_step *steps;
    size_t n_steps;
    size_t cap_steps;
};

/*
 * struct trace_model: owns its exchanges. n_bad: the number of lines that are not trace
 * lines. has_version: a line names the version that this reader knows. other_version: a
 * version in the trace that this reader does not know, or empty. Unless it is empty, do
 * not show the model.
 */
struct trace_model {
    struct trace_exchange *exchanges;
    size_t n;
    size_t cap;
    size_t n_bad;
    bool has_version;
    struct bytes other_version; /* a view into the text */
};
#define TRACE_MODEL_INIT                                                                 \
    {                                                                                    \
        NULL, 0, 0, 0, false,                                                            \
        {                                                                                \
            NULL, 0                                                                      \
        }                                                                                \
    }

/* trace_model_read: reads a whole trace; text must outlive the model. ERR_NO_MEMORY. */
MUST_USE enum err trace_model_read(struct bytes text, struct trace_model *out);
void trace_model_cleanup(struct trace_model *model);

#endif
