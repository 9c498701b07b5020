/* SPDX-License-Identifier: ISC */
/* The bucket of the audit's lines, by a clock of the test's own. */
#include "mech/audit_limit.h"

#include "tests/lib/harness.h"

#include <pthread.h>

#define START_MS ((uint64_t)1000)

static struct audit_limit limit;
static uint32_t suppressed;

static unsigned take_many(unsigned n, uint64_t now_ms)
{
    unsigned taken = 0;

    for (unsigned i = 0; i < n; i++) {
        taken += audit_limit_take(&limit, now_ms, &suppressed);
    }
    return taken;
}

START_TEST(a_burst_and_no_more)
{
    ck_assert_uint_eq(take_many(100000, START_MS), AUDIT_BURST);
    ck_assert_uint_eq(take_many(100, START_MS + AUDIT_INTERVAL_MS - 1), 0);
}
END_TEST

START_TEST(then_one_for_each_interval)
{
    (void)take_many(AUDIT_BURST, START_MS);
    for (unsigned i = 1; i < 100; i++) {
        ck_assert_uint_eq(take_many(5, START_MS + i * AUDIT_INTERVAL_MS), 1);
    }
}
END_TEST

START_TEST(a_rest_fills_it_again_and_not_more)
{
    (void)take_many(AUDIT_BURST, START_MS);
    ck_assert_uint_eq(take_many(1000, START_MS + 10 * AUDIT_INTERVAL_MS), 10);
    ck_assert_uint_eq(take_many(1000, UINT64_C(1) << 62), AUDIT_BURST);
}
END_TEST

START_TEST(what_is_kept_back_is_told_once)
{
    (void)take_many(AUDIT_BURST + 7, START_MS);
    ck_assert(audit_limit_take(&limit, START_MS + AUDIT_INTERVAL_MS, &suppressed));
    ck_assert_uint_eq(suppressed, 7);
    ck_assert(audit_limit_take(&limit, START_MS + 2 * AUDIT_INTERVAL_MS, &suppressed));
    ck_assert_uint_eq(suppressed, 0);
}
END_TEST

START_TEST(a_line_that_was_lost_counts_too)
{
    (void)take_many(AUDIT_BURST + 7, START_MS);
    ck_assert(audit_limit_take(&limit, START_MS + AUDIT_INTERVAL_MS, &suppressed));
    audit_limit_lost(&limit, suppressed);
    ck_assert(audit_limit_take(&limit, START_MS + 2 * AUDIT_INTERVAL_MS, &suppressed));
    ck_assert_uint_eq(suppressed, 8);
}
END_TEST

START_TEST(the_count_stays_at_its_end)
{
    audit_limit_lost(&limit, UINT32_MAX - 1);
    audit_limit_lost(&limit, 5);
    ck_assert(audit_limit_take(&limit, START_MS, &suppressed));
    ck_assert_uint_eq(suppressed, UINT32_MAX);
}
END_TEST

/* At the same moment by the clock, so that none may come in addition. */
static void *take_some(void *arg)
{
    unsigned *out = arg;

    for (unsigned i = 0; i < 10000; i++) {
        uint32_t unused;

        *out += audit_limit_take(&limit, START_MS, &unused);
    }
    return NULL;
}

START_TEST(threads_share_it)
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
END_TEST

static Suite *make_suite(void)
{
    Suite *suite = suite_create("audit_limit");
    TCase *tc = tcase_create("limit");

    tcase_add_test(tc, a_burst_and_no_more);
    tcase_add_test(tc, then_one_for_each_interval);
    tcase_add_test(tc, a_rest_fills_it_again_and_not_more);
    tcase_add_test(tc, what_is_kept_back_is_told_once);
    tcase_add_test(tc, a_line_that_was_lost_counts_too);
    tcase_add_test(tc, the_count_stays_at_its_end);
    tcase_add_test(tc, threads_share_it);
    suite_add_tcase(suite, tc);
    return suite;
}

int main(void)
{
    return harness_run(make_suite());
}
