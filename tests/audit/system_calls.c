/* SPDX-License-Identifier: ISC */
/* How many system calls a login and a message take, when the credentials are acquired.
 * The kernel counts them: this process traces a child. */
#include "tests/audit/log.h"
#include "tests/exchange/peer.h"

#include <signal.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define N_WARM  10 /* not counted: libraries set themselves up */
#define N_TIMES 50
#define N_CALLS 1024

/* A call that nothing else makes; the counted calls are between two of them. */
#define MARK SYS_getpgid

static unsigned counts[N_CALLS];

/* Whether the audit is on; how many system calls both sides make together, at most. */
static const struct {
    bool spnego;
    bool audited;
    unsigned most;
} logins[] = {{false, false, 8}, {true, false, 8}, {false, true, 12}, {true, true, 12}};

static void begin(bool audited)
{
    const struct timespec pause = {0, 150 * 1000 * 1000};

    log_begin();
    log_listen(SOCK_DGRAM);
    place_begin(LINES_BOTH, audited ? "" : " audit = no\n");
    ck_assert_int_eq(nanosleep(&pause, NULL), 0); /* the files are no longer new */
}

static struct login login_with(gss_OID mech, gss_cred_id_t initiator,
                               gss_cred_id_t acceptor)
{
    struct login l = login_of(mech, "http@server", SEAL_FLAGS);

    l.initiator.cred = initiator;
    l.acceptor.cred = acceptor;
    l.initiator.shared = l.acceptor.shared = true;
    return l;
}

static void mark(void)
{
    (void)syscall(MARK, 0);
}

/* In the child, where ck_assert would be a system call. */
static void must(bool holds)
{
    if (!holds) {
        _exit(1);
    }
}

/* Runs in the child. */
static void log_in(int row)
{
    const gss_OID mech = logins[row].spnego ? SPNEGO : NTLM;
    gss_cred_id_t initiator = cred_password(mech, ALICE, ALICE_PASSWORD);
    gss_cred_id_t acceptor = cred_acceptor(mech);

    for (int i = 0; i < N_WARM + N_TIMES; i++) {
        struct login l = login_with(mech, initiator, acceptor);

        if (i == N_WARM) {
            mark();
        }
        must(login_runs(&l));
    }
    mark();
}

static void send_messages(int row)
{
    const gss_OID mech = mech_of(row);
    struct login l =
        login_with(mech, cred_password(mech, ALICE, ALICE_PASSWORD), cred_acceptor(mech));

    login_run(&l);
    ck_assert(login_is_done(&l));
    for (int i = 0; i < N_WARM + N_TIMES; i++) {
        if (i == N_WARM) {
            mark();
        }
        must(send_wrapped(&l.initiator, &l.acceptor, "text"));
        must(send_wrapped(&l.acceptor, &l.initiator, "text"));
    }
    mark();
}

/* The number of the system call that the stopped child begins; -1 if it ends one. */
static long call_of(pid_t child)
{
    struct __ptrace_syscall_info info;

    ck_assert_int_gt(ptrace(PTRACE_GET_SYSCALL_INFO, child, sizeof(info), &info), 0);
    return info.op == PTRACE_SYSCALL_INFO_ENTRY ? (long)info.entry.nr : -1;
}

/* Whether this call asks for the time; usual machines need no system call for that. */
static bool is_clock(long call)
{
    const long clock_gettime64 = 403; /* of all systems of 32 bits */

    return call == SYS_clock_gettime || call == clock_gettime64;
}

/* Runs the child to its end, and counts its system calls between the marks. */
static void count_calls(pid_t child)
{
    bool counts_now = false;
    int status = 0;
    int signal = 0;
    long call;

    while (ptrace(PTRACE_SYSCALL, child, NULL, signal) == 0 &&
           waitpid(child, &status, 0) == child && WIFSTOPPED(status)) {
        log_skip(); /* the kernel queues few datagrams */
        signal = WSTOPSIG(status);
        if (signal != (SIGTRAP | 0x80)) {
            continue;
        }
        signal = 0;
        call = call_of(child);
        if (call == MARK) {
            counts_now = !counts_now;
        } else if (counts_now && call >= 0 && call < N_CALLS && !is_clock(call)) {
            counts[call]++;
        }
    }
    ck_assert_int_eq(status, 0);
}

/* Runs part in a child, and checks how many system calls it makes at each time: some, if
 * most is not 0. */
static void check_calls(void (*part)(int row), int row, unsigned most)
{
    BUF_AUTO all = BUF_INIT;
    unsigned sum = 0;
    int status;
    const pid_t child = fork();

    ck_assert_int_ge(child, 0);
    if (child == 0) {
        (void)alarm(60);
        if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) != 0) {
            _exit(77);
        }
        (void)raise(SIGSTOP);
        part(row);
        _exit(0);
    }
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    if (!WIFSTOPPED(status) ||
        ptrace(PTRACE_SETOPTIONS, child, NULL, PTRACE_O_TRACESYSGOOD) != 0) {
        SKIP("this process may not trace another one");
    }
    count_calls(child);
    for (size_t i = 0; i < N_CALLS; i++) {
        sum += counts[i];
        if (counts[i] > 0) {
            buf_printf(&all, "%s%zu: %u", all.n == 0 ? "" : ", ", i, counts[i]);
        }
    }
    ck_assert_uint_ge(sum, N_TIMES * most / 2);
    /* malloc makes one now and then */
    ck_assert_msg(sum <= N_TIMES * most + N_TIMES / 5,
                  "%u system calls in %d, by their numbers: %s", sum, N_TIMES,
                  buf_cstr(&all));
}

TEST_TABLE(a_login, logins)
{
    begin(row->audited);
    check_calls(log_in, _i, row->most);
}

TEST_TIMES(messages, 2)
{
    begin(true);
    check_calls(send_messages, _i, 0);
}
