/* SPDX-License-Identifier: ISC */
/* What an administrator does while threads log in. */
#ifndef TESTS_THREADS_ADMINISTRATOR_H
#define TESTS_THREADS_ADMINISTRATOR_H

#include <stdbool.h>

/*
 * administrator_begin: starts a thread that every few milliseconds replaces the user file
 * and the settings (which GSS_NEGOTIATE_CONFIG names, and whose first contents stay in
 * them), and empties the trace (GSS_NEGOTIATE_TRACE) if it has grown. False if it cannot
 * start. administrator_end: ends the thread; false if it could not do something.
 */
bool administrator_begin(const char *users);
bool administrator_end(void);

#endif
