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
 * trace_page: appends one HTML page that needs and asks for nothing else: its policy
 * forbids scripts and requests. It begins with TRACE_PAGE_MARK. source: the trace's name,
 * as it is to be shown.
 */
#define TRACE_PAGE_MARK "<!DOCTYPE html>\n<!-- gss-negotiate trace -->\n"
void trace_page(struct buf *out, const struct trace_model *model, const char *source);

#endif
