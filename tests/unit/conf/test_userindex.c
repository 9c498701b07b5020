/* SPDX-License-Identifier: ISC */
/* Finding users: the record that a name and a domain mean. */
#include "conf/userindex.h"

#include "conf/siphash.h"
#include "tests/lib/harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/* The reference implementation's vectors: key 00..0f, input 00 01 02 ... */
TEST(siphash_vectors)
{
    static const struct {
        size_t n;
        uint64_t want;
    } rows[] = {{0, 0x726fdb47dd0e0e31},
                {7, 0xab0200f58b01d137},
                {8, 0x93f5f5799a932462},
                {15, 0xa129ca6149be45e5}};
    struct siphash_key key;
    uint8_t in[16];

    for (uint8_t i = 0; i < 16; i++) {
        key.b[i] = i;
        in[i] = i;
    }
    for (size_t i = 0; i < N(rows); i++) {
        ck_assert_uint_eq(siphash(&key, bytes_of(in, rows[i].n)), rows[i].want);
    }
}

static const char contents[] = "# users\n"
                               "any:x\n" /* broken */
                               "AD:bob:ad-bob\n"
                               ":Bob:any-bob\n"
                               "LAB:bob:lab-bob\n"
                               "AD:carol:first\n"
                               "ad:CAROL:second\n"
                               ":dave:dave\r\n"
                               "AD:empty:\n"
                               "\xc3\x84:J\xc3\xb6rg:umlaut\n"
                               "AD:\xc3\x9f:sharp\n"
                               "LAB:last:half-written";

static const struct {
    const char *domain;
    const char *user;
    const char *found_domain; /* NULL: nobody */
    const char *found_user;
    const char *password;
} rows[] = {
    /* a record with exactly the claimed domain wins, else the first that matches */
    {"AD", "bob", "AD", "bob", "ad-bob"},
    {"ad", "BOB", "AD", "bob", "ad-bob"},
    {"LAB", "bob", "LAB", "bob", "lab-bob"},
    {"", "bob", "", "Bob", "any-bob"},
    {".", "bob", "AD", "bob", "ad-bob"},
    {"WS1", "bob", "AD", "bob", "ad-bob"},
    {"ws1", "bob", "AD", "bob", "ad-bob"},
    {"OTHER", "bob", "", "Bob", "any-bob"},
    {"AD", "carol", "AD", "carol", "first"},
    {"", "carol", "AD", "carol", "first"},
    {".", "carol", "AD", "carol", "first"},
    {"WS1", "carol", "AD", "carol", "first"},
    {"LAB", "carol", NULL, NULL, NULL},
    {"LAB", "dave", "", "dave", "dave"},
    {"AD", "empty", NULL, NULL, NULL},
    {"AD", "any", NULL, NULL, NULL},
    {"", "", NULL, NULL, NULL},
    {"\xc3\xa4", "J\xc3\x96RG", "\xc3\x84", "J\xc3\xb6rg", "umlaut"},
    {"AD", "ss", NULL, NULL, NULL},
    {"AD", "\xc3\x9f", "AD", "\xc3\x9f", "sharp"},
    {"LAB", "last", "LAB", "last", "half-written"},
};

/* If winbind serves a domain, a record without a domain is only for clients of this
 * computer. */
static const struct {
    const char *domain;
    const char *user;
    const char *found_domain; /* NULL: nobody */
} local_rows[] = {
    {"AD", "bob", "AD"},    {"OTHER", "bob", NULL}, {"", "bob", ""},
    {".", "bob", "AD"},     {"WS1", "bob", "AD"},   {"LAB", "dave", NULL},
    {"LAB", "DAVE", NULL},  {"", "dave", ""},       {".", "dave", ""},
    {"ws1", "dave", ""},    {"", "dave@lab", NULL}, {"", "dave@ws1", ""},
    {"", "carol@ad", "AD"}, {"LAB", "carol", NULL}, {"", "carol", "AD"},
    {"WS1.", "dave", NULL},
};

TEST_TABLE(lookup_beside_a_domain, local_rows)
{
    struct userindex *index;
    struct userindex_record record;
    enum err e;

    ck_ok(userindex_new(bytes_str(contents), &index));
    e = userindex_find_local(index, bytes_str(row->user), bytes_str(row->domain),
                             bytes_str("ws1"), &record);
    ck_err(e, row->found_domain == NULL ? ERR_LOGIN : ERR_OK);
    if (e == ERR_OK) {
        ck_bytes(record.domain, bytes_str(row->found_domain));
    }
    userindex_free(index);
}

static void check_hash(const struct ntlm_key *got, const char *password)
{
    struct userline line = {.has_password = true, .password = bytes_str(password)};
    KEY_AUTO want;

    ck_ok(userline_hash(&line, &want));
    ck_bytes(bytes_of(got->b, 16), bytes_of(want.b, 16));
}

TEST_TABLE(lookup, rows)
{
    struct userindex *index;
    struct userindex_record record;
    enum err e;

    ck_ok(userindex_new(bytes_str(contents), &index));
    e = userindex_find(index, bytes_str(row->user), bytes_str(row->domain),
                       bytes_str("ws1"), &record);
    ck_err(e, row->found_user == NULL ? ERR_LOGIN : ERR_OK);
    if (e == ERR_OK) {
        ck_bytes(record.user, bytes_str(row->found_user));
        ck_bytes(record.domain, bytes_str(row->found_domain));
        ck_assert(record.has_hash);
        check_hash(&record.nt_hash, row->password);
    }
    userindex_free(index);
}

TEST(accounts_that_nobody_uses)
{
#define X32 "XXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX"
    struct userindex *index;
    struct userindex_record record;

    ck_ok(userindex_new(bytes_str("a:0:" X32 ":" X32 ":[U]:LCT-0:\n"
                                  "w$:0:" X32 ":00000000000000000000000000000000:[W]:L:\n"
                                  "d:0:" X32 ":00000000000000000000000000000000:[DL]:L:"),
                        &index));
    ck_ok(userindex_find(index, bytes_str("A"), bytes_str(""), bytes_str(""), &record));
    ck_assert(!record.has_hash);
    ck_err(userindex_find(index, bytes_str("w$"), bytes_str(""), bytes_str(""), &record),
           ERR_LOGIN);
    ck_ok(userindex_find(index, bytes_str("d"), bytes_str(""), bytes_str(""), &record));
    ck_assert(record.has_hash && record.disabled && record.locked);
    userindex_free(index);
}

TEST(an_empty_file_has_no_user)
{
    struct userindex *index;
    struct userindex_record record;

    ck_ok(userindex_new(bytes_str(""), &index));
    ck_err(userindex_find(index, bytes_str("a"), bytes_str(""), bytes_str(""), &record),
           ERR_LOGIN);
    userindex_free(index);
    userindex_free(NULL);
}

/* Each of many users is found, with the right record, after the table has grown many
 * times. */
TEST(many_users)
{
    BUF_AUTO text = BUF_INIT;
    struct userindex *index;
    struct userindex_record record;
    char name[32];

    for (unsigned i = 0; i < 5000; i++) {
        buf_printf(&text, "D%u:user%u:p%u\n", i % 7, i, i);
    }
    ck_ok(buf_status(&text));
    ck_ok(userindex_new(buf_bytes(&text), &index));
    for (unsigned i = 0; i < 5000; i++) {
        (void)snprintf(name, sizeof(name), "USER%u", i);
        ck_ok(userindex_find(index, bytes_str(name), bytes_str("."), bytes_str(""),
                             &record));
        ck_assert(bytes_equal_nocase(record.user, bytes_str(name)));
    }
    ck_err(userindex_find(index, bytes_str("user5000"), bytes_str("."), bytes_str(""),
                          &record),
           ERR_LOGIN);
    userindex_free(index);
}

#define N_LARGE   60000u
#define N_LOOKUPS 8001u

/* The nanoseconds that it takes to look up users whose names begin with this letter. */
static uint64_t look_up_ns(const struct userindex *index, char letter, unsigned number)
{
    struct userindex_record record;
    struct timespec began;
    struct timespec ended;
    char name[16];
    enum err e;

    (void)snprintf(name, sizeof(name), "%c%05u", letter, number % N_LARGE);
    (void)clock_gettime(CLOCK_MONOTONIC, &began);
    e = userindex_find(index, bytes_str(name), bytes_str("D"), bytes_str("WS1"), &record);
    (void)clock_gettime(CLOCK_MONOTONIC, &ended);
    ck_err(e, letter == 'u' ? ERR_OK : ERR_LOGIN);
    return (uint64_t)(ended.tv_sec - began.tv_sec) * 1000000000 +
           (uint64_t)(ended.tv_nsec - began.tv_nsec);
}

static int compare_ns(const void *a, const void *b)
{
    const uint64_t *x = a;
    const uint64_t *y = b;

    return (*x > *y) - (*x < *y);
}

static double median_ns(uint64_t *ns)
{
    qsort(ns, N_LOOKUPS, sizeof(*ns), compare_ns);
    return (double)ns[N_LOOKUPS / 2];
}

/* How much longer it takes to find a user than to find none. */
static double ratio_of_medians(const struct userindex *index)
{
    static uint64_t known_ns[N_LOOKUPS];
    static uint64_t unknown_ns[N_LOOKUPS];

    for (unsigned i = 0; i < N_LOOKUPS; i++) {
        known_ns[i] = look_up_ns(index, 'u', i * 7919u);
        unknown_ns[i] = look_up_ns(index, 'x', i * 6007u);
    }
    return median_ns(known_ns) / median_ns(unknown_ns);
}

/* In a large file an entry is far away in memory, and reading it takes time. For an
 * unknown user another entry is read; without that, finding a user takes half as long
 * again. Other programs can disturb one measurement, but not all. */
TEST(unknown_users_take_as_long_as_known_ones)
{
    BUF_AUTO text = BUF_INIT;
    struct userindex *index;
    double best = 1000;

    for (unsigned i = 0; i < N_LARGE; i++) {
        buf_printf(&text, "D:u%05u:p\n", i);
    }
    ck_ok(buf_status(&text));
    ck_ok(userindex_new(buf_bytes(&text), &index));
    for (int i = 0; i < 5 && best > 1.3; i++) {
        double ratio = ratio_of_medians(index);

        best = ratio < best ? ratio : best;
    }
    ck_assert_msg(best <= 1.3, "somebody takes %.2f times as long", best);
    userindex_free(index);
}

static void feed(struct bytes mutant, void *arg)
{
    struct userindex *index;
    struct userindex_record record;
    enum err e;

    (void)arg;
    ck_ok(userindex_new(mutant, &index));
    e = userindex_find(index, bytes_str("bob"), bytes_str("AD"), bytes_str(""), &record);
    ck_assert(e == ERR_OK || e == ERR_LOGIN);
    userindex_free(index);
}

TEST(hostile_files)
{
    mutate_truncate(bytes_str(contents), feed, NULL);
    mutate_flip(bytes_str(contents), feed, NULL);
}
