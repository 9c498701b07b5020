/* SPDX-License-Identifier: ISC */
/* What every test program shares: running a suite as TAP, skipping, hex, mutation. */
#ifndef TESTS_LIB_HARNESS_H
#define TESTS_LIB_HARNESS_H

#include "base/buf.h"

#include <check.h>

/* harness_run: runs the suite (each test in a process of its own) and prints TAP to
 * stdout. Returns main's exit status. */
int harness_run(Suite *suite);

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

/* vector_id: the id of the file's entry i, NULL behind the last; skips likewise. */
const char *vector_id(const char *file, size_t i);

/* temp_dir: a fresh folder (mode 0700) that is removed when this test program ends;
 * write_file: creates or replaces a file in it with this mode; returns its path. */
const char *temp_dir(void);
const char *write_file(const char *name, const char *contents, unsigned mode);

#endif
