/* SPDX-License-Identifier: ISC */
/* What the host of the module does while winbind verifies logins: it gets signals, forks,
 * has many threads, or began before winbindd. */
#include "tests/winbind/begin.h"

#include "tests/lib/winbindd.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

TEST_TIMEOUT(60)

static volatile sig_atomic_t n_signals;

static void count(int number)
{
    (void)number;
    n_signals++;
}

/* A host with a timer: no login is lost, and the host gets its signals. */
TEST(signals_in_the_host)
{
    struct sigaction action = {.sa_handler = count};
    struct itimerval every = {{0, 2000}, {0, 2000}};

    winbind_begin(" users_from = winbind\n");
    ck_assert_int_eq(sigaction(SIGALRM, &action, NULL), 0);
    ck_assert_int_eq(setitimer(ITIMER_REAL, &every, NULL), 0);
    for (int i = 0; i < 50; i++) {
        winbind_works(mech_of(i));
    }
    ck_assert_int_gt(n_signals, 20);
}

/* A service that began without winbind asks it once it is there. */
TEST(started_after_the_service)
{
    gss_cred_id_t cred;
    double began;
    struct login l;
    OM_uint32 minor;
    bool done = false;

    winbind_begin(" users_from = file,winbind\n");
    winbindd_do("stop");
    cred = cred_acceptor(NTLM);
    winbindd_do("start");
    began = clock_s();
    while (!done && clock_s() - began < 10) {
        l = login_of(NTLM, "http@server", SEAL_FLAGS);
        l.initiator.cred = cred_password(NTLM, "SRV\\user1", "Pass-user1");
        l.acceptor.cred = cred;
        l.acceptor.shared = true;
        login_run(&l);
        done = login_is_done(&l);
        login_end(&l);
    }
    ck_assert(done);
    (void)gss_release_cred(&minor, &cred);
}

/* A server that forks after its first login: its children log in, each another user. */
static bool child_logs_in(int number)
{
    const int child = fork();
    int status = -1;

    if (child == 0) {
        char user[32];
        char password[32];
        bool good = true;

        (void)snprintf(user, sizeof(user), "SRV\\user%d", number);
        (void)snprintf(password, sizeof(password), "Pass-user%d", number);
        for (int i = 0; good && i < 4; i++) {
            struct login l;

            begin_login(&l, mech_of(i), user, password);
            good = login_is_done(&l) && strcmp(display(l.acceptor.source), user) == 0;
            login_end(&l);
        }
        _exit(good ? 0 : 1);
    }
    return child > 0 && waitpid(child, &status, 0) == child && status == 0;
}

TEST(children_of_a_server)
{
    winbind_begin(" users_from = winbind\n");
    winbind_works(NTLM);
    for (int number = 1; number <= 4; number++) {
        ck_assert(child_logs_in(number));
        winbind_works(SPNEGO);
    }
}

/* Eight threads with a user each: no answer is another user's. */
#define N_THREADS 8
#define N_LOGINS  25

static void *log_in_often(void *arg)
{
    const int number = *(const int *)arg;
    char user[32];
    char password[32];

    (void)snprintf(user, sizeof(user), "SRV\\user%d", number);
    (void)snprintf(password, sizeof(password), "Pass-user%d", number);
    for (int i = 0; i < N_LOGINS; i++) {
        struct login l = login_of(mech_of(i), "http@server", SEAL_FLAGS);
        gss_buffer_desc name = GSS_C_EMPTY_BUFFER;
        OM_uint32 minor;

        l.initiator.cred = acquire_password(mech_of(i), user, password);
        login_run(&l);
        if (!login_is_done(&l) || !send_wrapped(&l.initiator, &l.acceptor, user) ||
            gss_display_name(&minor, l.acceptor.source, &name, NULL) != GSS_S_COMPLETE ||
            !bytes_equal(bytes_of(name.value, name.length), bytes_str(user))) {
            (void)fprintf(stderr, "%s is %.*s: %s\n", user, (int)name.length,
                          (const char *)name.value, l.acceptor.sentence);
            return arg;
        }
        (void)gss_release_buffer(&minor, &name);
        login_end(&l);
    }
    return NULL;
}

TEST(threads_with_a_user_each)
{
    pthread_t threads[N_THREADS];
    int numbers[N_THREADS];
    void *failed;

    winbind_begin(" users_from = winbind\n");
    for (int i = 0; i < N_THREADS; i++) {
        numbers[i] = i + 1;
        ck_assert_int_eq(pthread_create(&threads[i], NULL, log_in_often, &numbers[i]), 0);
    }
    for (int i = 0; i < N_THREADS; i++) {
        ck_assert_int_eq(pthread_join(threads[i], &failed), 0);
        ck_assert_msg(failed == NULL, "user%d", i + 1);
    }
}
