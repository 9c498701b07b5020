/* SPDX-License-Identifier: ISC */
/* ntlm/username: the forms of a user's name, and which of them are one account. */
#include "ntlm/username.h"

#include "tests/lib/harness.h"

static const struct {
    const char *text;
    const char *user; /* NULL: refused */
    const char *domain;
} forms[] = {
    {"alice", "alice", ""},
    {"EXAMPLE\\alice", "alice", "EXAMPLE"},
    {"example.com\\alice", "alice", "example.com"},
    {"\\alice", "alice", ""},
    {"alice@EXAMPLE", "alice", "EXAMPLE"},
    {"alice@example.com", "alice@example.com", ""},
    {"alice@.", "alice@.", ""},
    {"alice@", "alice", ""},
    {"alice\\@EXAMPLE", "alice@EXAMPLE", ""},
    {"\\alice@EXAMPLE", "alice@EXAMPLE", ""},
    {"EXAMPLE\\alice@example.com", "alice@example.com", "EXAMPLE"},
    {"alice\\@example.com@EXAMPLE", "alice@example.com", "EXAMPLE"},
    {"alice\\@upn@example.com", "alice@upn", "example.com"},
    {"alice@example.com@EXAMPLE", "alice@example.com", "EXAMPLE"},
    {"alice@x@example.com", "alice@x@example.com", ""},
    {"EX@AMPLE\\alice", "alice", "EX@AMPLE"},
    {"EXAMPLE\\a\\b", "a\\b", "EXAMPLE"},
    {"a.b@EXAMPLE", "a.b", "EXAMPLE"},
    {"", NULL, NULL},
    {"\\", NULL, NULL},
    {"EXAMPLE\\", NULL, NULL},
    {"@EXAMPLE", NULL, NULL},
    {"alice@x\\@y", NULL, NULL},
    {"x\\@y\\alice", NULL, NULL},
};

START_TEST(every_form)
{
    const bool good = forms[_i].user != NULL;
    BUF_AUTO user = BUF_INIT;
    struct bytes domain;

    ck_err(username_parse(bytes_str(forms[_i].text), &user, &domain),
           good ? ERR_OK : ERR_NAME);
    if (good) {
        ck_bytes(buf_bytes(&user), bytes_str(forms[_i].user));
        ck_bytes(domain, bytes_str(forms[_i].domain));
    } else {
        ck_assert_uint_gt(strlen(err_note_get(ERR_NAME)), 0);
    }
}
END_TEST

static const struct {
    const char *a[2]; /* user, domain */
    const char *b[2];
    bool equal;
} pairs[] = {
    {{"alice", "EXAMPLE"}, {"ALICE", "example"}, true},
    {{"alice@example.com", ""}, {"Alice", "EXAMPLE.COM"}, true},
    {{"alice@example.com", ""}, {"alice@EXAMPLE.COM", ""}, true},
    {{"alice@x@example.com", ""}, {"alice@x", "example.com"}, true},
    {{"alice", "example.com"}, {"alice", "EXAMPLE"}, false},
    {{"alice@example.com", ""}, {"alice", ""}, false},
    {{"alice@example.com", ""}, {"alice@example.com", "EXAMPLE"}, false},
    {{"alice@", ""}, {"alice", ""}, false},
    {{"@example.com", ""}, {"", "example.com"}, false},
};

START_TEST(one_account)
{
    const struct username a = {bytes_str(pairs[_i].a[0]), bytes_str(pairs[_i].a[1])};
    const struct username b = {bytes_str(pairs[_i].b[0]), bytes_str(pairs[_i].b[1])};
    bool equal;

    ck_ok(username_equal(a, b, &equal));
    ck_assert_int_eq(equal, pairs[_i].equal);
    ck_ok(username_equal(b, a, &equal));
    ck_assert_int_eq(equal, pairs[_i].equal);
}
END_TEST

static const struct {
    const char *name[2];
    const char *other[2];
} others[] = {
    {{"alice@example.com", ""}, {"alice", "example.com"}},
    {{"alice", "example.com"}, {"alice@example.com", ""}},
    {{"alice@x", "y"}, {"alice@x@y", ""}},
    {{"alice", ""}, {"alice", ""}},
    {{"", "EXAMPLE"}, {"", "EXAMPLE"}},
    {{"alice@", ""}, {"alice@", ""}},
};

START_TEST(other_form)
{
    const struct username name = {bytes_str(others[_i].name[0]),
                                  bytes_str(others[_i].name[1])};
    BUF_AUTO upn = BUF_INIT;
    struct username other;

    ck_ok(username_other_form(name, &upn, &other));
    ck_bytes(other.user, bytes_str(others[_i].other[0]));
    ck_bytes(other.domain, bytes_str(others[_i].other[1]));
}
END_TEST

#define COUNT(array) (int)(sizeof(array) / sizeof(*(array)))

int main(void)
{
    Suite *suite = suite_create("username");
    TCase *tc = tcase_create("username");

    tcase_add_loop_test(tc, every_form, 0, COUNT(forms));
    tcase_add_loop_test(tc, one_account, 0, COUNT(pairs));
    tcase_add_loop_test(tc, other_form, 0, COUNT(others));
    suite_add_tcase(suite, tc);
    return harness_run(suite);
}
