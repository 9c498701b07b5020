/* SPDX-License-Identifier: ISC */
/* NEGOTIATE_MESSAGE. */
#include "ntlm/flags.h"
#include "ntlm/negotiate.h"
#include "tests/unit/ntlm/fields.h"

#define HEADER "4e544c4d53535000 01000000"

/* Both names and a Version: "DOM" at 40, "WS" at 43; flags 0xe2083207. */
#define FULL                                                                             \
    HEADER "073208e2 0300 0300 28000000 0200 0200 2b000000 0601b11d0000000f 444f4d 5753"

static const size_t headers[] = {16, 24};

TEST(encode_exactly)
{
    BUF_AUTO m = BUF_INIT;

    negotiate_encode(&m, 0xe0088237);
    ck_ok(buf_status(&m));
    ck_bytes(buf_bytes(&m), hex(HEADER "378208e2 0000 0000 28000000 0000 0000 28000000"
                                       "0a00 0000 000000 0f"));
}

TEST(round_trip)
{
    BUF_AUTO m = BUF_INIT;
    struct ntlm_negotiate n;

    negotiate_encode(&m, NTLM_UNICODE | NTLM_ESS);
    ck_ok(negotiate_decode(buf_bytes(&m), &n));
    ck_assert_uint_eq(n.flags, NTLM_UNICODE | NTLM_ESS | NTLM_VERSION);
    ck_assert_uint_eq(n.domain.n, 0);
    ck_assert_uint_eq(n.workstation.n, 0);
    ck_assert(n.has_version);
    ck_bytes(n.version, NTLM_OUR_VERSION);
}

TEST(decode_full)
{
    struct ntlm_negotiate n;

    ck_ok(negotiate_decode(hex(FULL), &n));
    ck_assert_uint_eq(n.flags, 0xe2083207);
    ck_bytes(n.domain, bytes_str("DOM"));
    ck_bytes(n.workstation, bytes_str("WS"));
    ck_assert(n.has_version);
    ck_bytes(n.version, hex("0601b11d0000000f"));
}

/* Every length from 16 on: a field that is not inside of the message is absent. A message
 * of 12 to 15 bytes has no flags. */
TEST(every_length_without_names)
{
    struct bytes whole = hex(HEADER "070208e2 0000 0000 00000000 0000 0000 00000000"
                                    "0601b11d0000000f");

    for (size_t n_bytes = 0; n_bytes <= whole.n; n_bytes++) {
        struct ntlm_negotiate n;
        enum err e;

        err_note_clear();
        e = negotiate_decode(bytes_of(whole.p, n_bytes), &n);

        ck_err(e, n_bytes < 16 ? ERR_TRUNCATED : ERR_OK);
        ck_assert_str_eq(err_note_get(e),
                         n_bytes >= 12 && n_bytes < 16 ? "NEGOTIATE has no flags" : "");
        ck_assert_uint_eq(n.flags, n_bytes < 16 ? 0 : 0xe2080207);
        ck_assert(n.has_version == (n_bytes >= 40));
        ck_assert_uint_eq(n.domain.n + n.workstation.n, 0);
    }
}

TEST(names_whose_headers_are_cut_off_are_absent)
{
    struct bytes whole = hex(HEADER "073208e2 0000 0000 00000000 0200 0200 1c000000");
    struct ntlm_negotiate n;

    for (size_t n_bytes = 16; n_bytes < 32; n_bytes++) {
        ck_ok(negotiate_decode(bytes_of(whole.p, n_bytes), &n));
        ck_assert_uint_eq(n.workstation.n, 0);
    }
    ck_err(negotiate_decode(whole, &n), ERR_NTLM_FIELD); /* 28: inside the header */
}

/* curl and impacket send 32 bytes; VERSION in the flags does not add a Version. */
TEST(peers_of_32_bytes)
{
    struct ntlm_negotiate n;

    ck_ok(negotiate_decode(hex(HEADER "07820882 0000 0000 00000000 0000 0000 00000000"),
                           &n));
    ck_assert_uint_eq(n.flags, 0x82088207);
    ck_assert(!n.has_version);
    ck_ok(negotiate_decode(hex(HEADER "07820802 0000 0000 00000000 0000 0000 00000000"),
                           &n));
    ck_assert(!n.has_version);
}

/* The payload begins at 32 (Heimdal, 38 bytes) although VERSION is set: it is not read as
 * a Version. */
TEST(payload_in_the_place_of_the_version)
{
    struct ntlm_negotiate n;

    ck_ok(negotiate_decode(hex(HEADER "07320002 0300 0300 20000000 0300 0300 23000000"
                                      "444f4d 484f53"),
                           &n));
    ck_bytes(n.domain, bytes_str("DOM"));
    ck_bytes(n.workstation, bytes_str("HOS"));
    ck_assert(!n.has_version);
    ck_ok(negotiate_decode(hex(HEADER "07320002 0300 0300 20000000 0300 0300 2d000000"
                                      "444f4d 0000000000 0000000000 484f53"),
                           &n));
    ck_assert(!n.has_version);
}

/* Heimdal's 38 bytes: the domain's offset is 24, which is in the header, and the domain
 * is at 32. */
#define HEIMDAL(flags, domain_at)                                                        \
    HEADER flags "0600 0600" domain_at "0000 0000 00000000 530052005600"

TEST(heimdal_of_38_bytes)
{
    struct ntlm_negotiate n;

    ck_ok(negotiate_decode(hex(HEIMDAL("31120840", "18000000")), &n));
    ck_assert_uint_eq(n.flags, 0x40081231);
    ck_assert(!n.has_version);
    ck_assert_uint_eq(n.domain.n + n.workstation.n, 0);
}

TEST(a_domain_in_any_other_place_of_the_header_is_refused)
{
    const struct {
        const char *message;
        enum err want;
    } rows[] = {
        {HEIMDAL("31120840", "20000000"), ERR_OK},
        {HEIMDAL("31120840", "17000000"), ERR_NTLM_FIELD},
        {HEIMDAL("31120840", "19000000"), ERR_NTLM_FIELD},
        {HEIMDAL("31120840", "00000000"), ERR_NTLM_FIELD},
        {HEIMDAL("31320840", "18000000"), ERR_NTLM_FIELD}, /* with a workstation */
    };

    for (size_t i = 0; i < N(rows); i++) {
        struct ntlm_negotiate n;

        ck_err(negotiate_decode(hex(rows[i].message), &n), rows[i].want);
    }
}

TEST(version_only_with_its_flag)
{
    struct ntlm_negotiate n;

    ck_ok(negotiate_decode(hex(HEADER "07020000 0000 0000 28000000 0000 0000 28000000"
                                      "0601b11d0000000f"),
                           &n));
    ck_assert(!n.has_version);
    ck_assert_ptr_null(n.version.p);
}

/* Without its SUPPLIED flag the header of a name may have any contents. */
TEST(names_without_their_flag_are_not_looked_at)
{
    struct ntlm_negotiate n;
    const char *garbage = "ffff ffff ffffffff ffff 0000 01000000";
    const struct {
        const char *flags;
        enum err want;
    } rows[] = {
        {"07020000", ERR_OK},
        {"07120000", ERR_NTLM_FIELD},
        {"07220000", ERR_NTLM_FIELD},
        {"07320000", ERR_NTLM_FIELD},
    };

    for (size_t i = 0; i < N(rows); i++) {
        BUF_AUTO m = BUF_INIT;

        buf_append(&m, hex(HEADER));
        buf_append(&m, hex(rows[i].flags));
        buf_append(&m, hex(garbage));
        ck_err(negotiate_decode(buf_bytes(&m), &n), rows[i].want);
        ck_assert_uint_eq(n.domain.n + n.workstation.n, 0);
    }
}

static void check_places(struct bytes m, void *arg)
{
    struct ntlm_negotiate n;
    bool fine = places_fine(m, headers, 2, 32);
    unsigned *n_fine = arg;

    ck_err(negotiate_decode(m, &n), fine ? ERR_OK : ERR_NTLM_FIELD);
    ck_assert_uint_eq(n.domain.n, fine ? place_at(m, 16).len : 0);
    ck_assert_uint_eq(n.workstation.n, fine ? place_at(m, 24).len : 0);
    *n_fine += fine;
}

TEST(names_anywhere)
{
    for (size_t i = 0; i < 2; i++) {
        unsigned n_fine = 0;

        each_place(hex(FULL), headers[i], check_places, &n_fine);
        ck_assert_uint_gt(n_fine, 30);
    }
}

static void check_views(struct bytes m, void *arg)
{
    struct ntlm_negotiate n;
    enum err e = negotiate_decode(m, &n);

    (void)arg;
    ck_assert(e == ERR_OK || e == ERR_TRUNCATED || e == ERR_NTLM_SIGNATURE ||
              e == ERR_NTLM_TYPE || e == ERR_NTLM_FIELD);
    if (e != ERR_OK) {
        ck_assert(n.flags == 0 && n.domain.p == NULL && !n.has_version);
        return;
    }
    ck_assert(n.domain.n == 0 ||
              (n.domain.p >= m.p && n.domain.p + n.domain.n <= m.p + m.n));
    ck_assert(n.has_version == (n.version.n == 8));
}

TEST(truncated_anywhere)
{
    mutate_truncate(hex(FULL), check_views, NULL);
}

TEST(flipped_bits)
{
    mutate_flip(hex(FULL), check_views, NULL);
}

TEST(at_most_64_kib)
{
    BUF_AUTO m = BUF_INIT;
    struct ntlm_negotiate n;

    negotiate_encode(&m, NTLM_UNICODE);
    buf_append_zeros(&m, NTLM_MESSAGE_MAX - m.n);
    ck_ok(negotiate_decode(buf_bytes(&m), &n));
    buf_append_u8(&m, 0);
    ck_err(negotiate_decode(buf_bytes(&m), &n), ERR_TOO_LARGE);
}

TEST(windows_capture)
{
    struct ntlm_negotiate n;

    ck_ok(negotiate_decode(vector("ntlm-capture-freerdp.json", "negotiate"), &n));
    ck_assert_uint_eq(n.flags, 0xa2088207);
    ck_assert(n.has_version);
    ck_bytes(n.version, hex("060380250000000f"));
}
