/* SPDX-License-Identifier: ISC */
/* The builder: what it writes, its sticky error, its limit, and malloc that fails. */
#include "base/buf.h"

#include "tests/lib/harness.h"

#include <stdlib.h>
#include <string.h>

#define OVER_THE_CAP (((size_t)1 << 31) + 1)

/* The linker replaces every malloc of this program by this function (--wrap). */
void *__real_malloc(size_t n);
void *__wrap_malloc(size_t n);
static bool malloc_fails;

void *__wrap_malloc(size_t n)
{
    return malloc_fails ? NULL : __real_malloc(n);
}

TEST(writes_in_order)
{
    BUF_AUTO b = BUF_INIT;

    buf_append_u8(&b, 0x01);
    buf_append_u16le(&b, 0x0302);
    buf_append_u32le(&b, 0x07060504);
    buf_append_u64le(&b, 0x0f0e0d0c0b0a0908);
    buf_append_u32be(&b, 0x10111213);
    buf_append_zeros(&b, 2);
    buf_append(&b, hex("fffe"));
    buf_append(&b, bytes_of(NULL, 0));
    buf_append_text(&b, "ab");
    buf_printf(&b, "%d-%s", 7, "x");
    ck_ok(buf_status(&b));
    ck_bytes(buf_bytes(&b),
             hex("01 0203 04050607 08090a0b0c0d0e0f 10111213 0000 fffe 6162 "
                 "372d78"));
}

TEST(grows)
{
    BUF_AUTO b = BUF_INIT;

    for (unsigned i = 0; i < 100000; i++) {
        buf_append_u8(&b, (uint8_t)(i * 7));
    }
    ck_ok(buf_status(&b));
    ck_assert_uint_eq(b.n, 100000);
    for (unsigned i = 0; i < 100000; i++) {
        ck_assert(b.p[i] == (uint8_t)(i * 7));
    }
}

TEST(reserves)
{
    BUF_AUTO b = BUF_INIT;
    uint8_t *p = buf_reserve(&b, 1000);

    ck_assert(p != NULL);
    p[0] = 'a';
    buf_append_written(&b, 1);
    malloc_fails = true;
    buf_append_zeros(&b, 999); /* what was reserved needs no memory */
    malloc_fails = false;
    ck_ok(buf_status(&b));
    ck_assert_uint_eq(b.n, 1000);
    ck_assert(b.p == p && b.p[0] == 'a' && b.p[999] == 0);
    buf_append_written(&b, b.cap - b.n); /* its NUL would have no place */
    ck_err(buf_status(&b), ERR_INTERNAL);
    ck_assert_uint_eq(b.n, 1000);
    ck_assert(buf_reserve(&b, 1) == NULL);
}

TEST(overwrites_only_inside)
{
    BUF_AUTO b = BUF_INIT;

    buf_append_zeros(&b, 8);
    buf_set(&b, 0, hex("010203040506"));
    buf_set(&b, 6, hex("0708"));
    buf_set(&b, 8, bytes_of(NULL, 0));
    ck_ok(buf_status(&b));
    ck_bytes(buf_bytes(&b), hex("0102030405060708"));
    buf_set(&b, 5, hex("ffffffff"));
    ck_err(buf_status(&b), ERR_INTERNAL);
}

TEST(set_far_outside)
{
    BUF_AUTO b = BUF_INIT;

    buf_append_u8(&b, 1);
    buf_set(&b, SIZE_MAX, hex("01"));
    ck_err(buf_status(&b), ERR_INTERNAL);
}

TEST(gap_moves_the_rest)
{
    BUF_AUTO b = BUF_INIT;

    buf_append(&b, hex("0102"));
    buf_insert_gap(&b, 1, 2);
    ck_bytes(buf_bytes(&b), hex("01000002"));
    buf_insert_gap(&b, 4, 1);
    ck_bytes(buf_bytes(&b), hex("0100000200"));
    buf_insert_gap(&b, 6, 1);
    ck_err(buf_status(&b), ERR_INTERNAL);
    ck_assert_uint_eq(b.n, 5);
}

TEST(first_error_sticks)
{
    BUF_AUTO b = BUF_INIT;

    buf_append_u8(&b, 1);
    buf_fail(&b, ERR_UTF8);
    buf_fail(&b, ERR_DER);
    buf_append_u8(&b, 2);
    buf_append_zeros(&b, 1);
    buf_printf(&b, "x");
    buf_set(&b, 0, hex("ff"));
    buf_insert_gap(&b, 0, 1);
    ck_err(buf_status(&b), ERR_UTF8);
    ck_bytes(buf_bytes(&b), hex("01"));
    ck_assert_str_eq(buf_cstr(&b), "");
    buf_cleanup(&b);
    ck_ok(buf_status(&b));
}

TEST(text)
{
    BUF_AUTO b = BUF_INIT;

    ck_assert_str_eq(buf_cstr(&b), "");
    buf_append_text(&b, "ab");
    ck_assert_str_eq(buf_cstr(&b), "ab");
    ck_assert_uint_eq(b.n, 2);
    buf_printf(&b, "%*s", 1000, "");
    ck_assert_uint_eq(b.n, 1002);
    ck_assert_uint_eq(strlen(buf_cstr(&b)), 1002);
}

TEST(moves_and_duplicates)
{
    BUF_AUTO from = BUF_INIT;
    BUF_AUTO to = BUF_INIT;
    BUF_AUTO copy = BUF_INIT;

    buf_append_text(&from, "secret");
    buf_move(&to, &from);
    ck_assert_ptr_null(from.p);
    ck_assert_uint_eq(from.n, 0);
    ck_ok(buf_dup(&copy, buf_bytes(&to)));
    ck_assert_ptr_ne(copy.p, to.p);
    ck_assert_str_eq(buf_cstr(&copy), "secret");
}

TEST(cap)
{
    uint8_t byte = 0;
    BUF_AUTO append = BUF_INIT;
    BUF_AUTO zeros = BUF_INIT;
    BUF_AUTO gap = BUF_INIT;
    BUF_AUTO sum = BUF_INIT;

    /* refused because of its length: no byte is read and no memory allocated */
    buf_append(&append, bytes_of(&byte, OVER_THE_CAP));
    ck_err(buf_status(&append), ERR_TOO_LARGE);
    buf_append_zeros(&zeros, SIZE_MAX);
    ck_err(buf_status(&zeros), ERR_TOO_LARGE);
    buf_insert_gap(&gap, 0, OVER_THE_CAP);
    ck_err(buf_status(&gap), ERR_TOO_LARGE);
    buf_append_u8(&sum, 1);
    buf_append(&sum, bytes_of(&byte, OVER_THE_CAP - 1));
    ck_err(buf_status(&sum), ERR_TOO_LARGE);
    ck_assert_uint_eq(sum.n, 1);
}

TEST(no_memory_at_first)
{
    BUF_AUTO b = BUF_INIT;
    BUF_AUTO copy = BUF_INIT;
    enum err e;

    malloc_fails = true;
    buf_append_u8(&b, 1);
    e = buf_dup(&copy, bytes_str("x"));
    malloc_fails = false;
    ck_err(buf_status(&b), ERR_NO_MEMORY);
    ck_err(e, ERR_NO_MEMORY);
    ck_assert_uint_eq(b.n, 0);
    buf_append_u8(&b, 1);
    ck_err(buf_status(&b), ERR_NO_MEMORY);
    ck_assert_str_eq(buf_cstr(&b), "");
}

TEST(no_memory_to_grow)
{
    BUF_AUTO b = BUF_INIT;

    buf_append_text(&b, "kept");
    malloc_fails = true;
    buf_printf(&b, "%*s", 4096, "");
    malloc_fails = false;
    ck_err(buf_status(&b), ERR_NO_MEMORY);
    ck_bytes(buf_bytes(&b), bytes_str("kept"));
}
