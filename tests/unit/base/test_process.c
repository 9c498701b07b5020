/* SPDX-License-Identifier: ISC */
/* The number of the process, before and after forks of every kind. */
#include "base/process.h"
#include "tests/lib/harness.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static unsigned n_getpid;
static unsigned n_madvise;
static bool madvise_fails;
static bool mmap_fails;

pid_t __real_getpid(void);
pid_t __wrap_getpid(void);
int __real_madvise(void *p, size_t n, int advice);
int __wrap_madvise(void *p, size_t n, int advice);
void *__real_mmap(void *p, size_t n, int rights, int flags, int fd, off_t offset);
void *__wrap_mmap(void *p, size_t n, int rights, int flags, int fd, off_t offset);

pid_t __wrap_getpid(void)
{
    n_getpid++;
    return __real_getpid();
}

int __wrap_madvise(void *p, size_t n, int advice)
{
    n_madvise++;
    if (madvise_fails) {
        errno = EINVAL;
        return -1;
    }
    return __real_madvise(p, n, advice);
}

void *__wrap_mmap(void *p, size_t n, int rights, int flags, int fd, off_t offset)
{
    if (mmap_fails) {
        errno = ENOMEM;
        return MAP_FAILED;
    }
    return __real_mmap(p, n, rights, flags, fd, offset);
}

/* The name of mmap where off_t was made 64 bits wide. */
void *__wrap_mmap64(void *p, size_t n, int rights, int flags, int fd, off_t offset);
void *__wrap_mmap64(void *p, size_t n, int rights, int flags, int fd, off_t offset)
{
    return __wrap_mmap(p, n, rights, flags, fd, offset);
}

static pid_t real_id(void)
{
    return (pid_t)syscall(SYS_getpid);
}

TEST(asks_the_kernel_once)
{
    for (int i = 0; i < 1000; i++) {
        ck_assert_int_eq(process_id(), real_id());
    }
    ck_assert_uint_eq(n_getpid, 1);
    ck_assert_uint_eq(n_madvise, 1);
}

/* A child by fork (0), and by the system call alone, of which the C library knows nothing
 * (1); and the child of each. */
static pid_t fork_somehow(int how)
{
    return how == 0 ? fork() : (pid_t)syscall(SYS_clone, SIGCHLD, NULL, NULL, NULL, NULL);
}

static void expect_child_succeeds(pid_t child)
{
    int status;

    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_int_eq(status, 0);
}

TEST_TIMES(a_child_has_its_own, 2)
{
    pid_t child;

    if (_i == 1 && getenv("GSSNEG_EMULATOR") != NULL) {
        SKIP("qemu-user 7.2 ignores MADV_WIPEONFORK, and the C library knows nothing of "
             "this child");
    }
    ck_assert_int_eq(process_id(), real_id());
    if ((child = fork_somehow(_i)) == 0) {
        pid_t grandchild;
        int status = 0;

        if (process_id() != real_id() || (grandchild = fork_somehow(_i)) < 0) {
            _exit(1);
        }
        if (grandchild == 0) {
            _exit(process_id() == real_id() ? 0 : 2);
        }
        if (waitpid(grandchild, &status, 0) != grandchild || status != 0) {
            _exit(3);
        }
        _exit(process_id() == real_id() ? 0 : 4);
    }
    expect_child_succeeds(child);
    ck_assert_int_eq(process_id(), real_id());
}

/* A kernel without MADV_WIPEONFORK (0), or no memory (1): each call asks the kernel. */
TEST_TIMES(without_the_page, 2)
{
    pid_t child;

    madvise_fails = _i == 0;
    mmap_fails = _i == 1;
    for (int i = 0; i < 10; i++) {
        ck_assert_int_eq(process_id(), real_id());
    }
    ck_assert_uint_eq(n_getpid, 10);
    ck_assert_uint_eq(n_madvise, _i == 0 ? 1 : 0);
    if ((child = fork()) == 0) {
        _exit(process_id() == real_id() ? 0 : 1);
    }
    expect_child_succeeds(child);
    mmap_fails = false;
    ck_assert_int_eq(process_id(), real_id());
}

static void *ask(void *barrier)
{
    (void)pthread_barrier_wait(barrier);
    return process_id() == real_id() ? barrier : NULL;
}

TEST(threads_ask_at_once)
{
    pthread_t threads[8];
    pthread_barrier_t barrier;
    void *result;

    ck_assert_int_eq(pthread_barrier_init(&barrier, NULL, N(threads)), 0);
    for (size_t i = 0; i < N(threads); i++) {
        ck_assert_int_eq(pthread_create(&threads[i], NULL, ask, &barrier), 0);
    }
    for (size_t i = 0; i < N(threads); i++) {
        ck_assert_int_eq(pthread_join(threads[i], &result), 0);
        ck_assert_ptr_nonnull(result);
    }
    ck_assert_int_eq(pthread_barrier_destroy(&barrier), 0);
}
