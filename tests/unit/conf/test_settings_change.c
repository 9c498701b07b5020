/* SPDX-License-Identifier: ISC */
/* A settings file that changes: the next login uses the new settings, and a login that
 * has begun keeps the old ones. */
#include "conf/settings.h"

#include "conf/lock.h"
#include "conf/settings_file.h"
#include "tests/lib/harness.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static char config[300];

/* The host name that the settings get. The program's own function replaces libc's. */
static const char *host = "first.example";
static atomic_uint n_hosts; /* how often it was asked for */

__attribute__((visibility("default"))) int gethostname(char *name, size_t n)
{
    (void)snprintf(name, n, "%s", host);
    n_hosts++;
    return 0;
}

/* Writes the settings file of this test. */
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

TEST(changes_are_seen_and_snapshots_stay)
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

/* A server that changes its user id, with and without a settings file. */
TEST(another_user_has_another_home)
{
    const struct settings *before;
    const struct settings *after;
    char absent[300];

    if (geteuid() != 0) {
        SKIP("needs root to become another user");
    }
    (void)snprintf(absent, sizeof(absent), "%s/absent", temp_dir());
    ck_assert(setenv("GSS_NEGOTIATE_CONFIG", absent, 1) == 0);
    ck_assert(chmod(temp_dir(), 0755) == 0);
    before = acquire();
    ck_assert(seteuid(65534) == 0);
    after = acquire();
    ck_assert_str_ne(before->credential_file, after->credential_file);
    settings_release(before);
    settings_release(after);
}

/* Many changes within a tick of the clock. */
TEST(changed_many_times_at_once)
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

/* struct visits: what was read, and the file that is renamed over the first one
 * meanwhile. */
struct visits {
    const char *path;
    const char *other;
    size_t n;
};

static enum err replace_while_read(void *arg,
                                   const struct settings_file_relation *relation)
{
    struct visits *visits = arg;

    (void)rename(visits->other, visits->path); /* does something only the first time */
    visits->n += strcmp(relation->value, "old") == 0 && relation->key.p[0] == 'k' &&
                 relation->line_number == visits->n + 2;
    return ERR_OK;
}

static enum err read_while_replaced(const char *path, const char *other, size_t *out_n)
{
    struct visits visits = {path, other, 0};
    struct secretfile_id id;
    enum err e = settings_file_read(path, &id, replace_while_read, &visits);

    *out_n = visits.n;
    return e;
}

/* The result is neither an error nor a mixture: a file that has lost its name is still
 * one file. */
TEST(replaced_while_it_is_read)
{
    const char *path = write_file("file", "[negotiate]\nk1 = old\nk2 = old\n", 0644);
    const char *other = write_file("other", "[negotiate]\nk1 = new\n", 0644);
    size_t n;

    ck_ok(read_while_replaced(path, other, &n));
    ck_assert_uint_eq(n, 2);
    ck_assert(access(other, F_OK) != 0);
}

/* Returns the exit status: 0 if all is right. */
static int read_without_proc(void)
{
    size_t n;

    if (chroot(temp_dir()) != 0 || chdir("/") != 0) {
        return 77;
    }
    return read_while_replaced("/file", "/other", &n) == ERR_OK && n == 1 ? 0 : 1;
}

TEST(replaced_where_there_is_no_proc)
{
    int status;
    pid_t child;

    (void)write_file("file", "[negotiate]\nk1 = old\n", 0644);
    (void)write_file("other", "[negotiate]\nk1 = new\n", 0644);
    child = fork();
    if (child == 0) {
        _exit(read_without_proc());
    }
    ck_assert(child > 0 && waitpid(child, &status, 0) == child);
    if (status == 77 << 8) {
        SKIP("needs the right to change the root folder");
    }
    ck_assert_int_eq(status, 0);
}

static atomic_bool stop;

/* NULL, or the name of the error. */
static void *acquire_always(void *arg)
{
    (void)arg;
    while (!atomic_load(&stop)) {
        const struct settings *s;
        enum err e = settings_acquire(&s);

        if (e == ERR_OK && s->challenge_lifetime_s < 100) {
            e = ERR_SETTING;
        }
        if (e != ERR_OK) {
            return (void *)(uintptr_t)err_name(e);
        }
        settings_release(s);
    }
    return NULL;
}

TEST(threads_while_it_is_replaced)
{
    pthread_t threads[4];
    char other[300];
    char contents[100];
    void *result;

    use_key("challenge_lifetime", "100");
    for (size_t i = 0; i < 4; i++) {
        ck_assert(pthread_create(&threads[i], NULL, acquire_always, NULL) == 0);
    }
    for (unsigned i = 100; i < 400; i++) {
        (void)snprintf(contents, sizeof(contents),
                       "[negotiate]\nchallenge_lifetime = %u\n", i);
        (void)snprintf(other, sizeof(other), "%s", write_file("other", contents, 0644));
        ck_assert(rename(other, config) == 0);
    }
    atomic_store(&stop, true);
    for (size_t i = 0; i < 4; i++) {
        ck_assert(pthread_join(threads[i], &result) == 0);
        ck_assert_msg(result == NULL, "%s", (const char *)result);
    }
}

/* Waits until the last change of the settings file is no longer new. */
static void wait_until_settled(void)
{
    const struct timespec pause = {0, 150 * 1000 * 1000};

    ck_assert(nanosleep(&pause, NULL) == 0);
}

/* A thread that took one of the locks would wait for itself. */
TEST(unchanged_settings_take_no_lock)
{
    use_key("ntlm_level", "3");
    wait_until_settled();
    settings_release(acquire());
    lock_acquire(LOCK_BUILD);
    lock_acquire(LOCK_SWAP);
    const struct settings *first = acquire();
    const struct settings *again = settings_retain(first);
    settings_release(first);
    ck_assert_uint_eq(again->ntlm_level, 3);
    settings_release(again);
    lock_release(LOCK_SWAP);
    lock_release(LOCK_BUILD);
}

static void *acquire_once(void *arg)
{
    (void)arg;
    return (void *)(uintptr_t)acquire();
}

/* A thread ends before its settings are released, and another one changes them. */
TEST(settings_outlive_their_thread)
{
    pthread_t thread;
    void *made;

    use_key("ntlm_level", "3");
    wait_until_settled();
    for (unsigned i = 0; i < 100; i++) {
        ck_assert(pthread_create(&thread, NULL, acquire_once, NULL) == 0);
        ck_assert(pthread_join(thread, &made) == 0);
        const struct settings *s = made;
        if (i % 10 == 0) {
            use_key("ntlm_level", "4");
            settings_release(acquire());
        }
        ck_assert_uint_eq(s->ntlm_level, i == 0 ? 3 : 4);
        ck_assert_str_eq(s->netbios_name, "FIRST");
        settings_release(s);
    }
}

/* The host program has made all the keys that a process can have. */
TEST(no_key_is_left)
{
    pthread_key_t key;

    while (pthread_key_create(&key, NULL) == 0) {
        continue;
    }
    use_key("ntlm_level", "3");
    wait_until_settled();
    const struct settings *first = acquire();
    const struct settings *again = acquire();
    settings_release(again);
    use_key("ntlm_level", "4");
    again = acquire();
    ck_assert_uint_eq(first->ntlm_level, 3);
    ck_assert_uint_eq(again->ntlm_level, 4);
    settings_release(first);
    settings_release(again);
}

/* The child of a thread uses the thread's settings, and sees a change. */
TEST(a_child_goes_on)
{
    pid_t child;

    use_key("ntlm_level", "3");
    wait_until_settled();
    const struct settings *s = acquire();
    child = fork();
    if (child == 0) {
        const struct settings *again = acquire();

        ck_assert_ptr_eq(again, s);
        settings_release(again);
        use_key("ntlm_level", "4");
        again = acquire();
        ck_assert_uint_eq(again->ntlm_level, 4);
        settings_release(again);
        settings_release(s);
        exit(0);
    }
    ck_assert_int_eq(child_status(child), 0);
    settings_release(s);
}

/* The host name is not asked for at each login. */
TEST(another_host_name_is_noticed_within_a_second)
{
    const struct timespec second = {1, 1000 * 1000};
    const struct settings *s;
    unsigned asked;

    use_key("ntlm_level", "3");
    wait_until_settled();
    settings_release(acquire());
    asked = n_hosts;
    for (unsigned i = 0; i < 1000; i++) {
        settings_release(acquire());
    }
    ck_assert_uint_le(n_hosts - asked, 2); /* on a slow machine */
    host = "second.example";
    ck_assert(nanosleep(&second, NULL) == 0);
    s = acquire();
    ck_assert_str_eq(s->host_name, "second.example");
    ck_assert_str_eq(s->netbios_name, "SECOND");
    settings_release(s);
}
