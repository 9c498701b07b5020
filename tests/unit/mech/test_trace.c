/* SPDX-License-Identifier: ISC */
/* The lines of the trace, also if many threads and processes write. */
#include "mech/report/trace_version.h"
#include "tests/unit/mech/trace_check.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static const struct {
    const char *value;
    const char *shown;
} values[] = {
    {"plain", "plain"},
    {"HTTP/srv:80@REALM", "HTTP/srv:80@REALM"},
    {"", "\"\""},
    {"two words", "\"two words\""},
    {"a=b", "\"a=b\""},
    {"AD\\alice", "\"AD\\\\alice\""},
    {"\"quoted\"", "\"\\\"quoted\\\"\""},
    {"one\ntwo\n", "\"one\\ntwo\\n\""},
    {"a\r\x1b[2J", "\"a\\x0d\\x1b[2J\""},
    {"J\xc3\xb6rg", "\"J\xc3\xb6rg\""},
    {"\xff", "\"\\xff\""},
    {"\xe2\x80\xae", "\"\\u{202e}\""},
};

TEST_TABLE(a_line, values)
{
    const char *path = trace_path("line");
    char wanted[512];

    (void)unlink(path);
    ck_ok(trace_to(bytes_str(path)));
    ck_assert_uint_eq(trace_enter(7), 0);
    trace_note(row->value);
    ck_assert_uint_eq(trace_enter(0), 7);
    (void)snprintf(wanted, sizeof(wanted), "%d.%d ctx=7 test verdict=noted text=%s\n",
                   (int)getpid(), (int)gettid(), row->shown);
    ck_assert_str_eq(trace_only_line(path), wanted);
}

TEST(a_reason)
{
    const char *path = trace_path("reason");

    ck_ok(trace_to(bytes_str(path)));
    trace_refuse("test", "nothing", NULL, ERR_OK);
    trace_refuse("test", "no-login", "NTLM", err_note(ERR_LOGIN, "as %s", "noted"));
    ck_assert_str_eq(err_note_get(ERR_LOGIN), "as noted");
    ck_assert_ptr_nonnull(strstr(trace_only_line(path), "(as noted)\"\n"));
}

TEST(the_file_is_private_and_appended_to)
{
    const char *path = trace_path("private");
    struct stat st;
    BUF_AUTO all = BUF_INIT;

    (void)umask(0);
    ck_ok(trace_to(bytes_str(path)));
    trace_note("first");
    ck_ok(trace_to(bytes_of(NULL, 0)));
    trace_note("unheard");
    ck_assert(!trace_is_on());
    ck_ok(trace_to(bytes_str(path)));
    trace_note("second");
    ck_assert_int_eq(stat(path, &st), 0);
    ck_assert_uint_eq(st.st_mode & 07777, 0600);
    trace_read(path, &all);
    ck_assert_ptr_nonnull(strstr(buf_cstr(&all), "first"));
    ck_assert_ptr_nonnull(strstr(buf_cstr(&all), "second"));
    ck_assert_ptr_null(strstr(buf_cstr(&all), "unheard"));
}

static size_t count_heads(const char *path)
{
    BUF_AUTO all = BUF_INIT;
    size_t n = 0;

    trace_read(path, &all);
    for (const char *at = buf_cstr(&all); (at = strstr(at, TRACE_HEAD)) != NULL; at++) {
        n++;
    }
    return n;
}

/* A process writes the version before its first line, and again if the file was
 * emptied. */
TEST(the_version)
{
    const char *path = trace_path("version");

    ck_ok(trace_to(bytes_str(path)));
    trace_note("first");
    trace_note("second");
    ck_assert_uint_eq(count_heads(path), 1);
    ck_ok(trace_to(bytes_str(path)));
    trace_note("third");
    ck_assert_uint_eq(count_heads(path), 2);
    ck_assert_int_eq(truncate(path, 0), 0);
    trace_note("fourth");
    ck_assert_ptr_nonnull(strstr(trace_only_line(path), "fourth"));
}

/* The environment is read once. */
TEST(begun_by_the_environment)
{
    const char *path = trace_path("environment");

    ck_assert_int_eq(trace_state, TRACE_UNREAD);
    ck_assert_int_eq(setenv(TRACE_VARIABLE, path, 1), 0);
    trace_note("heard");
    ck_assert_int_eq(trace_state, TRACE_ON);
    ck_assert_int_eq(unsetenv(TRACE_VARIABLE), 0);
    ck_assert_ptr_nonnull(strstr(trace_only_line(path), "text=heard"));
}

TEST_TIMES(nowhere, 3)
{
    const char *value = _i == 0 ? NULL : _i == 1 ? "" : trace_path("no/such/folder");

    ck_assert_int_eq(unsetenv(TRACE_VARIABLE), 0);
    if (value != NULL) {
        ck_assert_int_eq(setenv(TRACE_VARIABLE, value, 1), 0);
    }
    (void)err_note(ERR_LOGIN, "stays");
    ck_assert(!trace_is_on());
    ck_assert_int_eq(trace_state, TRACE_OFF);
    ck_assert_str_eq(err_note_get(ERR_LOGIN), "stays");
}

#define N_PROCESSES 4
#define N_THREADS   4
#define N_LINES     400

static void *write_lines(void *arg)
{
    char text[3000];

    (void)arg;
    memset(text, 'x', sizeof(text));
    for (size_t i = 0; i < N_LINES; i++) {
        text[sizeof(text) - 1 - i] = '\0';
        trace_note(text);
    }
    return NULL;
}

static void write_by_threads(void)
{
    pthread_t threads[N_THREADS];

    for (int i = 0; i < N_THREADS; i++) {
        ck_assert_int_eq(pthread_create(&threads[i], NULL, write_lines, NULL), 0);
    }
    for (int i = 0; i < N_THREADS; i++) {
        ck_assert_int_eq(pthread_join(threads[i], NULL), 0);
    }
}

/* Checks that a line is whole: it begins with a year and ends with x only; or it is the
 * version. */
static bool check_whole(struct bytes line)
{
    struct bytes left;
    struct bytes value;

    if (bytes_equal(line, bytes_str(TRACE_HEAD TRACE_VERSION))) {
        return false;
    }
    ck_assert(bytes_has_prefix(line, bytes_str("20")));
    ck_assert(bytes_split_last(line, '=', &left, &value));
    ck_assert_uint_ge(value.n, 3000 - N_LINES);
    ck_assert_uint_eq(strspn((const char *)value.p, "x"), value.n);
    return true;
}

/* Threads of one process, and processes of which some opened the file themselves. */
TEST(every_line_is_whole)
{
    const char *path = trace_path("many");
    BUF_AUTO all = BUF_INIT;
    struct bytes rest;
    struct bytes line;
    size_t n = 0;

    ck_ok(trace_to(bytes_str(path)));
    for (int i = 1; i < N_PROCESSES; i++) {
        if (fork() == 0) {
            if (i % 2 == 0) {
                ck_ok(trace_to(bytes_str(path)));
            }
            write_by_threads();
            _exit(0);
        }
    }
    write_by_threads();
    while (wait(NULL) > 0) {
    }
    trace_read(path, &all);
    (void)buf_cstr(&all); /* ends by a NUL */
    rest = buf_bytes(&all);
    while (bytes_split(rest, '\n', &line, &rest)) {
        n += check_whole(line);
    }
    ck_assert_uint_eq(n, (size_t)N_PROCESSES * N_THREADS * N_LINES);
}

static atomic_bool is_over;

static void *ask_for_the_time(void *arg)
{
    const time_t now = 1;
    struct tm tm;

    while (!atomic_load(&is_over)) {
        (void)gmtime_r(&now, &tm);
    }
    return arg;
}

/* In a child that was forked meanwhile, the C library's lock of the time zone stays
 * locked. */
TEST(a_fork_while_the_host_asks_for_the_time)
{
    pthread_t threads[2];

    if (dlsym(RTLD_DEFAULT, "__asan_init") != NULL) {
        SKIP("AddressSanitizer has locks of its own, which a fork leaves locked");
    }
    ck_ok(trace_to(bytes_str(trace_path("forked"))));
    for (int i = 0; i < 2; i++) {
        ck_assert_int_eq(pthread_create(&threads[i], NULL, ask_for_the_time, NULL), 0);
    }
    for (int i = 0; i < 100; i++) {
        int status = -1;
        pid_t pid = fork();

        if (pid == 0) {
            (void)alarm(30);
            trace_note("child");
            _exit(0);
        }
        ck_assert_int_eq(waitpid(pid, &status, 0), pid);
        ck_assert_int_eq(status, 0);
    }
    atomic_store(&is_over, true);
    for (int i = 0; i < 2; i++) {
        ck_assert_int_eq(pthread_join(threads[i], NULL), 0);
    }
}
