/* SPDX-License-Identifier: ISC */
/* A trace's exchanges as pictures. */
#ifndef TOOLS_TRACE_SHOW_H
#define TOOLS_TRACE_SHOW_H

#include "tools/trace_model.h"

/*
 * trace_diagram: appends sequence diagrams of this many columns (from 60 on; more than
 * 120 are not used), in UTF-8 with box drawing, or in ASCII alone.
 */
void trace_diagram(struct buf *out, const struct trace_model *model, size_t width,
                   bool ascii);

/*
 * trace_page: appends a complete HTML page. Its Content-Security-Policy forbids scripts
 * and requests. It begins with TRACE_PAGE_MARK. source: the trace's name, as it is to be
 * shown.
 */
#define TRACE_PAGE_MARK "<!DOCTYPE html>\n<!-- gss-negotiate trace -->\n"
void trace_page(struct buf *out, const struct trace_model *model, const char *source);

/* trace_time_text: "+1.234 ms", in no more than TRACE_TIME_WIDTH columns. */
#define TRACE_TIME_WIDTH 11
void trace_time_text(struct buf *out, uint64_t us);

/* trace_lane_text: "process 3348, context 2", or that it is not in the trace. */
void trace_lane_text(struct buf *out, const struct trace_lane *lane);

#endif
