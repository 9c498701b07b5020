/* SPDX-License-Identifier: ISC */
/* winbindd's names, whether it is there, its saved passwords, and a diagnosis. */
#include "conf/winbind/winbind.h"

#include "tests/lib/harness.h"
#include "tests/unit/conf/wbclient/pipe.h"
#include "tests/unit/conf/wbclient/query.h"

#include <pthread.h>
#include <string.h>
#include <unistd.h>

static struct fake_wbclient *fake;

static void setup(void)
{
    fake = fake_get();
}

TEST_FIXTURE(setup, NULL)

static void ck_names(const char *name, const char *domain, const char *dns)
{
    WINBIND_NAMES_AUTO names = WINBIND_NAMES_INIT;

    ck_ok(winbind_names(10, &names));
    ck_assert_str_eq(buf_cstr(&names.netbios_name), name);
    ck_assert_str_eq(buf_cstr(&names.netbios_domain), domain);
    ck_assert_str_eq(buf_cstr(&names.dns_domain), dns);
    ck_assert_int_eq(names.separator, '\\');
}

TEST(names_are_asked_for_once)
{
    for (int i = 0; i < 10; i++) {
        ck_names("SRV", "OWN", "own.test");
    }
    ck_assert_int_eq(atomic_load(&fake->n_details), 1);
    ck_assert_int_eq(atomic_load(&fake->n_blocks), 0);
}

/* Another socket is another winbindd, whose settings may be others. */
TEST(a_new_winbindd_is_asked_for_its_names)
{
    ck_names("SRV", "OWN", "own.test");
    fake->netbios_name = "NEW";
    fake_pipe.number = 2;
    (void)usleep(1100 * 1000);
    ck_names("NEW", "OWN", "own.test");
    ck_assert_int_eq(atomic_load(&fake->n_details), 2);
}

/* A server that makes its CHALLENGE while winbindd starts again needs the names. */
TEST(the_names_outlive_winbindd)
{
    uint64_t begin;

    ck_names("SRV", "OWN", "own.test");
    fake_pipe.is_known = false;
    atomic_store(&fake->unavailable, 1 << 30);
    (void)usleep(1100 * 1000);
    begin = query_clock_ms();
    ck_names("SRV", "OWN", "own.test");
    ck_assert_uint_lt(query_clock_ms() - begin, 900); /* no patience, and no retries */
    ck_assert_int_eq(atomic_load(&fake->n_details), 2);
}

TEST(a_hanging_winbindd_delays_known_names_for_a_second)
{
    uint64_t begin;

    ck_names("SRV", "OWN", "own.test");
    fake_pipe.number = 2;
    atomic_store(&fake->hangs, true);
    (void)usleep(1100 * 1000);
    begin = query_clock_ms();
    ck_names("SRV", "OWN", "own.test");
    ck_assert_uint_lt(query_clock_ms() - begin, 5000); /* of ten seconds */
}

TEST(the_first_question_for_names_has_the_whole_time)
{
    WINBIND_NAMES_AUTO names = WINBIND_NAMES_INIT;
    const uint64_t begin = query_clock_ms();

    atomic_store(&fake->hangs, true);
    ck_err(winbind_names(2, &names), ERR_AUTHORITY_UNAVAILABLE);
    ck_assert_uint_ge(query_clock_ms() - begin, 2000);
    ck_assert_uint_lt(query_clock_ms() - begin, 6000);
}

static void *ask_for_names(void *arg)
{
    ck_names("SRV", "OWN", "own.test");
    ck_ok(winbind_usable(10));
    return arg;
}

/* winbindd lets five connections wait. */
TEST(threads_share_a_question)
{
    pthread_t threads[20];

    atomic_store(&fake->hangs, true);
    for (int i = 0; i < 20; i++) {
        ck_assert_int_eq(pthread_create(&threads[i], NULL, ask_for_names, NULL), 0);
    }
    (void)usleep(50000);
    atomic_store(&fake->release, true);
    for (int i = 0; i < 20; i++) {
        ck_assert_int_eq(pthread_join(threads[i], NULL), 0);
    }
    ck_assert_int_eq(atomic_load(&fake->n_details), 1);
}

static const struct {
    const char *title;
    const char *name;
    const char *domain;
    const char *dns;
} malformed[] = {
    {"no name", NULL, "OWN", ""},
    {"an empty name", "", "OWN", ""},
    {"no domain", "SRV", NULL, ""},
    {"not UTF-8", "\xc3", "OWN", ""},
    {"a DNS name that is not UTF-8", "SRV", "OWN", "\xff"},
};

TEST_NAMED(malformed_names_are_refused, malformed, title)
{
    WINBIND_NAMES_AUTO names = WINBIND_NAMES_INIT;

    fake->netbios_name = row->name;
    fake->netbios_domain = row->domain;
    fake->dns_domain = row->dns;
    ck_err(winbind_names(10, &names), ERR_AUTHORITY_UNAVAILABLE);
    ck_assert_int_eq(atomic_load(&fake->n_blocks), 0);
}

TEST(no_dns_domain_is_none)
{
    fake->dns_domain = NULL;
    ck_names("SRV", "OWN", "");
}

/* ---- whether it is there -------------------------------------------------------------
 */

TEST(it_is_asked_once_a_second)
{
    const uint64_t begin = query_clock_ms();

    for (int i = 0; i < 100; i++) {
        ck_ok(winbind_usable(10));
    }
    ck_assert_uint_le((uint64_t)atomic_load(&fake->n_details),
                      1 + (query_clock_ms() - begin) / 1000);
}

TEST(an_absent_one_costs_nothing)
{
    uint64_t begin;

    atomic_store(&fake->unavailable, 1 << 30);
    fake_pipe = (struct fake_pipe){.right = WINBIND_PIPE_UNKNOWN};
    begin = query_clock_ms();
    for (int i = 0; i < 10; i++) {
        ck_err(winbind_usable(10), ERR_NO_AUTHORITY);
        ck_assert_ptr_nonnull(
            strstr(err_note_get(ERR_NO_AUTHORITY), "winbindd is not running"));
    }
    ck_assert_uint_lt(query_clock_ms() - begin, 2900); /* no retries */
}

TEST(without_the_right_it_is_of_no_use)
{
    fake_pipe.right = WINBIND_PIPE_NO_RIGHT;
    ck_err(winbind_usable(10), ERR_NO_AUTHORITY);
    ck_assert_ptr_nonnull(strstr(err_note_get(ERR_NO_AUTHORITY), "winbindd_priv"));
}

/* One that answered a moment ago is starting again, and a login waits for that. */
TEST(it_may_be_away_for_five_seconds)
{
    ck_ok(winbind_usable(10));
    atomic_store(&fake->unavailable, 1 << 30);
    fake_pipe.is_open = false;
    (void)usleep(1100 * 1000);
    ck_ok(winbind_usable(10));
    (void)usleep(4100 * 1000);
    ck_err(winbind_usable(10), ERR_NO_AUTHORITY);
}

/* A login then fails with the temporary status, where a credential that does not exist
 * would look like a fault of the settings. */
TEST(a_busy_one_is_there)
{
    atomic_store(&fake->hangs, true);
    ck_ok(winbind_usable(10));
    fake_pipe.is_open = false;
    ck_err(winbind_usable(10), ERR_NO_AUTHORITY);
}

/* Who comes later does not wait again for what another caller waits for. */
TEST(one_caller_waits_for_a_paused_one)
{
    uint64_t begin;

    atomic_store(&fake->hangs, true);
    ck_ok(winbind_usable(10));
    begin = query_clock_ms();
    for (int i = 0; i < 100; i++) {
        ck_ok(winbind_usable(10));
    }
    ck_assert_uint_lt(query_clock_ms() - begin, 10000); /* not a second each */
    ck_assert_int_eq(atomic_load(&fake->n_details), 1);
    atomic_store(&fake->hangs, false);
    atomic_store(&fake->release, true);
    for (int i = 0; i < 10000 && atomic_load(&fake->n_blocks) > 0; i++) {
        (void)usleep(1000);
    }
    ck_names("SRV", "OWN", "own.test"); /* the late answer */
    ck_assert_int_eq(atomic_load(&fake->n_details), 1);
}

/* ---- saved passwords -----------------------------------------------------------------
 */

static struct winbind_cached_query saved(const char *user)
{
    return (struct winbind_cached_query){.user = bytes_str(user),
                                         .domain = bytes_str("OWN"),
                                         .negotiate = bytes_str("NTLMSSP-1"),
                                         .challenge = bytes_str("NTLMSSP-2")};
}

TEST(a_saved_password_makes_authenticate)
{
    WINBIND_CACHED_ANSWER_AUTO answer = WINBIND_CACHED_ANSWER_INIT;
    const struct winbind_cached_query query = saved("saved");

    ck_ok(winbind_cached_login(&query, 10, &answer));
    ck_assert_str_eq(buf_cstr(&answer.authenticate), "NTLMSSP-AUTHENTICATE");
    ck_bytes(bytes_of(answer.session_key.b, 16), bytes_str("0123456789abcdef"));
    ck_assert(answer.new_spnego);
    ck_assert_int_eq(atomic_load(&fake->n_blocks), 0);
}

TEST(a_probe_makes_nothing)
{
    WINBIND_CACHED_ANSWER_AUTO answer = WINBIND_CACHED_ANSWER_INIT;
    struct winbind_cached_query query = saved("saved");

    query.negotiate = query.challenge = bytes_of(NULL, 0);
    ck_ok(winbind_cached_login(&query, 10, &answer));
    ck_assert_uint_eq(answer.authenticate.n, 0);
    query.user = bytes_str("other");
    ck_err(winbind_cached_login(&query, 10, &answer), ERR_NO_CRED);
}

TEST(what_is_not_saved_is_no_credential)
{
    WINBIND_CACHED_ANSWER_AUTO answer = WINBIND_CACHED_ANSWER_INIT;
    struct winbind_cached_query query = saved("alice");

    ck_err(winbind_cached_login(&query, 10, &answer), ERR_NO_CRED);
    query = saved("");
    ck_err(winbind_cached_login(&query, 10, &answer), ERR_NO_CRED);
    atomic_store(&fake->unavailable, 1 << 30);
    fake_pipe.is_open = false;
    query = saved("saved");
    ck_err(winbind_cached_login(&query, 1, &answer), ERR_AUTHORITY_UNAVAILABLE);
}

/* ---- diagnosis -----------------------------------------------------------------------
 */

static const struct {
    const char *title;
    enum winbind_fault fault;
    bool is_away;
    struct fake_pipe pipe;
    const char *dns;
    unsigned dc_status; /* 1: it hangs */
    unsigned trust_status;
} diagnoses[] = {
    {"fine",
     WINBIND_FINE,
     false,
     {WINBIND_PIPE_RIGHT, true, 1, true, false, false},
     "d.test",
     0,
     0},
    {"alone",
     WINBIND_FINE,
     false,
     {WINBIND_PIPE_RIGHT, true, 1, true, false, false},
     "",
     1,
     1},
    {"not running",
     WINBIND_NOT_RUNNING,
     true,
     {WINBIND_PIPE_UNKNOWN, false, 0, false, false, false},
     "",
     0,
     0},
    {"version",
     WINBIND_VERSION,
     true,
     {WINBIND_PIPE_RIGHT, true, 1, true, false, false},
     "",
     0,
     0},
    {"no root",
     WINBIND_NOT_RUNNING,
     true,
     {WINBIND_PIPE_RIGHT, true, 1, true, false, true},
     "",
     0,
     0},
    {"right",
     WINBIND_NO_RIGHT,
     false,
     {WINBIND_PIPE_NO_RIGHT, true, 1, true, false, false},
     "d.test",
     0,
     0},
    {"dc refuses",
     WINBIND_NO_DC,
     false,
     {WINBIND_PIPE_RIGHT, true, 1, true, false, false},
     "d.test",
     0xc000005e,
     0},
    {"dc hangs",
     WINBIND_NO_DC,
     false,
     {WINBIND_PIPE_RIGHT, true, 1, true, false, false},
     "d.test",
     1,
     0},
    {"trust",
     WINBIND_NO_TRUST,
     false,
     {WINBIND_PIPE_RIGHT, true, 1, true, false, false},
     "d.test",
     0,
     0xc0000022},
    {"no trust, and so no dc",
     WINBIND_NO_TRUST,
     false,
     {WINBIND_PIPE_RIGHT, true, 1, true, false, false},
     "d.test",
     0xc00000df,
     0xc0000022},
    {"no dc, and the trust is good",
     WINBIND_NO_DC,
     false,
     {WINBIND_PIPE_RIGHT, true, 1, true, false, false},
     "d.test",
     0xc00000df,
     0},
    {"dc lost",
     WINBIND_NO_DC,
     false,
     {WINBIND_PIPE_RIGHT, true, 1, true, false, false},
     "d.test",
     0,
     0xc0000233},
    {"trust hangs",
     WINBIND_NO_DC,
     false,
     {WINBIND_PIPE_RIGHT, true, 1, true, false, false},
     "d.test",
     0,
     1},
};

TEST_NAMED(a_diagnosis, diagnoses, title)
{
    struct winbind_diagnosis diagnosis;
    uint64_t begin;

    fake_pipe = row->pipe;
    fake->dns_domain = row->dns;
    fake->dc_status = row->dc_status;
    fake->trust_status = row->trust_status;
    atomic_store(&fake->unavailable, row->is_away ? 1 << 30 : 0);
    begin = query_clock_ms();
    winbind_diagnose(&diagnosis);
    ck_assert_uint_lt(query_clock_ms() - begin, 6000); /* three, on an idle machine */
    ck_assert_msg(diagnosis.fault == row->fault, "%d: %s", diagnosis.fault,
                  diagnosis.sentence);
    ck_assert(diagnosis.sentence[0] != '\0');
    ck_assert_str_eq(buf_cstr(&diagnosis.names.netbios_name), row->is_away ? "" : "SRV");
    winbind_diagnosis_cleanup(&diagnosis);
}
