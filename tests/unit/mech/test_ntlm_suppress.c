/* SPDX-License-Identifier: ISC */
/* Where NTLM is hidden: scopes that nest, each thread for itself. */
#include "mech/passthrough/ntlm_suppress.h"
#include "tests/lib/harness.h"

#include <pthread.h>

static bool leave_early(bool early)
{
    NTLM_SUPPRESS_AUTO suppressed = ntlm_suppress_begin();

    if (early) {
        return ntlm_is_suppressed();
    }
    {
        NTLM_SUPPRESS_AUTO inner = ntlm_suppress_begin();

        ck_assert(ntlm_is_suppressed());
    }
    return ntlm_is_suppressed(); /* the inner scope's end is not this one's */
}

START_TEST(scopes_nest)
{
    ck_assert(!ntlm_is_suppressed());
    ck_assert(leave_early(_i == 1));
    ck_assert(!ntlm_is_suppressed());
}
END_TEST

static void *look(void *arg)
{
    *(bool *)arg = ntlm_is_suppressed();
    return NULL;
}

START_TEST(each_thread_for_itself)
{
    NTLM_SUPPRESS_AUTO suppressed = ntlm_suppress_begin();
    bool seen = true;
    pthread_t thread;

    ck_assert_int_eq(pthread_create(&thread, NULL, look, &seen), 0);
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
    ck_assert(!seen);
    ck_assert(ntlm_is_suppressed());
}
END_TEST

static Suite *make_suite(void)
{
    Suite *suite = suite_create("unit/mech/hidden");
    TCase *tc = tcase_create("hidden");

    tcase_add_loop_test(tc, scopes_nest, 0, 2);
    tcase_add_test(tc, each_thread_for_itself);
    suite_add_tcase(suite, tc);
    return suite;
}

int main(void)
{
    return harness_run(make_suite());
}
