/* SPDX-License-Identifier: ISC */
/* What winbindd's answers become: logins, names, saved passwords, and a diagnosis. */
#include "conf/winbind/winbind.h"

#include "tests/lib/harness.h"
#include "tests/unit/conf/wbclient/pipe.h"
#include "tests/unit/conf/wbclient/query.h"

#include <pthread.h>
#include <string.h>

static struct fake_wbclient *fake;

static void setup(void)
{
    fake = fake_get();
}

TEST_FIXTURE(setup, NULL)

static const struct {
    const char *title;
    const char *user;
    enum err e;
    const char *detail;
} logins[] = {
    {"success", "alice", ERR_OK, ""},
    {"wrong password", "status:c000006a", ERR_LOGIN, ""},
    {"unknown user", "status:c0000064", ERR_LOGIN, ""},
    {"wrong names in the challenge", "status:c000006d", ERR_LOGIN, ""},
    {"locked, before the proof", "status:c0000234", ERR_LOGIN, ""},
    {"restricted, before the proof", "status:c000006e", ERR_LOGIN, ""},
    {"a status that nobody knows", "status:c0ffee00", ERR_LOGIN, ""},
    {"disabled", "status:c0000072", ERR_ACCOUNT_DISABLED, "NT_STATUS_ACCOUNT_DISABLED"},
    {"a status without a name", "status:c0000193", ERR_ACCOUNT_EXPIRED, "0XC0000193"},
    {"a name that is none", "status:c0000001", ERR_AUTHORITY_UNAVAILABLE, "0XC0000001"},
    {"password expired", "status:c0000071", ERR_PASSWORD_EXPIRED, "winbind says"},
    {"password must change", "status:c0000224", ERR_PASSWORD_EXPIRED, "winbind says"},
    {"hours", "status:c000006f", ERR_LOGON_HOURS, "winbind says"},
    {"workstation", "status:c0000070", ERR_LOGON_WORKSTATION, "winbind says"},
    {"type", "status:c000015b", ERR_LOGON_DENIED, "winbind says"},
    {"no controller", "status:c000005e", ERR_AUTHORITY_UNAVAILABLE, "winbind says"},
    {"no trust", "status:c000018d", ERR_AUTHORITY_UNAVAILABLE, "winbind says"},
    {"a refusal without a status", "status:0", ERR_AUTHORITY_UNAVAILABLE, "no sense"},
    {"a refusal without an error", "no-error", ERR_AUTHORITY_UNAVAILABLE, "no sense"},
    {"no memory", "answer:3", ERR_NO_MEMORY, ""},
    {"a malformed answer", "answer:8", ERR_AUTHORITY_UNAVAILABLE, "no sense"},
    {"a library without logins", "answer:1", ERR_NO_AUTHORITY, "Samba's own"},
    {"a key of zeros", "zero-key", ERR_AUTHORITY_UNAVAILABLE, "no sense"},
    {"no name", "no-name", ERR_AUTHORITY_UNAVAILABLE, "no sense"},
    {"a name that is not UTF-8", "bad-name", ERR_AUTHORITY_UNAVAILABLE, "no sense"},
    {"a name that is too long", "long-name", ERR_AUTHORITY_UNAVAILABLE, "no sense"},
    {"a SID that is none", "bad-sid", ERR_AUTHORITY_UNAVAILABLE, "no sense"},
    {"100 000 SIDs", "many-sids", ERR_AUTHORITY_UNAVAILABLE, "no sense"},
};

TEST_NAMED(answers, logins, title)
{
    const enum err e = query_login("OWN", row->user, 10);

    ck_err(e, row->e);
    ck_assert_msg(strstr(err_note_get(e), row->detail) != NULL, "%s", err_note_get(e));
    ck_assert(row->detail[0] != '\0' || err_note_get(e)[0] == '\0');
    ck_assert_int_eq(atomic_load(&fake->n_logins), 1);
    ck_assert_int_eq(atomic_load(&fake->n_blocks), 0);
    ck_assert_int_eq(atomic_load(&fake->n_unwiped), 0);
    ck_assert_uint_eq(atomic_load(&fake->parameter_control), 0x830);
    ck_assert_uint_eq(atomic_load(&fake->flags), 0);
}

TEST(an_account_is_as_the_domain_spells_it)
{
    WINBIND_ACCOUNT_AUTO account = WINBIND_ACCOUNT_INIT;
    const struct winbind_query query = query_of("own", "alice");
    struct winbind_status status;

    ck_ok(winbind_login(&query, 10, &account, &status));
    ck_assert_str_eq(buf_cstr(&account.user), "ALICE");
    ck_assert_str_eq(buf_cstr(&account.domain), "OWN");
    ck_assert_str_eq(buf_cstr(&account.sids), "S-1-5-21-1104\nS-1-5-21-513\n"
                                              "S-1-5-21-1105\n");
    ck_assert(!account.guest);
    ck_assert_uint_eq(status.nt_status, 0);
    ck_assert_str_eq(status.name, "");
}

TEST(a_guest_is_one)
{
    WINBIND_ACCOUNT_AUTO account = WINBIND_ACCOUNT_INIT;
    const struct winbind_query query = query_of("OWN", "guest");
    struct winbind_status status;

    ck_ok(winbind_login(&query, 10, &account, &status));
    ck_assert(account.guest);
}

TEST(the_status_is_for_the_audit)
{
    WINBIND_ACCOUNT_AUTO account = WINBIND_ACCOUNT_INIT;
    const struct winbind_query query = query_of("OWN", "status:c000006a");
    struct winbind_status status;

    ck_err(winbind_login(&query, 10, &account, &status), ERR_LOGIN);
    ck_assert_uint_eq(status.nt_status, 0xc000006a);
    ck_assert_str_eq(status.name, "NT_STATUS_WRONG_PASSWORD");
    ck_assert(status.authoritative);
}

#define A64  "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define A256 A64 A64 A64 A64

/* The library cuts a text of 256 bytes without a word. */
TEST(long_names_are_refused_before_the_call)
{
    const char *a255 = &A256[1];

    ck_ok(query_login(a255, "alice", 10));
    ck_err(query_login(A256, "alice", 10), ERR_NAME_LENGTH);
    ck_err(query_login("OWN", A256, 10), ERR_NAME_LENGTH);
    ck_ok(query_login("OWN", a255, 10));
    ck_assert_int_eq(atomic_load(&fake->n_logins), 2);
}

static enum err login_of(struct winbind_query query)
{
    WINBIND_ACCOUNT_AUTO account = WINBIND_ACCOUNT_INIT;
    struct winbind_status status;

    return winbind_login(&query, 10, &account, &status);
}

TEST(what_the_library_cannot_take_is_refused)
{
    static const uint8_t zeros[65536];
    struct winbind_query query = query_of("OWN", "alice");

    query.user = bytes_of("ali\0ce", 6);
    ck_err(login_of(query), ERR_LOGIN);
    query = query_of("OWN", "");
    ck_err(login_of(query), ERR_LOGIN);
    query = query_of("OWN", "alice");
    query.workstation = bytes_str(A256);
    ck_err(login_of(query), ERR_NAME_LENGTH);
    query = query_of("OWN", "alice");
    query.nt_response = bytes_of(zeros, 24);
    ck_err(login_of(query), ERR_NTLM_LEVEL);
    query.nt_response = bytes_of(zeros, 43);
    ck_err(login_of(query), ERR_NTLM_RESPONSE);
    query.nt_response = bytes_of(zeros, 65536);
    ck_err(login_of(query), ERR_NTLM_RESPONSE);
    ck_assert_int_eq(atomic_load(&fake->n_logins), 0);
}

/* ---- domains that are not known ------------------------------------------------------
 */

TEST(a_upn_is_asked_for_once_more_in_the_own_domain)
{
    atomic_store(&fake->upn_needs_own, true);
    ck_ok(query_login("", "alice@other.test", 10));
    ck_assert_int_eq(atomic_load(&fake->n_logins), 2);
    ck_err(query_login("", "alice", 10), ERR_LOGIN);
    ck_assert_int_eq(atomic_load(&fake->n_logins), 3);
    ck_err(query_login("AD", "alice@other.test", 10), ERR_LOGIN);
    ck_assert_int_eq(atomic_load(&fake->n_logins), 4);
}

/* It would end a process of winbindd. */
TEST(a_user_with_a_realm_is_no_local_account_of_a_member)
{
    ck_err(query_login("SRV", "alice@own.test", 10), ERR_LOGIN);
    ck_err(query_login("srv", "@", 10), ERR_LOGIN);
    ck_assert_int_eq(atomic_load(&fake->n_logins), 0);
    ck_ok(query_login("OWN", "alice@own.test", 10));
}

TEST(a_machine_alone_is_asked_about_any_user)
{
    fake->dns_domain = "";
    ck_ok(query_login("SRV", "alice@own.test", 10));
}

TEST(a_upn_with_a_wrong_password_is_not_asked_for_again)
{
    atomic_store(&fake->upn_needs_own, false);
    ck_err(query_login("", "status:c000006a@x", 10), ERR_LOGIN);
    ck_assert_int_eq(atomic_load(&fake->n_logins), 1);
}

TEST(a_member_says_which_domains_there_are)
{
    atomic_store(&fake->unauthoritative, true);
    ck_err(query_login("NOWHERE", "status:c0000064", 10), ERR_UNKNOWN_DOMAIN);
    ck_assert_str_eq(err_note_get(ERR_UNKNOWN_DOMAIN),
                     "winbind does not know 'NOWHERE': name the account as OWN\\USER, or "
                     "as SRV\\USER for an account of this machine");
    ck_err(query_login("", "status:c0000064", 10), ERR_LOGIN);
    ck_err(query_login("NOWHERE", "status:c000006a", 10), ERR_LOGIN);
}

TEST(builtin_is_no_domain_that_does_not_answer)
{
    ck_err(query_login("Builtin", "status:c000005e", 10), ERR_UNKNOWN_DOMAIN);
    ck_err(query_login("Builtin", "status:c00000d0", 10), ERR_UNKNOWN_DOMAIN);
    ck_err(query_login("OWN", "status:c000005e", 10), ERR_AUTHORITY_UNAVAILABLE);
    ck_err(query_login("OWN", "status:c00000d0", 10), ERR_AUTHORITY_UNAVAILABLE);
}

/* A machine in no domain finds no controller of a domain that it does not know. */
TEST(a_machine_alone_says_its_name)
{
    fake->dns_domain = "";
    ck_err(query_login("OWN", "status:c000005e", 10), ERR_UNKNOWN_DOMAIN);
    ck_assert_str_eq(
        err_note_get(ERR_UNKNOWN_DOMAIN),
        "winbind does not know 'OWN': name the account as SRV\\USER, or give "
        "no domain");
    ck_err(query_login("srv", "status:c000005e", 10), ERR_AUTHORITY_UNAVAILABLE);
    ck_err(query_login("", "status:c000005e", 10), ERR_AUTHORITY_UNAVAILABLE);
}

/* ---- winbindd that is away -----------------------------------------------------------
 */

TEST(only_an_absent_winbindd_is_asked_again)
{
    atomic_store(&fake->unavailable, 0);
    ck_ok(query_login("OWN", "alice", 10));
    atomic_store(&fake->unavailable, 10);
    ck_ok(query_login("OWN", "alice", 10));
    ck_assert_int_eq(atomic_load(&fake->n_logins), 12);
}

TEST(the_retries_end_after_three_seconds)
{
    const uint64_t begin = query_clock_ms();
    uint64_t took;

    ck_ok(query_login("OWN", "alice", 10));
    atomic_store(&fake->unavailable, 1 << 30);
    fake_pipe.is_open = false;
    ck_err(query_login("OWN", "alice", 10), ERR_AUTHORITY_UNAVAILABLE);
    took = query_clock_ms() - begin;
    ck_assert_msg(took >= 2900 && took < 8000, "%u ms", (unsigned)took);
    ck_assert_int_gt(atomic_load(&fake->n_logins), 20);
}

TEST(the_retries_end_with_the_bound)
{
    uint64_t begin;

    ck_ok(query_login("OWN", "alice", 10));
    atomic_store(&fake->unavailable, 1 << 30);
    begin = query_clock_ms();
    ck_err(query_login("OWN", "alice", 1), ERR_AUTHORITY_UNAVAILABLE);
    ck_assert_uint_lt(query_clock_ms() - begin, 2900); /* those of three seconds */
}

/* The reason for a login that fails within a second. On a busy machine the last retry can
 * be late, which is a reason of its own. */
static const char *reason_of_failure(const char *user)
{
    const char *reason = "within 1 s";

    for (int i = 0; i < 20 && strstr(reason, "within 1 s") != NULL; i++) {
        ck_err(query_login("OWN", user, 1), ERR_AUTHORITY_UNAVAILABLE);
        reason = err_note_get(ERR_AUTHORITY_UNAVAILABLE);
    }
    return reason;
}

static const struct {
    const char *title;
    struct fake_pipe pipe;
    int unavailable;
    const char *text;
} absences[] = {
    {"not running",
     {WINBIND_PIPE_UNKNOWN, false, 0, false, false, false},
     1 << 30,
     "is not running"},
    {"no right",
     {WINBIND_PIPE_NO_RIGHT, true, 1, true, false, false},
     1 << 30,
     "privileged pipe in /privileged: add its account to the group winbindd_priv"},
    {"version",
     {WINBIND_PIPE_RIGHT, true, 1, true, false, false},
     1 << 30,
     "same release of Samba"},
    {"full",
     {WINBIND_PIPE_RIGHT, true, 1, true, true, false},
     1 << 30,
     "accepts no more"},
    {"no root",
     {WINBIND_PIPE_RIGHT, true, 1, true, false, true},
     1 << 30,
     "/public does not belong to root"},
};

/* Five sentences for one answer of the library. */
TEST_NAMED(absence_has_a_reason, absences, title)
{
    const char *reason;

    ck_ok(query_login("OWN", "alice", 10));
    fake_pipe = row->pipe;
    atomic_store(&fake->unavailable, row->unavailable);
    reason = reason_of_failure("alice");
    ck_assert_msg(strstr(reason, row->text) != NULL, "%s", reason);
}

/* Of calls that the library cuts short, the ping alone comes through. */
TEST(an_interrupted_request_has_a_reason)
{
    const char *reason;

    ck_ok(query_login("OWN", "alice", 10));
    reason = reason_of_failure("answer:6");
    ck_assert_msg(strstr(reason, "dropped the request") != NULL, "%s", reason);
}

/* Without the right, every retry would be in vain. */
TEST(no_right_is_not_retried)
{
    ck_ok(query_login("OWN", "alice", 10));
    fake_pipe.right = WINBIND_PIPE_NO_RIGHT;
    atomic_store(&fake->unavailable, 1 << 30);
    ck_err(query_login("OWN", "alice", 10), ERR_AUTHORITY_UNAVAILABLE);
    ck_assert_int_eq(atomic_load(&fake->n_logins), 2);
}

/* {user, domain} of accounts for which winbindd asks a controller of the machine's own
 * domain, which does not answer: the local accounts stay reachable. */
static const struct {
    const char *user;
    const char *domain;
} at_controller[] = {
    {"alice", "."}, {"alice@SRV", ""}, {"alice@.", ""}, {"alice@", ""}, {"alice", ""}};

static void *ask_controller(void *row)
{
    const __typeof__(at_controller[0]) *asked = row;

    (void)query_login(asked->domain, asked->user, 1);
    return NULL;
}

TEST_TABLE(a_dead_controller_closes_no_local_accounts, at_controller)
{
    pthread_t threads[4];

    ck_ok(query_login("SRV", "alice", 10));
    atomic_store(&fake->hangs, true);
    for (size_t i = 0; i < N(threads); i++) {
        ck_assert_int_eq(
            pthread_create(&threads[i], NULL, ask_controller, (void *)(uintptr_t)row), 0);
    }
    for (size_t i = 0; i < N(threads); i++) {
        ck_assert_int_eq(pthread_join(threads[i], NULL), 0);
    }
    atomic_store(&fake->hangs, false);
    ck_err(query_login("OWN", "alice", 10), ERR_AUTHORITY_UNAVAILABLE);
    ck_assert(query_is_answered("SRV", "alice", 1));
    ck_ok(winbind_usable(1));
}
