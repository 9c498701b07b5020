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

TEST_TABLE(every_form, forms)
{
    const bool good = row->user != NULL;
    BUF_AUTO user = BUF_INIT;
    struct bytes domain;

    ck_err(username_parse(bytes_str(row->text), &user, &domain),
           good ? ERR_OK : ERR_NAME);
    if (good) {
        ck_bytes(buf_bytes(&user), bytes_str(row->user));
        ck_bytes(domain, bytes_str(row->domain));
    } else {
        ck_assert_uint_gt(strlen(err_note_get(ERR_NAME)), 0);
    }
}

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

TEST_TABLE(one_account, pairs)
{
    const struct username a = {bytes_str(row->a[0]), bytes_str(row->a[1])};
    const struct username b = {bytes_str(row->b[0]), bytes_str(row->b[1])};
    bool equal;

    ck_ok(username_equal(a, b, &equal));
    ck_assert_int_eq(equal, row->equal);
    ck_ok(username_equal(b, a, &equal));
    ck_assert_int_eq(equal, row->equal);
}

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

TEST_TABLE(other_form, others)
{
    const struct username name = {bytes_str(row->name[0]), bytes_str(row->name[1])};
    BUF_AUTO upn = BUF_INIT;
    struct username other;

    ck_ok(username_other_form(name, &upn, &other));
    ck_bytes(other.user, bytes_str(row->other[0]));
    ck_bytes(other.domain, bytes_str(row->other[1]));
}
