/* SPDX-License-Identifier: ISC */
/* What every test program shares: tests that register themselves, skips, hex, mutants. */
#ifndef TESTS_LIB_HARNESS_H
#define TESTS_LIB_HARNESS_H

#include "base/buf.h"

#include "tests/lib/table.h"

#include <check.h>

/*
 * A test registers itself before main and runs in a process of its own:
 *
 *     TEST(name) { ... }                      runs once
 *     TEST_TIMES(name, n) { ... }             runs n times; _i counts from 0
 *     TEST_TABLE(name, table) { ... }         runs once per row; row points to row _i
 *     TEST_NAMED(name, table, member) { ... } likewise; member names the row
 *     TEST_CASES(name, "a", "b", ...) { ... } runs once per text, which names the run
 */
#define TEST(name) TEST_TIMES(name, 1)
#define TEST_TIMES(name, n)                                                              \
    static void name(int _i);                                                            \
    TEST_ADDED(name, name, n, NULL, 0)                                                   \
    static void name(int _i CK_ATTRIBUTE_UNUSED)
#define TEST_TABLE(name, table)                                                          \
    TEST_ROW(name, table)                                                                \
    TEST_ADDED(name, name##_row, N(table), NULL, 0)                                      \
    static void name(const __typeof__((table)[0]) *row CK_ATTRIBUTE_UNUSED,              \
                     int _i CK_ATTRIBUTE_UNUSED)
#define TEST_NAMED(name, table, member)                                                  \
    TEST_ROW(name, table)                                                                \
    TEST_ADDED(name, name##_row, N(table), &(table)[0].member, sizeof((table)[0]))       \
    static void name(const __typeof__((table)[0]) *row CK_ATTRIBUTE_UNUSED,              \
                     int _i CK_ATTRIBUTE_UNUSED)
#define TEST_CASES(name, ...)                                                            \
    static const char *const name##_cases[] = {__VA_ARGS__};                             \
    static void name(int _i);                                                            \
    TEST_ADDED(name, name, N(name##_cases), name##_cases, sizeof(char *))                \
    static void name(int _i CK_ATTRIBUTE_UNUSED)

/* TEST_FIXTURE: what runs before and after each test that follows; each may be NULL.
 * TEST_TIMEOUT: the seconds that each test that follows may take on an idle machine. */
#define TEST_FIXTURE(setup, teardown)                                                    \
    static __attribute__((constructor)) void register_fixture(void)                      \
    {                                                                                    \
        harness_fixture(setup, teardown);                                                \
    }
#define TEST_TIMEOUT(seconds)                                                            \
    static __attribute__((constructor)) void register_timeout(void)                      \
    {                                                                                    \
        harness_timeout(seconds);                                                        \
    }

/* The macros above are made of these. The name of row i is the pointer at i * stride
 * bytes after names. */
#define TEST_ROW(name, table)                                                            \
    static void name(const __typeof__((table)[0]) *row, int _i);                         \
    static void name##_row(int _i)                                                       \
    {                                                                                    \
        name(&(table)[_i], _i);                                                          \
    }
#define TEST_ADDED(name, run, n, names, stride)                                          \
    static __attribute__((constructor)) void name##_register(void)                       \
    {                                                                                    \
        static const TTest test = {#name, run, __FILE__, __LINE__};                      \
        harness_add(&test, n, names, stride);                                            \
    }
void harness_add(const TTest *test, int n, const char *const *names, size_t stride);
void harness_fixture(SFun setup, SFun teardown);
void harness_timeout(double seconds);

/* harness_run: runs every test of the program and prints TAP to stdout. Returns main's
 * exit status. A program without a main of its own gets one that does just this. */
int harness_run(void);

/* SKIP: ends the test as skipped, with the reason; counted as skipped. */
#define SKIP(...) harness_skip(__FILE__, __LINE__, __VA_ARGS__)
void harness_skip(const char *file, int line, const char *format, ...)
    __attribute__((format(printf, 3, 4), noreturn));

/* ck_ok: an enum err that must be ERR_OK; ck_err: one that must be this. Both show names.
 */
#define ck_ok(expr) ck_err(expr, ERR_OK)
#define ck_err(expr, wanted)                                                             \
    do {                                                                                 \
        enum err ck_got = (expr);                                                        \
        enum err ck_want = (wanted);                                                     \
        ck_assert_msg(ck_got == ck_want, "%s: %s (%s), not %s", #expr, err_name(ck_got), \
                      err_note_get(ck_got), err_name(ck_want));                          \
    } while (0)

/* ck_bytes: two struct bytes are equal; shows both as hex. */
#define ck_bytes(got, want) harness_check_bytes(__FILE__, __LINE__, #got, got, want)
void harness_check_bytes(const char *file, int line, const char *what, struct bytes got,
                         struct bytes want);

/* hex: bytes from hex digits (blanks allowed); the memory lives to the process's end. */
struct bytes hex(const char *digits);

/*
 * mutate_truncate: calls feed with every proper prefix of whole (in a heap block of
 * exactly that size, so that a sanitizer sees a read past it). mutate_flip: with each
 * single bit flipped. feed returns nothing: it checks for itself; most only must not
 * crash.
 */
typedef void (*mutate_feed)(struct bytes mutant, void *arg);
void mutate_truncate(struct bytes whole, mutate_feed feed, void *arg);
void mutate_flip(struct bytes whole, mutate_feed feed, void *arg);

/* vector: the bytes of the entry id in a file of the vectors folder (meson -Dvectors);
 * skips the test, saying so, where the folder is missing; fails it if the id is. */
struct bytes vector(const char *file, const char *id);

/* vector_id: the id of the file's i-th entry; NULL after the last one. Skips as vector
 * does. */
const char *vector_id(const char *file, size_t i);

/* temp_dir: a new folder (mode 0700) that is removed when the test program ends.
 * write_file: creates or replaces a file in it with this mode, and returns its path. */
const char *temp_dir(void);
const char *write_file(const char *name, const char *contents, unsigned mode);

/* child_status: waits for a child; its exit status. A signal that ended it fails the
 * test. count_open_files: how many of the first 256 descriptors are open. */
int child_status(pid_t pid);
unsigned count_open_files(void);

#endif
