/* SPDX-License-Identifier: ISC */
/* Where the header of AUTHENTICATE_MESSAGE ends: Version, MIC, and the short form. */
#include "ntlm/authenticate.h"
#include "ntlm/flags.h"
#include "tests/lib/harness.h"
#include "tests/lib/patch.h"

/* Appends a message of end bytes, with 01, 02, 03 ... from the Version's place on, and a
 * user of one byte at user_at; 0: no payload. */
static void append_message(struct buf *m, size_t user_at, size_t end, uint32_t flags)
{
    message_append_header(m, NTLM_AUTHENTICATE);
    buf_append_zeros(m, 52 - 12);
    buf_append_zeros(m, 8);
    buf_append_u32le(m, flags);
    for (uint8_t i = 1; m->n < end; i++) {
        buf_append_u8(m, i);
    }
    if (user_at > 0) {
        patch_u16le(m, 36, 1);
        patch_u32le(m, 40, (uint32_t)user_at);
    }
}

static size_t wanted_mic_offset(size_t room)
{
    return room >= 88 ? 72 : room >= 80 ? 64 : 0;
}

static void check_header(struct bytes m, size_t room, bool version_flag)
{
    size_t mic_at = wanted_mic_offset(room);
    bool version = version_flag && room >= 72 && mic_at != 64;
    struct ntlm_authenticate a;

    ck_ok(authenticate_decode(m, &a));
    ck_assert(a.has_mic == (mic_at != 0));
    ck_assert_uint_eq(a.mic_offset, mic_at);
    ck_bytes(a.mic, bytes_of(m.p + mic_at, mic_at != 0 ? 16 : 0));
    ck_assert(a.has_version == version);
    ck_bytes(a.version, bytes_of(m.p + 64, version ? 8 : 0));
}

/* Every offset at which the payload can begin, with and without VERSION in the flags. */
TEST(mic_and_version_by_where_the_payload_begins)
{
    for (size_t at = 64; at <= 100; at++) {
        for (int flag = 0; flag < 2; flag++) {
            BUF_AUTO m = BUF_INIT;

            append_message(&m, at, 120, flag != 0 ? NTLM_VERSION : 0);
            check_header(buf_bytes(&m), at, flag != 0);
        }
    }
}

/* If all fields are empty, the header ends where the message ends. */
TEST(mic_and_version_of_a_message_without_payload)
{
    for (size_t end = 64; end <= 100; end++) {
        BUF_AUTO m = BUF_INIT;

        append_message(&m, 0, end, NTLM_VERSION);
        check_header(buf_bytes(&m), end, true);
    }
}

/* An empty field that points into the header does not make the header shorter. */
TEST(empty_fields_do_not_count)
{
    BUF_AUTO m = BUF_INIT;

    append_message(&m, 88, 120, NTLM_VERSION);
    patch_u32le(&m, 32, 64);
    patch_u32le(&m, 56, 1);
    check_header(buf_bytes(&m), 88, true);
}

/* The session key may be the first field of the payload, and then determines where the
 * header ends. */
TEST(session_key_counts)
{
    BUF_AUTO m = BUF_INIT;

    append_message(&m, 100, 120, NTLM_VERSION);
    patch_u16le(&m, 52, 4);
    patch_u32le(&m, 56, 80);
    check_header(buf_bytes(&m), 80, true);
    patch_u32le(&m, 56, 72);
    check_header(buf_bytes(&m), 72, true);
}

/* If the payload begins at 52, the bytes at 52 and 60 belong to it, and are not session
 * key and flags. */
TEST(short_header_has_no_key_and_no_flags)
{
    for (size_t at = 52; at < 64; at++) {
        BUF_AUTO m = BUF_INIT;
        struct ntlm_authenticate a;

        append_message(&m, at, 120, 0xffffffff);
        ck_ok(authenticate_decode(buf_bytes(&m), &a));
        ck_assert_uint_eq(a.flags, 0);
        ck_assert_uint_eq(a.user.n, 1);
        ck_assert(a.session_key.n == 0 && !a.has_mic && !a.has_version);
    }
}

TEST(payload_in_the_base_is_refused)
{
    for (size_t at = 1; at < 52; at++) {
        BUF_AUTO m = BUF_INIT;
        struct ntlm_authenticate a;

        append_message(&m, at, 120, NTLM_VERSION);
        ck_err(authenticate_decode(buf_bytes(&m), &a), ERR_NTLM_FIELD);
    }
}
