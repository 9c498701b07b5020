/* SPDX-License-Identifier: ISC */
/* How many calls of winbind may run at once, and for which domains. */
#ifndef CONF_WINBIND_LANE_H
#define CONF_WINBIND_LANE_H

#include "conf/winbind/call.h"

/*
 * The functions below count; the caller holds one lock over all of them. lane.c
 * has the limits: of all calls that run, of those of one lane and of one domain; and,
 * counted apart, of calls that were given up and whose threads still wait.
 *
 * A domain of which four calls were given up is closed for ten seconds, and as long as
 * there are four of them. It opens at once when one of them is answered after all. A
 * domain that has a call that was given up gets no more than four threads in all. Calls
 * that ran before can exceed the four; there are never more than 32 threads.
 */

/* struct winbind_domain: the counts of one domain of a lane. */
struct winbind_domain;

/* lane_admit: counts a call as running and gives its domain. LANE_WAIT: not now;
 * LANE_CLOSED: not before calls that were given up have ended, or their time is over. */
enum winbind_admission { LANE_RUN, LANE_WAIT, LANE_CLOSED };
enum winbind_admission lane_admit(enum winbind_lane lane, const char *domain,
                                  uint64_t now_ms, struct winbind_domain **out);

/* lane_end: a running call has ended. lane_give_up: its caller stops waiting.
 * lane_end_late: a call that was given up has ended; answered: winbindd or a domain
 * controller answered it. */
void lane_end(struct winbind_domain *domain);
void lane_give_up(struct winbind_domain *domain, uint64_t now_ms);
void lane_end_late(struct winbind_domain *domain, bool answered);

/* lane_reset: forgets all calls: in a forked child none of them exists. */
void lane_reset(void);

#endif
