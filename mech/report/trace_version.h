/* SPDX-License-Identifier: ISC */
/* The version of a trace's lines. */
#ifndef MECH_REPORT_TRACE_VERSION_H
#define MECH_REPORT_TRACE_VERSION_H

/*
 * Every process begins what it appends to a trace with the line "gss-negotiate trace
 * version=1", and so does whoever writes first into an emptied file. The number grows
 * when a reader of the lines before could misread the new ones; a new event, key or
 * verdict needs no new number.
 */
#define TRACE_HEAD    "gss-negotiate trace version="
#define TRACE_VERSION "1"

#endif
