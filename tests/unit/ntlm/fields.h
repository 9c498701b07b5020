/* SPDX-License-Identifier: ISC */
/* A second implementation of the rules for the places of fields, and cases for it. */
#ifndef TESTS_UNIT_NTLM_FIELDS_H
#define TESTS_UNIT_NTLM_FIELDS_H

#include "tests/lib/harness.h"
#include "tests/lib/patch.h"

/* struct place: a field header as it is in the message. */
struct place {
    uint64_t len;
    uint64_t offset;
};

static inline struct place place_at(struct bytes m, size_t at)
{
    const uint8_t *p = m.p + at;

    return (struct place){(uint64_t)p[0] | (uint64_t)p[1] << 8,
                          (uint64_t)p[4] | (uint64_t)p[5] << 8 | (uint64_t)p[6] << 16 |
                              (uint64_t)p[7] << 24};
}

/* places_fine: whether the non-empty fields are between header_len and the end, and none
 * overlaps another. */
static inline bool places_fine(struct bytes m, const size_t *at, size_t n,
                               size_t header_len)
{
    for (size_t i = 0; i < n; i++) {
        struct place a = place_at(m, at[i]);

        if (a.len > 0 && (a.offset < header_len || a.offset + a.len > m.n)) {
            return false;
        }
        for (size_t j = 0; j < n; j++) {
            struct place b = place_at(m, at[j]);

            if (j != i && a.len > 0 && b.len > 0 && a.offset < b.offset + b.len &&
                b.offset < a.offset + a.len) {
                return false;
            }
        }
    }
    return true;
}

/* places_room: the offset of the first byte of these fields; the end if they are
 * empty. */
static inline size_t places_room(struct bytes m, const size_t *at, size_t n)
{
    uint64_t room = m.n;

    for (size_t i = 0; i < n; i++) {
        struct place a = place_at(m, at[i]);

        room = a.len > 0 && a.offset < room ? a.offset : room;
    }
    return (size_t)room;
}

/* each_place: calls feed with whole, whose field header at at_header is changed to every
 * pair of interesting lengths and offsets (the ends, overlaps, wraps). */
static inline void each_place(struct bytes whole, size_t at_header, mutate_feed feed,
                              void *arg)
{
    const uint32_t end = (uint32_t)whole.n;
    const uint16_t lens[] = {0, 1, 2, 8, 16, 24, 40, (uint16_t)end, 0x8000, 0xffff};
    const uint32_t offsets[] = {
        0,       1,       11,       12,          31,          32,
        39,      40,      47,       48,          51,          52,
        55,      56,      63,       64,          71,          72,
        79,      80,      87,       88,          end - 17,    end - 16,
        end - 8, end - 2, end - 1,  end,         end + 1,     0x8000,
        0xffff,  0x10000, 1u << 31, 0xffff0000u, 0xfffffff8u, 0xffffffffu};

    for (size_t i = 0; i < N(lens); i++) {
        for (size_t j = 0; j < N(offsets); j++) {
            BUF_AUTO mutant = BUF_INIT;

            ck_ok(buf_dup(&mutant, whole));
            patch_u16le(&mutant, at_header, lens[i]);
            patch_u32le(&mutant, at_header + 4, offsets[j]);
            feed(buf_bytes(&mutant), arg);
        }
    }
}

#endif
