/* SPDX-License-Identifier: ISC */
/* The calls of conf/winbind/winbind.h at a real winbindd: keys, threads, forks, and a
 * winbindd that hangs. */
#include "conf/winbind/winbind.h"

#include "tests/lib/harness.h"
#include "tests/lib/winbindd.h"
#include "tests/unit/conf/login.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

TEST_TIMEOUT(60)

#define DOMAIN "SRV"

static double clock_of(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* Logs in; whether the answer names the user, with the key that the password gives. */
static enum err log_in(const char *user, const char *password, unsigned timeout_s)
{
    LOGIN_AUTO login;
    WINBIND_ACCOUNT_AUTO account = WINBIND_ACCOUNT_INIT;
    KEY_AUTO hash;
    KEY_AUTO key;
    struct winbind_query query;
    struct winbind_status status;
    enum err e;

    ck_ok(login_make(&login, DOMAIN, user, password));
    query = (struct winbind_query){.user = login.query.user,
                                   .domain = login.query.domain,
                                   .nt_response = login.query.nt_response};
    memcpy(query.server_challenge, login.query.server_challenge, NTLM_CHALLENGE_LEN);
    if ((e = winbind_login(&query, timeout_s, &account, &status)) != ERR_OK) {
        return e;
    }
    ck_ok(kdf_nt_hash(bytes_str(password), &hash));
    ck_ok(kdf_ntlmv2_check(&hash, login.query.user_utf16, login.query.domain_utf16,
                           query.server_challenge, query.nt_response, &key));
    if (strcmp(buf_cstr(&account.user), user) != 0 ||
        strcmp(buf_cstr(&account.domain), DOMAIN) != 0 ||
        strncmp(buf_cstr(&account.sids), "S-1-5-21-", 9) != 0 ||
        memcmp(account.session_base_key.b, key.b, sizeof(key.b)) != 0) {
        return ERR_INTERNAL; /* somebody else's answer */
    }
    return ERR_OK;
}

static enum err log_in_number(int number)
{
    char user[16];
    char password[24];

    (void)snprintf(user, sizeof(user), "user%d", number);
    (void)snprintf(password, sizeof(password), "Pass-user%d", number);
    return log_in(user, password, 30);
}

static void *log_in_often(void *number)
{
    static enum err failures[9];
    const int n = *(int *)number;

    for (int i = 0; i < 100 && failures[n] == ERR_OK; i++) {
        failures[n] = log_in_number(n);
    }
    return failures[n] == ERR_OK ? NULL : (void *)(uintptr_t)err_name(failures[n]);
}

TEST(names_and_keys_do_not_mix)
{
    pthread_t threads[8];
    int numbers[8];
    void *failed;

    winbindd_do("allow root");
    for (int i = 0; i < 8; i++) {
        numbers[i] = i + 1;
        ck_assert_int_eq(pthread_create(&threads[i], NULL, log_in_often, &numbers[i]), 0);
    }
    for (int i = 0; i < 8; i++) {
        ck_assert_int_eq(pthread_join(threads[i], &failed), 0);
        ck_assert_msg(failed == NULL, "user%d: %s", i + 1, (const char *)failed);
    }
}

/* A child has the connections of its parent, which the library replaces. */
TEST(a_parent_and_its_children_log_in)
{
    pid_t pids[4];

    ck_ok(log_in_number(1));
    for (int i = 0; i < 4; i++) {
        if ((pids[i] = fork()) == 0) {
            for (int k = 0; k < 50; k++) {
                if (log_in_number(i + 2) != ERR_OK) {
                    _exit(1);
                }
            }
            _exit(0);
        }
    }
    for (int k = 0; k < 50; k++) {
        ck_ok(log_in_number(1));
    }
    for (int i = 0; i < 4; i++) {
        ck_assert_int_eq(child_status(pids[i]), 0);
    }
}

/* In a child, which exits while its calls hang. */
static int hang_and_exit(void)
{
    const double began = clock_of();
    enum err e = log_in("user1", "Pass-user1", 1);

    return e == ERR_AUTHORITY_UNAVAILABLE && clock_of() - began < 5 ? 0 : 1;
}

TEST(a_paused_winbindd_delays_for_the_bound)
{
    pid_t pid;

    ck_ok(log_in_number(1));
    winbindd_do("pause");
    if ((pid = fork()) == 0) {
        (void)alarm(30);
        exit(hang_and_exit());
    }
    ck_assert_int_eq(child_status(pid), 0);
    ck_assert_int_eq(hang_and_exit(), 0);
    winbindd_do("resume");
    for (int i = 0; i < 20; i++) {
        ck_ok(log_in_number(1));
    }
}

TEST(four_late_calls_close_and_an_answer_opens)
{
    double began;

    ck_ok(log_in_number(1));
    winbindd_do("pause");
    for (int i = 0; i < 4; i++) {
        ck_assert_int_eq(hang_and_exit(), 0);
    }
    began = clock_of();
    for (int i = 0; i < 100; i++) {
        ck_err(log_in_number(1), ERR_AUTHORITY_UNAVAILABLE);
    }
    ck_assert_double_lt(clock_of() - began, 10); /* of 30 seconds each */
    winbindd_do("resume");
    began = clock_of();
    while (log_in_number(1) != ERR_OK) {
        ck_assert_double_lt(clock_of() - began, 9); /* it would open by itself */
        (void)usleep(20000);
    }
}

/* A login waits for a winbindd that is starting again. */
TEST_CASES(a_login_survives_a_restart, "restart", "kill")
{
    ck_ok(log_in_number(1));
    winbindd_do(a_login_survives_a_restart_cases[_i]);
    if (_i == 1) {
        winbindd_do("start");
    }
    for (int i = 0; i < 20; i++) {
        ck_ok(log_in_number(1 + i % 8));
    }
}
