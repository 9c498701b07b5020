/* SPDX-License-Identifier: ISC */
/* The builder of byte strings: its first error sticks, and its memory is wiped before it
 * is freed. */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include "base/bytes.h"

#include <stdarg.h>

/*
 * struct buf: n bytes on the heap, owned by whoever holds the struct; zero-initialise it
 * with BUF_INIT. The first failure (ERR_NO_MEMORY, ERR_TOO_LARGE) sticks: later writes do
 * nothing, and buf_status returns it. Contents are wiped whenever they are freed or moved
 * by growth, so a buf may hold secrets.
 */
struct buf {
    uint8_t *p;
    size_t n;
    size_t cap;
    enum err err;
};

#define BUF_INIT                                                                         \
    {                                                                                    \
        NULL, 0, 0, ERR_OK                                                               \
    }
/* BUF_AUTO: a local that wipes and frees itself at the end of its scope. */
#define BUF_AUTO __attribute__((cleanup(buf_cleanup))) struct buf

/* buf_cleanup: wipes, frees, and leaves BUF_INIT. */
void buf_cleanup(struct buf *b);

/* buf_append*: append. data may not be a view into the builder itself. */
void buf_append(struct buf *b, struct bytes data);
void buf_append_u8(struct buf *b, uint8_t value);
void buf_append_u16le(struct buf *b, uint16_t value);
void buf_append_u32le(struct buf *b, uint32_t value);
void buf_append_u64le(struct buf *b, uint64_t value);
void buf_append_u32be(struct buf *b, uint32_t value);
void buf_append_zeros(struct buf *b, size_t n);

/*
 * buf_reserve: makes room for n more bytes, so that appends of as many allocate nothing,
 * and gives the place of the next byte; NULL after an error. The caller may write n bytes
 * there. buf_append_written: makes the first n of them a part of the contents.
 */
uint8_t *buf_reserve(struct buf *b, size_t n);
void buf_append_written(struct buf *b, size_t n);

/* buf_append_text, buf_printf, buf_vprintf: UTF-8 text without its NUL. */
void buf_append_text(struct buf *b, const char *text);
void buf_printf(struct buf *b, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void buf_vprintf(struct buf *b, const char *format, va_list args)
    __attribute__((format(printf, 2, 0)));

/* buf_set: overwrites bytes written before; at + data.n must lie inside. */
void buf_set(struct buf *b, size_t at, struct bytes data);

/* buf_insert_gap: makes room for n zero bytes at an offset (DER lengths). */
void buf_insert_gap(struct buf *b, size_t at, size_t n);

/* buf_fail: makes e the sticky error unless one is there already. */
void buf_fail(struct buf *b, enum err e);

/* buf_status: the sticky error. */
MUST_USE enum err buf_status(const struct buf *b);

/* buf_bytes: a view, valid until the next write. */
struct bytes buf_bytes(const struct buf *b);

/* buf_cstr: the contents as a C string (a NUL follows the contents); "" on error.
 */
const char *buf_cstr(struct buf *b);

/* buf_move: moves the contents of from into to, which must be empty. */
void buf_move(struct buf *to, struct buf *from);

/* buf_dup: copies data into to, which must be empty. */
MUST_USE enum err buf_dup(struct buf *to, struct bytes data);

#endif
