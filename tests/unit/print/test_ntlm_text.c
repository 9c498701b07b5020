/* SPDX-License-Identifier: ISC */
/* NTLM messages as a readable tree. */
#include "ntlm/authenticate.h"
#include "ntlm/avpair.h"
#include "ntlm/challenge.h"
#include "ntlm/flags.h"
#include "ntlm/negotiate.h"
#include "tests/lib/harness.h"
#include "tests/lib/patch.h"
#include "tests/unit/ntlm/messages.h"
#include "tools/print/ntlm_text.h"

#include <string.h>

static const char *tree(struct buf *out, struct bytes m, bool reveal, enum err want,
                        size_t want_offset)
{
    size_t offset = 12345;

    ck_err(ntlm_text(out, m, 2, reveal, &offset), want);
    ck_assert_uint_eq(offset, want_offset);
    ck_ok(buf_status(out));
    return buf_cstr(out);
}

static void check_has(const char *text, const char *part)
{
    ck_assert_msg(strstr(text, part) != NULL, "no '%s' in\n%s", part, text);
}

static void check_has_not(const char *text, const char *part)
{
    ck_assert_msg(strstr(text, part) == NULL, "'%s' in\n%s", part, text);
}

TEST(flags)
{
    const struct {
        uint32_t flags;
        const char *want;
    } rows[] = {
        {0, "none"},
        {NTLM_UNICODE | NTLM_SIGN | NTLM_ESS | NTLM_128, "UNICODE|SIGN|ESS|128"},
        {0x00000100, "0x00000100"},
        {0x1c000108 | NTLM_56, "56|0x1c000108"},
    };

    for (size_t i = 0; i < N(rows); i++) {
        BUF_AUTO out = BUF_INIT;

        ntlm_flags_text(&out, rows[i].flags);
        ck_assert_str_eq(buf_cstr(&out), rows[i].want);
    }
}

TEST(negotiate)
{
    BUF_AUTO out = BUF_INIT;

    ck_assert_str_eq(tree(&out, hex(NEGOTIATE), false, ERR_OK, 0),
                     "  NTLM NEGOTIATE, 45 bytes\n"
                     "    Flags: 0xe2083207 UNICODE|OEM|REQUEST_TARGET|NTLM|"
                     "OEM_DOMAIN_SUPPLIED|OEM_WORKSTATION_SUPPLIED|ESS|VERSION|128|"
                     "KEY_EXCH|56\n"
                     "    DomainName: \"DOM\" (3 bytes at 40)\n"
                     "    WorkstationName: \"WS\" (2 bytes at 43)\n"
                     "    Version: 6.1 build 7601 rev 15\n");
}

TEST(negotiate_of_12_bytes)
{
    BUF_AUTO out = BUF_INIT;

    ck_assert_str_eq(
        tree(&out, hex("4e544c4d53535000 01000000"), false, ERR_TRUNCATED, 12),
        "  NTLM NEGOTIATE, 12 bytes\n"
        "    fault at byte 12: the token ends too early; check what transports it for a "
        "length limit\n");
}

TEST(nlmp_4_2_4_3_challenge)
{
    BUF_AUTO out = BUF_INIT;

    ck_assert_str_eq(
        tree(&out, hex(CHALLENGE), false, ERR_OK, 0),
        "  NTLM CHALLENGE, 104 bytes\n"
        "    Flags: 0xe28a8233 UNICODE|OEM|SIGN|SEAL|NTLM|ALWAYS_SIGN|TARGET_TYPE_SERVER|"
        "ESS|TARGET_INFO|VERSION|128|KEY_EXCH|56\n"
        "    TargetName: \"Server\" (12 bytes at 56)\n"
        "    TargetInfo: 36 bytes at 68\n"
        "      MsvAvNbDomainName: \"Domain\" (12 bytes at 72)\n"
        "      MsvAvNbComputerName: \"Server\" (12 bytes at 88)\n"
        "    ServerChallenge: 0123456789abcdef (8 bytes at 24)\n"
        "    Version: 6.0 build 6000 rev 15\n");
}

TEST(nlmp_4_2_4_3_authenticate)
{
    BUF_AUTO out = BUF_INIT;

    ck_assert_str_eq(
        tree(&out, hex(AUTHENTICATE), false, ERR_OK, 0),
        "  NTLM AUTHENTICATE, 232 bytes\n"
        "    Flags: 0xe2888235 UNICODE|REQUEST_TARGET|SIGN|SEAL|NTLM|ALWAYS_SIGN|ESS|"
        "TARGET_INFO|VERSION|128|KEY_EXCH|56\n"
        "    LmChallengeResponse: 24 bytes at 108, LM or LMv2 (hidden)\n"
        "    NtChallengeResponse: 84 bytes at 132, NTLMv2\n"
        "      NTProofStr: 16 bytes (hidden)\n"
        "      RespType: 1, highest 1\n"
        "      TimeStamp: 1601-01-01T00:00:00.0000000Z (0x0000000000000000)\n"
        "      ChallengeFromClient: 8 bytes (hidden)\n"
        "      MsvAvNbDomainName: \"Domain\" (12 bytes at 180)\n"
        "      MsvAvNbComputerName: \"Server\" (12 bytes at 196)\n"
        "      after the AV pairs: 4 bytes\n"
        "    DomainName: \"Domain\" (12 bytes at 72)\n"
        "    UserName: \"User\" (8 bytes at 84)\n"
        "    Workstation: \"COMPUTER\" (16 bytes at 92)\n"
        "    EncryptedRandomSessionKey: 16 bytes at 216 (hidden)\n"
        "    Version: 5.1 build 2600 rev 15\n");
}

TEST(secrets_show_only_if_revealed)
{
    const char *secrets[] = {PROOF, LMV2, ENCRYPTED_KEY, "aaaaaaaaaaaaaaaa"};

    for (size_t i = 0; i < N(secrets); i++) {
        BUF_AUTO hidden = BUF_INIT;
        BUF_AUTO shown = BUF_INIT;

        check_has_not(tree(&hidden, hex(AUTHENTICATE), false, ERR_OK, 0), secrets[i]);
        check_has(tree(&shown, hex(AUTHENTICATE), true, ERR_OK, 0), secrets[i]);
    }
}

/* Showing a name that overlaps a response would show the response. */
TEST(what_lies_over_a_secret_is_not_shown)
{
    BUF_AUTO m = BUF_INIT;
    BUF_AUTO out = BUF_INIT;
    const char *text;

    ck_ok(buf_dup(&m, hex(AUTHENTICATE)));
    patch_u32le(&m, 40, 216); /* UserName over the session key */
    text = tree(&out, buf_bytes(&m), false, ERR_NTLM_FIELD, 36);
    check_has(text, "UserName: 8 bytes at 216, over the header or another field\n");
    check_has(text, "DomainName: \"Domain\" (12 bytes at 72)\n");
    check_has_not(text, "c5da");
}

TEST(windows_capture)
{
    BUF_AUTO out = BUF_INIT;
    const char *text =
        tree(&out, vector("ntlm-capture-freerdp.json", "authenticate"), false, ERR_OK, 0);

    check_has(text, "LmChallengeResponse: 24 zero bytes at 130, none\n");
    check_has(text,
              "MsvAvTimestamp: 2014-06-18T15:12:18.0041523Z (0x01cf8b07b1bd5733)\n");
    check_has(text, "MsvAvFlags: 0x00000002 MIC\n");
    check_has(text, "MsvAvSingleHost: 30000000");
    check_has(text, "MsvAvChannelBindings: 16 zero bytes at 360, none\n");
    check_has(text, "MsvAvTargetName: \"HTTP/rw.local\" (26 bytes at 380)\n");
    check_has(text, "EncryptedRandomSessionKey: empty\n");
    check_has(text, "MIC: 12e55af580ee3f29e1de904d73770625 (16 bytes at 72)\n");
    check_has_not(text, "621468c8");
}

/* An AUTHENTICATE with these responses, as hex. */
static const char *responses(struct buf *out, const char *lm, const char *nt,
                             enum err want, size_t want_offset)
{
    struct ntlm_authenticate a = {
        .lm_response = hex(lm), .nt_response = hex(nt), .flags = NTLM_UNICODE};
    BUF_AUTO m = BUF_INIT;

    authenticate_encode(&m, &a);
    return tree(out, buf_bytes(&m), false, want, want_offset);
}

TEST(kinds_of_responses)
{
    const char *z8 = "0000000000000000";
    const char *v1 = "67c43011f30298a2ad35ece64f16331c44bdbed927841f94";
    const struct {
        const char *lm;
        const char *nt;
        const char *want;
        enum err e;
        size_t offset;
    } rows[] = {
        {"", "", "LmChallengeResponse: empty\n", ERR_OK, 0},
        {"", "", "NtChallengeResponse: empty\n", ERR_OK, 0},
        {"00", "", "LmChallengeResponse: 1 zero byte at 88, anonymous\n", ERR_OK, 0},
        {"01", "", "1 bytes at 88, of unknown kind (hidden)\n", ERR_NTLM_RESPONSE, 88},
        {"0000", "", "2 bytes at 88, of unknown kind (hidden)\n", ERR_NTLM_RESPONSE, 88},
        {"", v1, "NtChallengeResponse: 24 bytes at 88, NTLMv1 (hidden)\n", ERR_OK, 0},
        {"00", z8, "8 bytes at 89, of unknown kind (hidden)\n", ERR_NTLM_RESPONSE, 89},
        {"", PROOF PROOF PROOF "00", "NtChallengeResponse: 49 bytes at 88, NTLMv2\n",
         ERR_NTLM_AVPAIR, 132},
        {"", PROOF PROOF "112233445566778899aabb", "43 bytes at 88, of unknown kind",
         ERR_NTLM_RESPONSE, 88},
    };

    for (size_t i = 0; i < N(rows); i++) {
        BUF_AUTO out = BUF_INIT;

        check_has(responses(&out, rows[i].lm, rows[i].nt, rows[i].e, rows[i].offset),
                  rows[i].want);
    }
}

/* Some clients send a blob without AV pairs, which is not a fault. */
TEST(blob_without_av_pairs)
{
    BUF_AUTO out = BUF_INIT;
    const char *text = responses(
        &out, "", PROOF "0101000000000000 3357bdb1078bcf01 20c02b3dc061a773 00000000",
        ERR_OK, 0);

    check_has(text, "TimeStamp: 2014-06-18T15:12:18.0041523Z (0x01cf8b07b1bd5733)\n");
    check_has_not(text, "fault");
}

/* Makes a CHALLENGE with this TargetInfo at byte 56. */
static const char *target_info(struct buf *out, struct bytes raw, enum err want,
                               size_t want_offset)
{
    struct ntlm_challenge c = {.flags = NTLM_UNICODE, .target_info = raw};
    BUF_AUTO m = BUF_INIT;

    challenge_encode(&m, &c);
    return tree(out, buf_bytes(&m), false, want, want_offset);
}

TEST(av_pairs)
{
    const struct {
        const char *hex;
        const char *want;
        enum err e;
        size_t offset;
    } rows[] = {
        {"03000400 61006200 00000000", "MsvAvDnsComputerName: \"ab\" (4 bytes at 60)\n",
         ERR_OK, 0},
        {"04000000 00000000", "MsvAvDnsDomainName: empty\n", ERR_OK, 0},
        {"05000200 6100 00000000", "MsvAvDnsTreeName: \"a\"", ERR_OK, 0},
        {"06000400 00000000 00000000", "MsvAvFlags: 0x00000000\n", ERR_OK, 0},
        {"06000400 0f000000 00000000",
         "MsvAvFlags: 0x0000000f CONSTRAINED MIC UNTRUSTED_SPN and unknown bits\n",
         ERR_OK, 0},
        {"07000800 ffffffffffffffff 00000000", "(0xffffffffffffffff)\n", ERR_OK, 0},
        {"0a001000 00000000000000000000000000000001 00000000",
         "MsvAvChannelBindings: 00000000000000000000000000000001 (16 bytes at 60)\n",
         ERR_OK, 0},
        {"ff000300 010203 00000000", "AvId 0x00ff: 010203 (3 bytes at 60)\n", ERR_OK, 0},
        {"00000000 0102", "after the AV pairs: 2 bytes\n", ERR_OK, 0},
        {"02000200 6100", "malformed AV pair at 62\n", ERR_NTLM_AVPAIR, 62},
        {"02000200 6100 00000100 00", "malformed AV pair at 62\n", ERR_NTLM_AVPAIR, 62},
        {"02000200 6100 07000400 00000000 00000000", "malformed AV pair at 62\n",
         ERR_NTLM_AVPAIR, 62},
        {"06000400 02000000 06000400 02000000 00000000", "malformed AV pair at 64\n",
         ERR_NTLM_AVPAIR, 64},
        {"02000200 00d8 00000000", "MsvAvNbDomainName: not UTF-16, 00d8", ERR_UTF16, 60},
    };

    for (size_t i = 0; i < N(rows); i++) {
        BUF_AUTO out = BUF_INIT;

        check_has(target_info(&out, hex(rows[i].hex), rows[i].e, rows[i].offset),
                  rows[i].want);
    }
}

TEST(long_values_are_cut)
{
    BUF_AUTO raw = BUF_INIT;
    BUF_AUTO out = BUF_INIT;
    static const uint8_t byte[65000];

    avpair_append(&raw, 0x77, bytes_of(byte, sizeof(byte)));
    avpair_append_eol(&raw);
    check_has(target_info(&out, buf_bytes(&raw), ERR_OK, 0),
              "00... (65000 bytes at 60)\n");
    ck_assert_uint_lt(out.n, 1000);
}

/* A peer's quotes, newlines and escape sequences do not reach the terminal. */
TEST(peers_texts_are_escaped)
{
    struct ntlm_authenticate a = {.user = hex("61002200 0a00 1b00 62 00"),
                                  .flags = NTLM_UNICODE};
    struct ntlm_authenticate oem = {.user = hex("610aff")};
    BUF_AUTO m = BUF_INIT;
    BUF_AUTO m_oem = BUF_INIT;
    BUF_AUTO out = BUF_INIT;
    BUF_AUTO out_oem = BUF_INIT;
    const char *text;

    authenticate_encode(&m, &a);
    text = tree(&out, buf_bytes(&m), false, ERR_OK, 0);
    check_has_not(text, "a\"");
    check_has_not(text, "\x1b");
    check_has(text, "\\x0a\\x1bb\" (10 bytes at 88)\n");
    authenticate_encode(&m_oem, &oem);
    check_has(tree(&out_oem, buf_bytes(&m_oem), false, ERR_OK, 0),
              "UserName: \"a\\x0a\\xff\" (3 bytes at 88)\n");
}

TEST(faults_and_their_offsets)
{
    const struct {
        const char *hex;
        enum err e;
        size_t offset;
        const char *want;
    } rows[] = {
        {"", ERR_TRUNCATED, 0, "NTLM message, 0 bytes\n"},
        {"4e544c4d", ERR_TRUNCATED, 4, "fault at byte 4: "},
        {"4e544c4d53535001 01000000", ERR_NTLM_SIGNATURE, 0, "fault at byte 0: "},
        {"4e544c4d53535000 0100", ERR_TRUNCATED, 10, "fault at byte 10: "},
        {"4e544c4d53535000 04000000", ERR_NTLM_TYPE, 8, "fault at byte 8: "},
        {"4e544c4d53535000 02000000 0000", ERR_TRUNCATED, 12, "NTLM CHALLENGE, 14 bytes"},
        {"4e544c4d53535000 02000000 0000000000000000 01020304 0000", ERR_TRUNCATED, 26,
         "Flags: 0x04030201"},
        {"4e544c4d53535000 02000000 0400000020000000 01000000 0011223344556677 6100",
         ERR_NTLM_FIELD, 12, "TargetName: 4 bytes at 32, outside the message\n"},
        {"4e544c4d53535000 02000000 0400000010000000 01000000 0011223344556677 6100",
         ERR_NTLM_FIELD, 12, "ServerChallenge: 0011223344556677"},
    };

    for (size_t i = 0; i < N(rows); i++) {
        BUF_AUTO out = BUF_INIT;
        const char *text = tree(&out, hex(rows[i].hex), false, rows[i].e, rows[i].offset);

        check_has(text, rows[i].want);
        check_has(text, err_sentence(rows[i].e));
    }
}

TEST(faults_of_size)
{
    BUF_AUTO m = BUF_INIT;
    BUF_AUTO out = BUF_INIT;
    BUF_AUTO out_name = BUF_INIT;
    BUF_AUTO long_name = BUF_INIT;
    static const uint8_t byte[514];
    struct ntlm_authenticate a = {.user = bytes_of(byte, 514), .flags = NTLM_UNICODE};

    negotiate_encode(&m, 0);
    buf_append_zeros(&m, NTLM_MESSAGE_MAX);
    tree(&out, buf_bytes(&m), false, ERR_TOO_LARGE, NTLM_MESSAGE_MAX);
    authenticate_encode(&long_name, &a);
    tree(&out_name, buf_bytes(&long_name), false, ERR_TOO_LARGE, 36);
}
