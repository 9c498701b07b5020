/* SPDX-License-Identifier: ISC */
/* No secret stays in the registers of the caller. */
#include "base/secret.h"

#include "tests/lib/harness.h"
#include "tests/unit/base/registers.h"

#include <signal.h>
#include <string.h>

static const uint8_t key[16] = "in no register!";
static volatile sig_atomic_t n_found;

/* Counts the key in what the kernel has saved of this thread's registers. */
static void find_key(int signal_number, siginfo_t *info, void *context)
{
    const ucontext_t *saved = context;
    const uint8_t *registers = (const uint8_t *)SAVED(saved);

    (void)signal_number;
    (void)info;
    for (size_t i = 0; i + sizeof(wide) <= sizeof(*SAVED(saved)); i++) {
        n_found += memcmp(registers + i, key, sizeof(wide)) == 0;
    }
}

static int keys_in_registers(void (*between)(void *p, size_t n), size_t n)
{
    uint8_t wiped[16];
    wide copy;

    memcpy(&copy, key, sizeof(copy));
    PUT_IN_REGISTER(copy);
    between(wiped, n);
    n_found = 0;
    (void)raise(SIGUSR1);
    return n_found;
}

static void do_nothing(void *p, size_t n)
{
    (void)p;
    (void)n;
}

TEST(a_wipe_clears_registers)
{
    const struct sigaction action = {.sa_sigaction = find_key, .sa_flags = SA_SIGINFO};
    void (*volatile nothing)(void *p, size_t n) = do_nothing;
    void (*volatile wipe)(void *p, size_t n) = secret_wipe;

    if (!COMPILER_CLEARS) {
        SKIP("this compiler has no zero_call_used_regs (GCC before 11, clang before 15)");
    }
    ck_assert_int_eq(sigaction(SIGUSR1, &action, NULL), 0);
    ck_assert_int_gt(keys_in_registers(nothing, 16), 0);
    ck_assert_int_eq(keys_in_registers(wipe, 0), 0);
    ck_assert_int_eq(keys_in_registers(wipe, 16), 0);
}
