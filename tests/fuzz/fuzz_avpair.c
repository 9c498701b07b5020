/* SPDX-License-Identifier: ISC */
/* AV pairs: the decoder, and the client's answer to a server's list. */
#include "ntlm/avpair.h"
#include "ntlm/target_info.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/mutate_ntlm.h"
#include "tests/fuzz/mutator.h"

#define N_ADDED 3 /* pairs that a client adds at most */

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed)
{
    struct edit edit = {data, size, max_size};

    return mutator_run(&edit, seed, mutate_avpairs);
}

/* Whether the client keeps this pair: only the server may set its kind, and it is the
 * only one of its kind. */
static bool stays(const struct avpair_list *list, size_t i)
{
    uint16_t id = list->pairs[i].id;

    for (size_t j = 0; j < list->n; j++) {
        if (j != i && list->pairs[j].id == id) {
            return false;
        }
    }
    return id != AV_FLAGS && id != AV_TARGET_NAME && id != AV_CHANNEL_BINDINGS;
}

static bool all_stay(const struct avpair_list *list)
{
    for (size_t i = 0; i < list->n; i++) {
        if (!stays(list, i)) {
            return false;
        }
    }
    return true;
}

static void feed_answer(const struct avpair_list *offered)
{
    const struct ntlm_bindings bindings = {.present = true};
    const struct target_info_answer answer = {true, &bindings, bytes_of("H\0/\0s\0", 6)};
    static struct avpair_list again;
    BUF_AUTO out = BUF_INIT;

    target_info_answer(&out, offered, &answer);
    if (buf_status(&out) != ERR_OK || offered->n + N_ADDED > AVPAIR_MAX) {
        return;
    }
    FUZZ_MUST(avpair_decode(buf_bytes(&out), &again) == ERR_OK && again.raw_len == out.n);
    FUZZ_MUST(again.has_flags && (again.flags & AV_FLAG_MIC) != 0);
    FUZZ_MUST(again.has_bindings && again.has_target_name);
    FUZZ_MUST(again.has_timestamp == offered->has_timestamp);
    if (all_stay(offered)) {
        FUZZ_MUST(target_info_check(offered, &again) == ERR_OK);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bytes in = bytes_of(data, size);
    static struct avpair_list list;

    if (avpair_decode(in, &list) != ERR_OK) {
        FUZZ_MUST(avpair_decode_until(in, &list) != ERR_OK && list.raw_len <= size);
        return 0;
    }
    FUZZ_MUST(list.raw_len <= size && list.n <= AVPAIR_MAX);
    for (size_t i = 0; i < list.n; i++) {
        FUZZ_MUST(list.pairs[i].value.n <= size);
    }
    feed_answer(&list);
    return 0;
}
