/* SPDX-License-Identifier: ISC */
/* How many calls of winbind may run at once, and for which domains. */
#include "conf/winbind/lane.h"

#include <string.h>

/* All calls that run, of every lane. */
#define RUNNING_MAX 16
/* All calls: those that run, and those that were given up and still wait. */
#define THREADS_MAX 32

#define CLOSED_MS   10000

/*
 * OWN and OTHER together leave two places for local accounts, whose calls take about a
 * millisecond. One other domain, which a client can name by its DNS name too, leaves two
 * places to the others, and closes none of them. More would gain nothing: winbindd sends
 * the logins of one domain to its controller one after the other, unless "winbind max
 * domain connections" is set.
 */
static const struct {
    unsigned running;
    unsigned running_of_one;
    unsigned given_up;
    unsigned given_up_of_one;
} limits[WINBIND_N_LANES] = {
    [WINBIND_LANE_LOCAL] = {16, 16, 4, 4},
    [WINBIND_LANE_OWN] = {8, 8, 4, 4},
    [WINBIND_LANE_OTHER] = {6, 2, 12, 4},
};

struct winbind_domain {
    enum winbind_lane lane;
    char name[WINBIND_TEXT_MAX + 1]; /* in upper case; of OTHER only */
    unsigned n_running;
    unsigned n_given_up;
    uint64_t closed_until_ms;
};

/* LOCAL and OWN are one domain each. Of the others at most 14 have calls. */
#define FIRST_OTHER WINBIND_LANE_OTHER
#define N_DOMAINS   32
static struct winbind_domain domains[N_DOMAINS];

static struct {
    unsigned n_running;
    unsigned n_given_up;
} lanes[WINBIND_N_LANES];
static unsigned n_running;
static unsigned n_given_up;

/* The domain's counts. A domain without any takes the place of the one that has no calls
 * and has been open for the longest time. */
static struct winbind_domain *find(enum winbind_lane lane, const char *name)
{
    struct winbind_domain *idle = NULL;

    if (lane != WINBIND_LANE_OTHER) {
        domains[lane].lane = lane;
        return &domains[lane];
    }
    for (size_t i = FIRST_OTHER; i < N_DOMAINS; i++) {
        struct winbind_domain *d = &domains[i];

        if (strcmp(d->name, name) == 0) {
            d->lane = lane;
            return d;
        }
        if (d->n_running == 0 && d->n_given_up == 0 &&
            (idle == NULL || d->closed_until_ms < idle->closed_until_ms)) {
            idle = d;
        }
    }
    if (idle != NULL) {
        *idle = (struct winbind_domain){.lane = lane};
        memcpy(idle->name, name, strnlen(name, WINBIND_TEXT_MAX));
    }
    return idle;
}

static bool is_closed(const struct winbind_domain *d, uint64_t now_ms)
{
    return now_ms < d->closed_until_ms ||
           d->n_given_up >= limits[d->lane].given_up_of_one ||
           lanes[d->lane].n_given_up >= limits[d->lane].given_up;
}

static bool is_full(const struct winbind_domain *d)
{
    if (d->n_given_up > 0 &&
        d->n_running + d->n_given_up >= limits[d->lane].given_up_of_one) {
        return true;
    }
    return n_running >= RUNNING_MAX || n_running + n_given_up >= THREADS_MAX ||
           d->n_running >= limits[d->lane].running_of_one ||
           lanes[d->lane].n_running >= limits[d->lane].running;
}

enum winbind_admission lane_admit(enum winbind_lane lane, const char *domain,
                                  uint64_t now_ms, struct winbind_domain **out)
{
    struct winbind_domain *d = find(lane, domain);

    *out = NULL;
    if (d == NULL) {
        return LANE_WAIT;
    }
    if (is_closed(d, now_ms)) {
        return LANE_CLOSED;
    }
    if (is_full(d)) {
        return LANE_WAIT;
    }
    n_running++;
    lanes[lane].n_running++;
    d->n_running++;
    *out = d;
    return LANE_RUN;
}

void lane_end(struct winbind_domain *domain)
{
    n_running--;
    lanes[domain->lane].n_running--;
    domain->n_running--;
}

void lane_give_up(struct winbind_domain *domain, uint64_t now_ms)
{
    lane_end(domain);
    n_given_up++;
    lanes[domain->lane].n_given_up++;
    if (++domain->n_given_up >= limits[domain->lane].given_up_of_one) {
        domain->closed_until_ms = now_ms + CLOSED_MS;
    }
}

void lane_end_late(struct winbind_domain *domain, bool answered)
{
    n_given_up--;
    lanes[domain->lane].n_given_up--;
    domain->n_given_up--;
    if (answered) {
        domain->closed_until_ms = 0;
    }
}

void lane_reset(void)
{
    memset(domains, 0, sizeof(domains));
    memset(lanes, 0, sizeof(lanes));
    n_running = 0;
    n_given_up = 0;
}
