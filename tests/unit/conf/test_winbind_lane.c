/* SPDX-License-Identifier: ISC */
/* How many calls of winbind run at once: the counts, without any thread. */
#include "conf/winbind/lane.h"

#include "tests/lib/harness.h"

#include <stdio.h>

static struct winbind_domain *running[64];

/* Admits calls at this time until one is not; returns how many were. */
static unsigned fill(enum winbind_lane lane, const char *name, uint64_t now,
                     enum winbind_admission *out_last)
{
    unsigned n = 0;

    while ((*out_last = lane_admit(lane, name, now, &running[n])) == LANE_RUN) {
        ck_assert_uint_lt(++n, 64);
    }
    return n;
}

static void give_up(unsigned n, uint64_t now)
{
    for (unsigned i = 0; i < n; i++) {
        lane_give_up(running[i], now);
    }
}

static const struct {
    const char *title;
    enum winbind_lane lane;
    unsigned n;
} lanes[] = {
    {"local", WINBIND_LANE_LOCAL, 16},
    {"own", WINBIND_LANE_OWN, 8},
    {"other", WINBIND_LANE_OTHER, 2},
};

TEST_NAMED(each_lane_has_its_limit, lanes, title)
{
    enum winbind_admission last;

    ck_assert_uint_eq(fill(row->lane, "D", 0, &last), row->n);
    ck_assert_int_eq(last, LANE_WAIT);
    lane_end(running[0]);
    ck_assert_uint_eq(fill(row->lane, "D", 0, &last), 1);
}

/* Whatever calls of domains hang: a local account has its turn. */
TEST(local_accounts_have_places_of_their_own)
{
    enum winbind_admission last;
    unsigned n = fill(WINBIND_LANE_OWN, "", 0, &last);

    for (int i = 0; i < 100; i++) {
        char name[8];

        (void)snprintf(name, sizeof(name), "D%d", i);
        n += fill(WINBIND_LANE_OTHER, name, 0, &last);
        ck_assert_int_eq(last, LANE_WAIT);
    }
    ck_assert_uint_eq(n, 14);
    ck_assert_uint_eq(fill(WINBIND_LANE_LOCAL, "", 0, &last), 2);
}

/* A client can name one domain by two names. */
TEST(one_other_domain_leaves_places_to_others)
{
    enum winbind_admission last;

    ck_assert_uint_eq(fill(WINBIND_LANE_OTHER, "DEAD", 0, &last), 2);
    ck_assert_uint_eq(fill(WINBIND_LANE_OTHER, "DEAD.TEST", 0, &last), 2);
    ck_assert_uint_eq(fill(WINBIND_LANE_OTHER, "ALIVE", 0, &last), 2);
    ck_assert_uint_eq(fill(WINBIND_LANE_OTHER, "MORE", 0, &last), 0);
}

TEST(one_dead_domain_closes_no_other)
{
    enum winbind_admission last;

    for (int i = 0; i < 10; i++) {
        give_up(fill(WINBIND_LANE_OTHER, "DEAD", 0, &last), 0);
        give_up(fill(WINBIND_LANE_OTHER, "DEAD.TEST", 0, &last), 0);
    }
    ck_assert_uint_eq(fill(WINBIND_LANE_OTHER, "ALIVE", 0, &last), 2);
}

TEST(a_domain_is_closed_for_ten_seconds)
{
    enum winbind_admission last;

    for (int i = 0; i < 2; i++) {
        ck_assert_uint_eq(fill(WINBIND_LANE_OTHER, "DEAD", 1000, &last), 2);
        give_up(2, 1000);
    }
    ck_assert_uint_eq(fill(WINBIND_LANE_OTHER, "DEAD", 1000, &last), 0);
    ck_assert_int_eq(last, LANE_CLOSED);
    ck_assert_uint_eq(fill(WINBIND_LANE_OTHER, "ALIVE", 1000, &last), 2);
    lane_end(running[0]);
    lane_end(running[1]);
}

/* Gives four calls of DEAD up at 0, and lets n of them end without an answer. */
static struct winbind_domain *close_domain(unsigned n)
{
    enum winbind_admission last;
    struct winbind_domain *dead;

    for (int i = 0; i < 2; i++) {
        (void)fill(WINBIND_LANE_OTHER, "DEAD", 0, &last);
        give_up(2, 0);
    }
    dead = running[0];
    for (unsigned i = 0; i < n; i++) {
        lane_end_late(dead, false);
    }
    return dead;
}

static enum winbind_admission ask_at(uint64_t now)
{
    struct winbind_domain *unused;

    return lane_admit(WINBIND_LANE_OTHER, "DEAD", now, &unused);
}

TEST(it_stays_closed_while_four_hang)
{
    struct winbind_domain *dead = close_domain(0);

    ck_assert_int_eq(ask_at(3600 * 1000), LANE_CLOSED);
    lane_end_late(dead, false);
    ck_assert_int_eq(ask_at(3600 * 1000), LANE_RUN);
    ck_assert_int_eq(ask_at(3600 * 1000), LANE_WAIT); /* four threads in all */
}

TEST(it_opens_when_its_time_is_over)
{
    (void)close_domain(4);
    ck_assert_int_eq(ask_at(9999), LANE_CLOSED);
    ck_assert_int_eq(ask_at(10000), LANE_RUN);
}

TEST(it_opens_when_a_late_call_is_answered)
{
    struct winbind_domain *dead = close_domain(0);

    lane_end_late(dead, true);
    ck_assert_int_eq(ask_at(1), LANE_RUN);
}

/* A client that invents domains, and a controller that answers none of them. */
TEST(invented_domains_fill_only_their_own_lane)
{
    enum winbind_admission last = LANE_RUN;
    unsigned n = 0;

    for (int i = 0; i < 1000; i++) {
        char name[16];
        unsigned more;

        (void)snprintf(name, sizeof(name), "INVENTED%d", i);
        more = fill(WINBIND_LANE_OTHER, name, (uint64_t)i, &last);
        give_up(more, (uint64_t)i);
        n += more;
    }
    ck_assert_int_eq(last, LANE_CLOSED);
    ck_assert_uint_eq(n, 12);
    ck_assert_uint_eq(fill(WINBIND_LANE_OWN, "", 0, &last), 8);
    ck_assert_uint_eq(fill(WINBIND_LANE_LOCAL, "", 0, &last), 8);
}

TEST(there_are_never_more_than_32_threads)
{
    enum winbind_admission last;
    unsigned n = 0;

    for (int i = 0; i < 100; i++) {
        for (int lane = 0; lane < WINBIND_N_LANES; lane++) {
            unsigned more = fill((enum winbind_lane)lane, "D", 0, &last);

            give_up(more, 0);
            n += more;
        }
    }
    ck_assert_uint_ge(n, 16);
    ck_assert_uint_le(n, 32);
}

TEST(a_child_has_no_calls)
{
    enum winbind_admission last;

    (void)close_domain(0);
    (void)fill(WINBIND_LANE_LOCAL, "", 0, &last);
    lane_reset();
    ck_assert_int_eq(ask_at(1), LANE_RUN);
    ck_assert_uint_eq(fill(WINBIND_LANE_LOCAL, "", 1, &last), 15);
}
