/* SPDX-License-Identifier: ISC */
/* Threads and memory that the system refuses, and memory that is given back. */
#include "conf/winbind/winbind.h"

#include "tests/lib/harness.h"
#include "tests/unit/conf/wbclient/query.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <malloc.h>
#include <pthread.h>
#include <stddef.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

/* More thread-local data than the stack of 256 KiB that a call gets first, so that
 * pthread_create returns EINVAL: a thread has its copy on its stack. */
static _Thread_local volatile char much[512 * 1024];

/* The linker sends every allocation of this program here (--wrap). */
void *__real_malloc(size_t n);
void *__wrap_malloc(size_t n);
void *__real_calloc(size_t n, size_t size);
void *__wrap_calloc(size_t n, size_t size);
void __real_free(void *p);
void __wrap_free(void *p);
static _Thread_local long countdown = -1;
static bool fired;
static atomic_int n_live;
/* What no block may hold when it is freed. */
static const uint8_t *secret;
static atomic_int n_unwiped;

static bool fails(void)
{
    if (countdown < 0 || countdown-- > 0) {
        return false;
    }
    return fired = true;
}

static void *count(void *p)
{
    atomic_fetch_add(&n_live, p != NULL);
    return p;
}

void *__wrap_malloc(size_t n)
{
    return fails() ? NULL : count(__real_malloc(n));
}

void *__wrap_calloc(size_t n, size_t size)
{
    return fails() ? NULL : count(__real_calloc(n, size));
}

void __wrap_free(void *p)
{
    atomic_fetch_sub(&n_live, p != NULL);
    if (p != NULL && secret != NULL && memmem(p, malloc_usable_size(p), secret, 16)) {
        atomic_fetch_add(&n_unwiped, 1);
    }
    __real_free(p);
}

static struct fake_wbclient *fake;

static void setup(void)
{
    fake = fake_get();
    much[sizeof(much) / 2] = much[1];
}

TEST_FIXTURE(setup, NULL)

TEST(a_host_with_much_thread_local_data)
{
    ck_assert(query_is_answered("OWN", "alice", 1));
    ck_assert_int_eq(atomic_load(&fake->n_signals), 0);
}

static void ck_no_thread(void)
{
    uint64_t begin = query_clock_ms();

    for (int i = 0; i < 100; i++) { /* no call counts as running */
        ck_err(query_login("OWN", "alice", 10), ERR_AUTHORITY_UNAVAILABLE);
    }
    ck_assert_uint_lt(query_clock_ms() - begin, 2000);
    ck_assert_msg(strstr(err_note_get(ERR_AUTHORITY_UNAVAILABLE), "no thread") != NULL,
                  "%s", err_note_get(ERR_AUTHORITY_UNAVAILABLE));
}

/* The limit does not apply to root. */
TEST(no_process_is_left)
{
    const struct rlimit none = {0, 0};

    if (getuid() == 0) {
        ck_assert_int_eq(setgid(65534), 0);
        ck_assert_int_eq(setuid(65534), 0);
    }
    ck_ok(query_login("OWN", "alice", 10));
    ck_assert_int_eq(setrlimit(RLIMIT_NPROC, &none), 0);
    ck_no_thread();
}

/* A filter that lets clone and clone3 fail with this errno. */
static void refuse_clone(int error)
{
    struct sock_filter filter[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone, 1, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone3, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (unsigned)error),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    const struct sock_fprog program = {sizeof(filter) / sizeof(filter[0]), filter};

    ck_assert_int_eq(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), 0);
    if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0) {
        SKIP("this machine allows no seccomp filter");
    }
}

static const struct {
    const char *title;
    int error;
} refusals[] = {
    {"EPERM", EPERM}, {"EAGAIN", EAGAIN}, {"ENOSYS", ENOSYS}, {"ENOMEM", ENOMEM}};

TEST_NAMED(a_filter_refuses, refusals, title)
{
    ck_ok(query_login("OWN", "alice", 10));
    refuse_clone(row->error);
    ck_no_thread();
}

/* Each allocation of the caller's thread fails once, in its turn. */
TEST(no_memory_in_the_caller)
{
    long n = 0;

    ck_ok(query_login("OTHER", "alice", 10));
    do {
        enum err e;

        fired = false;
        countdown = n++;
        e = query_login("OTHER", "alice", 10);
        countdown = -1;
        ck_assert_msg(e == ERR_OK || e == ERR_NO_MEMORY || e == ERR_AUTHORITY_UNAVAILABLE,
                      "allocation %ld: %s", n - 1, err_name(e));
        ck_assert_int_eq(atomic_load(&fake->n_blocks), 0);
    } while (fired);
    ck_assert_int_gt(n, 3);
    ck_assert(query_is_answered("OTHER", "alice", 1));
}

/* The thread that nobody waits for any longer frees all, and wipes the key. Some blocks
 * come from libraries whose allocations are not counted: as many as in a call that is
 * answered. */
TEST(a_late_call_gives_its_memory_back)
{
    static const uint8_t challenge[NTLM_CHALLENGE_LEN];
    uint8_t key[16];
    int before;
    int wanted;

    ck_ok(query_login("OTHR", "alice", 10));
    fake_key("alice", challenge, key);
    secret = key;
    before = atomic_load(&n_live);
    ck_ok(query_login("OTHR", "alice", 10));
    wanted = 2 * atomic_load(&n_live) - before;
    ck_err(query_login("HANG", "alice", 1), ERR_AUTHORITY_UNAVAILABLE);
    ck_assert_int_gt(atomic_load(&n_live), wanted);
    atomic_store(&fake->release, true);
    for (int i = 0; i < 10000 && atomic_load(&n_live) > wanted; i++) {
        (void)usleep(1000);
    }
    ck_assert_int_le(atomic_load(&n_live), wanted);
    secret = NULL;
    ck_assert_int_eq(atomic_load(&n_unwiped), 0);
}
