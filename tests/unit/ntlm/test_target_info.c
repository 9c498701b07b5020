/* SPDX-License-Identifier: ISC */
/* Unit tests of ntlm/target_info. */
#include "ntlm/target_info.h"

#include "tests/lib/harness.h"

static const struct ntlm_bindings BINDINGS = {
    .present = true, .md5 = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}};

#define BINDINGS_HEX "0a001000 0102030405060708090a0b0c0d0e0f10 "
#define TARGET_HEX   "09000200 4100 "
#define EOL_HEX      "00000000"

/* [MS-NLMP] 2.2.2.1 and 3.2.5.1.1, in the order that Windows uses. */
TEST(offer_has_the_names_and_the_time)
{
    BUF_AUTO out = BUF_INIT;
    struct target_info_names names = {
        .nb_domain = bytes_str("D"),
        .nb_computer = bytes_str("C"),
        .dns_domain = bytes_str("d"),
        .dns_computer = bytes_str("c"),
    };

    ck_ok(target_info_offer(&out, &names, UINT64_C(0x0102030405060708)));
    ck_bytes(buf_bytes(&out), hex("02000200 4400 01000200 4300 04000200 6400 03000200 "
                                  "6300 07000800 0807060504030201 " EOL_HEX));
}

TEST(offer_leaves_empty_dns_names_out)
{
    BUF_AUTO out = BUF_INIT;
    struct target_info_names names = {
        .nb_domain = bytes_str("C"),
        .nb_computer = bytes_str("C"),
    };

    ck_ok(target_info_offer(&out, &names, 0));
    ck_bytes(buf_bytes(&out),
             hex("02000200 4300 01000200 4300 07000800 0000000000000000 " EOL_HEX));
}

TEST_TIMES(offer_refuses_what_is_not_utf8, 4)
{
    BUF_AUTO out = BUF_INIT;
    struct target_info_names names = {
        .nb_domain = bytes_str("C"),
        .nb_computer = bytes_str("C"),
    };
    struct bytes *texts[] = {&names.nb_domain, &names.nb_computer, &names.dns_domain,
                             &names.dns_computer};

    struct bytes good = *texts[_i];
    *texts[_i] = bytes_str("\xff");
    ck_err(target_info_offer(&out, &names, 0), ERR_UTF8);
    *texts[_i] = good;
    buf_cleanup(&out);
    ck_ok(target_info_offer(&out, &names, 0));
}

static const struct {
    const char *offered;
    bool mic;
    bool bindings;
    bool target;
    const char *answered;
} ANSWERS[] = {
    /* no pair is offered, and none is added */
    {EOL_HEX, false, false, false, EOL_HEX},
    /* offered pairs are copied byte for byte and in order, also unknown ones */
    {"ff7f0300 010203 01000200 4300 " EOL_HEX, false, false, false,
     "ff7f0300 010203 01000200 4300 " EOL_HEX},
    /* our pairs come before EOL */
    {"01000200 4300 " EOL_HEX, true, true, true,
     "01000200 4300 06000400 02000000 " BINDINGS_HEX TARGET_HEX EOL_HEX},
    /* there is one Flags, in the server's place, with the server's other bits */
    {"06000400 01000000 01000200 4300 " EOL_HEX, true, false, false,
     "06000400 03000000 01000200 4300 " EOL_HEX},
    /* without a MIC: the server can neither claim one for us nor call our SPN
     * untrusted */
    {"06000400 06000000 " EOL_HEX, false, false, false, "06000400 00000000 " EOL_HEX},
    {"06000400 04000000 " EOL_HEX, true, false, false, "06000400 02000000 " EOL_HEX},
    /* the server's ChannelBindings and TargetName are left out, whether we have our own
     * or not */
    {"0a001000 ffffffffffffffffffffffffffffffff 09000200 5800 01000200 4300 " EOL_HEX,
     false, true, true, "01000200 4300 " BINDINGS_HEX TARGET_HEX EOL_HEX},
    {"0a001000 ffffffffffffffffffffffffffffffff 09000200 5800 01000200 4300 " EOL_HEX,
     false, false, false, "01000200 4300 " EOL_HEX},
};

TEST_TABLE(answer_copies_and_adds, ANSWERS)
{
    BUF_AUTO out = BUF_INIT;
    struct avpair_list offered;
    struct target_info_answer answer = {
        .mic = row->mic,
        .bindings = row->bindings ? &BINDINGS : NULL,
        .target_name_utf16 = bytes_of("A", row->target ? 2 : 0),
    };

    ck_ok(avpair_decode(hex(row->offered), &offered));
    target_info_answer(&out, &offered, &answer);
    ck_ok(buf_status(&out));
    ck_bytes(buf_bytes(&out), hex(row->answered));
}

TEST(answer_leaves_absent_bindings_out)
{
    BUF_AUTO out = BUF_INIT;
    struct avpair_list offered;
    struct ntlm_bindings absent = {.present = false};
    struct target_info_answer answer = {.bindings = &absent};

    ck_ok(avpair_decode(hex(EOL_HEX), &offered));
    target_info_answer(&out, &offered, &answer);
    ck_bytes(buf_bytes(&out), hex(EOL_HEX));
}

static const struct {
    const char *sent;
    const char *returned;
    enum err err;
} CHECKS[] = {
    {"01000200 4300 02000200 4400 " EOL_HEX, "01000200 4300 02000200 4400 " EOL_HEX,
     ERR_OK},
    /* more pairs, another order */
    {"01000200 4300 02000200 4400 " EOL_HEX,
     "06000400 02000000 02000200 4400 01000200 4300 ff000000 " EOL_HEX, ERR_OK},
    {EOL_HEX, "01000200 4300 " EOL_HEX, ERR_OK},
    /* a pair that is missing, changed, longer, repeated, or repeated with another
     * value */
    {"01000200 4300 02000200 4400 " EOL_HEX, "02000200 4400 " EOL_HEX,
     ERR_NTLM_TARGET_INFO},
    {"01000200 4300 " EOL_HEX, EOL_HEX, ERR_NTLM_TARGET_INFO},
    {"01000200 4300 " EOL_HEX, "01000200 6300 " EOL_HEX, ERR_NTLM_TARGET_INFO},
    {"01000200 4300 " EOL_HEX, "01000400 43004300 " EOL_HEX, ERR_NTLM_TARGET_INFO},
    {"01000200 4300 " EOL_HEX, "01000000 " EOL_HEX, ERR_NTLM_TARGET_INFO},
    {"01000200 4300 " EOL_HEX, "01000200 4300 01000200 4300 " EOL_HEX,
     ERR_NTLM_TARGET_INFO},
    {"01000200 4300 " EOL_HEX, "01000200 4300 01000200 4400 " EOL_HEX,
     ERR_NTLM_TARGET_INFO},
    {"07000800 0100000000000000 " EOL_HEX, "07000800 0200000000000000 " EOL_HEX,
     ERR_NTLM_TARGET_INFO},
};

TEST_TABLE(check_wants_each_pair_back_once, CHECKS)
{
    struct avpair_list sent;
    struct avpair_list returned;

    ck_ok(avpair_decode(hex(row->sent), &sent));
    ck_ok(avpair_decode(hex(row->returned), &returned));
    ck_err(target_info_check(&sent, &returned), row->err);
}
