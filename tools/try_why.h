/* SPDX-License-Identifier: ISC */
/* gss-negotiate try: the mechanism's decisions, as it traces them. */
#ifndef TOOLS_TRY_WHY_H
#define TOOLS_TRY_WHY_H

/* try_why_begin: traces into a file of ours, before the first GSS-API call; not if the
 * user has one (GSS_NEGOTIATE_TRACE). try_why_print: what was decided since the last
 * time, a line each. try_why_end: removes the file. */
void try_why_begin(void);
void try_why_print(void);
void try_why_end(void);

#endif
