/* SPDX-License-Identifier: ISC */
/* The version of the trace's format. */
#ifndef MECH_REPORT_TRACE_VERSION_H
#define MECH_REPORT_TRACE_VERSION_H

/*
 * Every process writes the line "gss-negotiate trace version=1" before its first line in
 * a trace, and again when it finds the file emptied. The number grows when a reader for
 * the old lines could misread the new ones; a new event, key or verdict needs no new
 * number.
 */
#define TRACE_HEAD    "gss-negotiate trace version="
#define TRACE_VERSION "1"

#endif
