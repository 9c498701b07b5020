/* SPDX-License-Identifier: ISC */
/* A settings file that changes: the next login sees it, a login under way does not. */
#include "conf/settings.h"

#include "tests/lib/harness.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static char config[300];

/* Makes contents the settings file of this test. */
static void use_file(const char *contents)
{
    const char *path = write_file("negotiate.conf", contents, 0644);

    (void)snprintf(config, sizeof(config), "%s", path);
    ck_assert(setenv("GSS_NEGOTIATE_CONFIG", config, 1) == 0);
}

static void use_key(const char *key, const char *value)
{
    char contents[1200];

    (void)snprintf(contents, sizeof(contents), "[negotiate]\n    %s = %s\n", key, value);
    use_file(contents);
}

static const struct settings *acquire(void)
{
    const struct settings *settings;

    ck_ok(settings_acquire(&settings));
    return settings;
}

START_TEST(changes_are_seen_and_snapshots_stay)
{
    const struct timespec pause = {0, 150 * 1000 * 1000};
    const struct settings *first;
    const struct settings *again;
    const struct settings *changed;

    use_key("ntlm_level", "3");
    ck_assert(nanosleep(&pause, NULL) == 0);
    first = acquire();
    again = acquire();
    ck_assert_ptr_eq(first, again);
    settings_release(again);
    use_key("ntlm_level", "4");
    changed = acquire();
    ck_assert_uint_eq(changed->ntlm_level, 4);
    ck_assert_uint_eq(first->ntlm_level, 3);
    settings_release(first);
    settings_release(changed);
    use_key("ntlm_level", "9");
    ck_err(settings_acquire(&again), ERR_SETTING);
    use_key("ntlm_level", "5");
    again = acquire();
    ck_assert_uint_eq(again->ntlm_level, 5);
    settings_release(again);
    settings_release(NULL);
}
END_TEST

/* Many changes within a tick of the clock: libprofile's own cache must not show. */
START_TEST(changed_many_times_at_once)
{
    const struct settings *s;
    char value[8];

    for (unsigned i = 100; i < 300; i++) {
        (void)snprintf(value, sizeof(value), "%u", i);
        use_key("challenge_lifetime", value);
        s = acquire();
        ck_assert_uint_eq(s->challenge_lifetime_s, i);
        settings_release(s);
    }
}
END_TEST

static atomic_bool stop;

static void *acquire_always(void *failed)
{
    while (!atomic_load(&stop)) {
        const struct settings *s;

        if (settings_acquire(&s) != ERR_OK || s->challenge_lifetime_s < 100) {
            return failed;
        }
        settings_release(s);
    }
    return NULL;
}

START_TEST(threads_while_it_is_replaced)
{
    pthread_t threads[4];
    char value[8];
    char other[300];
    char contents[100];
    void *result;

    use_key("challenge_lifetime", "100");
    for (size_t i = 0; i < 4; i++) {
        ck_assert(pthread_create(&threads[i], NULL, acquire_always, value) == 0);
    }
    for (unsigned i = 100; i < 150; i++) {
        (void)snprintf(contents, sizeof(contents),
                       "[negotiate]\nchallenge_lifetime = %u\n", i);
        (void)snprintf(other, sizeof(other), "%s", write_file("other", contents, 0644));
        ck_assert(rename(other, config) == 0);
    }
    atomic_store(&stop, true);
    for (size_t i = 0; i < 4; i++) {
        ck_assert(pthread_join(threads[i], &result) == 0);
        ck_assert_ptr_null(result);
    }
}
END_TEST

static Suite *make_suite(void)
{
    Suite *suite = suite_create("settings_change");
    TCase *tc = tcase_create("settings_change");

    tcase_set_timeout(tc, 30);
    tcase_add_test(tc, changes_are_seen_and_snapshots_stay);
    tcase_add_test(tc, changed_many_times_at_once);
    tcase_add_test(tc, threads_while_it_is_replaced);
    suite_add_tcase(suite, tc);
    return suite;
}

int main(void)
{
    return harness_run(make_suite());
}
