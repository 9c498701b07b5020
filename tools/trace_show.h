/* SPDX-License-Identifier: ISC */
/* Shows the exchanges of a trace as a diagram or as a page. */
#ifndef TOOLS_TRACE_SHOW_H
#define TOOLS_TRACE_SHOW_H

#include "tools/trace_model.h"

/*
 * trace_diagram: appends sequence diagrams that are width columns wide, from 60 up to
 * 120. They are drawn in UTF-8 with box-drawing characters, or in ASCII alone.
 */
void trace_diagram(struct buf *out, const struct trace_model *model, size_t width,
                   bool ascii);

/*
 * trace_page: appends a complete HTML page, which begins with TRACE_PAGE_MARK. Its
 * Content-Security-Policy forbids scripts and requests. source: the name of the trace
 * that the page shows.
 */
#define TRACE_PAGE_MARK "<!DOCTYPE html>\n<!-- gss-negotiate trace -->\n"
void trace_page(struct buf *out, const struct trace_model *model, const char *source);

/* trace_time_text: appends a time such as "+1.234 ms", in at most TRACE_TIME_WIDTH
 * columns. */
#define TRACE_TIME_WIDTH 11
void trace_time_text(struct buf *out, uint64_t us);

/* trace_lane_text: appends "process 3348, context 2" or "not in this trace". */
void trace_lane_text(struct buf *out, const struct trace_lane *lane);

#endif
