/* SPDX-License-Identifier: ISC */
/* A mutator that knows the NTLM messages. */
#include "tests/fuzz/mutate_ntlm.h"
#include "tests/lib/table.h"

#include "ntlm/kdf.h"
#include "ntlm/message.h"

#include <string.h>

#define TYPE_AT    8
#define MAX_FIELDS 6
#define LEN_LEN    2 /* Len and MaxLen, then Offset */
#define OFFSET_AT  4

/* The offsets of the field headers ([MS-NLMP] 2.2.1), the field that holds AV pairs, and
 * the offset of the pairs in its value. */
struct shape {
    uint32_t type;
    size_t flags_at;
    size_t n_fields;
    size_t fields_at[MAX_FIELDS];
    size_t av_field;
    size_t av_offset;
};
static const struct shape SHAPES[] = {
    {NTLM_NEGOTIATE, 12, 2, {16, 24}, 2, 0},
    {NTLM_CHALLENGE, 20, 2, {12, 40}, 1, 0},
    {NTLM_AUTHENTICATE, 60, 6, {12, 20, 28, 36, 44, 52}, 1, NTLM_V2_RESPONSE_MIN},
};

static const struct shape *shape_of(const struct edit *edit)
{
    for (size_t i = 0; i < N(SHAPES); i++) {
        if (bytes_has_prefix(edit_bytes(edit), NTLM_SIGNATURE) &&
            SHAPES[i].type == edit_get_le(edit, TYPE_AT, 4)) {
            return &SHAPES[i];
        }
    }
    return NULL;
}

static size_t field_len(const struct edit *edit, const struct shape *shape, size_t i)
{
    return edit_get_le(edit, shape->fields_at[i], LEN_LEN);
}

static size_t field_offset(const struct edit *edit, const struct shape *shape, size_t i)
{
    return edit_get_le(edit, shape->fields_at[i] + OFFSET_AT, 4);
}

static void set_len(struct edit *edit, const struct shape *shape, size_t i, size_t len)
{
    edit_set_le(edit, shape->fields_at[i], LEN_LEN, (uint32_t)len);
    edit_set_le(edit, shape->fields_at[i] + LEN_LEN, LEN_LEN, (uint32_t)len);
}

/* Replaces the value of a field, and moves the bytes after it. */
static void replace_field(struct edit *edit, const struct shape *shape, size_t i,
                          struct bytes with)
{
    size_t at = field_offset(edit, shape, i);
    size_t len = field_len(edit, shape, i);

    if (!edit_splice(edit, at, len, with)) {
        return;
    }
    set_len(edit, shape, i, with.n);
    for (size_t j = 0; j < shape->n_fields; j++) {
        size_t other = field_offset(edit, shape, j);

        if (j != i && other >= at + len) {
            edit_set_le(edit, shape->fields_at[j] + OFFSET_AT, 4,
                        (uint32_t)(other + with.n - len));
        }
    }
}

/* A change of a message. */
typedef void ntlm_change(struct edit *edit, const struct shape *shape,
                         struct chance *chance);

static void edge_len(struct edit *edit, const struct shape *shape, struct chance *chance)
{
    size_t i = chance_below(chance, shape->n_fields);
    size_t left = edit->n - field_offset(edit, shape, i);
    const size_t edges[] = {0,        1,        left,
                            left + 1, left - 1, 0xffff,
                            0x7fff,   edit->n,  field_len(edit, shape, i) + 1};

    edit_set_le(edit, shape->fields_at[i], LEN_LEN,
                (uint32_t)edges[chance_below(chance, N(edges))]);
}

static void edge_offset(struct edit *edit, const struct shape *shape,
                        struct chance *chance)
{
    size_t i = chance_below(chance, shape->n_fields);
    size_t other = chance_below(chance, shape->n_fields);
    const size_t edges[] = {0,
                            1,
                            shape->fields_at[shape->n_fields - 1],
                            edit->n,
                            edit->n - 1,
                            edit->n + 1,
                            edit->n - field_len(edit, shape, i),
                            0xffff,
                            0x7fffffff,
                            0xffffffff,
                            0xffffffff - field_len(edit, shape, i),
                            field_offset(edit, shape, other),
                            field_offset(edit, shape, other) + 1,
                            64,
                            72,
                            80,
                            88};

    edit_set_le(edit, shape->fields_at[i] + OFFSET_AT, 4,
                (uint32_t)edges[chance_below(chance, N(edges))]);
}

static void resize(struct edit *edit, const struct shape *shape, struct chance *chance)
{
    static const uint8_t filler[700] = {'A', 0, 'D', 0};
    static const size_t sizes[] = {0,  1,  2,  15, 16,  17,  23,
                                   24, 25, 40, 44, 512, 514, 700};
    size_t n = sizes[chance_below(chance, N(sizes))];

    replace_field(edit, shape, chance_below(chance, shape->n_fields),
                  bytes_of(filler, n));
}

static void flip_flags(struct edit *edit, const struct shape *shape,
                       struct chance *chance)
{
    uint32_t flags = edit_get_le(edit, shape->flags_at, 4);

    for (size_t n = 1 + chance_below(chance, 3); n > 0; n--) {
        flags ^= UINT32_C(1) << chance_below(chance, 32);
    }
    edit_set_le(edit, shape->flags_at, 4, flags);
}

static void change_avs(struct edit *edit, const struct shape *shape,
                       struct chance *chance)
{
    uint8_t room[4096];
    struct edit value = {room, 0, sizeof(room)};
    struct edit avs;
    struct bytes old;

    if (shape->av_field >= shape->n_fields ||
        bytes_slice(edit_bytes(edit), field_offset(edit, shape, shape->av_field),
                    field_len(edit, shape, shape->av_field), &old) != ERR_OK ||
        old.n < shape->av_offset || !edit_splice(&value, 0, 0, old)) {
        return;
    }
    avs = (struct edit){room + shape->av_offset, old.n - shape->av_offset,
                        sizeof(room) - shape->av_offset};
    mutate_avpairs(&avs, chance);
    replace_field(edit, shape, shape->av_field, bytes_of(room, shape->av_offset + avs.n));
}

static void cut(struct edit *edit, const struct shape *shape, struct chance *chance)
{
    static const size_t ends[] = {0,  11, 12, 16, 20, 24, 32, 40,
                                  48, 52, 56, 60, 64, 72, 80, 88};
    size_t n = ends[chance_below(chance, N(ends))];

    (void)shape;
    edit->n = n < edit->n ? n : edit->n;
}

static void other_byte(struct edit *edit, const struct shape *shape,
                       struct chance *chance)
{
    (void)shape;
    edit->p[chance_below(chance, edit->n)] = (uint8_t)chance_next(chance);
}

void mutate_ntlm(struct edit *edit, struct chance *chance)
{
    static ntlm_change *const changes[] = {
        edge_len,   edge_offset, resize,     flip_flags, flip_flags,
        change_avs, change_avs,  change_avs, cut,        other_byte,
    };
    const struct shape *shape = shape_of(edit);

    if (shape != NULL) {
        size_t which = chance_below(chance, N(changes));

        changes[which](edit, shape, chance);
    }
}
