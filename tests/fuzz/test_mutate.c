/* SPDX-License-Identifier: ISC */
/* The mutators that know the form of their input: most mutants have a well-formed
 * outside, and hardly any is unchanged. */
#include "asn1/negtoken.h"
#include "ntlm/avpair.h"
#include "ntlm/challenge.h"
#include "tests/fuzz/mutate.h"
#include "tests/fuzz/mutate_der.h"
#include "tests/fuzz/mutate_ntlm.h"
#include "tests/lib/harness.h"

#include <string.h>

#define N_MUTANTS 2000

static void append_pairs(struct buf *out)
{
    avpair_append(out, AV_NB_DOMAIN, bytes_of("A\0D\0", 4));
    avpair_append_u64(out, AV_TIMESTAMP, 1);
    avpair_append_u32(out, AV_FLAGS, 2);
    avpair_append_eol(out);
}

static void append_challenge(struct buf *out)
{
    BUF_AUTO pairs = BUF_INIT;
    struct ntlm_challenge challenge = {.flags = NTLM_UNICODE | NTLM_TARGET_INFO};

    append_pairs(&pairs);
    challenge.target_name = bytes_of("A\0D\0", 4);
    challenge.target_info = buf_bytes(&pairs);
    challenge_encode(out, &challenge);
}

static void append_resp(struct buf *out)
{
    BUF_AUTO message = BUF_INIT;
    struct negtoken_resp resp = {.has_state = true, .has_token = true};

    append_challenge(&message);
    resp.token = buf_bytes(&message);
    negtoken_resp_encode(out, &resp);
}

static bool is_element(struct bytes in)
{
    struct bytes contents;

    return in.n > 0 && der_read(&in, in.p[0], &contents) == ERR_OK && in.n == 0;
}

static bool is_challenge(struct bytes in)
{
    struct ntlm_challenge challenge;

    return challenge_decode(in, &challenge) == ERR_OK;
}

static bool is_list(struct bytes in)
{
    struct avpair_list list;

    return avpair_decode(in, &list) == ERR_OK && list.raw_len == in.n;
}

static const struct {
    void (*append)(struct buf *out);
    void (*mutate)(struct edit *edit, struct chance *chance);
    bool (*is_formed)(struct bytes in);
    size_t percent_formed; /* at least this many, and not all */
} rows[] = {
    {append_resp, mutate_der, is_element, 70},
    {append_resp, mutate_token, is_element, 70},
    {append_challenge, mutate_ntlm, is_challenge, 40},
    {append_challenge, mutate_token, is_challenge, 40},
    {append_pairs, mutate_avpairs, is_list, 20},
};

TEST_TABLE(mutants, rows)
{
    BUF_AUTO whole = BUF_INIT;
    size_t n_formed = 0;
    size_t n_same = 0;

    row->append(&whole);
    ck_ok(buf_status(&whole));
    for (uint64_t seed = 0; seed < N_MUTANTS; seed++) {
        uint8_t room[2048];
        struct edit edit = {room, whole.n, sizeof(room)};
        struct chance chance = {seed};

        memcpy(room, whole.p, whole.n);
        row->mutate(&edit, &chance);
        ck_assert_uint_le(edit.n, sizeof(room));
        n_formed += row->is_formed(edit_bytes(&edit));
        n_same += bytes_equal(edit_bytes(&edit), buf_bytes(&whole));
    }
    ck_assert_uint_ge(n_formed * 100, row->percent_formed * N_MUTANTS);
    ck_assert_uint_lt(n_formed, N_MUTANTS);
    ck_assert_uint_lt(n_same * 100, 20 * N_MUTANTS);
}

/* Bytes that are not a message of this kind are unchanged; and the block may be full. */
TEST(strangers)
{
    uint8_t text[] = "no token of any kind";
    uint8_t none[1];
    struct edit edit = {text, sizeof(text), sizeof(text)};
    struct edit empty = {none, 0, 0};

    for (uint64_t seed = 0; seed < N_MUTANTS; seed++) {
        struct chance chance = {seed};

        mutate_ntlm(&edit, &chance);
        mutate_token(&empty, &chance);
        mutate_avpairs(&empty, &chance);
    }
    ck_assert_str_eq((const char *)text, "no token of any kind");
    ck_assert_uint_eq(empty.n, 0);
}
