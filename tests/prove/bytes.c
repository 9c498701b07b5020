/* SPDX-License-Identifier: ISC */
/* Proofs of base/bytes and base/reader: no read leaves its input. */
/*
 * Bounds: inputs have any length (any_bytes), and numbers any value. No loop but that of
 * a number, which has at most 8 bytes.
 */
#include "tests/prove/prove.h"

#include "base/bytes.c"
#include "base/reader.c"

/* The view is the first n bytes, and the rest is what follows them. Without n bytes
 * nothing changes. */
PROVE(bytes_consume, 1)
{
    const struct bytes whole = any_bytes();
    struct bytes in = whole;
    struct bytes taken;
    size_t n = nondet_size();
    enum err e = bytes_consume(&in, n, &taken);

    if (n > whole.n) {
        prove(e == ERR_TRUNCATED);
        prove(is_nothing(taken));
        prove(is_view(in, whole, 0, whole.n));
        return;
    }
    prove(e == ERR_OK);
    prove(is_view(taken, whole, 0, n));
    prove(is_view(in, whole, n, whole.n - n));
    prove(n == 0 || __CPROVER_r_ok(taken.p, n));
}

/* The slice lies inside, also where offset + len is more than a size_t can hold. */
PROVE(bytes_slice, 1)
{
    struct bytes whole = any_bytes();
    struct bytes slice;
    size_t offset = nondet_size();
    size_t len = nondet_size();
    enum err e = bytes_slice(whole, offset, len, &slice);

    if (offset > whole.n || len > whole.n - offset) {
        prove(e == ERR_TRUNCATED);
        prove(is_nothing(slice));
        return;
    }
    prove(e == ERR_OK);
    prove(is_view(slice, whole, offset, len));
    prove(len == 0 || __CPROVER_r_ok(slice.p, len));
}

/* Both halves lie inside, and the byte between them is in neither. */
PROVE(bytes_split_at, 1)
{
    struct bytes text = any_bytes();
    struct bytes left;
    struct bytes right;
    size_t at = nondet_size();

    if (bytes_split_at(text, at, &left, &right)) {
        prove(is_view(left, text, 0, at));
        prove(is_view(right, text, at + 1, text.n - at - 1));
    } else {
        prove(at >= text.n);
        prove(is_view(left, text, 0, text.n));
        prove(is_nothing(right));
    }
}

/* A reader anywhere in its input, or stopped there by an error. The input is not NULL:
 * reader_at subtracts two pointers into it, and C does not say what NULL - NULL is. */
static struct reader any_reader(void)
{
    struct reader r = reader_of(any_bytes());
    size_t at = nondet_size();

    given(r.whole.p != NULL && at <= r.whole.n);
    r.rest = bytes_of(r.whole.p + at, r.whole.n - at);
    reader_fail(&r, any_err());
    return r;
}

/* What holds after a read of n bytes: it moved by n, or an error stuck and nothing is
 * left to read. */
static void prove_move(const struct reader *before, const struct reader *after, size_t n)
{
    bool fine = before->err == ERR_OK && n <= before->rest.n;

    prove(reader_at(after) == reader_at(before) + (fine ? n : 0));
    prove(reader_left(after) == (fine ? before->rest.n - n : 0));
    prove(reader_status(after) == (fine                    ? ERR_OK
                                   : before->err != ERR_OK ? before->err
                                                           : ERR_TRUNCATED));
}

PROVE(reader_consume, 1)
{
    struct reader r = any_reader();
    const struct reader before = r;
    size_t n = nondet_size();
    struct bytes taken;

    given(before.err == ERR_OK || n > 0);
    taken = reader_consume(&r, n);
    prove_move(&before, &r, n);
    if (r.err == ERR_OK) {
        prove(is_view(taken, before.rest, 0, n));
    } else {
        prove(is_nothing(taken));
    }
}

/* All bytes of out are written: the input's, or zeros after an error. */
PROVE(reader_copy, 1)
{
    struct reader r = any_reader();
    const struct reader before = r;
    size_t n = nondet_size();
    size_t i = any_size_below(n);
    uint8_t *out = malloc(n);

    given(out != NULL);
    reader_copy(&r, out, n);
    prove_move(&before, &r, n);
    prove(out[i] == (r.err == ERR_OK ? before.rest.p[i] : 0));
}

/* What holds after a read of n bytes as a little-endian number: each byte of the input is
 * at its place in the value, which is 0 after an error. */
static void prove_number(const struct reader *before, const struct reader *after,
                         size_t n, uint64_t value)
{
    size_t i = any_size_below(n);

    prove_move(before, after, n);
    prove((uint8_t)(value >> (8 * i)) == (after->err == ERR_OK ? before->rest.p[i] : 0));
}

PROVE(reader_u8, 2)
{
    struct reader r = any_reader();
    const struct reader before = r;

    prove_number(&before, &r, 1, reader_u8(&r));
}

PROVE(reader_u16le, 3)
{
    struct reader r = any_reader();
    const struct reader before = r;

    prove_number(&before, &r, 2, reader_u16le(&r));
}

PROVE(reader_u32le, 5)
{
    struct reader r = any_reader();
    const struct reader before = r;

    prove_number(&before, &r, 4, reader_u32le(&r));
}

PROVE(reader_u64le, 9)
{
    struct reader r = any_reader();
    const struct reader before = r;

    prove_number(&before, &r, 8, reader_u64le(&r));
}

PROVE(reader_u32be, 5)
{
    struct reader r = any_reader();
    const struct reader before = r;

    prove_number(&before, &r, 4, __builtin_bswap32(reader_u32be(&r)));
}
