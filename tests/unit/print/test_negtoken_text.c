/* SPDX-License-Identifier: ISC */
/* The printer: whole trees, faults with their place, nested tokens. */
#include "tools/print/negtoken_text.h"

#include "asn1/negtoken.h"

#include "tests/lib/harness.h"

#include <string.h>

#define INIT_HEAD "06062b0601050502 a0"

static const struct {
    const char *token;
    enum err e;
    size_t offset;
    const char *text;
} rows[] = {
    {"6037 " INIT_HEAD "2d 302b a019 3017 06092a864886f712010202 "
     "060a2b06010401823702020a a209 0407 4e544c4d535350 a303 0401 aa",
     ERR_OK, 0,
     "SPNEGO NegTokenInit in a GSS-API frame: 57 bytes\n"
     "  mechTypes: 2 mechanisms, 25 bytes for mechListMIC to sign\n"
     "    1.2.840.113554.1.2.2 (Kerberos)\n"
     "    1.3.6.1.4.1.311.2.2.10 (NTLM)\n"
     "  mechToken: 7 bytes\n"
     "  mechListMIC: 1 byte\n"},
    {"6037 " INIT_HEAD "2d 302b a00e 300c 060a2b06010401823702020a a104 03020146 "
     "a30b 3009 a007 1b05 61220a62ff a406 0404 01020304",
     ERR_OK, 0,
     "SPNEGO NegTokenInit2 in a GSS-API frame: 57 bytes\n"
     "  mechTypes: 1 mechanism, 14 bytes for mechListMIC to sign\n"
     "    1.3.6.1.4.1.311.2.2.10 (NTLM)\n"
     "  reqFlags: ignored by every implementation\n"
     "  negHints\n"
     "    hintName: \"a\\\"\\x0ab\\xff\"\n"
     "  mechListMIC: 4 bytes\n"},
    {"a11b 3019 a003 0a0101 a312 0410 01000000 49c217f5398d2467 00000000", ERR_OK, 0,
     "SPNEGO NegTokenResp: 29 bytes\n"
     "  negState: accept-incomplete\n"
     "  mechListMIC: 16 bytes, 0100000049c217f5398d246700000000\n"},
    {"a11c 301a a003 0a0102 a10b 06092a864882f712010202 a206 0404 6e000000", ERR_OK, 0,
     "SPNEGO NegTokenResp: 30 bytes\n"
     "  negState: reject\n"
     "  supportedMech: 1.2.840.48018.1.2.2 (Kerberos, Microsoft's OID)\n"
     "  responseToken: 4 bytes\n"},
    /* another mechanism's frame */
    {"6010 060a2b06010401823702020a 4e544c4d", ERR_NEG_TOKEN, 2,
     "SPNEGO NegTokenInit in a GSS-API frame: 18 bytes\n"
     "fault at byte 2: the SPNEGO token's fields are wrong (one is missing, twice, out "
     "of order or unknown); the peer is faulty\n"},
    /* cut in the mechToken: the bytes that are there are shown */
    {"a11c 301a a003 0a0103 a10b 06092a864882f712010202 a206 0404 6e", ERR_TRUNCATED, 27,
     "SPNEGO NegTokenResp: 27 bytes\n"
     "  negState: request-mic\n"
     "  supportedMech: 1.2.840.48018.1.2.2 (Kerberos, Microsoft's OID)\n"
     "  responseToken: 1 byte\n"
     "fault at byte 27: 3 bytes are missing at the end\n"},
    {"a107 3005 a003 0a01", ERR_TRUNCATED, 8,
     "SPNEGO NegTokenResp: 8 bytes\n"
     "fault at byte 8: 1 byte is missing at the end\n"},
    /* a repeated field, after the fields that are shown */
    {"a10c 300a a003 0a0100 a003 0a0100", ERR_NEG_TOKEN, 9,
     "SPNEGO NegTokenResp: 14 bytes\n"
     "  negState: accept-completed\n"
     "fault at byte 9: the SPNEGO token's fields are wrong (one is missing, twice, out "
     "of order or unknown); the peer is faulty\n"},
    {"a107 3005 a003 0a0100 00", ERR_DER, 9,
     "SPNEGO NegTokenResp: 10 bytes\n"
     "  negState: accept-completed\n"
     "fault at byte 9: the token's DER encoding is wrong; the peer or something between "
     "is faulty\n"},
};

TEST_TABLE(trees, rows)
{
    BUF_AUTO out = BUF_INIT;
    size_t offset = 99;

    ck_err(negtoken_text(&out, hex(row->token), 0, NULL, &offset), row->e);
    ck_assert_str_eq(buf_cstr(&out), row->text);
    ck_assert_uint_eq(offset, row->offset);
}

TEST(indented)
{
    BUF_AUTO out = BUF_INIT;
    size_t offset;

    buf_append_text(&out, "before\n");
    ck_ok(negtoken_text(&out, hex("a107 3005 a003 0a0100"), 3, NULL, &offset));
    ck_assert_str_eq(buf_cstr(&out), "before\n"
                                     "   SPNEGO NegTokenResp: 9 bytes\n"
                                     "     negState: accept-completed\n");
}

TEST(neither_form)
{
    BUF_AUTO out = BUF_INIT;
    size_t offset = 99;

    ck_err(negtoken_text(&out, hex("4e54"), 0, NULL, &offset), ERR_TOKEN_UNKNOWN);
    ck_assert_uint_eq(offset, 0);
    ck_err(negtoken_text(&out, bytes_of(NULL, 0), 0, NULL, &offset), ERR_TRUNCATED);
    ck_assert_uint_eq(offset, 0);
}

/* Prints the token's first byte; a token that begins with ff has a fault at its byte
 * 1. */
static enum err print_inner(struct buf *out, struct bytes token, unsigned indent,
                            size_t *out_fault_offset)
{
    buf_printf(out, "%*sinner %02x, %zu\n", (int)indent, "", token.p[0], token.n);
    *out_fault_offset = 1;
    return token.p[0] == 0xff ? ERR_NTLM_FIELD : ERR_OK;
}

static const struct text_nested inner_printer = {print_inner};

TEST(nested)
{
    BUF_AUTO out = BUF_INIT;
    size_t offset = 99;

    ck_ok(
        negtoken_text(&out, hex("a108 3006 a204 0402 0102"), 1, &inner_printer, &offset));
    ck_assert_str_eq(buf_cstr(&out), " SPNEGO NegTokenResp: 10 bytes\n"
                                     "   responseToken: 2 bytes\n"
                                     "     inner 01, 2\n");
    ck_assert_uint_eq(offset, 0);
}

TEST(nested_is_not_asked_of_nothing)
{
    BUF_AUTO out = BUF_INIT;
    size_t offset;

    ck_ok(negtoken_text(&out, hex("a106 3004 a202 0400"), 0, &inner_printer, &offset));
    ck_assert_str_eq(buf_cstr(&out), "SPNEGO NegTokenResp: 8 bytes\n"
                                     "  responseToken: 0 bytes\n");
}

/* The nested token begins at byte 8, so its fault is at byte 9 of the whole token. */
TEST(nested_fault)
{
    BUF_AUTO out = BUF_INIT;
    size_t offset = 99;

    ck_err(negtoken_text(&out, hex("a10d 300b a204 0402 ff02 a303 0401 aa"), 0,
                         &inner_printer, &offset),
           ERR_NTLM_FIELD);
    ck_assert_uint_eq(offset, 9);
    ck_assert_ptr_nonnull(strstr(buf_cstr(&out), "  mechListMIC: 1 byte\n"
                                                 "fault at byte 9: in the mechanism"));
}

/* SPNEGO's own fault precedes that of the nested token. */
TEST(own_fault_first)
{
    BUF_AUTO out = BUF_INIT;
    size_t offset = 99;

    ck_err(negtoken_text(&out, hex("a108 3006 a204 0402 ff"), 0, &inner_printer, &offset),
           ERR_TRUNCATED);
    ck_assert_uint_eq(offset, 9);
}
