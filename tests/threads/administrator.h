/* SPDX-License-Identifier: ISC */
/* What an administrator does while threads log in. */
#ifndef TESTS_THREADS_ADMINISTRATOR_H
#define TESTS_THREADS_ADMINISTRATOR_H

#include <stdbool.h>

/*
 * administrator_begin: a thread that every few milliseconds replaces the users' file, and
 * the settings (which GSS_NEGOTIATE_CONFIG names; what they are at first stays in them),
 * and empties the trace (GSS_NEGOTIATE_TRACE) where it has grown. false if it cannot
 * begin. administrator_end: ends it; false if something could not be done.
 *
 * The audit goes to the socket that THREADS_LOG names instead of /dev/log.
 */
bool administrator_begin(const char *users);
bool administrator_end(void);

#endif
