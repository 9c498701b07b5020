/* SPDX-License-Identifier: ISC */
/* gss-negotiate try: the mechanism's decisions, as it traces them. */
#ifndef TOOLS_TRY_WHY_H
#define TOOLS_TRY_WHY_H

/* try_why_begin: turns the trace on, into a temporary file; call it before the first
 * GSS-API call. Does nothing if the user has set GSS_NEGOTIATE_TRACE. try_why_print:
 * prints the decisions since the last time, one a line. try_why_end: removes the file. */
void try_why_begin(void);
void try_why_print(void);
void try_why_end(void);

#endif
