/* SPDX-License-Identifier: ISC */
/* The locks that are held across what many threads share, safe across fork. */
#ifndef CONF_LOCK_H
#define CONF_LOCK_H

/*
 * LOCK_BUILD: held while a file is read anew, by the one thread that does it for all.
 * LOCK_SWAP: held for a few instructions, to take or replace a pointer to what was built;
 * the only one on the way of a login whose files did not change. LOCK_TRACE: held
 * while a line of the trace is written. BUILD is taken before SWAP, and TRACE last. A
 * fork waits for all, so that a child never inherits one that somebody holds.
 */
enum lock { LOCK_BUILD, LOCK_SWAP, LOCK_TRACE };

void lock_take(enum lock which);
void lock_give(enum lock which);

#endif
