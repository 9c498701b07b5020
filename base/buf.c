/* SPDX-License-Identifier: ISC */
/* The builder of byte strings. */
#include "base/buf.h"

#include "base/secret.h"

#include <endian.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Far above every length limit of the protocols (SPNEGO 1 MiB, wrap tokens of big
 * applications). */
#define BUF_MAX ((size_t)1 << 31)

void buf_cleanup(struct buf *b)
{
    if (b->p != NULL) {
        secret_wipe(b->p, b->cap);
        free(b->p);
    }
    *b = (struct buf)BUF_INIT;
}

void buf_fail(struct buf *b, enum err e)
{
    if (b->err == ERR_OK) {
        b->err = e;
    }
}

/* Moves the contents to memory with room for extra more bytes, a NUL after them, and
 * spare bytes. On failure sets the sticky error and returns false. */
static __attribute__((noinline)) bool grow(struct buf *b, size_t extra, size_t spare)
{
    size_t cap;
    uint8_t *p;

    if (b->err != ERR_OK) {
        return false;
    }
    if (extra > BUF_MAX || b->n > BUF_MAX - extra) {
        buf_fail(b, ERR_TOO_LARGE);
        return false;
    }
    /* Adds half of the length, so that many appends need few copies. */
    cap = b->n + extra + 1 + b->n / 2 + spare;
    p = malloc(cap);
    if (p == NULL) {
        buf_fail(b, ERR_NO_MEMORY);
        return false;
    }
    if (b->p != NULL) {
        memcpy(p, b->p, b->n);
        secret_wipe(b->p, b->cap);
        free(b->p);
    }
    b->p = p;
    b->cap = cap;
    return true;
}

/* Whether there is room for extra more bytes and a NUL after them. */
static inline bool has_room(const struct buf *b, size_t extra)
{
    return b->err == ERR_OK && b->p != NULL && extra < b->cap - b->n;
}

/* Makes room for what is appended. The first append gets some bytes more, because more
 * appends may follow. */
static inline bool reserve(struct buf *b, size_t extra)
{
    return has_room(b, extra) || grow(b, extra, 32);
}

uint8_t *buf_reserve(struct buf *b, size_t n)
{
    return has_room(b, n) || grow(b, n, 0) ? b->p + b->n : NULL;
}

void buf_append_written(struct buf *b, size_t n)
{
    if (!has_room(b, n)) {
        buf_fail(b, ERR_INTERNAL);
        return;
    }
    b->n += n;
}

void buf_append(struct buf *b, struct bytes data)
{
    if (data.n > 0 && reserve(b, data.n)) {
        memcpy(b->p + b->n, data.p, data.n);
        b->n += data.n;
    }
}

/* The first n bytes of the little-endian value. */
static inline void append_le(struct buf *b, uint64_t value, size_t n)
{
    const uint64_t le = htole64(value);

    if (reserve(b, n)) {
        memcpy(b->p + b->n, &le, n);
        b->n += n;
    }
}

void buf_append_u8(struct buf *b, uint8_t value)
{
    append_le(b, value, 1);
}

void buf_append_u16le(struct buf *b, uint16_t value)
{
    append_le(b, value, 2);
}

void buf_append_u32le(struct buf *b, uint32_t value)
{
    append_le(b, value, 4);
}

void buf_append_u64le(struct buf *b, uint64_t value)
{
    append_le(b, value, 8);
}

void buf_append_u32be(struct buf *b, uint32_t value)
{
    append_le(b, __builtin_bswap32(value), 4);
}

void buf_append_zeros(struct buf *b, size_t n)
{
    if (n == 0 || !reserve(b, n)) {
        return;
    }
    memset(b->p + b->n, 0, n);
    b->n += n;
}

void buf_append_text(struct buf *b, const char *text)
{
    buf_append(b, bytes_str(text));
}

void buf_vprintf(struct buf *b, const char *format, va_list args)
{
    va_list again;
    int n;

    va_copy(again, args);
    n = vsnprintf(NULL, 0, format, again);
    va_end(again);
    if (n < 0) {
        buf_fail(b, ERR_INTERNAL);
        return;
    }
    if (!reserve(b, (size_t)n)) {
        return;
    }
    (void)vsnprintf((char *)b->p + b->n, (size_t)n + 1, format, args);
    b->n += (size_t)n;
}

void buf_printf(struct buf *b, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    buf_vprintf(b, format, args);
    va_end(args);
}

void buf_set(struct buf *b, size_t at, struct bytes data)
{
    if (b->err != ERR_OK || data.n == 0) {
        return;
    }
    if (at > b->n || data.n > b->n - at) {
        buf_fail(b, ERR_INTERNAL);
        return;
    }
    memcpy(b->p + at, data.p, data.n);
}

void buf_insert_gap(struct buf *b, size_t at, size_t n)
{
    if (!reserve(b, n)) {
        return;
    }
    if (at > b->n) {
        buf_fail(b, ERR_INTERNAL);
        return;
    }
    memmove(b->p + at + n, b->p + at, b->n - at);
    memset(b->p + at, 0, n);
    b->n += n;
}

enum err buf_status(const struct buf *b)
{
    return b->err;
}

struct bytes buf_bytes(const struct buf *b)
{
    return bytes_of(b->p, b->n);
}

const char *buf_cstr(struct buf *b)
{
    if (!reserve(b, 0)) {
        return "";
    }
    b->p[b->n] = '\0';
    return (const char *)b->p;
}

void buf_move(struct buf *to, struct buf *from)
{
    *to = *from;
    *from = (struct buf)BUF_INIT;
}

enum err buf_dup(struct buf *to, struct bytes data)
{
    *to = (struct buf)BUF_INIT;
    if (data.n > 0) {
        (void)buf_reserve(to, data.n);
        buf_append(to, data);
    }
    return buf_status(to);
}
