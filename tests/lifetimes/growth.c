/* SPDX-License-Identifier: ISC */
/* Memory does not grow: as much is in use after all logins and messages as after half of
 * them. The argument is the number of logins; there are ten times as many messages. */
#include "tests/exchange/place.h"
#include "tests/lib/login_driver.h"

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define N_DEFAULT  20000
#define N_MESSAGES 14    /* messages of a login */
#define NOISE      65536 /* bytes; one byte for each login would be more */
#define TIMEOUT_S  7200

static int n_logins = N_DEFAULT;

/* Logs in raw and by SPNEGO alternately; two of eight logins have a wrong password. */
static bool one_login(int i)
{
    bool wrong = i % 8 >= 6;
    struct login s = login_of(mech_of(i % 2), "http@server", SEAL_FLAGS);
    bool good;

    s.initiator.cred =
        acquire_password(mech_of(i % 2), ALICE, wrong ? "wrong" : ALICE_PASSWORD);
    s.acceptor.cred = acquire_default(mech_of(i % 2), GSS_C_ACCEPT);
    login_run(&s);
    good = login_is_done(&s) != wrong;
    for (int m = 0; good && !wrong && m < N_MESSAGES; m++) {
        good = m % 2 == 0 ? send_wrapped(&s.initiator, &s.acceptor, "there")
                          : send_wrapped(&s.acceptor, &s.initiator, "and back");
    }
    login_end(&s);
    return good;
}

static size_t in_use(void)
{
    struct mallinfo2 all = mallinfo2();

    return all.uordblks + all.hblkhd;
}

/* The resident pages, in bytes. */
static size_t resident(void)
{
    unsigned long pages = 0;
    FILE *in = fopen("/proc/self/statm", "re");

    ck_assert_ptr_nonnull(in);
    ck_assert_int_eq(fscanf(in, "%*u %lu", &pages), 1);
    (void)fclose(in);
    return pages * (size_t)sysconf(_SC_PAGESIZE);
}

TEST_TIMEOUT(TIMEOUT_S)

TEST(memory_stays)
{
    size_t used = 0;
    size_t held = 0;
    int n_bad = 0;

    place_begin(LINES_BOTH, "");
    for (int i = 0; i < n_logins; i++) {
        n_bad += !one_login(i);
        if (i == n_logins / 2) {
            used = in_use();
            held = resident();
        }
    }
    ck_assert_int_eq(n_bad, 0);
    ck_assert_msg(in_use() < used + NOISE, "%zu bytes in use, then %zu", used, in_use());
    ck_assert_msg(resident() < held + 8 * NOISE, "%zu bytes resident, then %zu", held,
                  resident());
}

int main(int argc, char **argv)
{
    if (argc == 2) {
        n_logins = atoi(argv[1]);
    }
    return harness_run();
}
