/* SPDX-License-Identifier: ISC */
/* Numbers that a test writes over those of a message. */
#ifndef TESTS_LIB_PATCH_H
#define TESTS_LIB_PATCH_H

#include "base/buf.h"

/* patch_*: overwrites bytes written before, little-endian; at + size must lie inside. */
static inline void patch_u16le(struct buf *b, size_t at, uint16_t value)
{
    const uint8_t raw[2] = {(uint8_t)value, (uint8_t)(value >> 8)};

    buf_set(b, at, bytes_of(raw, sizeof(raw)));
}

static inline void patch_u32le(struct buf *b, size_t at, uint32_t value)
{
    patch_u16le(b, at, (uint16_t)value);
    patch_u16le(b, at + 2, (uint16_t)(value >> 16));
}

#endif
