/* SPDX-License-Identifier: ISC */
/* Proofs of base/buf: every operation on any builder, with malloc that fails. */
/*
 * Bounds: a builder holds up to HEAP_MAX bytes in memory, and data are as long. A builder
 * that needs to grow has any length up to the limit of buf.c: malloc refuses more than
 * HEAP_MAX, so nothing is copied then. What malloc is asked for is checked.
 */
#include "tests/prove/heap.h"

#include <stdarg.h>

/* In the place of vsnprintf: text of any length, or an error. It proves that there is
 * memory for the text and its NUL. */
static int printed;
static int any_vsnprintf(char *out, size_t size, const char *format, va_list args)
{
    (void)format;
    (void)args;
    if (out == NULL) {
        printed = nondet_int();
        return printed;
    }
    prove(printed >= 0 && size > (size_t)printed && __CPROVER_w_ok(out, size));
    return printed;
}
#define vsnprintf any_vsnprintf

#include "base/buf.c"
#include "base/bytes.c"
#include "base/secret.c"

/* What holds of a builder between two calls. */
static bool is_consistent(const struct buf *b)
{
    return b->p == NULL ? b->n == 0 && b->cap == 0
                        : b->n < b->cap && __CPROVER_w_ok(b->p, b->cap) &&
                              __CPROVER_OBJECT_SIZE(b->p) == b->cap;
}

/* Any builder: empty or not, with an error or without one. */
static struct buf any_buf(void)
{
    struct buf b = {NULL, 0, 0, any_err()};

    if (nondet_bool()) {
        b.cap = any_size_below(HEAP_MAX + 1);
        b.n = any_size_below(b.cap);
        b.p = malloc(b.cap);
        given(b.p != NULL);
    }
    return b;
}

/* A snapshot of a builder, with any one byte of its contents. */
struct before {
    struct buf b;
    size_t at;
    uint8_t byte; /* the byte at this index, if it lies in the contents */
};

static struct before look(const struct buf *b)
{
    struct before before = {*b, nondet_size(), 0};

    if (before.at < b->n) {
        before.byte = b->p[before.at];
    }
    return before;
}

/* What holds after each call that adds n bytes: the builder is consistent and has one
 * block; or an error stuck, and nothing was added. An old error stays. */
static void prove_grown(const struct before *before, const struct buf *b, size_t n)
{
    bool fine = b->err == ERR_OK;

    prove(is_consistent(b));
    prove(heap_blocks == (b->p == NULL ? 0 : 1));
    prove(before->b.err == ERR_OK || b->err == before->b.err);
    prove(fine || before->b.err != ERR_OK || b->err == ERR_NO_MEMORY ||
          b->err == ERR_TOO_LARGE);
    prove(b->n == before->b.n + (fine ? n : 0));
}

/* The same for what is added at the end: all old bytes are where they were. */
static void prove_added(const struct before *before, const struct buf *b, size_t n)
{
    prove_grown(before, b, n);
    if (before->at < before->b.n) {
        prove(b->p[before->at] == before->byte);
    }
}

/* A builder that must grow, of any length: malloc is asked for enough, on 32 bits too.
 * The builder's memory is not looked at, because malloc refuses. */
PROVE(buf_growth, 1)
{
    uint8_t byte;
    size_t extra = nondet_size();
    struct buf b = {&byte, any_size_below(BUF_MAX + 1), 0, ERR_OK};
    bool is_too_large = extra > BUF_MAX || b.n > BUF_MAX - extra;

    given(b.n > HEAP_MAX || extra > HEAP_MAX);
    b.cap = b.n + 1;
    if (!is_too_large) {
        b.cap += any_size_below(extra);
        heap_least = (uint64_t)b.n + extra + 1;
    }
    prove(!reserve(&b, extra));
    prove(b.err == (is_too_large ? ERR_TOO_LARGE : ERR_NO_MEMORY));
}

PROVE(buf_append, 1)
{
    struct buf b = any_buf();
    struct bytes data = any_bytes();
    struct before before = look(&b);
    size_t i = nondet_size(); /* any byte of the data */

    given(data.n <= HEAP_MAX);
    buf_append(&b, data);
    prove_added(&before, &b, data.n);
    if (b.err == ERR_OK && i < data.n) {
        prove(b.p[before.b.n + i] == data.p[i]);
    }
}

/* The caller may write what it has reserved, and becomes contents no more than that. */
PROVE(buf_reserve, 1)
{
    struct buf b = any_buf();
    size_t n = nondet_size();
    size_t written = nondet_size();
    struct before before = look(&b);
    uint8_t *p = buf_reserve(&b, n);

    prove_added(&before, &b, 0);
    prove(b.err == ERR_OK ? p == b.p + b.n && __CPROVER_w_ok(p, n) : p == NULL);
    if (written <= n) {
        buf_append_written(&b, written);
        prove_added(&before, &b, written);
    } else {
        buf_append_written(&b, written);
        prove(is_consistent(&b) && b.n >= before.b.n);
        prove(b.err != ERR_OK || b.n == before.b.n + written);
    }
}

PROVE(buf_append_zeros, 1)
{
    struct buf b = any_buf();
    size_t n = nondet_size();
    struct before before = look(&b);
    size_t i = nondet_size(); /* any byte of the zeros */

    buf_append_zeros(&b, n);
    prove_added(&before, &b, n);
    if (b.err == ERR_OK && i < n) {
        prove(b.p[before.b.n + i] == 0);
    }
}

/* What holds after an append of an integer of n bytes: byte i stands at its place. */
static void prove_integer(const struct before *before, const struct buf *b, size_t n,
                          uint64_t value)
{
    size_t i = any_size_below(n);

    prove_added(before, b, n);
    if (b->err == ERR_OK) {
        prove(b->p[before->b.n + i] == (uint8_t)(value >> (8 * i)));
    }
}

PROVE(buf_append_u8, 9)
{
    struct buf b = any_buf();
    struct before before = look(&b);
    uint8_t value = nondet_u8();

    buf_append_u8(&b, value);
    prove_integer(&before, &b, 1, value);
}

PROVE(buf_append_u16le, 9)
{
    struct buf b = any_buf();
    struct before before = look(&b);
    uint16_t value = nondet_u16();

    buf_append_u16le(&b, value);
    prove_integer(&before, &b, 2, value);
}

PROVE(buf_append_u32le, 9)
{
    struct buf b = any_buf();
    struct before before = look(&b);
    uint32_t value = nondet_u32();

    buf_append_u32le(&b, value);
    prove_integer(&before, &b, 4, value);
}

PROVE(buf_append_u64le, 9)
{
    struct buf b = any_buf();
    struct before before = look(&b);
    uint64_t value = nondet_u64();

    buf_append_u64le(&b, value);
    prove_integer(&before, &b, 8, value);
}

PROVE(buf_append_u32be, 9)
{
    struct buf b = any_buf();
    struct before before = look(&b);
    uint32_t value = nondet_u32();

    buf_append_u32be(&b, value);
    prove_integer(&before, &b, 4, __builtin_bswap32(value));
}

/* Only bytes that were there are overwritten, and no other byte changes. */
PROVE(buf_set, 1)
{
    struct buf b = any_buf();
    struct bytes data = any_bytes();
    struct before before = look(&b);
    size_t at = nondet_size();
    bool fits = at <= b.n && data.n <= b.n - at;

    buf_set(&b, at, data);
    prove(is_consistent(&b) && b.p == before.b.p && b.n == before.b.n);
    prove(b.err ==
          (before.b.err != ERR_OK || data.n == 0 || fits ? before.b.err : ERR_INTERNAL));
    if (before.at < b.n) {
        bool is_set = b.err == ERR_OK && before.at >= at && before.at - at < data.n;

        prove(b.p[before.at] == (is_set ? data.p[before.at - at] : before.byte));
    }
}

/* The gap is zeros, and what was behind the index is moved behind the gap before the gap
 * is written. */
PROVE(buf_insert_gap, 1)
{
    struct buf b = any_buf();
    struct before before = look(&b);
    size_t at = nondet_size();
    size_t n = nondet_size();
    size_t i = nondet_size(); /* any byte of the gap */

    given(before.at >= at);
    heap_move.at = before.at - at;
    buf_insert_gap(&b, at, n);
    if (b.err == ERR_INTERNAL && before.b.err == ERR_OK) {
        prove(at > before.b.n && b.n == before.b.n && is_consistent(&b));
        return;
    }
    prove_grown(&before, &b, n);
    if (b.err == ERR_OK) {
        prove(at <= before.b.n);
        prove(heap_move.from == b.p + at && heap_move.to == b.p + at + n);
        prove(heap_move.n == before.b.n - at);
        prove(before.at >= before.b.n || heap_move.byte == before.byte);
        prove(i >= n || b.p[at + i] == 0);
    }
}

/* The contents, with a NUL behind them that does not belong to them; "" after an error.
 */
PROVE(buf_cstr, 1)
{
    struct buf b = any_buf();
    struct before before = look(&b);
    const char *text = buf_cstr(&b);

    prove_added(&before, &b, 0);
    prove(b.err == ERR_OK ? text == (char *)b.p && b.p[b.n] == 0 : text[0] == 0);
}

/* Room is made for the text and its NUL; an error of vsnprintf sticks. */
PROVE(buf_printf, 1)
{
    struct buf b = any_buf();
    struct before before = look(&b);

    buf_printf(&b, "%s", "");
    if (printed < 0) {
        prove(b.err == (before.b.err != ERR_OK ? before.b.err : ERR_INTERNAL));
        prove(b.n == before.b.n);
    } else {
        prove_added(&before, &b, (size_t)printed);
    }
}

/* A wiped and freed builder is an empty one, and has no memory. */
PROVE(buf_cleanup, 1)
{
    struct buf b = any_buf();

    buf_cleanup(&b);
    prove(b.p == NULL && b.n == 0 && b.cap == 0 && b.err == ERR_OK && heap_blocks == 0);
}

/* The contents and the error go to the other builder, and none is left here. */
PROVE(buf_move, 1)
{
    struct buf from = any_buf();
    struct buf to = BUF_INIT;
    struct before before = look(&from);

    buf_move(&to, &from);
    prove(from.p == NULL && from.n == 0 && from.cap == 0 && from.err == ERR_OK);
    prove_added(&before, &to, 0);
}

PROVE(buf_dup, 1)
{
    struct buf to;
    struct bytes data = any_bytes();
    size_t i = nondet_size(); /* any byte of the data */
    enum err e;

    given(data.n <= HEAP_MAX);
    e = buf_dup(&to, data);
    prove(e == to.err && is_consistent(&to));
    prove(e == ERR_OK ? to.n == data.n : to.n == 0 && heap_blocks == 0);
    if (e == ERR_OK && i < data.n) {
        prove(to.p[i] == data.p[i]);
    }
}
