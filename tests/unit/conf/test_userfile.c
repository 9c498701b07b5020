/* SPDX-License-Identifier: ISC */
/* The user file as an authority: who may log in, and which errors are returned. */
#include "conf/userfile.h"
#include "conf/userindex.h"

#include "tests/lib/crypto_calls.h"
#include "tests/lib/harness.h"
#include "tests/unit/conf/login.h"

#include <stdio.h>
#include <string.h>

#define X32    "XXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX"
#define NOPASS "NO PASSWORDXXXXXXXXXXXXXXXXXXXXX"
/* [MS-NLMP] 4.2.2.1.2: NTOWFv1("Password") */
#define HASH "A4F49C406510BDCAB6824EE7C30FD852"
/* MD4 of no bytes: the hash of an empty password, with which no login succeeds */
#define EMPTY "31D6CFE0D16AE931B73C59D7E0C089C0"

static const char contents[] = "AD:alice:wonder\n"
                               ":bob:builder\n"
                               "Sam:0:" X32 ":" HASH ":[U          ]:LCT-0:\n"
                               "off:0:" X32 ":" HASH ":[DU         ]:LCT-0:\n"
                               "shut:0:" X32 ":" HASH ":[UL         ]:LCT-0:\n"
                               "none:0:" NOPASS ":" NOPASS ":[NU         ]:LCT-0:\n"
                               "ws1$:0:" X32 ":" HASH ":[W          ]:LCT-0:\n"
                               "blank:0:" X32 ":" EMPTY ":[U          ]:LCT-0:\n"
                               "AD:cut:\n";

static const struct {
    const char *domain;
    const char *user;
    const char *password;
    enum err want;
    const char *as_domain;
    const char *as_user;
} rows[] = {
    {"AD", "alice", "wonder", ERR_OK, "AD", "alice"},
    {"ad", "ALICE", "wonder", ERR_OK, "AD", "alice"},
    {"", "alice", "wonder", ERR_OK, "AD", "alice"},
    {".", "alice", "wonder", ERR_OK, "AD", "alice"},
    {"WS1", "alice", "wonder", ERR_OK, "AD", "alice"},
    {"LAB", "alice", "wonder", ERR_LOGIN, NULL, NULL},
    {"AD", "alice", "Wonder", ERR_LOGIN, NULL, NULL},
    {"AD", "alice", "", ERR_LOGIN, NULL, NULL},
    {"LAB", "bob", "builder", ERR_OK, "", "bob"},
    {"", "sam", "Password", ERR_OK, "", "Sam"},
    {"", "nobody", "Password", ERR_LOGIN, NULL, NULL},
    {"", "nobody", "", ERR_LOGIN, NULL, NULL},
    {"", "off", "Password", ERR_ACCOUNT_DISABLED, NULL, NULL},
    {"", "off", "wrong", ERR_LOGIN, NULL, NULL},
    {"", "shut", "Password", ERR_ACCOUNT_LOCKED, NULL, NULL},
    {"", "shut", "wrong", ERR_LOGIN, NULL, NULL},
    {"", "none", "", ERR_LOGIN, NULL, NULL},
    {"", "ws1$", "Password", ERR_LOGIN, NULL, NULL},
    {"", "blank", "", ERR_LOGIN, NULL, NULL},
    {"", "blank", "x", ERR_LOGIN, NULL, NULL},
    {"AD", "cut", "", ERR_LOGIN, NULL, NULL},
};

TEST_TABLE(login_table, rows)
{
    const char *path = write_file("users", contents, 0640);
    const struct ntlm_key none = {{0}};
    struct authority_answer answer;
    LOGIN_AUTO login;

    ck_ok(login_make(&login, row->domain, row->user, row->password));
    ck_err(login_verify(path, &login, &answer), row->want);
    ck_assert_int_eq(memcmp(&answer.session_base_key, &none, sizeof(none)) == 0,
                     row->want != ERR_OK);
    if (row->want == ERR_OK) {
        ck_bytes(buf_bytes(&answer.user), bytes_str(row->as_user));
        ck_bytes(buf_bytes(&answer.domain), bytes_str(row->as_domain));
        ck_assert(!answer.guest);
    }
    authority_answer_cleanup(&answer);
}

/* The number of hash calls of one verify, for a file that was read before. */
static unsigned long calls(const char *path, const char *user, const char *password)
{
    struct authority_answer answer;
    LOGIN_AUTO login;
    unsigned long before;
    enum err e;

    ck_ok(login_make(&login, "", user, password));
    before = crypto_calls();
    err_note_clear();
    e = login_verify(path, &login, &answer);
    ck_assert(e != ERR_LOGIN || err_note_get(e)[0] == '\0');
    authority_answer_cleanup(&answer);
    return crypto_calls() - before;
}

TEST(refusals_make_the_same_calls)
{
    const char *path = write_file("users",
                                  "sam:0:" X32 ":" HASH ":[U]:LCT-0:\n"
                                  "off:0:" X32 ":" HASH ":[DU]:LCT-0:\n"
                                  "d.x\\sue:0:" X32 ":" HASH ":[U]:LCT-0:\n"
                                  "tom@d.x:0:" X32 ":" HASH ":[U]:LCT-0:\n"
                                  "none:0:" X32 ":" X32 ":[U]:LCT-0:\n",
                                  0640);
    const unsigned long wrong = calls(path, "sam", "wrong");

    ck_assert_uint_gt(wrong, 0);
    ck_assert_uint_eq(calls(path, "nobody", "Password"), wrong);
    ck_assert_uint_eq(calls(path, "none", ""), wrong);
    ck_assert_uint_eq(calls(path, "off", "wrong"), wrong);
    ck_assert_uint_eq(calls(path, "sue@d.x", "wrong"), wrong);
    ck_assert_uint_eq(calls(path, "nobody@d.x", "Password"), wrong);
}

/* Nobody can make the right response for the hash against which unknown users and users
 * without a hash are checked: such a login would be refused too, but after less work. */
TEST(the_dummy_hash_is_random)
{
    const struct bytes text = bytes_str("none:0:" X32 ":" X32 ":[U]:LCT-0:\n");
    static const char *const users[] = {"nobody", "none"};
    struct userindex_record records[2];
    struct userindex *index;

    for (size_t i = 0; i < N(users); i++) {
        for (size_t n = 0; n < 2; n++) {
            ck_ok(userindex_new(text, &index));
            ck_err(userindex_find(index, bytes_str(users[i]), bytes_of(NULL, 0),
                                  bytes_of(NULL, 0), &records[n]),
                   i == 0 ? ERR_LOGIN : ERR_OK);
            ck_assert(!records[n].has_hash);
            userindex_free(index);
        }
        ck_assert(!ntlm_key_is_zero(&records[0].nt_hash));
        ck_assert_int_ne(memcmp(&records[0].nt_hash, &records[1].nt_hash, 16), 0);
    }
}

TEST(ntlmv1_is_refused)
{
    const char *path = write_file("users", contents, 0640);
    struct authority_answer answer;
    LOGIN_AUTO login;

    ck_ok(login_make(&login, "AD", "alice", "wonder"));
    login.query.nt_response.n = NTLM_V1_RESPONSE_LEN;
    ck_err(login_verify(path, &login, &answer), ERR_NTLM_LEVEL);
    for (size_t n = 0; n < login.nt_response.n; n++) {
        login.query.nt_response.n = n;
        ck_assert(login_verify(path, &login, &answer) != ERR_OK);
    }
    authority_answer_cleanup(&answer);
}

struct problems {
    size_t n;
    size_t lines[8];
    enum err errors[8];
};

static void note_problem(void *arg, size_t line_number, enum err e, const char *detail)
{
    struct problems *problems = arg;

    ck_assert_uint_lt(problems->n, 8);
    ck_assert_str_ne(detail, "");
    ck_assert_ptr_null(strstr(detail, "secret"));
    problems->lines[problems->n] = line_number;
    problems->errors[problems->n++] = e;
}

TEST(broken_lines_are_numbered_and_hide_no_user)
{
    const char *path = write_file("users",
                                  "# comment\nsecret\nAD:alice:wonder\n\n"
                                  "AD:x:\xff\nAD:cut:\n:bob:builder\nAD:half",
                                  0640);
    static const size_t lines[] = {2, 5, 6, 8};
    static const enum err errors[] = {ERR_FILE_SYNTAX, ERR_UTF8, ERR_FILE_SYNTAX,
                                      ERR_FILE_SYNTAX};
    struct problems problems = {.n = 0};
    size_t n_users;

    ck_ok(userfile_problems(path, note_problem, &problems, &n_users));
    ck_assert_uint_eq(n_users, 2);
    ck_assert_uint_eq(problems.n, 4);
    for (size_t i = 0; i < 4; i++) {
        ck_assert_uint_eq(problems.lines[i], lines[i]);
        ck_assert_int_eq(problems.errors[i], errors[i]);
    }
    ck_ok(login_usable(path));
    ck_ok(login_try(path, "AD", "alice", "wonder"));
    ck_ok(login_try(path, "AD", "bob", "builder"));
}

TEST(unusable_files)
{
    struct problems problems = {.n = 0};
    struct authority_answer answer;
    LOGIN_AUTO login;
    char path[300];

    ck_ok(login_make(&login, "AD", "alice", "wonder"));
    (void)snprintf(path, sizeof(path), "%s/absent", temp_dir());
    ck_err(login_usable(path), ERR_NO_AUTHORITY);
    ck_assert_ptr_nonnull(strstr(err_note_get(ERR_NO_AUTHORITY), path));
    ck_err(login_verify(path, &login, &answer), ERR_FILE_MISSING);
    ck_assert_ptr_nonnull(strstr(err_note_get(ERR_FILE_MISSING), path));
    ck_err(login_usable(write_file("users", contents, 0644)), ERR_FILE_RIGHTS);
    ck_err(userfile_problems(temp_dir(), note_problem, &problems, NULL), ERR_FILE_READ);
}

/* More paths than the cache holds: each still gives the answers of its own file. */
TEST(many_paths)
{
    char name[32];
    char line[64];
    char path[20][300];

    for (unsigned i = 0; i < 60; i++) {
        const unsigned k = i % 20;

        if (i < 20) {
            (void)snprintf(name, sizeof(name), "users%u", k);
            (void)snprintf(line, sizeof(line), ":user%u:x\n", k);
            (void)snprintf(path[k], sizeof(path[k]), "%s", write_file(name, line, 0600));
        }
        (void)snprintf(line, sizeof(line), "user%u", k);
        ck_ok(login_try(path[k], "", line, "x"));
        ck_err(login_try(path[k], "", "user99", "x"), ERR_LOGIN);
    }
}
