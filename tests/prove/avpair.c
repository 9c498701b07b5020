/* SPDX-License-Identifier: ISC */
/* Proof of ntlm/avpair: one step of the walk over a list of AV pairs. */
/*
 * Bounds: the input has any length (any_bytes), and the step may be any of the walk. Each
 * step moves on or ends the walk, and the walk ends after AVPAIR_MAX pairs. So what holds
 * for each step holds for each list. The step begins at the front of the input; the
 * proofs of base/reader show that a reader reads alike from every place.
 */
#include "tests/prove/prove.h"

#include "base/bytes.c"
#include "base/reader.c"
#include "ntlm/avpair.c"

/* What holds of a list between two steps. */
static bool is_consistent(const struct avpair_list *list)
{
    return list->n <= AVPAIR_MAX && (!list->has_bindings || list->bindings.n == 16) &&
           (!list->has_target_name || list->target_name.n % 2 == 0);
}

static bool is_text(uint16_t id)
{
    return (id >= AV_NB_COMPUTER && id <= AV_DNS_TREE) || id == AV_TARGET_NAME;
}

/* Whether [MS-NLMP] 2.2.2.1, and the rule that four kinds may be there once, allow this
 * pair after those of the list. */
static bool may_follow(const struct avpair_list *list, uint16_t id, size_t len)
{
    return (id == AV_EOL ? len == 0 : list->n < AVPAIR_MAX) &&
           (id != AV_FLAGS || (len == 4 && !list->has_flags)) &&
           (id != AV_TIMESTAMP || (len == 8 && !list->has_timestamp)) &&
           (id != AV_CHANNEL_BINDINGS || (len == 16 && !list->has_bindings)) &&
           (id != AV_TARGET_NAME || !list->has_target_name) &&
           (!is_text(id) || len % 2 == 0);
}

/* What a list has after this pair. */
static void prove_added(const struct avpair_list *before, const struct avpair_list *list,
                        struct avpair pair)
{
    size_t old = any_size_below(AVPAIR_MAX); /* any pair that was there */

    prove(list->n == before->n + 1);
    prove(list->pairs[before->n].id == pair.id);
    prove(is_view(list->pairs[before->n].value, pair.value, 0, pair.value.n));
    prove(old >= before->n || (list->pairs[old].id == before->pairs[old].id &&
                               is_view(list->pairs[old].value, before->pairs[old].value,
                                       0, before->pairs[old].value.n)));
    prove(list->has_flags == (before->has_flags || pair.id == AV_FLAGS));
    prove(list->has_timestamp == (before->has_timestamp || pair.id == AV_TIMESTAMP));
    prove(list->has_bindings == (before->has_bindings || pair.id == AV_CHANNEL_BINDINGS));
    prove(list->has_target_name ==
          (before->has_target_name || pair.id == AV_TARGET_NAME));
    prove(is_consistent(list));
}

/* A list as it may be between two steps. */
static struct avpair_list any_list(void)
{
    struct avpair_list list;

    list.has_flags = nondet_bool();
    list.has_timestamp = nondet_bool();
    list.has_bindings = nondet_bool();
    list.has_target_name = nondet_bool();
    given(is_consistent(&list));
    return list;
}

/* A pair is taken if and only if it lies in the input and may follow. It is a view into
 * the input, and it is added to the list once. Otherwise the list stays as it is. */
PROVE(avpair_read_pair, 9)
{
    const struct bytes in = any_bytes();
    struct reader r = reader_of(in);
    const struct avpair_list before = any_list();
    struct avpair_list list = before;
    struct avpair pair;
    size_t len;
    uint16_t id;

    given(in.p != NULL);
    pair = read_pair(&r, &list);
    id = in.n < 2 ? 0 : (uint16_t)(in.p[0] | in.p[1] << 8);
    len = in.n < 4 ? 0 : (size_t)(in.p[2] | in.p[3] << 8);
    if (in.n < 4 || len > in.n - 4 || !may_follow(&before, id, len)) {
        prove(reader_status(&r) != ERR_OK);
        prove(list.n == before.n && list.raw_len == before.raw_len);
        return;
    }
    prove(reader_status(&r) == ERR_OK);
    prove(list.raw_len == 4 + len && reader_at(&r) == list.raw_len);
    prove(pair.id == id && is_view(pair.value, in, 4, len));
    if (id == AV_EOL) {
        prove(list.n == before.n);
    } else {
        prove_added(&before, &list, pair);
    }
}
