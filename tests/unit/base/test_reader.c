/* SPDX-License-Identifier: ISC */
/* The reader: what it reads, and that the first error and its place stay. */
#include "base/reader.h"

#include "tests/lib/harness.h"

TEST(integers_and_views_in_order)
{
    struct reader r =
        reader_of(hex("f1 f1f2 f1f2f3f4 f1f2f3f4f5f6f7f8 f1f2f3f4 0102 0304"));
    uint8_t copy[2];

    ck_assert_uint_eq(reader_u8(&r), 0xf1);
    ck_assert_uint_eq(reader_u16le(&r), 0xf2f1);
    ck_assert_uint_eq(reader_u32le(&r), 0xf4f3f2f1);
    ck_assert_uint_eq(reader_u64le(&r), 0xf8f7f6f5f4f3f2f1);
    ck_assert_uint_eq(reader_u32be(&r), 0xf1f2f3f4);
    ck_assert_uint_eq(reader_at(&r), 19);
    ck_assert_uint_eq(reader_left(&r), 4);
    ck_bytes(reader_consume(&r, 2), hex("0102"));
    reader_copy(&r, copy, sizeof(copy));
    ck_bytes(bytes_of(copy, sizeof(copy)), hex("0304"));
    ck_assert_uint_eq(reader_consume(&r, 0).n, 0);
    ck_ok(reader_status(&r));
    ck_ok(reader_end(&r, ERR_DER));
}

TEST(integers_of_too_few_bytes)
{
    const struct bytes seven = hex("f1f2f3f4f5f6f7");
    struct reader u64 = reader_of(seven);
    struct reader u32le = reader_of(bytes_of(seven.p, 3));
    struct reader u32be = reader_of(bytes_of(seven.p, 3));
    struct reader u16 = reader_of(bytes_of(seven.p, 1));
    struct reader u8 = reader_of(bytes_of(seven.p, 0));
    struct reader copied = reader_of(bytes_of(seven.p, 1));
    uint8_t copy[2] = {9, 9};

    ck_assert_uint_eq(reader_u64le(&u64), 0);
    ck_err(reader_status(&u64), ERR_TRUNCATED);
    ck_assert_uint_eq(reader_u32le(&u32le), 0);
    ck_err(reader_status(&u32le), ERR_TRUNCATED);
    ck_assert_uint_eq(reader_u32be(&u32be), 0);
    ck_err(reader_status(&u32be), ERR_TRUNCATED);
    ck_assert_uint_eq(reader_u16le(&u16), 0);
    ck_err(reader_status(&u16), ERR_TRUNCATED);
    ck_assert_uint_eq(reader_u8(&u8), 0);
    ck_err(reader_status(&u8), ERR_TRUNCATED);
    reader_copy(&copied, copy, sizeof(copy));
    ck_err(reader_status(&copied), ERR_TRUNCATED);
    ck_bytes(bytes_of(copy, sizeof(copy)), hex("0000"));
}

/* After a read that needs more bytes than there are, a shorter read fails too. */
TEST(nothing_is_read_after_an_error)
{
    struct reader r = reader_of(hex("aa 010203"));
    uint8_t copy[2] = {9, 9};

    ck_assert_uint_eq(reader_u8(&r), 0xaa);
    ck_assert_uint_eq(reader_u32le(&r), 0);
    ck_err(reader_status(&r), ERR_TRUNCATED);
    ck_assert_uint_eq(reader_at(&r), 1);
    ck_assert_uint_eq(reader_left(&r), 0);
    ck_assert_uint_eq(reader_u8(&r), 0);
    ck_assert_uint_eq(reader_u16le(&r), 0);
    ck_assert_uint_eq(reader_u64le(&r), 0);
    ck_assert_uint_eq(reader_u32be(&r), 0);
    ck_assert_uint_eq(reader_consume(&r, 1).n, 0);
    ck_assert_uint_eq(reader_consume(&r, SIZE_MAX).n, 0);
    reader_copy(&r, copy, sizeof(copy));
    ck_bytes(bytes_of(copy, sizeof(copy)), hex("0000"));
    ck_err(reader_end(&r, ERR_DER), ERR_TRUNCATED);
    ck_assert_uint_eq(reader_at(&r), 1);
}

TEST(the_first_error_stays)
{
    struct reader r = reader_of(hex("0102"));

    reader_check(&r, reader_u8(&r) == 1, ERR_DER);
    reader_fail(&r, ERR_OK);
    ck_ok(reader_status(&r));
    reader_check(&r, reader_u8(&r) == 1, ERR_NTLM_FIELD);
    ck_err(reader_status(&r), ERR_NTLM_FIELD);
    reader_check(&r, reader_u8(&r) == 1, ERR_DER);
    reader_fail(&r, ERR_NTLM_TYPE);
    reader_fail(&r, ERR_OK);
    ck_err(reader_status(&r), ERR_NTLM_FIELD);
    ck_assert_uint_eq(reader_at(&r), 2);
}

TEST(bytes_that_are_left)
{
    struct reader r = reader_of(hex("0102"));

    ck_assert_uint_eq(reader_u8(&r), 1);
    ck_err(reader_end(&r, ERR_EXPORTED), ERR_EXPORTED);
    ck_assert_uint_eq(reader_at(&r), 1);
}

TEST(of_nothing)
{
    struct reader r = reader_of(bytes_of(NULL, 0));

    ck_ok(reader_end(&r, ERR_DER));
    ck_assert_uint_eq(reader_consume(&r, 0).n, 0);
    ck_ok(reader_status(&r));
    ck_assert_uint_eq(reader_u8(&r), 0);
    ck_err(reader_status(&r), ERR_TRUNCATED);
    ck_assert_uint_eq(reader_at(&r), 0);
}
