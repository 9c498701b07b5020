/* SPDX-License-Identifier: ISC */
/* Borrowed bytes are consumed, sliced, split and compared, at the bounds. */
#include "base/bytes.h"

#include "tests/lib/harness.h"

TEST(consume_advances)
{
    struct bytes in = hex("0102030405");
    struct bytes taken;

    ck_ok(bytes_consume(&in, 2, &taken));
    ck_bytes(taken, hex("0102"));
    ck_bytes(in, hex("030405"));
    ck_ok(bytes_consume(&in, 3, &taken));
    ck_assert_uint_eq(in.n, 0);
    ck_ok(bytes_consume(&in, 0, &taken));
    ck_assert_uint_eq(taken.n, 0);
}

TEST(consume_too_much)
{
    struct bytes in = hex("0102");
    struct bytes before = in;
    struct bytes taken = in;

    ck_err(bytes_consume(&in, 3, &taken), ERR_TRUNCATED);
    ck_assert_ptr_eq(in.p, before.p);
    ck_assert_uint_eq(in.n, before.n);
    ck_assert_ptr_null(taken.p);
    ck_assert_uint_eq(taken.n, 0);
    ck_err(bytes_consume(&in, SIZE_MAX, &taken), ERR_TRUNCATED);
}

TEST(consume_nothing)
{
    struct bytes none = bytes_of(NULL, 0);
    struct bytes taken;

    ck_ok(bytes_consume(&none, 0, &taken));
    ck_err(bytes_consume(&none, 1, &taken), ERR_TRUNCATED);
    ck_ok(bytes_slice(none, 0, 0, &taken));
}

TEST(slice_bounds)
{
    struct bytes whole = hex("00010203");
    struct bytes part;

    ck_ok(bytes_slice(whole, 1, 2, &part));
    ck_bytes(part, hex("0102"));
    ck_assert_uint_eq(bytes_offset(whole, part), 1);
    ck_ok(bytes_slice(whole, 4, 0, &part));
    ck_err(bytes_slice(whole, 4, 1, &part), ERR_TRUNCATED);
    ck_assert_ptr_null(part.p);
    ck_err(bytes_slice(whole, 5, 0, &part), ERR_TRUNCATED);
    ck_err(bytes_slice(whole, 2, SIZE_MAX, &part), ERR_TRUNCATED);
    ck_err(bytes_slice(whole, SIZE_MAX, 2, &part), ERR_TRUNCATED);
}

TEST(comparison)
{
    ck_assert(bytes_equal(bytes_str("ab"), bytes_str("ab")));
    ck_assert(!bytes_equal(bytes_str("ab"), bytes_str("aB")));
    ck_assert(!bytes_equal(bytes_str("ab"), bytes_str("abc")));
    ck_assert(bytes_equal(bytes_of(NULL, 0), bytes_str("")));
    ck_assert(bytes_has_prefix(bytes_str("abc"), bytes_str("ab")));
    ck_assert(bytes_has_prefix(bytes_str("abc"), bytes_str("")));
    ck_assert(!bytes_has_prefix(bytes_str("ab"), bytes_str("abc")));
    ck_assert(!bytes_has_prefix(bytes_str("abc"), bytes_str("b")));
    ck_assert(bytes_has_suffix(bytes_str("abc"), bytes_str("bc")));
    ck_assert(bytes_has_suffix(bytes_str("abc"), bytes_str("abc")));
    ck_assert(bytes_has_suffix(bytes_of(NULL, 0), bytes_str("")));
    ck_assert(!bytes_has_suffix(bytes_str("bc"), bytes_str("abc")));
    ck_assert(!bytes_has_suffix(bytes_str("abc"), bytes_str("ab")));
}

TEST(split_at_a_separator)
{
    struct bytes left;
    struct bytes right;

    ck_assert(bytes_split(bytes_str("a:b:c"), ':', &left, &right));
    ck_bytes(left, bytes_str("a"));
    ck_bytes(right, bytes_str("b:c"));
    ck_assert(bytes_split_last(bytes_str("a:b:c"), ':', &left, &right));
    ck_bytes(left, bytes_str("a:b"));
    ck_bytes(right, bytes_str("c"));
    ck_assert(bytes_split(bytes_str(":"), ':', &left, &right));
    ck_assert_uint_eq(left.n + right.n, 0);
    ck_assert(bytes_split_at(bytes_str("abc"), 2, &left, &right));
    ck_bytes(left, bytes_str("ab"));
    ck_assert_uint_eq(right.n, 0);
}

TEST(split_without_a_separator)
{
    struct bytes text = bytes_str("abc");
    struct bytes none = bytes_of(NULL, 0);
    struct bytes left;
    struct bytes right = text;

    ck_assert(!bytes_split(text, ':', &left, &right));
    ck_bytes(left, text);
    ck_assert_uint_eq(right.n, 0);
    ck_assert(!bytes_split_last(text, ':', &left, &right));
    ck_bytes(left, text);
    ck_assert(!bytes_split_at(text, 3, &left, &right));
    ck_assert(!bytes_split_at(text, SIZE_MAX, &left, &right));
    ck_bytes(left, text);
    ck_assert(!bytes_split(none, ':', &left, &right));
    ck_assert(!bytes_split_last(none, ':', &left, &right));
    ck_assert(!bytes_split_at(none, 0, &left, &right));
    ck_assert_uint_eq(left.n + right.n, 0);
}

/* One half may be written over the text. */
TEST(split_as_a_cursor)
{
    struct bytes rest = bytes_str("a,b");
    struct bytes word;

    ck_assert(bytes_split(rest, ',', &word, &rest));
    ck_bytes(word, bytes_str("a"));
    ck_bytes(rest, bytes_str("b"));
    ck_assert(!bytes_split(rest, ',', &word, &rest));
    ck_bytes(word, bytes_str("b"));
    ck_assert_uint_eq(rest.n, 0);
}

TEST(has_a_byte)
{
    ck_assert(bytes_has(bytes_str("abc"), 'c'));
    ck_assert(!bytes_has(bytes_str("abc"), 'd'));
    ck_assert(!bytes_has(bytes_str("abc"), '\0'));
    ck_assert(bytes_has(hex("6100"), '\0'));
    ck_assert(bytes_has(hex("ff"), (char)0xff));
    ck_assert(!bytes_has(bytes_of(NULL, 0), 'a'));
}

TEST(comparison_without_case)
{
    ck_assert(bytes_equal_nocase(bytes_str("Az09"), bytes_str("aZ09")));
    ck_assert(!bytes_equal_nocase(bytes_str("a"), bytes_str("b")));
    ck_assert(!bytes_equal_nocase(bytes_str("a"), bytes_str("ab")));
    /* only letters: '@' and '`', '[' and '{' differ by the same bit */
    ck_assert(!bytes_equal_nocase(bytes_str("@["), bytes_str("`{")));
    ck_assert(!bytes_equal_nocase(hex("c3a4"), hex("c384")));
}

TEST(zeros_are_seen)
{
    uint8_t b[3] = {0, 0, 0};

    ck_assert(bytes_is_zero(bytes_of(b, 3)) && bytes_is_zero(bytes_of(NULL, 0)));
    for (size_t i = 0; i < sizeof(b); i++) {
        b[i] = 0x80;
        ck_assert(!bytes_is_zero(bytes_of(b, 3)));
        b[i] = 0;
    }
}
