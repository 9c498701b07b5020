/* SPDX-License-Identifier: ISC */
/* Where NTLM is suppressed: scopes nest, and each thread has its own. */
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
        NTLM_SUPPRESS_AUTO mechanism = ntlm_suppress_begin();

        ck_assert(ntlm_is_suppressed());
    }
    return ntlm_is_suppressed(); /* NTLM stays suppressed after the inner scope */
}

TEST_TIMES(scopes_nest, 2)
{
    ck_assert(!ntlm_is_suppressed());
    ck_assert(leave_early(_i == 1));
    ck_assert(!ntlm_is_suppressed());
}

static void *look(void *arg)
{
    *(bool *)arg = ntlm_is_suppressed();
    return NULL;
}

TEST(each_thread_for_itself)
{
    NTLM_SUPPRESS_AUTO suppressed = ntlm_suppress_begin();
    bool seen = true;
    pthread_t thread;

    ck_assert_int_eq(pthread_create(&thread, NULL, look, &seen), 0);
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
    ck_assert(!seen);
    ck_assert(ntlm_is_suppressed());
}
