/* SPDX-License-Identifier: ISC */
/* AUTHENTICATE_MESSAGE. */
#include "ntlm/authenticate.h"
#include "ntlm/flags.h"
#include "tests/unit/ntlm/fields.h"

/* [MS-NLMP] 4.2.2.3 and 4.2.4.3: the AUTHENTICATE_MESSAGE of the examples. */
#define LMV1   "98def7b87f88aa5dafe2df779688a172def11c7d5ccdef13"
#define NTLMV1 "67c43011f30298a2ad35ece64f16331c44bdbed927841f94"
#define KEY_V1 "518822b1b3f350c8958682ecbb3e3cb7"
#define NLMP_4_2_2_3                                                                     \
    "4e544c4d53535000 03000000 180018006c000000 1800180084000000 0c000c0048000000"       \
    "0800080054000000 100010005c000000 100010009c000000 358280e2 0501280a0000000f"       \
    "44006f006d00610069006e00 5500730065007200 43004f004d0050005500540045005200" LMV1    \
        NTLMV1 KEY_V1
#define LMV2 "86c35097ac9cec102554764a57cccc19aaaaaaaaaaaaaaaa"
#define NTLMV2                                                                           \
    "68cd0ab851e51c96aabc927bebef6a1c 0101000000000000 0000000000000000"                 \
    "aaaaaaaaaaaaaaaa 00000000 02000c0044006f006d00610069006e00"                         \
    "01000c00530065007200760065007200 00000000 00000000"
#define KEY_V2 "c5dad2544fc9799094ce1ce90bc9d03e"
#define NLMP_4_2_4_3                                                                     \
    "4e544c4d53535000 03000000 180018006c000000 5400540084000000 0c000c0048000000"       \
    "0800080054000000 100010005c000000 10001000d8000000 358288e2 0501280a0000000f"       \
    "44006f006d00610069006e00 5500730065007200 43004f004d0050005500540045005200" LMV2    \
        NTLMV2 KEY_V2

static const size_t headers[] = {12, 20, 28, 36, 44, 52};

static struct ntlm_authenticate sample(void)
{
    return (struct ntlm_authenticate){
        .lm_response = hex(LMV2),
        .nt_response = hex(NTLMV2),
        .domain = hex("44006f006d00610069006e00"),
        .user = hex("5500730065007200"),
        .workstation = hex("43004f004d0050005500540045005200"),
        .session_key = hex(KEY_V2),
        .flags = 0xe0888235,
    };
}

TEST(nlmp_4_2_2_3_authenticate)
{
    struct ntlm_authenticate a;

    ck_ok(authenticate_decode(hex(NLMP_4_2_2_3), &a));
    ck_assert_uint_eq(a.flags, 0xe2808235);
    ck_bytes(a.lm_response, hex(LMV1));
    ck_bytes(a.nt_response, hex(NTLMV1));
    ck_bytes(a.domain, hex("44006f006d00610069006e00"));
    ck_bytes(a.user, hex("5500730065007200"));
    ck_bytes(a.workstation, hex("43004f004d0050005500540045005200"));
    ck_bytes(a.session_key, hex(KEY_V1));
    ck_assert(a.has_version);
    ck_bytes(a.version, hex("0501280a0000000f"));
    ck_assert(!a.has_mic);
}

TEST(nlmp_4_2_4_3_authenticate)
{
    struct ntlm_authenticate a;

    ck_ok(authenticate_decode(hex(NLMP_4_2_4_3), &a));
    ck_assert_uint_eq(a.flags, 0xe2888235);
    ck_bytes(a.lm_response, hex(LMV2));
    ck_bytes(a.nt_response, hex(NTLMV2));
    ck_bytes(a.session_key, hex(KEY_V2));
    ck_assert(!a.has_mic);
}

TEST(windows_capture)
{
    struct bytes m = vector("ntlm-capture-freerdp.json", "authenticate");
    struct ntlm_authenticate a;

    ck_ok(authenticate_decode(m, &a));
    ck_assert_uint_eq(a.flags, 0xa2888205);
    ck_bytes(a.domain, hex("44006f006d00610069006e00"));
    ck_bytes(a.user, hex("55007300650072006e0061006d006500"));
    ck_assert_uint_eq(a.nt_response.n, 264);
    ck_assert_uint_eq(a.session_key.n, 0);
    ck_bytes(a.version, hex("060380250000000f"));
    ck_assert(a.has_mic);
    ck_assert_uint_eq(a.mic_offset, 72);
    ck_bytes(a.mic, hex("12e55af580ee3f29e1de904d73770625"));
}

#define ENCODED_HEAD                                                                     \
    "4e544c4d53535000 03000000 180018007c000000 5400540094000000 0c000c0058000000"       \
    "0800080064000000 100010006c000000 10001000e8000000 358288e2 0a0000000000000f"
#define ENCODED_PAYLOAD                                                                  \
    "44006f006d00610069006e00 5500730065007200 43004f004d0050005500540045005200" LMV2    \
        NTLMV2 KEY_V2

TEST(encode_exactly)
{
    struct ntlm_authenticate a = sample();
    BUF_AUTO without = BUF_INIT;
    BUF_AUTO with = BUF_INIT;

    authenticate_encode(&without, &a);
    ck_ok(buf_status(&without));
    ck_bytes(buf_bytes(&without),
             hex(ENCODED_HEAD "00000000000000000000000000000000" ENCODED_PAYLOAD));
    a.has_mic = true;
    a.mic = hex("000102030405060708090a0b0c0d0e0f");
    authenticate_encode(&with, &a);
    ck_bytes(buf_bytes(&with),
             hex(ENCODED_HEAD "000102030405060708090a0b0c0d0e0f" ENCODED_PAYLOAD));
}

TEST(round_trip)
{
    struct ntlm_authenticate a = sample();
    struct ntlm_authenticate again;
    BUF_AUTO m = BUF_INIT;

    a.has_mic = true;
    a.mic = hex("000102030405060708090a0b0c0d0e0f");
    authenticate_encode(&m, &a);
    ck_ok(authenticate_decode(buf_bytes(&m), &again));
    ck_assert_uint_eq(again.flags, a.flags | NTLM_VERSION);
    ck_bytes(again.lm_response, a.lm_response);
    ck_bytes(again.nt_response, a.nt_response);
    ck_bytes(again.domain, a.domain);
    ck_bytes(again.user, a.user);
    ck_bytes(again.workstation, a.workstation);
    ck_bytes(again.session_key, a.session_key);
    ck_bytes(again.version, NTLM_OUR_VERSION);
    ck_assert(again.has_mic);
    ck_assert_uint_eq(again.mic_offset, AUTHENTICATE_MIC_AT);
    ck_bytes(again.mic, a.mic);
}

/* An anonymous message: all fields are empty except for one zero byte; the header still
 * has 88 bytes. */
TEST(round_trip_anonymous)
{
    struct ntlm_authenticate a = {.lm_response = hex("00"),
                                  .flags = NTLM_UNICODE | NTLM_ANONYMOUS};
    struct ntlm_authenticate again;
    BUF_AUTO m = BUF_INIT;

    authenticate_encode(&m, &a);
    ck_assert_uint_eq(m.n, 89);
    ck_ok(authenticate_decode(buf_bytes(&m), &again));
    ck_bytes(again.lm_response, hex("00"));
    ck_assert_uint_eq(again.nt_response.n + again.user.n + again.session_key.n, 0);
    ck_assert(again.has_mic && again.mic_offset == 72);
}

TEST(encode_errors)
{
    static const uint8_t byte[65536];
    struct ntlm_authenticate long_response = {.nt_response = bytes_of(byte, 65536)};
    struct ntlm_authenticate short_mic = {.has_mic = true, .mic = bytes_of(byte, 15)};
    BUF_AUTO a = BUF_INIT;
    BUF_AUTO b = BUF_INIT;

    authenticate_encode(&a, &long_response);
    ck_err(buf_status(&a), ERR_TOO_LARGE);
    authenticate_encode(&b, &short_mic);
    ck_err(buf_status(&b), ERR_INTERNAL);
}

/* User and domain have at most 256 characters; only the message's length limits the other
 * fields. */
TEST(names_are_capped)
{
    static const uint8_t byte[1024];
    const struct {
        size_t domain, user, workstation;
        uint32_t flags;
        enum err want;
    } rows[] = {
        {512, 512, 1024, NTLM_UNICODE, ERR_OK},
        {514, 8, 8, NTLM_UNICODE, ERR_TOO_LARGE},
        {8, 514, 8, NTLM_UNICODE, ERR_TOO_LARGE},
        {256, 256, 8, NTLM_OEM, ERR_OK},
        {257, 8, 8, NTLM_OEM, ERR_TOO_LARGE},
        {8, 257, 8, NTLM_OEM, ERR_TOO_LARGE},
    };

    for (size_t i = 0; i < N(rows); i++) {
        struct ntlm_authenticate a = {.domain = bytes_of(byte, rows[i].domain),
                                      .user = bytes_of(byte, rows[i].user),
                                      .workstation = bytes_of(byte, rows[i].workstation),
                                      .flags = rows[i].flags};
        BUF_AUTO m = BUF_INIT;

        authenticate_encode(&m, &a);
        ck_err(authenticate_decode(buf_bytes(&m), &a), rows[i].want);
    }
}

static bool model_is_fine(struct bytes m)
{
    if (places_room(m, headers, 5) < 64) {
        return places_fine(m, headers, 5, 52);
    }
    return places_fine(m, headers, 6, 64);
}

static bool model_names_fit(struct bytes m)
{
    return place_at(m, 28).len <= 512 && place_at(m, 36).len <= 512;
}

static void check_places(struct bytes m, void *arg)
{
    struct ntlm_authenticate a;
    bool fine = model_is_fine(m);
    unsigned *n_fine = arg;

    ck_assert(!fine || model_names_fit(m));
    ck_err(authenticate_decode(m, &a), fine ? ERR_OK : ERR_NTLM_FIELD);
    ck_assert_uint_eq(a.lm_response.n, fine ? place_at(m, 12).len : 0);
    ck_assert_uint_eq(a.user.n, fine ? place_at(m, 36).len : 0);
    *n_fine += fine;
}

TEST(fields_anywhere)
{
    for (size_t i = 0; i < 6; i++) {
        unsigned n_fine = 0;

        each_place(hex(NLMP_4_2_4_3), headers[i], check_places, &n_fine);
        ck_assert_uint_gt(n_fine, 36);
    }
}

static void check_views(struct bytes m, void *arg)
{
    struct ntlm_authenticate a;
    enum err e = authenticate_decode(m, &a);

    (void)arg;
    ck_assert(e == ERR_OK || e == ERR_TRUNCATED || e == ERR_NTLM_SIGNATURE ||
              e == ERR_NTLM_TYPE || e == ERR_NTLM_FIELD || e == ERR_TOO_LARGE);
    if (e != ERR_OK) {
        ck_assert(a.flags == 0 && a.nt_response.p == NULL && a.user.p == NULL);
        ck_assert(!a.has_mic && a.mic.p == NULL);
        return;
    }
    ck_assert(a.nt_response.n == 0 || (a.nt_response.p >= m.p + 52 &&
                                       a.nt_response.p + a.nt_response.n <= m.p + m.n));
    ck_assert(a.has_mic == (a.mic.n == 16));
}

static void check_refused(struct bytes m, void *arg)
{
    struct ntlm_authenticate a;

    (void)arg;
    ck_assert_int_ne(authenticate_decode(m, &a), ERR_OK);
    check_views(m, NULL);
}

TEST(truncated_anywhere)
{
    struct ntlm_authenticate a = sample();
    BUF_AUTO m = BUF_INIT;

    authenticate_encode(&m, &a);
    mutate_truncate(hex(NLMP_4_2_4_3), check_refused, NULL);
    mutate_truncate(buf_bytes(&m), check_refused, NULL);
}

TEST(flipped_bits)
{
    struct ntlm_authenticate a = sample();
    BUF_AUTO m = BUF_INIT;

    authenticate_encode(&m, &a);
    mutate_flip(hex(NLMP_4_2_4_3), check_views, NULL);
    mutate_flip(buf_bytes(&m), check_views, NULL);
}

TEST(at_most_64_kib)
{
    BUF_AUTO m = BUF_INIT;
    struct ntlm_authenticate a;

    buf_append(&m, hex(NLMP_4_2_4_3));
    buf_append_zeros(&m, NTLM_MESSAGE_MAX - m.n);
    ck_ok(authenticate_decode(buf_bytes(&m), &a));
    buf_append_u8(&m, 0);
    ck_err(authenticate_decode(buf_bytes(&m), &a), ERR_TOO_LARGE);
}
