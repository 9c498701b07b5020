/* SPDX-License-Identifier: ISC */
/* AV pairs. */
#include "ntlm/avpair.h"
#include "tests/lib/harness.h"

/* One pair of each kind and an unknown one, EOL, and two bytes after the list. */
#define EVERY_KIND                                                                       \
    "0200 0400 41004200"                                                                 \
    "0100 0200 4300"                                                                     \
    "0400 0200 6400"                                                                     \
    "0300 0000"                                                                          \
    "0500 0200 7400"                                                                     \
    "ff00 0300 010203"                                                                   \
    "0700 0800 3357bdb1078bcf01"                                                         \
    "0600 0400 02000000"                                                                 \
    "0800 0500 0102030405"                                                               \
    "0a00 1000 000102030405060708090a0b0c0d0e0f"                                         \
    "0900 0600 61002f006200"                                                             \
    "0000 0000"
#define BEHIND "beef"

TEST(decode_every_kind)
{
    struct avpair_list list;

    ck_ok(avpair_decode(hex(EVERY_KIND BEHIND), &list));
    ck_assert_uint_eq(list.n, 11);
    ck_assert_uint_eq(list.raw_len, hex(EVERY_KIND).n);
    ck_assert(list.has_flags && list.flags == AV_FLAG_MIC);
    ck_assert(list.has_timestamp && list.timestamp_filetime == 0x01cf8b07b1bd5733);
    ck_assert(list.has_bindings && list.has_target_name);
    ck_bytes(list.bindings, hex("000102030405060708090a0b0c0d0e0f"));
    ck_bytes(list.target_name, hex("61002f006200"));
    ck_assert_uint_eq(list.pairs[5].id, 0xff);
    ck_bytes(list.pairs[5].value, hex("010203"));
    ck_assert_uint_eq(list.pairs[0].id, AV_NB_DOMAIN);
    ck_bytes(list.pairs[0].value, hex("41004200"));
    ck_assert_uint_eq(list.pairs[3].id, AV_DNS_COMPUTER);
    ck_assert_uint_eq(list.pairs[3].value.n, 0);
}

TEST(decode_eol_alone)
{
    struct avpair_list list;

    ck_ok(avpair_decode(hex("00000000"), &list));
    ck_assert_uint_eq(list.n, 0);
    ck_assert_uint_eq(list.raw_len, 4);
    ck_assert(!list.has_flags && !list.has_timestamp && !list.has_bindings);
    ck_assert(!list.has_target_name);
}

static void check_refused(struct bytes in, void *arg)
{
    struct avpair_list list;

    (void)arg;
    ck_err(avpair_decode(in, &list), ERR_NTLM_AVPAIR);
    ck_assert_uint_eq(list.n, 0);
    ck_assert_uint_eq(list.raw_len, 0);
    ck_assert(!list.has_flags);
}

TEST(truncated_anywhere_is_refused)
{
    mutate_truncate(hex(EVERY_KIND), check_refused, NULL);
}

/* Decoded pairs that are encoded again give the same bytes. */
static void check_same_bytes(struct bytes in, void *arg)
{
    struct avpair_list list;
    BUF_AUTO again = BUF_INIT;
    unsigned *n_good = arg;

    if (avpair_decode(in, &list) != ERR_OK) {
        ck_assert_uint_eq(list.n, 0);
        return;
    }
    for (size_t i = 0; i < list.n; i++) {
        avpair_append(&again, list.pairs[i].id, list.pairs[i].value);
    }
    avpair_append_eol(&again);
    ck_bytes(buf_bytes(&again), bytes_of(in.p, list.raw_len));
    (*n_good)++;
}

TEST(flipped_bits_decode_to_what_stands_there)
{
    unsigned n_good = 0;

    mutate_flip(hex(EVERY_KIND BEHIND), check_same_bytes, &n_good);
    ck_assert_uint_gt(n_good, 300);
}

static bool len_allowed(uint16_t id, size_t len)
{
    static const uint8_t text[] = {AV_NB_COMPUTER, AV_NB_DOMAIN, AV_DNS_COMPUTER,
                                   AV_DNS_DOMAIN,  AV_DNS_TREE,  AV_TARGET_NAME};

    for (size_t i = 0; i < sizeof(text); i++) {
        if (id == text[i]) {
            return len % 2 == 0;
        }
    }
    return id == AV_FLAGS              ? len == 4
           : id == AV_TIMESTAMP        ? len == 8
           : id == AV_CHANNEL_BINDINGS ? len == 16
                                       : true;
}

TEST(every_kind_with_every_length)
{
    static const uint8_t value[32];

    for (uint16_t id = 1; id <= 12; id++) {
        for (size_t len = 0; len <= sizeof(value); len++) {
            BUF_AUTO raw = BUF_INIT;
            struct avpair_list list;

            avpair_append(&raw, id, bytes_of(value, len));
            avpair_append_eol(&raw);
            ck_err(avpair_decode(buf_bytes(&raw), &list),
                   len_allowed(id, len) ? ERR_OK : ERR_NTLM_AVPAIR);
        }
    }
}

TEST(the_four_once_only)
{
    for (uint16_t id = 1; id <= 12; id++) {
        const size_t len = id == AV_FLAGS ? 4 : id == AV_TIMESTAMP ? 8 : 16;
        const bool once = id == AV_FLAGS || id == AV_TIMESTAMP || id == AV_TARGET_NAME ||
                          id == AV_CHANNEL_BINDINGS;
        static const uint8_t value[16] = {1};
        BUF_AUTO raw = BUF_INIT;
        struct avpair_list list;

        avpair_append(&raw, id, bytes_of(value, len));
        avpair_append(&raw, 0x77, bytes_of(value, 1));
        avpair_append(&raw, id, bytes_of(value, len));
        avpair_append_eol(&raw);
        ck_err(avpair_decode(buf_bytes(&raw), &list), once ? ERR_NTLM_AVPAIR : ERR_OK);
    }
}

TEST(empty_target_name_counts_as_there)
{
    check_refused(hex("09000000 09000000 00000000"), NULL);
}

TEST(malformed_ends)
{
    check_refused(hex(""), NULL);
    check_refused(hex("0000"), NULL);
    check_refused(hex("0000 0100 00"), NULL);
    check_refused(hex("0000 0400 00000000"), NULL);
    check_refused(hex("0200 0200 4100"), NULL);
    check_refused(hex("0200 ffff 4100 00000000"), NULL);
    check_refused(hex("0600 0400 020000"), NULL);
}

static void append_many(struct buf *raw, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        avpair_append(raw, AV_DNS_TREE, bytes_of(NULL, 0));
    }
    avpair_append_eol(raw);
}

TEST(at_most_64)
{
    BUF_AUTO fits = BUF_INIT;
    BUF_AUTO too_many = BUF_INIT;
    struct avpair_list list;

    append_many(&fits, 64);
    ck_ok(avpair_decode(buf_bytes(&fits), &list));
    ck_assert_uint_eq(list.n, 64);
    append_many(&too_many, 65);
    check_refused(buf_bytes(&too_many), NULL);
}

TEST(decode_until_keeps_what_is_before_the_fault)
{
    struct avpair_list list;

    ck_err(avpair_decode_until(hex("0200 0200 4100 0600 0400 02000000"
                                   "0700 0100 00 00000000"),
                               &list),
           ERR_NTLM_AVPAIR);
    ck_assert_uint_eq(list.n, 2);
    ck_assert_uint_eq(list.raw_len, 14);
    ck_assert(list.has_flags && !list.has_timestamp);
    ck_err(avpair_decode_until(hex("0200 0200 4100"), &list), ERR_NTLM_AVPAIR);
    ck_assert_uint_eq(list.raw_len, 6);
    ck_ok(avpair_decode_until(hex("0200 0200 4100 00000000 77"), &list));
    ck_assert_uint_eq(list.raw_len, 10);
}

/* [MS-NLMP] 4.2.4: the TargetInfo of the example. */
TEST(nlmp_4_2_4_target_info)
{
    BUF_AUTO raw = BUF_INIT;

    avpair_append(&raw, AV_NB_DOMAIN, hex("44006f006d00610069006e00"));
    avpair_append(&raw, AV_NB_COMPUTER, hex("530065007200760065007200"));
    avpair_append_eol(&raw);
    ck_ok(buf_status(&raw));
    ck_bytes(buf_bytes(&raw), hex("02000c0044006f006d00610069006e00"
                                  "01000c00530065007200760065007200 00000000"));
}

TEST(append_numbers)
{
    BUF_AUTO raw = BUF_INIT;

    avpair_append_u32(&raw, AV_FLAGS, 0x01020304);
    avpair_append_u64(&raw, AV_TIMESTAMP, 0x0102030405060708);
    ck_bytes(buf_bytes(&raw), hex("0600 0400 04030201 0700 0800 0807060504030201"));
}

TEST(append_refuses_what_no_length_can_say)
{
    static const uint8_t byte[65536];
    BUF_AUTO fits = BUF_INIT;
    BUF_AUTO too_long = BUF_INIT;

    avpair_append(&fits, 0x77, bytes_of(byte, 65535));
    ck_ok(buf_status(&fits));
    ck_assert_uint_eq(fits.n, 4 + 65535);
    avpair_append(&too_long, 0x77, bytes_of(byte, 65536));
    ck_err(buf_status(&too_long), ERR_TOO_LARGE);
}
