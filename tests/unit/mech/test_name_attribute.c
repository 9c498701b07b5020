/* SPDX-License-Identifier: ISC */
/* The groups of a user's name, as attributes. */
#include "mech/name_attribute.h"

#include "tests/lib/harness.h"

#include <limits.h>

#define SID  NAME_ATTRIBUTE_SID
#define SIDS NAME_ATTRIBUTE_SIDS

static const struct {
    const char *sids;
    const char *attribute;
    int more;
    const char *value; /* NULL: there is no such value */
    int next;
} rows[] = {
    {"S-1-5-21-1\nS-1-5-21-2\nS-1-1-0\n", SID, NAME_ATTRIBUTE_FIRST, "S-1-5-21-1", 11},
    {"S-1-5-21-1\nS-1-5-21-2\nS-1-1-0\n", SID, 0, "S-1-5-21-1", 11},
    {"S-1-5-21-1\nS-1-5-21-2\nS-1-1-0\n", SID, 11, "S-1-5-21-2", 22},
    {"S-1-5-21-1\nS-1-5-21-2\nS-1-1-0\n", SID, 22, "S-1-1-0", 0},
    {"S-1-5-21-1\nS-1-5-21-2\nS-1-1-0\n", SID, 30, NULL, 30},
    {"S-1-5-21-1\nS-1-5-21-2\nS-1-1-0\n", SID, 1, NULL, 1},
    {"S-1-5-21-1\nS-1-5-21-2\nS-1-1-0\n", SID, 12, NULL, 12},
    {"S-1-5-21-1\nS-1-5-21-2\nS-1-1-0\n", SID, INT_MAX, NULL, INT_MAX},
    {"S-1-5-21-1\nS-1-5-21-2\nS-1-1-0\n", SID, -2, NULL, -2},
    {"S-1-5-21-1\nS-1-5-21-2\nS-1-1-0\n", SIDS, NAME_ATTRIBUTE_FIRST,
     "S-1-5-21-1,S-1-5-21-2,S-1-1-0", 0},
    {"S-1-5-21-1\nS-1-5-21-2\nS-1-1-0\n", SIDS, 1, NULL, 1},
    {"S-1-1-0\n", SID, NAME_ATTRIBUTE_FIRST, "S-1-1-0", 0},
    {"S-1-1-0", SID, NAME_ATTRIBUTE_FIRST, "S-1-1-0", 0},
    {"S-1-5-21-1\nS-1-1-0\n", "gss-negotiate-sid", 11, "S-1-1-0", 0},
    {"S-1-1-0\n", SIDS, NAME_ATTRIBUTE_FIRST, "S-1-1-0", 0},
    {"S-1-1-0\n", "urn:gss-negotiate:sids", NAME_ATTRIBUTE_FIRST, NULL, -1},
    {"S-1-1-0\n", "", NAME_ATTRIBUTE_FIRST, NULL, -1},
    {"S-1-1-0\n", "local-login-user", NAME_ATTRIBUTE_FIRST, NULL, -1},
    {"", SID, NAME_ATTRIBUTE_FIRST, NULL, -1},
    {"", SIDS, NAME_ATTRIBUTE_FIRST, NULL, -1},
};

TEST_TABLE(values, rows)
{
    NAME_AUTO *name = NULL;
    BUF_AUTO value = BUF_INIT;
    int more = row->more;

    ck_ok(name_new_user(bytes_str("alice"), bytes_str("AD"), &name));
    ck_ok(buf_dup(&name->sids, bytes_str(row->sids)));
    ck_err(name_attribute_get(name, bytes_str(row->attribute), &more, &value),
           row->value == NULL ? ERR_UNSUPPORTED : ERR_OK);
    ck_assert_int_eq(more, row->next);
    if (row->value != NULL) {
        ck_assert_str_eq(buf_cstr(&value), row->value);
    }
}

TEST(names_of_attributes)
{
    NAME_AUTO *name = NULL;
    NAME_AUTO *copy = NULL;
    struct bytes names[NAME_ATTRIBUTES];

    ck_ok(name_new_user(bytes_str("alice"), bytes_str("AD"), &name));
    ck_assert_uint_eq(name_attribute_names(name, names), 0);
    ck_ok(buf_dup(&name->sids, bytes_str("S-1-1-0\n")));
    ck_ok(name_copy(name, &copy));
    ck_assert_uint_eq(name_attribute_names(copy, names), NAME_ATTRIBUTES);
    ck_bytes(names[0], bytes_str("urn:gss-negotiate:sid"));
    ck_bytes(names[1], bytes_str("gss-negotiate-sid"));
    ck_bytes(names[2], bytes_str("urn:gssntlmssp:sids"));
}
