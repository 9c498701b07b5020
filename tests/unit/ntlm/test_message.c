/* SPDX-License-Identifier: ISC */
/* What the three messages have in common. */
#include "ntlm/message.h"
#include "tests/unit/ntlm/fields.h"

#define TYPE_2 "4e544c4d53535000 02000000"

TEST(signature_and_type)
{
    ck_assert(message_has_signature(hex("4e544c4d53535000")));
    ck_assert(!message_has_signature(hex("4e544c4d535350")));
    ck_assert(!message_has_signature(hex("4e544c4d53535001")));
    ck_assert(!message_has_signature(bytes_of(NULL, 0)));
    ck_assert_uint_eq(message_type(hex(TYPE_2)), 2);
    ck_assert_uint_eq(message_type(hex("4e544c4d53535000 ffeeddcc")), 0xccddeeff);
    ck_assert_uint_eq(message_type(hex("4e544c4d53535000 020000")), 0);
    ck_assert_uint_eq(message_type(hex("4e544c4d53535001 02000000")), 0);
}

TEST(open_errors)
{
    const struct {
        const char *hex;
        enum err want;
    } rows[] = {
        {"", ERR_TRUNCATED},
        {"4e544c4d535350", ERR_TRUNCATED},
        {"4e544c4d53535000", ERR_TRUNCATED},
        {"4e544c4d53535000 020000", ERR_TRUNCATED},
        {"4e544c4d53535001 02000000", ERR_NTLM_SIGNATURE},
        {"4e544c4d53535000 01000000", ERR_NTLM_TYPE},
        {"4e544c4d53535000 02000001", ERR_NTLM_TYPE},
        {"4e544c4d53535000 00000000", ERR_NTLM_TYPE},
    };

    for (size_t i = 0; i < N(rows); i++) {
        struct reader r = message_open(hex(rows[i].hex), NTLM_CHALLENGE);

        ck_err(reader_status(&r), rows[i].want);
        ck_assert_uint_eq(reader_left(&r), 0);
    }
}

TEST(open_leaves_the_rest)
{
    struct reader r = message_open(hex(TYPE_2 "aabb"), NTLM_CHALLENGE);

    ck_bytes(reader_consume(&r, reader_left(&r)), hex("aabb"));
    ck_ok(reader_status(&r));
}

TEST(open_caps_the_size)
{
    BUF_AUTO m = BUF_INIT;
    struct reader r;

    message_append_header(&m, NTLM_CHALLENGE);
    buf_append_zeros(&m, NTLM_MESSAGE_MAX - m.n);
    r = message_open(buf_bytes(&m), NTLM_CHALLENGE);
    ck_ok(reader_status(&r));
    buf_append_u8(&m, 0);
    r = message_open(buf_bytes(&m), NTLM_CHALLENGE);
    ck_err(reader_status(&r), ERR_TOO_LARGE);
}

static void check_field(struct bytes m, void *arg)
{
    struct reader r = reader_of(m);
    struct message_field f = message_field(&r);
    struct place place = place_at(m, 0);
    bool inside = place.len == 0 || place.offset + place.len <= m.n;
    unsigned *n_inside = arg;

    ck_err(reader_status(&r), inside ? ERR_OK : ERR_NTLM_FIELD);
    ck_assert_uint_eq(f.value.n, inside ? place.len : 0);
    if (f.value.n > 0) {
        ck_assert_uint_eq(f.offset, place.offset);
        ck_assert_ptr_eq(f.value.p, m.p + place.offset);
        (*n_inside)++;
    }
}

TEST(field_lies_inside_or_is_refused)
{
    BUF_AUTO m = BUF_INIT;
    unsigned n_inside = 0;

    buf_append_zeros(&m, 100);
    each_place(buf_bytes(&m), 0, check_field, &n_inside);
    ck_assert_uint_gt(n_inside, 20);
}

TEST(field_header_truncated)
{
    struct bytes whole = hex("0100010000000000");

    for (size_t n = 0; n < whole.n; n++) {
        struct reader r = reader_of(bytes_of(whole.p, n));

        ck_assert_uint_eq(message_field(&r).value.n, 0);
        ck_err(reader_status(&r), ERR_TRUNCATED);
    }
}

TEST(max_len_is_ignored)
{
    struct reader r = reader_of(hex("0100 0000 08000000 aa"));

    ck_bytes(message_field(&r).value, hex("aa"));
    r = reader_of(hex("0100 ffff 08000000 aa"));
    ck_bytes(message_field(&r).value, hex("aa"));
    ck_assert_uint_eq(reader_at(&r), MESSAGE_FIELD_LEN);
    ck_ok(reader_status(&r));
}

TEST(fields_may_touch_but_not_overlap)
{
    static const uint8_t byte[64];
    const struct {
        size_t a_len, a, b_len, b;
        enum err want;
    } rows[] = {
        {4, 32, 4, 36, ERR_OK},         {4, 36, 4, 32, ERR_OK},
        {4, 32, 4, 35, ERR_NTLM_FIELD}, {4, 35, 4, 32, ERR_NTLM_FIELD},
        {8, 32, 2, 34, ERR_NTLM_FIELD}, {2, 34, 8, 32, ERR_NTLM_FIELD},
        {4, 32, 4, 32, ERR_NTLM_FIELD}, {4, 31, 4, 40, ERR_NTLM_FIELD},
        {4, 40, 1, 0, ERR_NTLM_FIELD},  {0, 0, 4, 32, ERR_OK},
        {8, 32, 0, 34, ERR_OK},         {0, 0, 0, 0, ERR_OK},
    };

    for (size_t i = 0; i < N(rows); i++) {
        const struct message_field fields[2] = {
            {bytes_of(byte, rows[i].a_len), rows[i].a},
            {bytes_of(byte, rows[i].b_len), rows[i].b}};

        ck_err(message_check_fields(fields, 2, 32), rows[i].want);
    }
}

TEST(lowest_offset)
{
    const struct message_field fields[3] = {
        {bytes_str("a"), 50}, {bytes_str(""), 10}, {bytes_str("b"), 40}};

    ck_assert_uint_eq(message_lowest_offset(fields, 3, 100), 40);
    ck_assert_uint_eq(message_lowest_offset(fields, 2, 100), 50);
    ck_assert_uint_eq(message_lowest_offset(fields + 1, 1, 100), 100);
    ck_assert_uint_eq(message_lowest_offset(fields, 0, 7), 7);
}

TEST(name_cap_is_256_characters)
{
    static const uint8_t byte[514];

    ck_assert(message_name_fits(bytes_of(byte, 512), true));
    ck_assert(!message_name_fits(bytes_of(byte, 513), true));
    ck_assert(message_name_fits(bytes_of(byte, 256), false));
    ck_assert(!message_name_fits(bytes_of(byte, 257), false));
}

TEST(append_header_and_fields)
{
    BUF_AUTO m = BUF_INIT;
    size_t payload = 0x1234;

    message_append_header(&m, NTLM_AUTHENTICATE);
    message_append_field(&m, bytes_str("abc"), &payload);
    message_append_field(&m, bytes_str(""), &payload);
    ck_ok(buf_status(&m));
    ck_bytes(buf_bytes(&m), hex("4e544c4d53535000 03000000 0300 0300 34120000"
                                "0000 0000 37120000"));
    ck_assert_uint_eq(payload, 0x1237);
}

TEST(append_field_checks_its_numbers)
{
    static const uint8_t byte[65536];
    BUF_AUTO fits = BUF_INIT;
    BUF_AUTO long_value = BUF_INIT;
    size_t payload = 8;

    message_append_field(&fits, bytes_of(byte, 65535), &payload);
    ck_ok(buf_status(&fits));
    ck_bytes(buf_bytes(&fits), hex("ffff ffff 08000000"));
    message_append_field(&long_value, bytes_of(byte, 65536), &payload);
    ck_err(buf_status(&long_value), ERR_TOO_LARGE);
}

TEST(append_field_checks_its_offset)
{
    BUF_AUTO far = BUF_INIT;
    size_t payload = (size_t)UINT32_MAX + 1;

    if (SIZE_MAX == UINT32_MAX) {
        SKIP("no size_t of this machine is beyond 32 bits");
    }
    message_append_field(&far, bytes_str("x"), &payload);
    ck_err(buf_status(&far), ERR_TOO_LARGE);
}

TEST(our_version)
{
    ck_bytes(NTLM_OUR_VERSION, hex("0a00 0000 000000 0f"));
}
