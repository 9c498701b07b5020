/* SPDX-License-Identifier: ISC */
/* CHALLENGE_MESSAGE. */
#include "ntlm/challenge.h"
#include "ntlm/flags.h"
#include "tests/unit/ntlm/fields.h"

/* [MS-NLMP] 4.2.2.3 and 4.2.4.3: the CHALLENGE_MESSAGE of the examples. */
#define NLMP_4_2_2_3                                                                     \
    "4e544c4d53535000 02000000 0c000c0038000000 338202e2 0123456789abcdef"               \
    "0000000000000000 0000000000000000 060070170000000f 530065007200760065007200"
#define NLMP_4_2_4_3                                                                     \
    "4e544c4d53535000 02000000 0c000c0038000000 33828ae2 0123456789abcdef"               \
    "0000000000000000 2400240044000000 060070170000000f 530065007200760065007200"        \
    "02000c0044006f006d00610069006e00 01000c00530065007200760065007200 00000000"

#define HEADER "4e544c4d53535000 02000000"
#define SERVER "530065007200760065007200"

static const size_t headers[] = {12, 40};

TEST(nlmp_4_2_2_3_challenge)
{
    struct ntlm_challenge c;

    ck_ok(challenge_decode(hex(NLMP_4_2_2_3), &c));
    ck_assert_uint_eq(c.flags, 0xe2028233);
    ck_bytes(bytes_of(c.server_challenge, 8), hex("0123456789abcdef"));
    ck_bytes(c.target_name, hex(SERVER));
    ck_assert_uint_eq(c.target_info.n, 0);
    ck_assert(c.has_version);
    ck_bytes(c.version, hex("060070170000000f"));
}

TEST(nlmp_4_2_4_3_challenge)
{
    struct ntlm_challenge c;

    ck_ok(challenge_decode(hex(NLMP_4_2_4_3), &c));
    ck_assert_uint_eq(c.flags, 0xe28a8233);
    ck_bytes(c.target_name, hex(SERVER));
    ck_bytes(c.target_info, hex("02000c0044006f006d00610069006e00"
                                "01000c00530065007200760065007200 00000000"));
}

TEST(windows_capture)
{
    struct bytes m = vector("ntlm-capture-freerdp.json", "challenge");
    struct ntlm_challenge c;

    ck_ok(challenge_decode(m, &c));
    ck_assert_uint_eq(c.flags, 0xa2888207);
    ck_bytes(bytes_of(c.server_challenge, 8),
             vector("ntlm-capture-freerdp.json", "server_challenge"));
    ck_assert_uint_eq(c.target_name.n, 0);
    ck_assert_uint_eq(c.target_info.n, 0x66);
    ck_assert_ptr_eq(c.target_info.p, m.p + 0x38);
    ck_bytes(c.version, hex("060380250000000f"));
}

/* The example as this module would send it, with VERSION in the flags and our Version. */
TEST(encode_exactly)
{
    struct ntlm_challenge c = {
        .flags = 0xe08a8233,
        .server_challenge = {0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef},
        .target_name = hex(SERVER),
        .target_info = hex("02000200410000000000")};
    BUF_AUTO m = BUF_INIT;

    challenge_encode(&m, &c);
    ck_ok(buf_status(&m));
    ck_bytes(buf_bytes(&m), hex(HEADER "0c000c0038000000 33828ae2 0123456789abcdef"
                                       "0000000000000000 0a000a0044000000"
                                       "0a0000000000000f" SERVER "02000200410000000000"));
}

TEST(round_trip)
{
    struct ntlm_challenge c;
    struct ntlm_challenge again;
    BUF_AUTO m = BUF_INIT;

    ck_ok(challenge_decode(hex(NLMP_4_2_4_3), &c));
    challenge_encode(&m, &c);
    ck_ok(challenge_decode(buf_bytes(&m), &again));
    ck_assert_uint_eq(again.flags, c.flags);
    ck_assert_mem_eq(again.server_challenge, c.server_challenge, 8);
    ck_bytes(again.target_name, c.target_name);
    ck_bytes(again.target_info, c.target_info);
    ck_bytes(again.version, NTLM_OUR_VERSION);
}

TEST(encode_refuses_what_no_length_can_say)
{
    static const uint8_t byte[65536];
    struct ntlm_challenge c = {.target_info = bytes_of(byte, sizeof(byte))};
    BUF_AUTO m = BUF_INIT;

    challenge_encode(&m, &c);
    ck_err(buf_status(&m), ERR_TOO_LARGE);
}

/* Headers of 32, 40, 48 and 56 bytes, followed by TargetName "AB" or by nothing. */
TEST(header_lengths)
{
    const struct {
        const char *hex;
        size_t target_name, target_info;
        bool version;
    } rows[] = {
        {HEADER "0200020020000000 01020002 1122334455667788 4142", 2, 0, false},
        {HEADER "0000000000000000 01020002 1122334455667788", 0, 0, false},
        {HEADER "0200020028000000 01020002 1122334455667788 0000000000000000 4142", 2, 0,
         false},
        {HEADER "0000000000000000 01020002 1122334455667788 0000000000000000", 0, 0,
         false},
        {HEADER "0200020030000000 01028002 1122334455667788 0000000000000000"
                "0400040032000000 4142 00000000",
         2, 4, false},
        {HEADER "0000000000000000 01028002 1122334455667788 0000000000000000"
                "0400040030000000 00000000",
         0, 4, false},
        {HEADER "0200020038000000 01028002 1122334455667788 0000000000000000"
                "040004003a000000 0a0000000000000f 4142 00000000",
         2, 4, true},
        {HEADER "0200020038000000 01028000 1122334455667788 0000000000000000"
                "040004003a000000 0a0000000000000f 4142 00000000",
         2, 4, false},
        {HEADER "0000000000000000 01020002 1122334455667788 0000000000000000"
                "0000000000000000 0a0000000000000f",
         0, 0, true},
    };

    for (size_t i = 0; i < N(rows); i++) {
        struct ntlm_challenge c;

        ck_ok(challenge_decode(hex(rows[i].hex), &c));
        ck_bytes(bytes_of(c.server_challenge, 8), hex("1122334455667788"));
        ck_assert_uint_eq(c.target_name.n, rows[i].target_name);
        ck_assert_uint_eq(c.target_info.n, rows[i].target_info);
        ck_assert(c.has_version == rows[i].version);
    }
}

static bool model_is_fine(struct bytes m)
{
    if (places_room(m, headers, 1) < 48) {
        return places_fine(m, headers, 1, 32);
    }
    return places_fine(m, headers, 2, 48);
}

static void check_places(struct bytes m, void *arg)
{
    struct ntlm_challenge c;
    bool fine = model_is_fine(m);
    unsigned *n_fine = arg;

    ck_err(challenge_decode(m, &c), fine ? ERR_OK : ERR_NTLM_FIELD);
    ck_assert_uint_eq(c.target_name.n, fine ? place_at(m, 12).len : 0);
    ck_assert(c.target_info.n == 0 || c.target_info.n == place_at(m, 40).len);
    *n_fine += fine;
}

TEST(fields_anywhere)
{
    for (size_t i = 0; i < 2; i++) {
        unsigned n_fine = 0;

        each_place(hex(NLMP_4_2_4_3), headers[i], check_places, &n_fine);
        ck_assert_uint_gt(n_fine, 40);
    }
}

static void check_views(struct bytes m, void *arg)
{
    struct ntlm_challenge c;
    enum err e = challenge_decode(m, &c);

    (void)arg;
    ck_assert(e == ERR_OK || e == ERR_TRUNCATED || e == ERR_NTLM_SIGNATURE ||
              e == ERR_NTLM_TYPE || e == ERR_NTLM_FIELD);
    if (e != ERR_OK) {
        ck_assert(c.flags == 0 && c.target_name.p == NULL && c.target_info.p == NULL);
        return;
    }
    ck_assert(c.target_info.n == 0 || (c.target_info.p >= m.p + 48 &&
                                       c.target_info.p + c.target_info.n <= m.p + m.n));
    ck_assert(c.has_version == (c.version.n == 8));
}

static void check_refused(struct bytes m, void *arg)
{
    struct ntlm_challenge c;

    (void)arg;
    ck_assert_int_ne(challenge_decode(m, &c), ERR_OK);
    check_views(m, NULL);
}

TEST(truncated_anywhere)
{
    mutate_truncate(hex(NLMP_4_2_4_3), check_refused, NULL);
}

TEST(flipped_bits)
{
    mutate_flip(hex(NLMP_4_2_4_3), check_views, NULL);
}

TEST(other_messages_are_refused)
{
    struct ntlm_challenge c;
    BUF_AUTO m = BUF_INIT;

    ck_err(challenge_decode(hex("4e544c4d53535000 03000000"), &c), ERR_NTLM_TYPE);
    ck_err(challenge_decode(hex("4e544c4d53535000 01000000"), &c), ERR_NTLM_TYPE);
    ck_err(challenge_decode(hex(""), &c), ERR_TRUNCATED);
    buf_append(&m, hex(NLMP_4_2_4_3));
    buf_append_zeros(&m, NTLM_MESSAGE_MAX - m.n);
    ck_ok(challenge_decode(buf_bytes(&m), &c));
    buf_append_u8(&m, 0);
    ck_err(challenge_decode(buf_bytes(&m), &c), ERR_TOO_LARGE);
}
