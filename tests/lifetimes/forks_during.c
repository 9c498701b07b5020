/* SPDX-License-Identifier: ISC */
/*
 * Processes that fork while other threads are inside of the module. In the child only the
 * forking thread exists; it must be able to log in and to exit, whatever locks the other
 * threads held. In the first test a thread waits at one place until the child is done. In
 * the second test the fork is at any place. There a child may also hang in MIT krb5 or
 * OpenSSL, which have locks of their own; the exit status says in which.
 */
#include "tests/exchange/place.h"
#include "tests/lib/login_driver.h"
#include "tests/lifetimes/stop.h"

#include <dlfcn.h>
#include <execinfo.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define PATIENCE_S   20
#define LOOK_EVERY_S 1
#define N_IDLE       4

/* How a child ends: well, with a failed login, or by a hang or a crash in one of the
 * libraries. */
enum { GOOD, WRONG, FAULT_OURS = 10, FAULT_OF_MIT, FAULT_OF_OPENSSL, FAULT_ELSEWHERE };

/* The credential that threads share if a row says so. */
static gss_cred_id_t shared_cred = GSS_C_NO_CREDENTIAL;
static struct login shared_login;

static struct login shared_login_of(gss_OID mech)
{
    struct login s = login_of(mech, "http@server", SEAL_FLAGS);

    s.initiator.cred = shared_cred;
    s.initiator.shared = true;
    if (shared_cred == GSS_C_NO_CREDENTIAL || mech == NTLM) {
        s.initiator.cred = acquire_password(mech, ALICE, ALICE_PASSWORD);
        s.initiator.shared = false;
    }
    return s;
}

/* Asks for an acceptor's hints, for which Kerberos looks for its keys. */
static bool get_hints(void)
{
    struct peer acceptor = {.mech = SPNEGO};
    bool is_there;

    peer_accept(&acceptor, bytes_of("", 0));
    is_there = acceptor.major == GSS_S_CONTINUE_NEEDED && acceptor.token.n > 0;
    peer_cleanup(&acceptor);
    return is_there;
}

static bool log_in(gss_OID mech)
{
    struct login s = shared_login_of(mech);

    return login_runs(&s) && (mech == NTLM || get_hints());
}

static OM_uint32 wrap_shared(void)
{
    gss_buffer_desc in = {5, (void *)(uintptr_t) "hello"};
    gss_buffer_desc out = GSS_C_EMPTY_BUFFER;
    OM_uint32 minor;
    OM_uint32 major =
        gss_wrap(&minor, shared_login.initiator.context, 1, 0, &in, NULL, &out);

    (void)gss_release_buffer(&minor, &out);
    return major;
}

/* The library of the innermost frame outside of the C library. */
static int whose(void)
{
    static const struct {
        const char *name;
        int answer;
    } libraries[] = {
        {"/gss_negotiate.so", FAULT_OURS}, {"/libgssapi_krb5.", FAULT_OF_MIT},
        {"/libkrb5", FAULT_OF_MIT},        {"/libk5crypto.", FAULT_OF_MIT},
        {"/libcrypto.", FAULT_OF_OPENSSL}, {"/legacy.so", FAULT_OF_OPENSSL},
    };
    void *places[64];
    int n = backtrace(places, 64);
    int answer = FAULT_ELSEWHERE;
    Dl_info info;

    for (int i = 0; i < n && answer == FAULT_ELSEWHERE; i++) {
        for (size_t j = 0; j < N(libraries); j++) {
            if (dladdr(places[i], &info) != 0 &&
                strstr(info.dli_fname, libraries[j].name) != NULL) {
                answer = libraries[j].answer;
                break;
            }
        }
    }
    if (answer == FAULT_OURS || answer == FAULT_ELSEWHERE) {
        backtrace_symbols_fd(places, n, STDERR_FILENO);
    }
    return answer;
}

static long used_ms(void)
{
    struct rusage used;

    (void)getrusage(RUSAGE_SELF, &used);
    return (used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1000 +
           (used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1000;
}

/* A thread that has not moved for several looks hangs; any other one is only slow. */
static void look(int number)
{
    static long before = -1;
    static int n_idle;
    long now = used_ms();

    (void)number;
    n_idle = before >= 0 && now - before <= 2 ? n_idle + 1 : 0;
    if (n_idle >= N_IDLE) {
        _exit(whose());
    }
    before = now;
    (void)alarm(LOOK_EVERY_S);
}

static void crashed(int number)
{
    (void)number;
    _exit(whose());
}

static void expect_to_end(void)
{
    void *place;

    (void)backtrace(&place, 1); /* loads what it needs */
    (void)signal(SIGABRT, crashed);
    (void)signal(SIGSEGV, crashed);
    (void)signal(SIGBUS, crashed);
    (void)signal(SIGALRM, look);
    (void)alarm(LOOK_EVERY_S);
}

/* Logs in, and exits as programs do. */
static void be_a_child(void)
{
    expect_to_end();
    exit(log_in(NTLM) && log_in(SPNEGO) && log_in(NTLM) ? GOOD : WRONG);
}

/* struct row: what the thread does when it is made to wait, and the place. */
static const struct row {
    const char *name;
    enum stop place;
    const char *file;
    bool used;        /* there was a login before, and the user file is read again */
    bool shares_cred; /* a credential of SPNEGO, whose Kerberos part is not made yet */
    bool shares_context;
    bool raw;
    int may_end; /* another way in which the child may end */
} rows[] = {
    {"reads users first", STOP_READ, "users", false, false, false, true, GOOD},
    {"reads users first", STOP_READ, "users", false, false, false, false, GOOD},
    {"reads users anew", STOP_READ, "users", true, false, false, true, GOOD},
    {"reads settings", STOP_READ, "negotiate.conf", false, false, false, true, GOOD},
    {"reads settings", STOP_READ, "negotiate.conf", false, false, false, false, GOOD},
    {"writes a trace", STOP_WRITE, "trace", false, false, false, true, GOOD},
    {"writes a trace", STOP_WRITE, "trace", true, false, false, false, GOOD},
    {"writes the audit", STOP_AUDIT, NULL, false, false, false, true, GOOD},
    {"looks for libcrypto", STOP_LIBCRYPTO, NULL, false, false, false, true, GOOD},
    {"makes a credential", STOP_KERBEROS, NULL, true, true, false, false, GOOD},
    {"makes a message", STOP_WIPE, NULL, true, false, true, true, GOOD},
    {"is loaded", STOP_DLOPEN, NULL, false, false, false, true, FAULT_OF_MIT},
};

static void *be_stopped(void *arg)
{
    const struct row *row = arg;

    stop_at(row->place, row->file == NULL ? NULL : place_path(row->file));
    if (row->shares_context) {
        return wrap_shared() == GSS_S_COMPLETE ? arg : NULL;
    }
    return log_in(row->raw ? NTLM : SPNEGO) ? arg : NULL;
}

static void prepare(const struct row *row)
{
    place_begin(LINES_BOTH, "");
    setenv("GSS_NEGOTIATE_TRACE", place_path("trace"), 1);
    if (row->used) {
        ck_assert(log_in(NTLM) && log_in(SPNEGO));
        place_users(USERS "# read anew\n", 0600);
    }
    if (row->shares_cred) {
        shared_cred = acquire_password(SPNEGO, ALICE, ALICE_PASSWORD);
        ck_assert_ptr_ne(shared_cred, GSS_C_NO_CREDENTIAL);
    }
    if (row->shares_context) {
        shared_login = shared_login_of(NTLM);
        login_run(&shared_login);
        ck_assert(login_is_done(&shared_login));
    }
}

/* A message that is half processed is neither sent nor completed by another process. */
static void be_the_rows_child(const struct row *row)
{
    expect_to_end();
    if (row->shares_context) {
        if (wrap_shared() != GSS_S_NO_CONTEXT) {
            exit(WRONG);
        }
        login_end(&shared_login);
    }
    be_a_child();
}

TEST_TIMEOUT(110)

TEST_TABLE(while_a_thread, rows)
{
    pthread_t thread;
    void *went_well = NULL;
    int answer;
    pid_t pid;

    prepare(row);
    ck_assert_int_eq(pthread_create(&thread, NULL, be_stopped, (void *)(uintptr_t)row),
                     0);
    ck_assert_msg(stop_hit(PATIENCE_S), "%s: never came there", row->name);
    expect_to_end(); /* the fork itself waits for no lock */
    if ((pid = fork()) == 0) {
        be_the_rows_child(row);
    }
    (void)alarm(0);
    answer = child_status(pid);
    ck_assert_msg(answer == GOOD || answer == row->may_end, "%s: the child ended with %d",
                  row->name, answer);
    stop_end();
    ck_assert_int_eq(pthread_join(thread, &went_well), 0);
    ck_assert_msg(went_well != NULL, "%s: the thread was hurt", row->name);
    ck_assert(log_in(NTLM) && log_in(SPNEGO));
}

#define N_WORKERS 3

/* The number of threads that are inside of a login, and of logins that were complete
 * before. */
static atomic_uint n_inside;
static atomic_uint n_done;

static void *work(void *mech)
{
    for (;;) {
        (void)atomic_fetch_add(&n_inside, 1);
        (void)log_in(mech);
        (void)atomic_fetch_add(&n_done, 1);
        (void)atomic_fetch_sub(&n_inside, 1);
    }
    return NULL;
}

/* Replaces the file again and again. */
static void *administrate(void *arg)
{
    for (unsigned i = 0;; i++) {
        const char *fresh = i % 2 == 0 ? USERS : USERS "# more\n";

        if (rename(write_file("users.new", fresh, 0600), place_users_path()) != 0) {
            break;
        }
        (void)usleep(500);
    }
    return arg;
}

/* struct outcome: the outcome of one process that forked while its threads logged in. */
struct outcome {
    int child;
    bool was_inside;
    bool was_first;
};

static void fork_amid_logins(unsigned wait_us, int result)
{
    struct outcome outcome = {0};
    gss_OID mechs[N_WORKERS] = {NTLM, SPNEGO, NTLM};
    pthread_t thread;
    int status;
    pid_t pid;

    (void)alarm(2 * PATIENCE_S);
    for (size_t i = 0; i < N_WORKERS; i++) {
        (void)pthread_create(&thread, NULL, work, mechs[i]);
    }
    (void)pthread_create(&thread, NULL, administrate, NULL);
    while (atomic_load(&n_inside) == 0) {
    }
    if (wait_us > 0) {
        (void)usleep(wait_us);
    }
    outcome.was_inside = atomic_load(&n_inside) > 0;
    outcome.was_first = outcome.was_inside && atomic_load(&n_done) < N_WORKERS;
    if ((pid = fork()) == 0) {
        be_a_child();
    }
    outcome.child = waitpid(pid, &status, 0) == pid && WIFEXITED(status)
                        ? WEXITSTATUS(status)
                        : WRONG;
    _exit(write(result, &outcome, sizeof(outcome)) == sizeof(outcome) ? 0 : 1);
}

static struct outcome run_amid_logins(unsigned wait_us)
{
    struct outcome outcome = {.child = WRONG};
    int ends[2];
    pid_t pid;

    ck_assert_int_eq(pipe(ends), 0);
    if ((pid = fork()) == 0) {
        fork_amid_logins(wait_us, ends[1]);
    }
    close(ends[1]);
    ck_assert_int_eq(child_status(pid), 0);
    ck_assert_int_eq(read(ends[0], &outcome, sizeof(outcome)), sizeof(outcome));
    close(ends[0]);
    return outcome;
}

/* Row 1 counts the libraries' own share, without the module. */
static const unsigned n_forks[] = {40, 8};

TEST_TIMES(amid_logins, 2)
{
    unsigned n[FAULT_ELSEWHERE + 1] = {0};
    unsigned n_amid = 0;
    unsigned n_first = 0;

    if (dlsym(RTLD_DEFAULT, "__asan_init") != NULL) {
        SKIP("AddressSanitizer has locks of its own, which a fork leaves locked");
    }
    place_begin(LINES_BOTH, "");
    setenv("GSS_NEGOTIATE_TRACE", place_path("trace"), 1);
    if (_i == 1) {
        (void)write_file("mech.conf", "", 0600);
    }
    for (unsigned i = 0; i < n_forks[_i]; i++) {
        struct outcome outcome = run_amid_logins(i < 12 ? 0 : i * i * 20);

        n[outcome.child]++;
        n_amid += outcome.was_inside;
        n_first += outcome.was_first;
    }
    (void)fprintf(stderr,
                  "# %s the module, of %u forks %u amid logins, %u of them first ones; "
                  "children that hung or crashed in MIT krb5: %u, in OpenSSL: %u\n",
                  _i == 0 ? "with" : "without", n_forks[_i], n_amid, n_first,
                  n[FAULT_OF_MIT], n[FAULT_OF_OPENSSL]);
    ck_assert_uint_eq(n[FAULT_OURS] + n[FAULT_ELSEWHERE], 0);
    ck_assert_uint_gt(n_amid, 0);
    if (_i == 0) {
        ck_assert_uint_eq(n[WRONG], 0);
        ck_assert_uint_gt(n[GOOD], n_forks[_i] / 4);
    }
}
