/* SPDX-License-Identifier: ISC */
/* A log that is flooded, full, missing or a stream: the lines are bounded, no login
 * waits, and suppressed lines are counted. */
#include "mech/report/audit.h"
#include "mech/report/audit_limit.h"
#include "tests/audit/log.h"
#include "tests/exchange/peer.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define FAILURES 100000

static const struct audit_use failure = {.role = ROLE_ACCEPTOR,
                                         .user = {(const uint8_t *)"alice", 5},
                                         .claimed = true,
                                         .result = ERR_LOGIN};

static double seconds(void)
{
    struct timespec now;

    ck_assert_int_eq(clock_gettime(CLOCK_MONOTONIC, &now), 0);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* The number of suppressed lines that this line reports. */
static unsigned long suppressed_of(const char *line)
{
    const char *at = strstr(line, " suppressed=");

    return at == NULL ? 0 : strtoul(at + strlen(" suppressed="), NULL, 10);
}

static void pause_ms(long ms)
{
    struct timespec wait = {0, ms * 1000000};

    while (nanosleep(&wait, &wait) != 0) {
        continue;
    }
}

/* Reads all lines. Returns how many lines they stand for: themselves and the suppressed
 * lines that they report. */
static unsigned long read_reported(unsigned *n_lines)
{
    unsigned long told = 0;
    const char *line;

    for (*n_lines = 0; (line = log_next())[0] != '\0'; (*n_lines)++) {
        told += 1 + suppressed_of(line);
    }
    return told;
}

TEST(a_flood_of_failures_is_bounded_and_counted)
{
    double begin = seconds();
    double took;
    unsigned n_lines;
    unsigned more;
    unsigned long told;

    log_begin();
    log_listen(SOCK_DGRAM);
    for (int i = 0; i < FAILURES; i++) {
        audit_write(&failure);
        if (i % 8 == 0) { /* the kernel queues few datagrams */
            while (log_next()[0] != '\0') {
                continue;
            }
        }
    }
    took = seconds() - begin;
    (void)read_reported(&n_lines);
    pause_ms(2 * AUDIT_INTERVAL_MS);
    audit_write(&failure);
    told = read_reported(&more);
    ck_assert_uint_eq(more, 1);
    ck_assert_uint_gt(told, 1);

    /* every refusal is reported once: by a line of its own or by a count */
    unsigned long sum = 0;
    unsigned lines = 0;
    for (const char *line = log_all(); *line != '\0'; line = strchr(line, '\n') + 1) {
        const char *end = strchr(line, '\n');
        char *copy = strndup(line, (size_t)(end - line));

        sum += 1 + suppressed_of(copy);
        lines++;
        free(copy);
    }
    ck_assert_uint_eq(sum, FAILURES + 1);
    ck_assert_uint_ge(lines, AUDIT_BURST);
    ck_assert_uint_le(lines,
                      AUDIT_BURST + 4 + (unsigned)(took * 1000 / AUDIT_INTERVAL_MS));
}

/* Refusals do not suppress successful logins, and one side does not suppress the
 * other. */
TEST(each_cause_has_a_bucket_of_its_own)
{
    struct audit_use good = failure;
    struct audit_use ours = failure;

    good.result = ERR_OK;
    ours.role = ROLE_INITIATOR;
    log_begin();
    log_listen(SOCK_DGRAM);
    for (int i = 0; i < FAILURES; i++) {
        audit_write(&failure);
    }
    (void)log_count();
    audit_write(&good);
    ck_assert_ptr_nonnull(strstr(log_next(), "result=ok"));
    audit_write(&ours);
    ck_assert_ptr_nonnull(strstr(log_next(), "dir=initiate"));
}

/* With a daemon that never reads, no login waits, and no error is returned. */
TEST(a_full_socket_does_not_block)
{
    double begin = seconds();

    log_begin();
    log_listen(SOCK_DGRAM);
    place_begin(LINES_BOTH, "");
    for (int i = 0; i < 60; i++) {
        login_good(NTLM);
    }
    ck_assert(seconds() - begin < 50);
    ck_assert_uint_gt(log_count(), 5);
    login_good(NTLM);
    ck_assert_uint_gt(suppressed_of(log_next()), 0);
}

TEST(without_a_log_nothing_happens)
{
    unsigned n_open;

    log_begin();
    place_begin(LINES_BOTH, "");
    login_good(NTLM);
    audit_write(&failure); /* the program has a socket of its own beside the module's */
    n_open = count_open_files();
    login_good(NTLM);
    login_good(SPNEGO);
    errno = 77;
    audit_write(&failure);
    ck_assert_int_eq(errno, 77);
    ck_assert_uint_eq(count_open_files(), n_open);
}

/* {whether there is a socket that no process reads, why no line arrives}. */
static const struct {
    bool left_over;
    const char *reason;
} lost[] = {
    {false, " audit verdict=lost reason=\"there is no /dev/log\""},
    {true, " audit verdict=lost reason=\"no program reads /dev/log\""},
};

TEST_TABLE(a_lost_line_is_in_the_trace, lost)
{
    char text[65536] = "";
    FILE *trace;

    log_begin();
    if (row->left_over) {
        log_listen(SOCK_DGRAM);
        log_close();
    }
    setenv("GSS_NEGOTIATE_TRACE", place_path("trace"), 1);
    place_begin(LINES_BOTH, "");
    login_good(NTLM);
    trace = fopen(place_path("trace"), "re");
    ck_assert_ptr_nonnull(trace);
    ck_assert_uint_gt(fread(text, 1, sizeof(text) - 1, trace), 0);
    (void)fclose(trace);
    ck_assert_msg(strstr(text, row->reason) != NULL, "%s", text);
}

/* When a log appears, its first line reports how many lines were lost before it. */
TEST(a_log_that_comes_later_gets_the_count)
{
    log_begin();
    for (int i = 0; i < 7; i++) {
        audit_write(&failure);
    }
    log_listen(SOCK_DGRAM);
    audit_write(&failure);
    ck_assert_uint_eq(suppressed_of(log_next()), 7);
    audit_write(&failure);
    ck_assert_uint_eq(suppressed_of(log_next()), 0);
}

TEST(a_log_that_is_a_stream)
{
    log_begin();
    log_listen(SOCK_STREAM);
    audit_write(&failure);
    ck_assert_ptr_nonnull(strstr(log_next(), "claimed=\"alice\""));
}

/* No byte goes to another file: libc's syslog would write to the old number of its
 * socket. */
TEST(a_host_that_closes_all_its_files)
{
    int pair[2];
    char byte;

    log_begin();
    log_listen(SOCK_DGRAM);
    audit_write(&failure);
    ck_assert_str_ne(log_next(), "");
    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0, pair), 0);
    audit_write(&failure);
    ck_assert_str_ne(log_next(), "");
    ck_assert(recv(pair[1], &byte, 1, 0) < 0 && errno == EAGAIN);
    close(pair[0]);
    close(pair[1]);
}

static atomic_bool stop;

static void *keep_writing(void *arg)
{
    (void)arg;
    while (!atomic_load(&stop)) {
        audit_write(&failure);
    }
    return NULL;
}

/* Forks children while other threads of the process write lines. */
TEST(a_fork_while_others_write)
{
    pthread_t threads[2];
    int status;

    log_begin();
    log_listen(SOCK_DGRAM);
    for (int i = 0; i < 2; i++) {
        ck_assert_int_eq(pthread_create(&threads[i], NULL, keep_writing, NULL), 0);
    }
    for (int i = 0; i < 50; i++) {
        pid_t pid = fork();

        if (pid == 0) {
            (void)alarm(60);
            audit_write(&failure);
            _exit(0);
        }
        ck_assert_int_eq(waitpid(pid, &status, 0), pid);
        ck_assert_int_eq(status, 0);
    }
    atomic_store(&stop, true);
    for (int i = 0; i < 2; i++) {
        ck_assert_int_eq(pthread_join(threads[i], NULL), 0);
    }
}
