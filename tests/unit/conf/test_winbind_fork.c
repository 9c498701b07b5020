/* SPDX-License-Identifier: ISC */
/* A fork while a thread writes winbindd's names: the child asks for them itself. */
#include "conf/winbind/winbind.h"

#include "tests/lib/harness.h"
#include "tests/unit/conf/wbclient/pipe.h"
#include "tests/unit/conf/wbclient/query.h"

#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static struct fake_wbclient *fake;
static pthread_t caller;
static atomic_int has_forked;
static atomic_int how_child_ended;

/* The linker puts this in the place of libc's (--wrap). The thread of a call reads the
 * clock, with the lock held, while it writes the names that winbindd has told. */
int __real_clock_gettime(clockid_t clock, struct timespec *out);
int __wrap_clock_gettime(clockid_t clock, struct timespec *out);

/* The thread that forked blocks all signals. */
static _Noreturn void be_a_child(void)
{
    WINBIND_NAMES_AUTO names = WINBIND_NAMES_INIT;
    const int n_before = atomic_load(&fake->n_details);
    sigset_t none;
    bool told;

    (void)sigemptyset(&none);
    (void)pthread_sigmask(SIG_SETMASK, &none, NULL);
    (void)alarm(30);
    told = winbind_names(10, &names) == ERR_OK &&
           bytes_equal(buf_bytes(&names.netbios_name), bytes_str("SRV")) &&
           bytes_equal(buf_bytes(&names.netbios_domain), bytes_str("OWN"));
    _exit(!told ? 1 : atomic_load(&fake->n_details) == n_before ? 2 : 0);
}

int __wrap_clock_gettime(clockid_t clock, struct timespec *out)
{
    if (fake != NULL && atomic_load(&fake->n_details) == 1 &&
        !pthread_equal(caller, pthread_self()) && atomic_exchange(&has_forked, 1) == 0) {
        int status = -1;
        const pid_t child = fork();

        if (child == 0) {
            be_a_child();
        }
        (void)waitpid(child, &status, 0);
        atomic_store(&how_child_ended, status);
    }
    return __real_clock_gettime(clock, out);
}

TEST(names_that_were_half_written_at_the_fork)
{
    WINBIND_NAMES_AUTO names = WINBIND_NAMES_INIT;

    if (SANITIZED) {
        SKIP("the sanitizer's allocator stays locked in a child of several threads");
    }
    caller = pthread_self();
    fake = fake_get();
    ck_assert(fake_pipe.is_known);
    ck_ok(winbind_names(10, &names));
    ck_assert_int_eq(atomic_load(&has_forked), 1);
    ck_assert_int_eq(atomic_load(&how_child_ended), 0);
}
