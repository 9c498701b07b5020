/* SPDX-License-Identifier: ISC */
/* Strict DER: tags, lengths and their limits, and that written elements are read
 * again. */
#include "asn1/der.h"

#include "tests/lib/harness.h"

#include <string.h>

static const struct {
    const char *in;
    enum err e;
} rows[] = {
    {"04 00", ERR_OK},
    {"04 02 aabb", ERR_OK},
    {"04 02 aabb cc", ERR_OK},
    /* the tag */
    {"", ERR_TRUNCATED},
    {"05 00", ERR_DER},
    {"24 00", ERR_DER}, /* constructed */
    /* cut */
    {"04", ERR_TRUNCATED},
    {"04 01", ERR_TRUNCATED},
    {"04 02 aa", ERR_TRUNCATED},
    {"04 81", ERR_TRUNCATED},
    {"04 82 01", ERR_TRUNCATED},
    {"04 82 0100 aa", ERR_TRUNCATED},
    {"04 84 ffffffff aa", ERR_TRUNCATED},
    /* indefinite, reserved, more octets than any token needs */
    {"04 80 aa 0000", ERR_DER},
    {"04 ff aa", ERR_DER},
    {"04 85 0000000001 aa", ERR_DER},
    {"04 85 0100000000 aa", ERR_DER},
    {"04 88 ffffffffffffffff", ERR_DER},
    /* not minimal */
    {"04 81 01 aa", ERR_DER},
    {"04 81 7f aa", ERR_DER},
    {"04 82 0001 aa", ERR_DER},
    {"04 82 00ff aa", ERR_DER},
    {"04 83 000100 aa", ERR_DER},
    {"04 84 00010000 aa", ERR_DER},
};

TEST_TABLE(reads_strictly, rows)
{
    struct bytes in = hex(row->in);
    struct bytes before = in;
    struct bytes contents = in;

    ck_err(der_read(&in, DER_OCTET_STRING, &contents), row->e);
    if (row->e == ERR_OK) {
        ck_assert_uint_eq(contents.n, before.p[1]);
        ck_assert_uint_eq(in.n, before.n - 2 - contents.n);
        return;
    }
    ck_assert_ptr_eq(in.p, before.p);
    ck_assert_uint_eq(in.n, before.n);
    ck_assert_ptr_null(contents.p);
    ck_assert_uint_eq(contents.n, 0);
}

TEST(reads_a_cut_element)
{
    struct bytes in = hex("04 82 0100 aabb");
    struct bytes contents;
    size_t n_missing;

    ck_ok(der_read_cut(&in, DER_OCTET_STRING, &contents, &n_missing));
    ck_bytes(contents, hex("aabb"));
    ck_assert_uint_eq(n_missing, 254);
    ck_assert_uint_eq(in.n, 0);
    in = hex("04 01 aa bb");
    ck_ok(der_read_cut(&in, DER_OCTET_STRING, &contents, &n_missing));
    ck_assert_uint_eq(n_missing, 0);
    ck_bytes(in, hex("bb"));
    in = hex("04 82 01");
    ck_err(der_read_cut(&in, DER_OCTET_STRING, &contents, &n_missing), ERR_TRUNCATED);
    ck_err(der_read_cut(&in, DER_SEQUENCE, &contents, &n_missing), ERR_DER);
    ck_bytes(in, hex("04 82 01"));
}

/* The lengths around each change of form, written, read, and cut by one byte. */
TEST_TIMES(lengths_round_trip, 10)
{
    static const struct {
        size_t n;
        const char *header;
    } lengths[] = {
        {0, "0400"},
        {1, "0401"},
        {127, "047f"},
        {128, "048180"},
        {255, "0481ff"},
        {256, "04820100"},
        {65535, "0482ffff"},
        {65536, "0483010000"},
        {16777215, "0483ffffff"},
        {16777216, "048401000000"},
    };
    BUF_AUTO contents = BUF_INIT;
    BUF_AUTO out = BUF_INIT;
    struct bytes in;
    struct bytes got;

    buf_append_zeros(&contents, lengths[_i].n);
    der_append(&out, DER_OCTET_STRING, buf_bytes(&contents));
    ck_ok(buf_status(&out));
    ck_assert(bytes_has_prefix(buf_bytes(&out), hex(lengths[_i].header)));
    in = buf_bytes(&out);
    ck_ok(der_read(&in, DER_OCTET_STRING, &got));
    ck_assert_uint_eq(got.n, lengths[_i].n);
    ck_ok(der_end(in));
    in = bytes_of(out.p, out.n - 1);
    ck_err(der_read(&in, DER_OCTET_STRING, &got), ERR_TRUNCATED);
}

TEST(next_and_end)
{
    ck_assert(der_next_is(hex("30"), DER_SEQUENCE));
    ck_assert(!der_next_is(hex("31"), DER_SEQUENCE));
    ck_assert(!der_next_is(bytes_of(NULL, 0), DER_SEQUENCE));
    ck_ok(der_end(bytes_of(NULL, 0)));
    ck_err(der_end(hex("00")), ERR_DER);
}

TEST(oid_bodies)
{
    ck_assert(der_oid_is_valid(hex("00")));
    ck_assert(der_oid_is_valid(hex("2b0601050502")));
    ck_assert(der_oid_is_valid(hex("2a864886f712010202")));
    ck_assert(der_oid_is_valid(hex("8800 8101")));
    ck_assert(
        der_oid_is_valid(hex("2b 818001"))); /* 80 is allowed inside of a subidentifier */
    ck_assert(!der_oid_is_valid(bytes_of(NULL, 0)));
    ck_assert(!der_oid_is_valid(hex("80")));
    ck_assert(!der_oid_is_valid(hex("2b86")));
    ck_assert(!der_oid_is_valid(hex("2b8001")));
    ck_assert(!der_oid_is_valid(hex("8001")));
}

TEST(nests)
{
    BUF_AUTO out = BUF_INIT;
    size_t outer;
    size_t inner;

    buf_append_u8(&out, 0xee);
    outer = der_open(&out, DER_APPLICATION_0);
    der_append(&out, DER_OID, hex("2b06"));
    inner = der_open(&out, DER_SEQUENCE);
    der_append_field(&out, 2, DER_OCTET_STRING, hex("aa"));
    der_close(&out, inner);
    der_close(&out, outer);
    ck_ok(buf_status(&out));
    ck_bytes(buf_bytes(&out), hex("ee 60 0b 0602 2b06 3005 a203 0401 aa"));
}

TEST(close_keeps_the_first_error)
{
    BUF_AUTO out = BUF_INIT;
    BUF_AUTO wrong = BUF_INIT;
    size_t opened_at = der_open(&out, DER_SEQUENCE);

    buf_fail(&out, ERR_UTF16);
    der_close(&out, opened_at);
    der_append(&out, DER_OID, hex("2b"));
    ck_err(buf_status(&out), ERR_UTF16);
    der_close(&wrong, 7);
    ck_err(buf_status(&wrong), ERR_INTERNAL);
}
