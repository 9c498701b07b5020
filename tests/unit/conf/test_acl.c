/* SPDX-License-Identifier: ISC */
/* conf/acl: the rights that a POSIX ACL gives to other users, and hostile ACLs. */
#include "conf/acl.h"
#include "tests/lib/harness.h"

#include <unistd.h>

#define VERSION "02000000"
#define OWNER   "0100 0600 ffffffff"
#define GROUP_  "0400 0400 ffffffff"
#define NO_GRP  "0400 0000 ffffffff"
#define MASK_R  "1000 0400 ffffffff"
#define MASK_0  "1000 0000 ffffffff"
#define OTHER_0 "2000 0000 ffffffff"
#define OTHER_R "2000 0400 ffffffff"
#define USER_7W "0200 0600 07000000"
#define USER_7R "0200 0400 07000000"
#define USER_0R "0200 0400 00000000"
#define GRP_9RW "0800 0600 09000000"

/* {the attribute} -> others_write, other_any, stranger_any; the file's group
 * is not the process's. */
static const struct {
    const char *raw;
    bool rights[3];
} rows[] = {
    {VERSION OWNER NO_GRP OTHER_0, {false, false, false}},
    {VERSION OWNER GROUP_ OTHER_0, {false, false, false}},
    {VERSION OWNER GROUP_ OTHER_R, {false, true, false}},
    {VERSION OWNER USER_7R NO_GRP MASK_R OTHER_0, {false, false, true}},
    {VERSION OWNER USER_0R NO_GRP MASK_R OTHER_0, {false, false, false}},
    {VERSION OWNER USER_7W NO_GRP MASK_R OTHER_0, {false, false, true}},
    {VERSION OWNER USER_7W NO_GRP MASK_0 OTHER_0, {false, false, false}},
    {VERSION OWNER USER_7W NO_GRP OTHER_0, {true, false, true}},
    {VERSION OWNER NO_GRP GRP_9RW MASK_R OTHER_0, {false, false, false}},
    {VERSION OWNER NO_GRP GRP_9RW OTHER_0, {true, false, false}},
    /* the mask does not limit other, and may be at any place */
    {VERSION MASK_0 OTHER_R GROUP_ OWNER, {false, true, false}},
};

TEST_TABLE(rights_in_force, rows)
{
    const struct stat st = {.st_gid = getegid() + 1};
    struct acl acl;

    ck_ok(acl_decode(hex(row->raw), &st, &acl));
    ck_assert_int_eq(acl.others_write, row->rights[0]);
    ck_assert_int_eq(acl.other_any, row->rights[1]);
    ck_assert_int_eq(acl.stranger_any, row->rights[2]);
    ck_assert(!acl.primary_any);
}

TEST(the_primary_group)
{
    const struct stat st = {.st_gid = getegid()};
    struct acl acl;

    ck_ok(acl_decode(hex(VERSION OWNER GROUP_ OTHER_0), &st, &acl));
    ck_assert(acl.primary_any);
    ck_ok(acl_decode(hex(VERSION OWNER NO_GRP OTHER_0), &st, &acl));
    ck_assert(!acl.primary_any);
}

/* Another version, half an entry, an unknown tag, an unknown right. */
static const char *const bad[] = {"",
                                  "020000",
                                  "01000000" OWNER,
                                  "03000000" OWNER,
                                  VERSION OWNER "04",
                                  VERSION "4000 0400 ffffffff",
                                  VERSION "0000 0400 ffffffff",
                                  VERSION "0100 0e00 ffffffff"};

TEST_TABLE(refused_if_not_understood, bad)
{
    const struct stat st = {.st_gid = 0};
    struct acl acl;

    ck_err(acl_decode(hex(*row), &st, &acl), ERR_FILE_RIGHTS);
}

static void feed(struct bytes mutant, void *arg)
{
    const struct stat *st = arg;
    struct acl acl;
    enum err e = acl_decode(mutant, st, &acl);

    ck_assert(e == ERR_OK || e == ERR_FILE_RIGHTS);
}

TEST(mutants)
{
    struct stat st = {.st_gid = 9};
    struct bytes whole = hex(VERSION OWNER USER_7W GROUP_ GRP_9RW MASK_R OTHER_0);

    mutate_truncate(whole, feed, &st);
    mutate_flip(whole, feed, &st);
}
