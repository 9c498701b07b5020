/* SPDX-License-Identifier: ISC */
/* A mutator that knows AV pairs ([MS-NLMP] 2.2.2.1). */
#include "ntlm/avpair.h"
#include "tests/fuzz/mutate_ntlm.h"
#include "tests/lib/table.h"

#define HEADER_LEN 4
#define MAX_PAIRS  80

/* struct pairs: the offset of each pair; the last entry is the end of the list. */
struct pairs {
    size_t at[MAX_PAIRS + 1];
    size_t n;
};

static void read_pairs(const struct edit *edit, struct pairs *pairs)
{
    size_t at = 0;

    pairs->n = 0;
    while (pairs->n < MAX_PAIRS && at + HEADER_LEN <= edit->n) {
        size_t len = edit_get_le(edit, at + 2, 2);

        if (len > edit->n - at - HEADER_LEN) {
            break;
        }
        pairs->at[pairs->n++] = at;
        at += HEADER_LEN + len;
    }
    pairs->at[pairs->n] = at;
}

static struct bytes pair_at(const struct edit *edit, const struct pairs *pairs, size_t i)
{
    return bytes_of(edit->p + pairs->at[i], pairs->at[i + 1] - pairs->at[i]);
}

/* A change of pair i of a list. */
typedef void av_change(struct edit *edit, const struct pairs *pairs, size_t i,
                       struct chance *chance);

static void duplicate(struct edit *edit, const struct pairs *pairs, size_t i,
                      struct chance *chance)
{
    (void)edit_splice(edit, pairs->at[chance_below(chance, pairs->n)], 0,
                      pair_at(edit, pairs, i));
}

static void delete (struct edit *edit, const struct pairs *pairs, size_t i,
                    struct chance *chance)
{
    (void)chance;
    (void)edit_splice(edit, pairs->at[i], pair_at(edit, pairs, i).n, bytes_of(NULL, 0));
}

static void swap(struct edit *edit, const struct pairs *pairs, size_t i,
                 struct chance *chance)
{
    struct bytes pair = pair_at(edit, pairs, i);

    (void)chance;
    if (i + 1 < pairs->n && edit_splice(edit, pairs->at[i + 2], 0, pair)) {
        (void)edit_splice(edit, pairs->at[i], pair.n, bytes_of(NULL, 0));
    }
}

static void other_kind(struct edit *edit, const struct pairs *pairs, size_t i,
                       struct chance *chance)
{
    edit_set_le(edit, pairs->at[i], 2, (uint32_t)chance_below(chance, 13));
}

static void wrong_len(struct edit *edit, const struct pairs *pairs, size_t i,
                      struct chance *chance)
{
    size_t len = pair_at(edit, pairs, i).n - HEADER_LEN;
    const size_t edges[] = {0, 1, len + 1, len - 1, edit->n, 0x7fff, 0xffff};

    edit_set_le(edit, pairs->at[i] + 2, 2,
                (uint32_t)edges[chance_below(chance, N(edges))]);
}

static void resize(struct edit *edit, const struct pairs *pairs, size_t i,
                   struct chance *chance)
{
    static const uint8_t filler[256] = {'H', 0, 'T', 0, 'T', 0, 'P', 0, '/', 0};
    static const size_t sizes[] = {0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 255, 256};
    size_t n = sizes[chance_below(chance, N(sizes))];
    size_t len = pair_at(edit, pairs, i).n - HEADER_LEN;

    if (edit_splice(edit, pairs->at[i] + HEADER_LEN, len, bytes_of(filler, n))) {
        edit_set_le(edit, pairs->at[i] + 2, 2, (uint32_t)n);
    }
}

static void append_in(struct edit *edit, const struct pairs *pairs, size_t i,
                      struct chance *chance)
{
    static const uint8_t pair[] = {0, 0, 8, 0, 2, 0, 0, 0, 0, 0, 0, 1};
    static const uint8_t sizes[] = {0, 4, 8};
    size_t n = sizes[chance_below(chance, sizeof(sizes))];
    size_t at = pairs->at[i];

    if (edit_splice(edit, at, 0, bytes_of(pair, HEADER_LEN + n))) {
        edit_set_le(edit, at, 2, (uint32_t)chance_below(chance, 13));
        edit_set_le(edit, at + 2, 2, (uint32_t)n);
    }
}

void mutate_avpairs(struct edit *edit, struct chance *chance)
{
    static av_change *const changes[] = {
        duplicate, delete, swap, other_kind, wrong_len, resize, append_in, append_in,
    };
    struct pairs pairs;

    read_pairs(edit, &pairs);
    if (pairs.n > 0) {
        size_t which = chance_below(chance, N(changes));

        changes[which](edit, &pairs, chance_below(chance, pairs.n), chance);
    }
}
