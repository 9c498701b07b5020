/* SPDX-License-Identifier: ISC */
/* The reader of byte strings. */
#include "base/reader.h"

#include <string.h>

struct bytes reader_consume(struct reader *r, size_t n)
{
    struct bytes taken;

    reader_fail(r, bytes_consume(&r->rest, n, &taken));
    return taken;
}

void reader_copy(struct reader *r, void *out, size_t n)
{
    struct bytes taken = reader_consume(r, n);

    memset(out, 0, n);
    if (taken.n > 0) {
        memcpy(out, taken.p, taken.n);
    }
}

/* The next n <= 8 bytes as a little-endian number. */
static uint64_t number(struct reader *r, size_t n)
{
    struct bytes b = reader_consume(r, n);
    uint64_t value = 0;

    for (size_t i = 0; i < b.n; i++) {
        value |= (uint64_t)b.p[i] << (8 * i);
    }
    return value;
}

uint8_t reader_u8(struct reader *r)
{
    return (uint8_t)number(r, 1);
}

uint16_t reader_u16le(struct reader *r)
{
    return (uint16_t)number(r, 2);
}

uint32_t reader_u32le(struct reader *r)
{
    return (uint32_t)number(r, 4);
}

uint64_t reader_u64le(struct reader *r)
{
    return number(r, 8);
}

uint32_t reader_u32be(struct reader *r)
{
    return __builtin_bswap32((uint32_t)number(r, 4));
}

size_t reader_at(const struct reader *r)
{
    return bytes_offset(r->whole, r->rest);
}

enum err reader_end(struct reader *r, enum err e)
{
    reader_check(r, r->rest.n == 0, e);
    return r->err;
}
