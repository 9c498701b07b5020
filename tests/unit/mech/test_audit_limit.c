/* SPDX-License-Identifier: ISC */
/* The limit of the audit's lines, with a clock of the test's own. */
#include "mech/report/audit_limit.h"

#include "tests/lib/harness.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define START_MS ((uint64_t)1000)

static struct audit_limit limit;
static struct audit_suppressed suppressed;

static bool take(const char *name, bool is_good, uint64_t now_ms)
{
    return audit_limit_admit(&limit, now_ms, bytes_str(name), is_good, &suppressed);
}

static unsigned take_many(unsigned n, uint64_t now_ms)
{
    unsigned taken = 0;

    for (unsigned i = 0; i < n; i++) {
        taken += take("alice", false, now_ms);
    }
    return taken;
}

TEST(a_burst_and_no_more)
{
    ck_assert_uint_eq(take_many(100000, START_MS), AUDIT_BURST);
    ck_assert_uint_eq(take_many(100, START_MS + AUDIT_INTERVAL_MS - 1), 0);
}

TEST(then_one_for_each_interval)
{
    (void)take_many(AUDIT_BURST, START_MS);
    for (unsigned i = 1; i < 100; i++) {
        ck_assert_uint_eq(take_many(5, START_MS + i * AUDIT_INTERVAL_MS), 1);
    }
}

TEST(a_rest_fills_it_again_and_not_more)
{
    (void)take_many(AUDIT_BURST, START_MS);
    ck_assert_uint_eq(take_many(1000, START_MS + 10 * AUDIT_INTERVAL_MS), 10);
    ck_assert_uint_eq(take_many(1000, UINT64_C(1) << 62), AUDIT_BURST);
}

TEST(suppressed_lines_are_reported_once)
{
    (void)take_many(AUDIT_BURST + 7, START_MS);
    ck_assert(take("alice", false, START_MS + AUDIT_INTERVAL_MS));
    ck_assert_uint_eq(suppressed.lines, 7);
    ck_assert(take("alice", false, START_MS + 2 * AUDIT_INTERVAL_MS));
    ck_assert_uint_eq(suppressed.lines, 0);
}

TEST(a_line_that_was_lost_counts_too)
{
    (void)take_many(AUDIT_BURST + 7, START_MS);
    ck_assert(take("alice", false, START_MS + AUDIT_INTERVAL_MS));
    audit_limit_lost(&limit, bytes_str("alice"), &suppressed);
    ck_assert(take("alice", false, START_MS + 2 * AUDIT_INTERVAL_MS));
    ck_assert_uint_eq(suppressed.lines, 8);
}

TEST(the_count_stays_at_its_end)
{
    const struct audit_suppressed many = {.lines = UINT32_MAX - 3,
                                          .users = UINT32_MAX - 3};

    ck_assert(take("alice", false, START_MS));
    audit_limit_lost(&limit, bytes_str("alice"), &many);
    audit_limit_lost(&limit, bytes_str("bob"), &many);
    ck_assert(take("alice", false, START_MS));
    ck_assert_uint_eq(suppressed.lines, UINT32_MAX);
}

/* Takes lines while the clock stands still, so that the bucket gets no new tokens. */
static void *take_some(void *arg)
{
    unsigned *out = arg;

    for (unsigned i = 0; i < 10000; i++) {
        struct audit_suppressed unused;

        *out += audit_limit_admit(&limit, START_MS, bytes_str("alice"), false, &unused);
    }
    return NULL;
}

TEST(threads_share_it)
{
    pthread_t threads[4];
    unsigned taken[4] = {0};
    unsigned sum = 0;

    for (int i = 0; i < 4; i++) {
        ck_assert_int_eq(pthread_create(&threads[i], NULL, take_some, &taken[i]), 0);
    }
    for (int i = 0; i < 4; i++) {
        ck_assert_int_eq(pthread_join(threads[i], NULL), 0);
        sum += taken[i];
    }
    ck_assert_uint_eq(sum, AUDIT_BURST);
}

static void empty(uint64_t now_ms)
{
    while (take("mallory", false, now_ms)) {
        continue;
    }
}

/* The first line of a name is written, however many lines others had, once in each period
 * and for each name. */
TEST(the_first_of_a_name_is_sure)
{
    const uint64_t next = START_MS + AUDIT_PERIOD_MS;

    empty(START_MS);
    ck_assert(take("alice", true, START_MS));
    ck_assert(!take("alice", true, START_MS));
    ck_assert(take("bob", true, START_MS));
    ck_assert(!take("bob", true, START_MS));
    ck_assert(!take("carol", false, START_MS));
    empty(next);
    ck_assert(take("alice", true, next));
    ck_assert(!take("alice", true, next));
}

/* A line that the bucket allowed counts as the first line of its name. */
TEST(a_line_within_the_bucket_counts)
{
    ck_assert(take("alice", true, START_MS));
    empty(START_MS);
    ck_assert(!take("alice", true, START_MS));
}

TEST(a_first_that_was_lost_is_tried_again)
{
    empty(START_MS);
    for (int i = 0; i < 3; i++) {
        ck_assert(take("alice", true, START_MS));
        audit_limit_lost(&limit, bytes_str("alice"), &suppressed);
    }
    ck_assert(take("alice", true, START_MS));
    ck_assert_uint_eq(suppressed.lines,
                      4); /* one line of mallory, and one of this user */
    ck_assert_uint_eq(suppressed.users, 2);
    ck_assert(!take("alice", true, START_MS));
}

static const char *numbered(unsigned i)
{
    static char name[16];

    (void)snprintf(name, sizeof(name), "user %u", i);
    return name;
}

TEST(how_many_users_is_reported)
{
    empty(START_MS);
    for (unsigned i = 0; i < 1000; i++) {
        ck_assert(!take(numbered(i % 7), false, START_MS));
    }
    ck_assert(take("alice", true, START_MS));
    ck_assert_uint_eq(suppressed.lines, 1001);
    ck_assert_uint_eq(suppressed.users, 8);
    ck_assert(!suppressed.users_more);
    ck_assert(!take("mallory", false, START_MS));
    ck_assert(take("bob", true, START_MS));
    ck_assert_uint_eq(suppressed.lines, 1);
    ck_assert_uint_eq(suppressed.users, 1);
}

/* The first line of each name that the table holds is written. A further name depends on
 * the bucket, and the overflow is reported once in a period. */
TEST(a_table_that_overflows)
{
    unsigned n_overflows = 0;

    empty(START_MS);
    for (unsigned i = 1; i < AUDIT_NAMES_MAX; i++) { /* mallory has a slot already */
        ck_assert(take(numbered(i), true, START_MS));
        ck_assert(!suppressed.overflow);
    }
    for (unsigned i = 0; i < 100; i++) {
        ck_assert(!take(numbered(AUDIT_NAMES_MAX + i), true, START_MS));
        n_overflows += suppressed.overflow;
    }
    ck_assert_uint_eq(n_overflows, 1);
    ck_assert(!take(numbered(1), true, START_MS));
    ck_assert(take("alice", true, START_MS + AUDIT_INTERVAL_MS));
    ck_assert_uint_eq(suppressed.lines, 101);
    ck_assert_uint_eq(suppressed.users, 1);
    ck_assert(suppressed.users_more);
    ck_assert(take("alice", true, START_MS + AUDIT_PERIOD_MS));
    ck_assert(!suppressed.users_more);
}

/* The parent reports its own names and counts. */
TEST(a_child_begins_anew)
{
    int status = -1;
    pid_t pid;

    empty(START_MS);
    ck_assert(take("alice", true, START_MS));
    empty(START_MS);
    pid = fork();
    ck_assert_int_ge(pid, 0);
    if (pid == 0) {
        bool good = take("alice", false, START_MS) && suppressed.lines == 0;

        empty(START_MS);
        _exit(good && take("bob", true, START_MS) && suppressed.lines == 1 ? 0 : 1);
    }
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert_int_eq(status, 0);
    ck_assert(take("bob", true, START_MS));
    ck_assert_uint_eq(suppressed.lines, 1);
}

/* The table has keyed hashes of the names; each process has its own key. */
TEST(names_are_hashed_by_a_key)
{
    struct siphash_key none = {{0}};

    ck_assert(take("alice", true, START_MS));
    ck_assert(limit.has_key);
    ck_assert_int_ne(memcmp(&limit.key, &none, sizeof(none)), 0);
}
