/* SPDX-License-Identifier: ISC */
/* How many lines a cause may write: a token bucket, and a table of the names that it has
 * written of. */
#ifndef MECH_REPORT_AUDIT_LIMIT_H
#define MECH_REPORT_AUDIT_LIMIT_H

#include "base/bytes.h"
#include "conf/lock.h"
#include "conf/siphash.h"

/* AUDIT_BURST lines at once, and AUDIT_INTERVAL_MS for each one after them. */
#define AUDIT_BURST       200
#define AUDIT_INTERVAL_MS 20

/* AUDIT_NAMES_MAX names are known in each period of AUDIT_PERIOD_MS. The table has twice
 * as many slots. */
#define AUDIT_NAMES_MAX 4096
#define AUDIT_N_SLOTS   ((size_t)2 * AUDIT_NAMES_MAX)
#define AUDIT_PERIOD_MS ((uint64_t)600 * 1000)

/* struct audit_slot: a name of this period, by its keyed hash. period: the number of the
 * period that the slot is taken in, so that a new one finds all slots free. */
struct audit_slot {
    uint64_t name;
    uint32_t period;
    uint32_t counted : 31; /* the batch of suppressed lines that it was counted in */
    uint32_t told : 1;     /* a line of it reached the log */
};

/*
 * struct audit_limit: a cause. Zeros are a full bucket and an empty table. It belongs to
 * one process: a child begins with zeros and a key of its own. A lock guards it that no
 * fork leaves taken (conf/lock.h). No memory is asked for.
 */
struct audit_limit {
    struct fork_lock lock;
    pid_t home;
    bool has_key;
    struct siphash_key key;
    uint64_t full_at_ms; /* when the bucket will be full again */
    uint32_t suppressed;
    uint32_t users;   /* of the suppressed lines */
    bool users_more;  /* and others, for which the table had no slot */
    uint32_t batch;   /* counts the lines that told of suppressed ones */
    uint64_t window;  /* the period by the clock */
    uint32_t period;  /* its number, from 1 on */
    uint32_t n_names; /* in the table */
    bool overflow_told;
    struct audit_slot slots[AUDIT_N_SLOTS];
};

/*
 * struct audit_told: what a line tells of those before it. users: how many different
 * names the suppressed lines had, those of each period counted anew; users_more: and more
 * of them, for which the table had no room. overflow: this name, which had to be sure of
 * a line, is the first of the period that found no room. batch is audit_limit_lost's.
 */
struct audit_told {
    uint32_t suppressed;
    uint32_t users;
    bool users_more;
    bool overflow;
    uint32_t batch;
};

/*
 * audit_limit_take: whether a line about this name may be written now (by a clock that
 * never goes back). It may if the bucket has room, and, with first_is_sure, if no line of
 * the name reached the log in this period; one that the table has no room for is left to
 * the bucket. If so, out tells what was suppressed since the last line; else this one is
 * counted, and only out->overflow is set.
 */
bool audit_limit_take(struct audit_limit *limit, uint64_t now_ms, struct bytes name,
                      bool first_is_sure, struct audit_told *out);

/* audit_limit_lost: the line about this name that take allowed, which was to tell of
 * these, did not reach anybody: they and it are counted again, and the next line of the
 * name is again its first. */
void audit_limit_lost(struct audit_limit *limit, struct bytes name,
                      const struct audit_told *told);

#endif
