/* SPDX-License-Identifier: ISC */
/* The reader of byte strings: its error sticks, as the builder's does (base/buf.h). */
#ifndef BASE_READER_H
#define BASE_READER_H

#include "base/bytes.h"

/*
 * struct reader: one walk over borrowed bytes, on the stack of a decoder. Each function
 * below takes from the front of rest. The first error sticks and keeps its place
 * (reader_at). After it nothing is left to read: every number is 0, every view is empty,
 * and every loop that asks reader_left ends. A decoder reads its whole input and then
 * calls reader_status once. Before that it may not allocate, and it may use what it has
 * read only to decide how to read on.
 */
struct reader {
    struct bytes whole;
    struct bytes rest;
    enum err err;
};

/* reader_of: at the first byte of whole. */
static inline struct reader reader_of(struct bytes whole)
{
    return (struct reader){whole, whole, ERR_OK};
}

/* reader_consume: the next n bytes, as a view. reader_copy: the same, copied to out.
 * ERR_TRUNCATED sticks if fewer are left. */
struct bytes reader_consume(struct reader *r, size_t n);
void reader_copy(struct reader *r, void *out, size_t n);

/* reader_u*: the next integer. ERR_TRUNCATED sticks if bytes are missing. NTLM is
 * little-endian. */
uint8_t reader_u8(struct reader *r);
uint16_t reader_u16le(struct reader *r);
uint32_t reader_u32le(struct reader *r);
uint64_t reader_u64le(struct reader *r);
uint32_t reader_u32be(struct reader *r);

/* reader_fail: makes e the sticky error unless there is one already; ERR_OK changes
 * nothing. reader_check: the same if fine is false. */
static inline void reader_fail(struct reader *r, enum err e)
{
    if (e != ERR_OK && r->err == ERR_OK) {
        r->err = e;
        r->rest.n = 0;
    }
}

static inline void reader_check(struct reader *r, bool fine, enum err e)
{
    reader_fail(r, fine ? ERR_OK : e);
}

/* reader_left: how many bytes have not been read; 0 after an error. */
static inline size_t reader_left(const struct reader *r)
{
    return r->rest.n;
}

/* reader_at: where in whole the next read begins; after an error, where reading ended. */
size_t reader_at(const struct reader *r);

/* reader_status: the sticky error. reader_end: the sticky error; if there is none, e if
 * bytes are left. */
MUST_USE static inline enum err reader_status(const struct reader *r)
{
    return r->err;
}
MUST_USE enum err reader_end(struct reader *r, enum err e);

#endif
