/* SPDX-License-Identifier: ISC */
/* gss-negotiate try: prints the decisions that the module writes to the trace. */
#ifndef TOOLS_TRY_WHY_H
#define TOOLS_TRY_WHY_H

/* try_why_begin: turns the trace on, into a temporary file; to be called before the first
 * GSS-API call. Does nothing if the user has set GSS_NEGOTIATE_TRACE. try_why_print:
 * prints the decisions since the last call, one on each line. try_why_end: removes the
 * file. */
void try_why_begin(void);
void try_why_print(void);
void try_why_end(void);

#endif
