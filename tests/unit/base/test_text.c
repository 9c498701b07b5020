/* SPDX-License-Identifier: ISC */
/* Escaping of peers' strings, and hex. */
#include "base/text.h"

#include "base/deceptive.h"

#include "tests/lib/harness.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unictype.h>
#include <uninorm.h>
#include <unistr.h>

static const struct {
    const char *raw;
    const char *shown;
} rows[] = {
    {"", ""},
    {"alice", "alice"},
    {"J\xc3\xb6rg \xe5\xb1\xb1\xe7\x94\xb0 \xf0\x9f\x90\x9f",
     "J\xc3\xb6rg \xe5\xb1\xb1\xe7\x94\xb0 \xf0\x9f\x90\x9f"},
    {"AD\\alice", "AD\\\\alice"},
    {"a\"b'c", "a\\\"b\\'c"},
    {"a\nb\tc\x1b[0m\x7f", "a\\x0ab\\x09c\\x1b[0m\\x7f"},
    /* C1 control, Arabic letter mark, separators, bidirectional controls */
    {"\xc2\x85", "\\u{0085}"},
    {"\xd8\x9c", "\\u{061c}"},
    {"\xe2\x80\xa8\xe2\x80\xa9", "\\u{2028}\\u{2029}"},
    {"\xe2\x80\xae"
     "cod.exe",
     "\\u{202e}cod.exe"},
    {"\xe2\x80\x8e\xe2\x80\x8f", "\\u{200e}\\u{200f}"},
    {"\xe2\x81\xa6\xe2\x81\xa9", "\\u{2066}\\u{2069}"},
    /* neighbouring characters that stay: hyphen, figure dash, ellipsis */
    {"\xe2\x80\x90\xe2\x80\x92\xe2\x80\xa6", "\xe2\x80\x90\xe2\x80\x92\xe2\x80\xa6"},
    /* blanks other than the space: no-break, ideographic; a Braille cell without dots */
    {"a\xc2\xa0", "a\\u{00a0}"},
    {"\xe3\x80\x80\xe2\xa0\x80", "\\u{3000}\\u{2800}"},
    /* of zero width: space, joiners, no-break space, soft hyphen, grapheme joiner */
    {"al\xe2\x80\x8bice", "al\\u{200b}ice"},
    {"al\xe2\x80\x8c\xe2\x80\x8dice", "al\\u{200c}\\u{200d}ice"},
    {"\xef\xbb\xbf"
     "alice\xc2\xad",
     "\\u{feff}alice\\u{00ad}"},
    {"alice\xcd\x8f", "alice\\u{034f}"},
    /* a tag, a variation selector, a Hangul filler, an invisible operator */
    {"alice\xf3\xa0\x81\xa1", "alice\\u{e0061}"},
    {"alice\xef\xb8\x8f", "alice\\u{fe0f}"},
    {"alice\xe3\x85\xa4\xef\xbe\xa0", "alice\\u{3164}\\u{ffa0}"},
    {"alice\xe2\x81\xa2", "alice\\u{2062}"},
    /* unassigned, private, not a character */
    {"\xcd\xb8", "\\u{0378}"},
    {"\xee\x80\x80", "\\u{e000}"},
    {"\xef\xbf\xbf", "\\u{ffff}"},
    /* letters with marks: composed ones stay, decomposed ones are escaped */
    {"Ren\xc3\xa9", "Ren\xc3\xa9"},
    {"Rene\xcc\x81", "Rene\\u{0301}"},
    {"alice\xcc\xb6", "alice\\u{0336}"},
    {"\xe2\x83\x9d", "\\u{20dd}"},
    {"\xe1\xbb\x87", "\xe1\xbb\x87"},
    /* Hangul: a syllable, the same in parts, a syllable and its last consonant */
    {"\xed\x95\x9c", "\xed\x95\x9c"},
    {"\xe1\x84\x92\xe1\x85\xa1", "\xe1\x84\x92\\u{1161}"},
    {"\xed\x95\x98\xe1\x86\xab", "\xed\x95\x98\\u{11ab}"},
    /* Devanagari: a vowel sign with a width of its own, one without, a virama */
    {"\xe0\xa4\x95\xe0\xa4\xbf", "\xe0\xa4\x95\xe0\xa4\xbf"},
    {"\xe0\xa4\x95\xe0\xa5\x81\xe0\xa5\x8d", "\xe0\xa4\x95\\u{0941}\\u{094d}"},
    /* Tamil: the vowel sign o as one character, and as its two parts */
    {"\xe0\xae\x95\xe0\xaf\x8a", "\xe0\xae\x95\xe0\xaf\x8a"},
    {"\xe0\xae\x95\xe0\xaf\x86\xe0\xae\xbe", "\xe0\xae\x95\xe0\xaf\x86\\u{0bbe}"},
    /* Hebrew and Arabic letters stay, their points are escaped */
    {"\xd7\x93\xd7\x95\xd7\x93 \xd8\xb9\xd9\x84\xd9\x8a",
     "\xd7\x93\xd7\x95\xd7\x93 \xd8\xb9\xd9\x84\xd9\x8a"},
    {"\xd7\x93\xd6\xb8", "\xd7\x93\\u{05b8}"},
    /* second code points: Kelvin, Angstrom, Greek question mark, an ideograph */
    {"\xe2\x84\xaa\xe2\x84\xab", "\\u{212a}\\u{212b}"},
    {"\xcd\xbe\xef\xa4\x80", "\\u{037e}\\u{f900}"},
    /* not UTF-8: lone, cut, overlong, surrogate, beyond the last */
    {"a\xffz", "a\\xffz"},
    {"\x80", "\\x80"},
    {"\xc3", "\\xc3"},
    {"\xe2\x80", "\\xe2\\x80"},
    {"\xc0\xaf", "\\xc0\\xaf"},
    {"\xed\xa0\x80", "\\xed\\xa0\\x80"},
    {"\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80"},
};

TEST_TABLE(escapes, rows)
{
    BUF_AUTO out = BUF_INIT;

    text_escape(&out, bytes_str(row->raw));
    ck_assert_str_eq(buf_cstr(&out), row->shown);
}

TEST_TABLE(escapes_whole, rows)
{
    BUF_AUTO raw = BUF_INIT;
    BUF_AUTO out = BUF_INIT;
    BUF_AUTO wanted = BUF_INIT;

    for (int i = 0; i < 300; i++) {
        buf_append_text(&raw, row->raw);
        buf_append_text(&raw, " ");
        buf_append_text(&wanted, row->shown);
        buf_append_text(&wanted, " ");
    }
    text_escape_whole(&out, buf_bytes(&raw));
    ck_bytes(buf_bytes(&out), buf_bytes(&wanted));
}

/* Two different texts are never shown alike: no character is lost, and no character that
 * stays is invisible. */
TEST(no_two_texts_look_alike)
{
    for (ucs4_t c = 0x80; c < 0x110000; c = c == 0x3ffff ? 0xe0000 : c + 1) {
        uint8_t raw[8]; /* the planes between have no characters */
        struct text_escaped out;
        int n = u8_uctomb(raw, c, sizeof(raw));

        if (n < 0) {
            continue; /* a surrogate */
        }
        (void)text_escaped(&out, bytes_of(raw, (size_t)n));
        if (out.s[0] != '\\') {
            ck_bytes(bytes_str(out.s), bytes_of(raw, (size_t)n));
            ck_assert_msg(uc_is_print(c) && !uc_is_property_zero_width(c), "U+%04X", c);
            ck_assert(!uc_is_property_bidi_control(c) && uc_combining_class(c) == 0);
        }
    }
}

/* What libunistring says of a character, whatever is before it. */
static bool is_deceptive_there(ucs4_t c)
{
    const uint32_t unseen =
        UC_CATEGORY_MASK_Cc | UC_CATEGORY_MASK_Cf | UC_CATEGORY_MASK_Cs |
        UC_CATEGORY_MASK_Co | UC_CATEGORY_MASK_Mn | UC_CATEGORY_MASK_Me |
        UC_CATEGORY_MASK_Zl | UC_CATEGORY_MASK_Zp | UC_CATEGORY_MASK_Zs;
    ucs4_t parts[UC_DECOMPOSITION_MAX_LENGTH];

    return uc_is_general_category_withtable(c, unseen) ||
           uc_is_property_default_ignorable_code_point(c) || uc_combining_class(c) != 0 ||
           uc_canonical_decomposition(c, parts) == 1;
}

static bool is_assigned_there(ucs4_t c)
{
    return !uc_is_general_category_withtable(c, UC_CATEGORY_MASK_Cn);
}

/* Our table agrees with libunistring. The two may know different versions of Unicode:
 * what is new to the table is escaped, and what is new to libunistring is not compared.
 * If libunistring has the version of the table, Unicode 14, nothing else is escaped. */
TEST(the_table_is_libunistrings)
{
    const bool is_same_version = is_assigned_there(0x0870) && !is_assigned_there(0x0cf3);

    for (ucs4_t c = 0x80; c < 0x110000; c = c == 0x3ffff ? 0xe0000 : c + 1) {
        if (!is_assigned_there(c)) {
            ck_assert_msg(!is_same_version || is_deceptive(0, c), "U+%04X", c);
        } else if (is_deceptive_there(c)) {
            ck_assert_msg(is_deceptive(0, c), "U+%04X", c);
        } else if (is_same_version && c != 0x2800 && c != 0x1d159) {
            ck_assert_msg(!is_deceptive(0, c), "U+%04X", c);
        }
    }
}

/* Whatever composes with the character before it is escaped. */
TEST(the_pairs_are_libunistrings)
{
    for (ucs4_t c = 0x80; c < 0x30000; c++) { /* above it nothing is composed */
        ucs4_t parts[UC_DECOMPOSITION_MAX_LENGTH];
        const int n = uc_canonical_decomposition(c, parts);

        if (n == 2 && uc_composition(parts[0], parts[1]) == c) {
            ck_assert_msg(is_deceptive(parts[0], parts[1]), "U+%04X", c);
        }
    }
    ck_assert(!is_deceptive('a', 0x09be));    /* a vowel sign with a place of its own */
    ck_assert(!is_deceptive(0xac01, 0x11a8)); /* a syllable that has its third letter */
    ck_assert(!is_deceptive(0x1100, 0x11a8));
    ck_assert(!is_deceptive(0x09c7, 0x09c0));
    ck_assert(!is_deceptive(0, 'a') && !is_deceptive('a', '\t'));
}

TEST(escapes_nul)
{
    struct text_escaped out;

    ck_assert_str_eq(text_escaped(&out, hex("61 00 62")), "a\\x00b");
    ck_assert_str_eq(text_escaped(&out, bytes_of(NULL, 0)), "");
}

TEST(prints_quotes_as_they_are)
{
    struct bytes raw = bytes_str("it's \"a\\b\"\x1b\xe2\x80\xae");
    const char *const shown = "it's \"a\\b\"\\x1b\\u{202e}";
    BUF_AUTO whole = BUF_INIT;
    struct text_escaped out;

    text_printable(&whole, raw);
    ck_assert_str_eq(buf_cstr(&whole), shown);
    ck_assert_str_eq(text_printed(&out, raw), shown);
    ck_assert_str_eq(text_escaped(&out, bytes_str("it's \"a\\b\"")),
                     "it\\'s \\\"a\\\\b\\\"");
}

/* Checks n times the same character, which is shown as shown_len bytes. */
static void check_cut(const char *character, size_t shown_len)
{
    for (size_t n = 1; n <= 300; n++) {
        BUF_AUTO raw = BUF_INIT;
        struct text_escaped out;
        size_t len;

        for (size_t i = 0; i < n; i++) {
            buf_append_text(&raw, character);
        }
        len = strlen(text_escaped(&out, buf_bytes(&raw)));
        if (n * shown_len <= TEXT_ESCAPED_MAX) {
            ck_assert_uint_eq(len, n * shown_len);
            continue;
        }
        ck_assert_uint_eq(len, (TEXT_ESCAPED_MAX - 3) / shown_len * shown_len + 3);
        ck_assert_str_eq(out.s + len - 3, "...");
        ck_assert_ptr_null(u8_check((const uint8_t *)out.s, len));
    }
}

TEST(cuts_between_characters)
{
    check_cut("a", 1);
    check_cut("\xc3\xb6", 2);
    check_cut("\xe5\xb1\xb1", 3);
    check_cut("\xf0\x9f\x90\x9f", 4);
    check_cut("\\", 2);
    check_cut("\n", 4);
    check_cut("\xe2\x80\xae", 8);
}

static bool is_plain(const char *s)
{
    for (const char *c = s; *c != '\0'; c++) {
        if ((uint8_t)*c < 0x20 || *c == 0x7f) {
            return false;
        }
    }
    return strlen(s) <= TEXT_ESCAPED_MAX &&
           u8_check((const uint8_t *)s, strlen(s)) == NULL;
}

/* Whatever the bytes are, the result is UTF-8 on one line. */
TEST(any_bytes_become_text)
{
    uint8_t raw[64];
    struct text_escaped out;
    uint32_t random = 1;

    for (int round = 0; round < 5000; round++) {
        for (size_t i = 0; i < sizeof(raw); i++) {
            random = random * 1664525 + 1013904223;
            raw[i] = (uint8_t)(random >> 24);
        }
        ck_assert(is_plain(text_escaped(&out, bytes_of(raw, sizeof(raw)))));
    }
}

TEST(hex_digits)
{
    BUF_AUTO out = BUF_INIT;

    text_hex(&out, bytes_of(NULL, 0));
    ck_assert_str_eq(buf_cstr(&out), "");
    text_hex(&out, bytes_of("\x00\x9f\xa0\xff", 4));
    ck_assert_str_eq(buf_cstr(&out), "009fa0ff");
}

static void ck_utc(int64_t unix_s)
{
    const time_t seconds = (time_t)unix_s;
    BUF_AUTO out = BUF_INIT;
    char wanted[64];
    struct tm tm;

    if (seconds != unix_s) {
        return; /* the library's time_t has 32 bits */
    }
    ck_assert_ptr_nonnull(gmtime_r(&seconds, &tm));
    (void)snprintf(wanted, sizeof(wanted), "%04d-%02d-%02dT%02d:%02d:%02d",
                   tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min,
                   tm.tm_sec);
    text_utc(&out, unix_s);
    ck_assert_str_eq(buf_cstr(&out), wanted);
}

/* Every day of 160 years, the first and the last time, and the limits of a FILETIME. */
TEST(times_are_those_of_the_library)
{
    for (int64_t day = -80 * 366; day < 80 * 366; day++) {
        ck_utc(day * 86400);
        ck_utc(day * 86400 + 86399);
    }
    for (int64_t century = -20; century < 20;
         century++) { /* the leap days of 1970 + 100n */
        for (int64_t day = -2; day < 400; day++) {
            ck_utc((century * 36524 + 30 * 365 + day) * 86400);
        }
    }
    ck_utc(-11644473600);
    ck_utc(253402300800);
    ck_utc((int64_t)(UINT64_MAX / 10000000) - 11644473600);
}

#define MARK "\xef\xbb\xbf"

static const struct {
    const char *text;
    const char *rest;
    enum err e;
} marked[] = {
    {"", "", ERR_OK},
    {"a", "a", ERR_OK},
    {MARK, "", ERR_OK},
    {MARK "a", "a", ERR_OK},
    {MARK MARK, MARK, ERR_OK},
    {" " MARK, " " MARK, ERR_OK},
    {"\xef\xbb", "\xef\xbb", ERR_OK},
    {"\xff\xfe", "\xff\xfe", ERR_UTF8},
    {"\xfe\xff\x20", "\xfe\xff\x20", ERR_UTF8},
};

TEST_TABLE(skips_a_byte_order_mark, marked)
{
    struct bytes text = bytes_str(row->text);

    ck_err(text_skip_mark("file", &text), row->e);
    ck_assert(bytes_equal(text, bytes_str(row->rest)));
    ck_assert_str_eq(err_note_get(ERR_UTF8),
                     row->e == ERR_OK ? "" : "file: is UTF-16; save it as UTF-8");
}

TEST(a_number_of_errno_has_words)
{
    ck_assert_str_eq(text_errno(ENOENT), "No such file or directory");
    ck_assert_str_eq(text_errno(123456789), "unknown error");
}
