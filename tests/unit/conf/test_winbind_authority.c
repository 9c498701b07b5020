/* SPDX-License-Identifier: ISC */
/* Winbind as an authority, alone and after a user file: which of the two verifies a user,
 * and how the login ends. */
#include "conf/winbind/authority.h"

#include "conf/authority_open.h"
#include "tests/lib/harness.h"
#include "tests/unit/conf/login.h"
#include "tests/unit/conf/wbclient/pipe.h"
#include "tests/unit/conf/wbclient/query.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The n-th allocation of this thread from now on fails; the linker puts these functions
 * in the place of libc's (--wrap). */
void *__real_malloc(size_t n);
void *__wrap_malloc(size_t n);
void *__real_calloc(size_t n, size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t n);
void *__wrap_realloc(void *p, size_t n);
static _Thread_local long countdown = -1;
static bool fired;

static bool fails(void)
{
    if (countdown < 0 || countdown-- > 0) {
        return false;
    }
    fired = true;
    return true;
}

void *__wrap_malloc(size_t n)
{
    return fails() ? NULL : __real_malloc(n);
}

void *__wrap_calloc(size_t n, size_t size)
{
    return fails() ? NULL : __real_calloc(n, size);
}

void *__wrap_realloc(void *p, size_t n)
{
    return fails() ? NULL : __real_realloc(p, n);
}

static struct fake_wbclient *fake;
static const struct settings *settings;

static void setup(void)
{
    fake = fake_get();
    (void)write_file("users",
                     "AD:alice:wonder\n:bob:builder\n"
                     "OWN:dora:diver\n:emil@own.test:eel\n",
                     0600);
}

static void teardown(void)
{
    settings_release(settings);
}

TEST_FIXTURE(setup, teardown)

/* Opens the authority of these lines of settings. */
static void open_with(const char *lines, struct authority *out)
{
    char text[1000];

    (void)snprintf(text, sizeof(text), "[negotiate]\n user_file = %s/users\n%s",
                   temp_dir(), lines);
    ck_assert_int_eq(setenv("GSS_NEGOTIATE_CONFIG", write_file("conf", text, 0600), 1),
                     0);
    settings_release(settings);
    ck_ok(settings_acquire(&settings));
    ck_ok(authority_open(settings, bytes_of(NULL, 0), out));
}

static enum err usable(const struct authority *authority, struct buf *out_unusable)
{
    return authority->usable(authority->self, out_unusable);
}

static enum err verify(const struct authority *authority, const struct login *login,
                       struct authority_answer *out)
{
    struct authority_query query = login->query;

    query.workstation = bytes_str("WS1");
    query.computer_name = bytes_str("SRV");
    return authority->verify(authority->self, &query, out);
}

/* {who logs in}: how often winbind is asked, and how the login ends. The user file has
 * AD\alice, bob, OWN\dora and emil@own.test; winbind accepts every user, as a user of
 * OWN. */
static const struct {
    const char *users_from;
    const char *domain;
    const char *user;
    const char *password;
    int n_asked;
    enum err e;
    const char *status;
} rows[] = {
    {"winbind", "AD", "alice", "wrong", 1, ERR_OK, ""},
    {"winbind", "", "bob", "", 1, ERR_OK, ""},
    {"winbind", "AD", "status:c000006a", "", 1, ERR_LOGIN, "NT_STATUS_WRONG_PASSWORD"},
    {"winbind", "AD", "status:c0000072", "", 1, ERR_ACCOUNT_DISABLED,
     "NT_STATUS_ACCOUNT_DISABLED"},
    {"winbind", "AD", "answer:8", "", 1, ERR_AUTHORITY_UNAVAILABLE, ""},
    {"file,winbind", "AD", "alice", "wonder", 0, ERR_OK, ""},
    {"file,winbind", "ad", "ALICE", "wrong", 0, ERR_LOGIN, ""},
    {"file,winbind", "", "alice", "wrong", 0, ERR_LOGIN, ""},
    {"file,winbind", "SRV", "alice", "wrong", 0, ERR_LOGIN, ""},
    {"file,winbind", ".", "alice", "wrong", 0, ERR_LOGIN, ""},
    {"file,winbind", "LAB", "alice", "wonder", 1, ERR_OK, ""},
    {"file,winbind", "", "bob", "builder", 0, ERR_OK, ""},
    {"file,winbind", "srv", "bob", "wrong", 0, ERR_LOGIN, ""},
    {"file,winbind", "AD", "bob", "builder", 1, ERR_OK, ""},
    {"file,winbind", "AD", "carol", "", 1, ERR_OK, ""},
    {"file,winbind", "OWN", "dora", "wrong", 0, ERR_LOGIN, ""},
    {"file,winbind", "own.test", "dora", "", 1, ERR_LOGON_DENIED, ""},
    {"file,winbind", "OWN", "emil", "", 1, ERR_LOGON_DENIED, ""},
    {"file,winbind", "Own.Test", "emil", "wrong", 0, ERR_LOGIN, ""},
    {"winbind", "own.test", "dora", "", 1, ERR_OK, ""},
    {"file,winbind", "AD", "status:c0000064", "", 1, ERR_LOGIN, "NT_STATUS_NO_SUCH_USER"},
};

TEST_TABLE(who_is_asked, rows)
{
    struct authority_names names = AUTHORITY_NAMES_INIT;
    struct authority_answer answer = AUTHORITY_ANSWER_INIT;
    AUTHORITY_AUTO authority = {0};
    LOGIN_AUTO login;
    char line[80];

    (void)snprintf(line, sizeof(line), " users_from = %s\n", row->users_from);
    open_with(line, &authority);
    ck_ok(authority.names(authority.self, &names));
    authority_names_cleanup(&names);
    ck_ok(login_make(&login, row->domain, row->user, row->password));
    ck_err(verify(&authority, &login, &answer), row->e);
    ck_assert_int_eq(atomic_load(&fake->n_logins), row->n_asked);
    ck_assert_str_eq(buf_cstr(&answer.status), row->status);
    if (row->e == ERR_OK && row->n_asked > 0) {
        ck_assert_uint_gt(answer.sids.n, 0);
        ck_assert_uint_gt(answer.user.n, 0);
    }
    authority_answer_cleanup(&answer);
}

/* NTLMv1 is not for winbind to judge. */
TEST_CASES(ntlmv1_is_not_asked, "winbind", "file,winbind")
{
    struct authority_names names = AUTHORITY_NAMES_INIT;
    struct authority_answer answer = AUTHORITY_ANSWER_INIT;
    AUTHORITY_AUTO authority = {0};
    LOGIN_AUTO login;
    char line[80];

    (void)snprintf(line, sizeof(line), " users_from = %s\n",
                   ntlmv1_is_not_asked_cases[_i]);
    open_with(line, &authority);
    ck_ok(authority.names(authority.self, &names));
    authority_names_cleanup(&names);
    for (int i = 0; i < 2; i++) {
        ck_ok(login_make(&login, "AD", i == 0 ? "alice" : "carol", "wonder"));
        login.query.nt_response.n = NTLM_V1_RESPONSE_LEN;
        ck_err(verify(&authority, &login, &answer), ERR_NTLM_LEVEL);
        if (i == 0) {
            login_cleanup(&login);
        }
    }
    ck_assert_int_eq(atomic_load(&fake->n_logins), 0);
    authority_answer_cleanup(&answer);
}

TEST(a_guest_is_named_as_one)
{
    struct authority_answer answer = AUTHORITY_ANSWER_INIT;
    AUTHORITY_AUTO authority = {0};
    LOGIN_AUTO login;

    open_with(" users_from = winbind\n", &authority);
    ck_ok(login_make(&login, "AD", "guest", ""));
    ck_ok(verify(&authority, &login, &answer));
    ck_assert(answer.guest);
    authority_answer_cleanup(&answer);
}

TEST(names_are_winbinds)
{
    struct authority_names names = AUTHORITY_NAMES_INIT;
    AUTHORITY_AUTO authority = {0};

    fake->netbios_name = "MEMBER";
    fake->netbios_domain = "AD";
    fake->dns_domain = "ad.test";
    open_with(" users_from = winbind\n", &authority);
    ck_ok(authority.names(authority.self, &names));
    ck_assert_str_eq(buf_cstr(&names.netbios_name), "MEMBER");
    ck_assert_str_eq(buf_cstr(&names.netbios_domain), "AD");
    ck_assert_str_eq(buf_cstr(&names.dns_domain), "ad.test");
    authority_names_cleanup(&names);
    ck_assert_str_eq(authority.name, "winbind");
}

/* {a setting} -> what is wrong with it, where winbind says MEMBER and AD. */
static const struct {
    const char *line;
    const char *says; /* NULL: nothing */
} contradictions[] = {
    {"", NULL},
    {" netbios_name = member\n netbios_domain = ad\n", NULL},
    {" netbios_name = WEB\n", "conf:4: netbios_name = WEB: must be MEMBER"},
    {" netbios_domain = MEMBER\n", "conf:4: netbios_domain = MEMBER: must be AD"},
};

TEST_TIMES(names_that_contradict, 2 * N(contradictions))
{
    const __typeof__(contradictions[0]) *row = &contradictions[_i / 2];
    struct authority_names names = AUTHORITY_NAMES_INIT;
    AUTHORITY_AUTO authority = {0};
    BUF_AUTO unusable = BUF_INIT;
    char lines[200];

    fake->netbios_name = "MEMBER";
    fake->netbios_domain = "AD";
    (void)snprintf(lines, sizeof(lines), " users_from = %s\n%s",
                   _i % 2 == 0 ? "winbind" : "file,winbind", row->line);
    open_with(lines, &authority);
    ck_err(usable(&authority, &unusable), row->says == NULL ? ERR_OK : ERR_SETTING);
    ck_err(authority.names(authority.self, &names),
           row->says == NULL ? ERR_OK : ERR_SETTING);
    authority_names_cleanup(&names);
    if (row->says != NULL) {
        ck_assert_msg(strstr(err_note_get(ERR_SETTING), row->says) != NULL, "%s",
                      err_note_get(ERR_SETTING));
    }
}

/* {the file, winbind} -> whether logins can be verified, and what is said. */
static const struct {
    const char *title;
    bool file;
    unsigned mode;
    bool winbind;
    enum err e;
    const char *detail;
    const char *unusable;
} sources[] = {
    {"both", true, 0600, true, ERR_OK, "", ""},
    {"no file", false, 0, true, ERR_OK, "", "no user file "},
    {"no winbind", true, 0600, false, ERR_OK, "", "winbind: "},
    {"neither", false, 0, false, ERR_NO_AUTHORITY, "; winbind: ", ""},
    {"a file that others can change", true, 0666, true, ERR_FILE_RIGHTS, "/users", ""},
};

TEST_NAMED(one_source_is_enough, sources, title)
{
    AUTHORITY_AUTO authority = {0};
    BUF_AUTO unusable = BUF_INIT;
    enum err e;

    if (row->file) {
        (void)write_file("users", "AD:alice:wonder\n", row->mode);
    } else {
        ck_assert_int_eq(unlink(write_file("users", "", 0600)), 0);
    }
    fake_pipe.right = row->winbind ? WINBIND_PIPE_RIGHT : WINBIND_PIPE_NO_RIGHT;
    open_with(" users_from = file,winbind\n", &authority);
    e = usable(&authority, &unusable);
    ck_err(e, row->e);
    ck_assert_msg(strstr(err_note_get(e), row->detail) != NULL, "%s", err_note_get(e));
    ck_assert_msg(strstr(buf_cstr(&unusable), row->unusable) != NULL, "%s",
                  buf_cstr(&unusable));
    ck_assert((unusable.n == 0) == (row->unusable[0] == '\0'));
}

/* A login that began with the settings' names cannot be verified by a domain, whatever
 * winbind says when it is back. */
TEST(a_login_that_began_without_winbind)
{
    struct authority_names names = AUTHORITY_NAMES_INIT;
    struct authority_answer answer = AUTHORITY_ANSWER_INIT;
    AUTHORITY_AUTO authority = {0};
    LOGIN_AUTO login;

    fake_pipe.is_open = false;
    atomic_store(&fake->unavailable, 1000000);
    open_with(" users_from = file,winbind\n", &authority);
    ck_ok(authority.names(authority.self, &names));
    ck_assert_uint_eq(names.netbios_name.n, 0);
    fake_pipe.is_open = true;
    atomic_store(&fake->unavailable, 0);
    ck_ok(login_make(&login, "AD", "carol", ""));
    ck_err(verify(&authority, &login, &answer), ERR_AUTHORITY_UNAVAILABLE);
    ck_assert_int_eq(atomic_load(&fake->n_logins), 0);
    login_cleanup(&login);
    ck_ok(login_make(&login, "AD", "alice", "wonder"));
    ck_ok(verify(&authority, &login, &answer));
    authority_answer_cleanup(&answer);
}

/* One whole login with an authority that is opened for it. */
static enum err log_in(const struct login *login, struct authority_answer *out)
{
    AUTHORITY_NAMES_AUTO names = AUTHORITY_NAMES_INIT;
    AUTHORITY_AUTO authority = {0};
    BUF_AUTO unusable = BUF_INIT;
    enum err e;

    if ((e = authority_open(settings, bytes_of(NULL, 0), &authority)) != ERR_OK ||
        (e = usable(&authority, &unusable)) != ERR_OK ||
        (e = authority.names(authority.self, &names)) != ERR_OK ||
        (e = verify(&authority, login, out)) != ERR_OK) {
        return e;
    }
    /* the session checks the texts of the answer, which may lack memory */
    if ((e = buf_status(&out->user)) != ERR_OK ||
        (e = buf_status(&out->domain)) != ERR_OK) {
        return e;
    }
    return buf_status(&out->sids);
}

/* {who logs in}: without memory the login fails as what it is, and never becomes another
 * one. */
static const struct {
    const char *users_from;
    const char *user;
    const char *password;
    const char *name; /* NULL: refused */
} poor[] = {
    {"winbind", "carol", "", "CAROL"},
    {"winbind", "status:c000006a", "", NULL},
    {"file,winbind", "carol", "", "CAROL"},
    {"file,winbind", "alice", "wonder", "alice"},
    {"file,winbind", "alice", "wrong", NULL},
};

TEST_TABLE(no_memory, poor)
{
    AUTHORITY_AUTO authority = {0};
    LOGIN_AUTO login;
    char line[80];

    (void)snprintf(line, sizeof(line), " users_from = %s\n", row->users_from);
    open_with(line, &authority);
    ck_ok(login_make(&login, "AD", row->user, row->password));
    long n = 0;
    for (fired = true; fired; n++) {
        struct authority_answer answer = AUTHORITY_ANSWER_INIT;

        fired = false;
        countdown = n;
        const enum err e = log_in(&login, &answer);
        countdown = -1;
        if (e == ERR_OK) {
            ck_assert_ptr_nonnull(row->name);
            ck_assert_str_eq(buf_cstr(&answer.user), row->name);
        } else if (fired) {
            ck_assert(e == ERR_NO_MEMORY || (e == ERR_LOGIN && row->name == NULL));
        } else {
            ck_err(e, ERR_LOGIN);
            ck_assert_ptr_null(row->name);
        }
        authority_answer_cleanup(&answer);
    }
    ck_assert_int_gt(n, 5);
}
