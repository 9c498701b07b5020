/* SPDX-License-Identifier: ISC */
/* The walker: the error of a fault, and its place. */
#include "asn1/der_walk.h"

#include "tests/lib/harness.h"

#define MAX_LEN 64

/* A little grammar: SEQUENCE { OID, [0] OCTET STRING OPTIONAL }. */
static enum err walk(struct der_walk *w)
{
    struct bytes in = der_walk_outermost(w, DER_SEQUENCE, MAX_LEN);
    struct bytes string;

    if (in.n == 0) {
        der_walk_missing(w, in);
    }
    (void)der_walk_oid(w, &in);
    (void)der_walk_string(w, &in, 0, DER_OCTET_STRING, &string);
    der_walk_end(w, in);
    return der_walk_finish(w);
}

static const struct {
    const char *in;
    enum err e;
    size_t offset;
    enum err lenient_e; /* the error that a lenient walk finds */
    size_t lenient_offset;
    size_t n_missing;
} rows[] = {
    {"30 04 0602 2b06", ERR_OK, 0, ERR_OK, 0, 0},
    {"30 09 0602 2b06 a003 0401 aa", ERR_OK, 0, ERR_OK, 0, 0},
    /* the token is cut: the fault is at its end */
    {"", ERR_TRUNCATED, 0, ERR_TRUNCATED, 0, 0},
    {"30", ERR_TRUNCATED, 1, ERR_TRUNCATED, 1, 0},
    {"30 04", ERR_TRUNCATED, 2, ERR_TRUNCATED, 2, 4},
    {"30 04 06", ERR_TRUNCATED, 3, ERR_TRUNCATED, 3, 3},
    {"30 04 0602 2b", ERR_TRUNCATED, 5, ERR_TRUNCATED, 5, 1},
    {"30 09 0602 2b06", ERR_TRUNCATED, 6, ERR_TRUNCATED, 6, 5},
    {"30 09 0602 2b06 a003 04", ERR_TRUNCATED, 9, ERR_TRUNCATED, 9, 2},
    {"30 09 0602 2b06 a003 0401", ERR_TRUNCATED, 10, ERR_TRUNCATED, 10, 1},
    /* the token is cut, and it has a fault before the cut */
    {"30 09 0602 2b86 a003", ERR_TRUNCATED, 8, ERR_DER, 2, 3},
    {"30 09 0402 2b06", ERR_TRUNCATED, 6, ERR_DER, 2, 5},
    {"30 09 0602 2b06 a103", ERR_TRUNCATED, 8, ERR_NEG_TOKEN, 6, 3},
    /* an element passes the end of the one around it */
    {"30 04 0603 2b06", ERR_DER, 2, ERR_DER, 2, 0},
    {"30 09 0602 2b06 a004 0401 aa", ERR_DER, 6, ERR_DER, 6, 0},
    {"30 09 0602 2b06 a003 0402 aa", ERR_DER, 8, ERR_DER, 8, 0},
    /* an element is missing or wrong, or bytes are left over */
    {"30 00", ERR_NEG_TOKEN, 2, ERR_NEG_TOKEN, 2, 0},
    {"31 00", ERR_DER, 0, ERR_DER, 0, 0},
    {"30 02 0600", ERR_DER, 2, ERR_DER, 2, 0},
    {"30 0a 0602 2b06 a004 0401 aa bb", ERR_DER, 11, ERR_DER, 11, 0},
    {"30 0b 0602 2b06 a003 0401 aa bbcc", ERR_NEG_TOKEN, 11, ERR_NEG_TOKEN, 11, 0},
    {"30 04 0602 2b06 ee", ERR_DER, 6, ERR_DER, 6, 0},
    {"30 04 0602 2b86 ee", ERR_DER, 6, ERR_DER, 2, 0},
};

TEST_TABLE(finds_the_fault, rows)
{
    struct der_walk w = {.whole = hex(row->in)};

    ck_err(walk(&w), row->e);
    ck_assert_uint_eq(w.fault.offset, row->offset);
    ck_assert_uint_eq(w.fault.n_missing, 0);
}

TEST_TABLE(finds_the_fault_leniently, rows)
{
    struct der_walk w = {.whole = hex(row->in), .lenient = true};

    ck_err(walk(&w), row->lenient_e);
    ck_assert_uint_eq(w.fault.offset, row->lenient_offset);
    ck_assert_uint_eq(w.fault.n_missing, row->n_missing);
}

TEST(cap)
{
    BUF_AUTO token = BUF_INIT;
    struct der_walk w = {.whole = {NULL, 0}};

    buf_append(&token, hex("30 3e"));
    buf_append_zeros(&token, MAX_LEN - 2);
    w.whole = buf_bytes(&token);
    ck_assert_uint_eq(der_walk_outermost(&w, DER_SEQUENCE, MAX_LEN).n, MAX_LEN - 2);
    ck_ok(der_walk_finish(&w));
    w = (struct der_walk){.whole = buf_bytes(&token)};
    ck_assert_uint_eq(der_walk_outermost(&w, DER_SEQUENCE, MAX_LEN - 1).n, 0);
    ck_err(der_walk_finish(&w), ERR_TOO_LARGE);
    ck_assert_uint_eq(w.fault.offset, MAX_LEN - 1);
}

/* After the first error no element is found in any cursor, and a later error does not
 * replace it. */
TEST(the_first_error_stays)
{
    struct der_walk w = {.whole = hex("30 09 0602 2b06 a003 0401 aa")};
    struct bytes in = der_walk_outermost(&w, DER_SEQUENCE, MAX_LEN);
    struct bytes again = in;
    struct bytes contents;

    ck_assert_uint_eq(der_walk_whole(&w, in, DER_SEQUENCE).n, 0);
    ck_assert_uint_eq(der_walk_oid(&w, &in).n, 0);
    ck_assert_uint_eq(in.n, 0);
    again = bytes_of(again.p + 4, 5);
    ck_assert(!der_walk_string(&w, &again, 0, DER_OCTET_STRING, &contents));
    ck_assert_uint_eq(again.n + contents.n, 0);
    der_walk_check(&w, w.whole, false, ERR_TOO_LARGE);
    der_walk_missing(&w, w.whole);
    ck_err(der_walk_finish(&w), ERR_DER);
    ck_assert_uint_eq(w.fault.offset, 2);
}
