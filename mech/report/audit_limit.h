/* SPDX-License-Identifier: ISC */
/* Limits the audit lines of one cause: a token bucket, and a table of names. */
#ifndef MECH_REPORT_AUDIT_LIMIT_H
#define MECH_REPORT_AUDIT_LIMIT_H

#include "base/bytes.h"
#include "conf/lock.h"
#include "conf/siphash.h"

/* A cause may write AUDIT_BURST lines at once, and after them one line in each
 * AUDIT_INTERVAL_MS. */
#define AUDIT_BURST       200
#define AUDIT_INTERVAL_MS 20

/* The table holds AUDIT_NAMES_MAX names in each period of AUDIT_PERIOD_MS. It has twice
 * as many slots. */
#define AUDIT_NAMES_MAX 4096
#define AUDIT_N_SLOTS   ((size_t)2 * AUDIT_NAMES_MAX)
#define AUDIT_PERIOD_MS ((uint64_t)600 * 1000)

/* struct audit_slot: a name, by its keyed hash. period: the number of the period in which
 * the slot was taken; in a later period the slot is free. */
struct audit_slot {
    uint64_t name;
    uint32_t period;
    uint32_t counted : 31;    /* the batch of suppressed lines that it was counted in */
    uint32_t is_reported : 1; /* a line with this name reached the log */
};

/*
 * struct audit_limit: the state of one cause. Zeros are a full bucket and an empty table.
 * It belongs to one process: a forked child begins with zeros and its own key. The lock
 * can be taken in a child even if a thread of the parent held it during the fork
 * (conf/lock.h). Nothing is allocated.
 */
struct audit_limit {
    struct fork_lock lock;
    pid_t home;
    bool has_key;
    struct siphash_key key;
    uint64_t full_at_ms; /* when the bucket will be full again */
    uint32_t suppressed;
    uint32_t users;   /* different names in the suppressed lines */
    bool users_more;  /* and more names, for which the table had no slot */
    uint32_t batch;   /* counts the lines that reported suppressed ones */
    uint64_t window;  /* the period by the clock */
    uint32_t period;  /* its number, from 1 on */
    uint32_t n_names; /* in the table */
    bool overflow_reported;
    struct audit_slot slots[AUDIT_N_SLOTS];
};

/*
 * struct audit_suppressed: the lines that were suppressed before a line, which reports
 * them. users: how many different names they had; a name is counted again in each period.
 * users_more: there were more names than the table holds. overflow: this is the first
 * name of the period for which the table has no slot, and whose first line should be
 * certain. batch is for audit_limit_lost.
 */
struct audit_suppressed {
    uint32_t lines;
    uint32_t users;
    bool users_more;
    bool overflow;
    uint32_t batch;
};

/*
 * audit_limit_admit: whether a line with this name may be written now. now_ms is of a
 * clock that never goes back. The line may be written if the bucket has a token. With
 * first_is_sure it may also be written if no line with this name has reached the log in
 * this period and the table has a slot for the name. If it may, out holds what was
 * suppressed since the last line. If not, the line is counted as suppressed, and only
 * out->overflow is set.
 */
bool audit_limit_admit(struct audit_limit *limit, uint64_t now_ms, struct bytes name,
                       bool first_is_sure, struct audit_suppressed *out);

/* audit_limit_lost: a line that audit_limit_admit allowed could not be written. It, and
 * the suppressed lines that it was to report, are counted again; the next line with this
 * name is again the first one. */
void audit_limit_lost(struct audit_limit *limit, struct bytes name,
                      const struct audit_suppressed *suppressed);

#endif
