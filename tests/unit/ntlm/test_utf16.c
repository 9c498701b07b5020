/* SPDX-License-Identifier: ISC */
/* Conversion and case mapping of names. */
#include "ntlm/upper_case.h"
#include "ntlm/utf16.h"
#include "tests/lib/harness.h"

#include <stdio.h>
#include <stdlib.h>

/* {UTF-8, the same text as UTF-16LE, both in upper case}; only simple mappings. */
static const struct {
    const char *utf8;
    const char *utf16;
    const char *upper_utf8;
    const char *upper_utf16;
} rows[] = {
    {"", "", "", ""},
    {"aZ9-", "61005a0039002d00", "AZ9-", "41005a0039002d00"},
    {"\xc3\xa4", "e400", "\xc3\x84", "c400"},
    {"stra\xc3\x9f"
     "e",
     "7300740072006100df006500",
     "STRA\xc3\x9f"
     "E",
     "5300540052004100df004500"},             /* sharp s stays */
    {"\xc3\xbf", "ff00", "\xc5\xb8", "7801"}, /* y with diaeresis */
    /* the Turkish dotless i, and I with a dot */
    {"i\xc4\xb1\xc4\xb0", "690031013001", "I\xc4\xb1\xc4\xb0", "490031013001"},
    /* sigma, and the final one */
    {"\xcf\x83\xcf\x82", "c303c203", "\xce\xa3\xcf\x82", "a303c203"},
    /* dz with caron: small, title case, capital */
    {"\xc7\x86\xc7\x85\xc7\x84", "c601c501c401", "\xc7\x84\xc7\x85\xc7\x84",
     "c401c501c401"},
    {"\xc2\xb5\xc5\xbf", "b5007f01", "\xc2\xb5\xc5\xbf", "b5007f01"}, /* micro, long s */
    {"\xe1\xbe\x80", "801f", "\xe1\xbe\x88", "881f"}, /* alpha, psili, iota below */
    {"\xe1\x83\x90\xea\xad\xb0", "d01070ab", "\xe1\x83\x90\xea\xad\xb0",
     "d01070ab"}, /* Georgian and Cherokee: later Unicode maps them */
    {"\xef\xac\x81", "01fb", "\xef\xac\x81", "01fb"},   /* ligature fi stays */
    {"e\xcc\x81", "65000103", "E\xcc\x81", "45000103"}, /* not composed */
    {"\xf0\x90\x90\xa8", "01d828dc", "\xf0\x90\x90\xa8", "01d828dc"}, /* Deseret */
    {"\xf0\x9f\x98\x80", "3dd800de", "\xf0\x9f\x98\x80", "3dd800de"}, /* not a letter */
    {"\xf4\x8f\xbf\xbf", "ffdbffdf", "\xf4\x8f\xbf\xbf",
     "ffdbffdf"}, /* the last code point */
    {"\xef\xbf\xbf\xed\x9f\xbf\xee\x80\x80", "ffffffd700e0",
     "\xef\xbf\xbf\xed\x9f\xbf\xee\x80\x80", "ffffffd700e0"},
};

typedef enum err (*convert)(struct buf *out, struct bytes in);

static void check(convert f, struct bytes in, struct bytes want)
{
    BUF_AUTO out = BUF_INIT;

    buf_append_u8(&out, '>');
    ck_ok(f(&out, in));
    ck_assert_uint_eq(out.p[0], '>');
    ck_bytes(bytes_of(out.p + 1, out.n - 1), want);
}

TEST_TABLE(converts, rows)
{
    size_t n_units;

    check(utf16_from_utf8, bytes_str(row->utf8), hex(row->utf16));
    ck_ok(utf16_units(bytes_str(row->utf8), &n_units));
    ck_assert_uint_eq(n_units * 2, hex(row->utf16).n);
    check(utf16_to_utf8, hex(row->utf16), bytes_str(row->utf8));
    check(utf16_upper, hex(row->utf16), hex(row->upper_utf16));
    check(utf8_upper, bytes_str(row->utf8), bytes_str(row->upper_utf8));
    ck_assert(utf8_upper_equals(bytes_str(row->utf8), bytes_str(row->upper_utf8)));
}

/* A text in upper case is equal to itself only, and to no part of itself. */
TEST(compares_with_upper_case)
{
    static const char *const upper[] = {
        "", "A", "AB", "AC", "A\xc3\x84", "\xc3\x84", "\xc3\x84\xc3\x96"};
    static const char *const texts[] = {
        "", "a", "aB", "Ac", "a\xc3\xa4", "\xc3\xa4", "\xc3\x84\xc3\xb6"};

    for (size_t i = 0; i < N(texts); i++) {
        for (size_t k = 0; k < N(upper); k++) {
            ck_assert_int_eq(utf8_upper_equals(bytes_str(texts[i]), bytes_str(upper[k])),
                             i == k);
        }
    }
    ck_assert(!utf8_upper_equals(bytes_str("a"), bytes_str("a")));
    ck_assert(!utf8_upper_equals(bytes_str("\xc3\xa4"), bytes_str("\xc3\xa4")));
}

/* Compares each 16-bit unit with the text from which upper_case_table.h is made. */
TEST(the_whole_table)
{
    static uint16_t want[0x10000];
    FILE *table = fopen(getenv("GSSNEG_UPPER_CASE"), "re");
    char line[32];
    unsigned n_pairs = 0;

    ck_assert_ptr_nonnull(table);
    for (unsigned unit = 0; unit < 0x10000; unit++) {
        want[unit] = (uint16_t)unit;
    }
    while (fgets(line, sizeof(line), table) != NULL) {
        char *end;
        unsigned long unit = strtoul(line, &end, 16);
        unsigned long upper = strtoul(end, &end, 16);

        ck_assert(unit < 0x10000 && upper < 0x10000 && *end == '\n');
        want[unit] = (uint16_t)upper;
        n_pairs++;
    }
    (void)fclose(table);
    ck_assert_uint_eq(n_pairs, 973);
    for (unsigned unit = 0; unit < 0x10000; unit++) {
        ck_assert_uint_eq(upper_case((uint16_t)unit), want[unit]);
    }
}

/* Upper case does not depend on the language: i does not become the Turkish dotted I. */
TEST(locale_is_not_used)
{
    setenv("LC_ALL", "tr_TR.UTF-8", 1);
    setenv("LANG", "tr_TR.UTF-8", 1);
    check(utf8_upper, bytes_str("iI"), bytes_str("II"));
}

static const char *const bad_utf8[] = {
    "80",     "c3",       "c32e",     "c080",   "e080af",     "eda080",
    "edbfbf", "f0808080", "f4908080", "ff",     "f888808080", "61006200",
    "00",     "e282",     "61e2822e", "f09f98", "6100",
};

TEST_TABLE(refuses_bad_utf8, bad_utf8)
{
    BUF_AUTO out = BUF_INIT;
    size_t n_units;

    ck_err(utf16_from_utf8(&out, hex(*row)), ERR_UTF8);
    ck_err(utf16_units(hex(*row), &n_units), ERR_UTF8);
    ck_err(utf8_upper(&out, hex(*row)), ERR_UTF8);
    ck_assert(!utf8_upper_equals(hex(*row), hex(*row)));
    ck_assert_uint_eq(out.n, 0);
}

/* Odd lengths, NULs, surrogates that are alone, at the end, or in the wrong order. */
static const char *const bad_utf16[] = {
    "61",   "610062",   "0000",     "61000000", "00d8",   "610000d8",     "00d86100",
    "00dc", "00dc6100", "00dc00d8", "00d800d8", "00d800", "00d800d800dc",
};

TEST_TABLE(refuses_bad_utf16, bad_utf16)
{
    BUF_AUTO out = BUF_INIT;

    ck_err(utf16_to_utf8(&out, hex(*row)), ERR_UTF16);
    ck_err(utf16_upper(&out, hex(*row)), ERR_UTF16);
    ck_assert_uint_eq(out.n, 0);
}

/* A truncated text gives a text or an error, and is never read past its end. */
static void feed(struct bytes mutant, void *arg)
{
    BUF_AUTO upper = BUF_INIT;
    BUF_AUTO utf8 = BUF_INIT;
    BUF_AUTO back = BUF_INIT;
    enum err e = utf16_to_utf8(&utf8, mutant);

    (void)arg;
    ck_err(utf16_upper(&upper, mutant), e);
    if (e != ERR_OK) {
        ck_err(e, ERR_UTF16);
        return;
    }
    ck_ok(utf16_from_utf8(&back, buf_bytes(&utf8)));
    ck_bytes(buf_bytes(&back), mutant);
}

TEST(mutants_are_texts_or_errors)
{
    struct bytes whole = hex("6100df0001d828dc3dd800dec303");

    mutate_truncate(whole, feed, NULL);
    mutate_flip(whole, feed, NULL);
}

static void feed_utf8(struct bytes mutant, void *arg)
{
    BUF_AUTO utf16 = BUF_INIT;
    BUF_AUTO upper = BUF_INIT;
    BUF_AUTO back = BUF_INIT;
    enum err e = utf16_from_utf8(&utf16, mutant);

    (void)arg;
    ck_err(utf8_upper(&upper, mutant), e);
    ck_assert_int_eq(utf8_upper_equals(mutant, buf_bytes(&upper)), e == ERR_OK);
    if (e != ERR_OK) {
        ck_err(e, ERR_UTF8);
        return;
    }
    ck_ok(utf16_to_utf8(&back, buf_bytes(&utf16)));
    ck_bytes(buf_bytes(&back), mutant);
}

TEST(utf8_mutants_are_texts_or_errors)
{
    struct bytes whole = bytes_str("a\xc3\x9f\xe2\x82\xac\xf0\x9f\x98\x80z");

    mutate_truncate(whole, feed_utf8, NULL);
    mutate_flip(whole, feed_utf8, NULL);
}
