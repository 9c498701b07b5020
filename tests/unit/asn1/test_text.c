/* SPDX-License-Identifier: ISC */
/* Escaping of peers' strings, and hex. */
#include "asn1/text.h"

#include "tests/lib/harness.h"

#include <string.h>
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
    /* their neighbours stay */
    {"\xc2\xa0\xe2\x80\x90\xe2\x80\xaf", "\xc2\xa0\xe2\x80\x90\xe2\x80\xaf"},
    /* not UTF-8: lone, cut, overlong, surrogate, beyond the last */
    {"a\xffz", "a\\xffz"},
    {"\x80", "\\x80"},
    {"\xc3", "\\xc3"},
    {"\xe2\x80", "\\xe2\\x80"},
    {"\xc0\xaf", "\\xc0\\xaf"},
    {"\xed\xa0\x80", "\\xed\\xa0\\x80"},
    {"\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80"},
};

START_TEST(escapes)
{
    BUF_AUTO out = BUF_INIT;

    text_escape(&out, bytes_str(rows[_i].raw));
    ck_assert_str_eq(buf_cstr(&out), rows[_i].shown);
}
END_TEST

START_TEST(escapes_whole)
{
    BUF_AUTO raw = BUF_INIT;
    BUF_AUTO out = BUF_INIT;
    BUF_AUTO wanted = BUF_INIT;

    for (int i = 0; i < 300; i++) {
        buf_put_text(&raw, rows[_i].raw);
        buf_put_text(&raw, " ");
        buf_put_text(&wanted, rows[_i].shown);
        buf_put_text(&wanted, " ");
    }
    text_escape_whole(&out, buf_bytes(&raw));
    ck_bytes(buf_bytes(&out), buf_bytes(&wanted));
}
END_TEST

START_TEST(escapes_nul)
{
    struct text_escaped out;

    ck_assert_str_eq(text_escaped(&out, hex("61 00 62")), "a\\x00b");
    ck_assert_str_eq(text_escaped(&out, bytes_of(NULL, 0)), "");
}
END_TEST

/* n times the same character, which is shown as shown_len bytes. */
static void check_cut(const char *character, size_t shown_len)
{
    for (size_t n = 1; n <= 300; n++) {
        BUF_AUTO raw = BUF_INIT;
        struct text_escaped out;
        size_t len;

        for (size_t i = 0; i < n; i++) {
            buf_put_text(&raw, character);
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

START_TEST(cuts_between_characters)
{
    check_cut("a", 1);
    check_cut("\xc3\xb6", 2);
    check_cut("\xe5\xb1\xb1", 3);
    check_cut("\xf0\x9f\x90\x9f", 4);
    check_cut("\\", 2);
    check_cut("\n", 4);
    check_cut("\xe2\x80\xae", 8);
}
END_TEST

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

/* Whatever comes, what is shown is UTF-8 on one line. */
START_TEST(any_bytes_become_text)
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
END_TEST

START_TEST(hex_digits)
{
    BUF_AUTO out = BUF_INIT;

    text_hex(&out, bytes_of(NULL, 0));
    ck_assert_str_eq(buf_cstr(&out), "");
    text_hex(&out, bytes_of("\x00\x9f\xa0\xff", 4));
    ck_assert_str_eq(buf_cstr(&out), "009fa0ff");
}
END_TEST

static Suite *make_suite(void)
{
    Suite *suite = suite_create("text");
    TCase *tc = tcase_create("text");

    tcase_add_loop_test(tc, escapes, 0, sizeof(rows) / sizeof(rows[0]));
    tcase_add_loop_test(tc, escapes_whole, 0, sizeof(rows) / sizeof(rows[0]));
    tcase_add_test(tc, escapes_nul);
    tcase_add_test(tc, cuts_between_characters);
    tcase_add_test(tc, any_bytes_become_text);
    tcase_add_test(tc, hex_digits);
    suite_add_tcase(suite, tc);
    return suite;
}

int main(void)
{
    return harness_run(make_suite());
}
