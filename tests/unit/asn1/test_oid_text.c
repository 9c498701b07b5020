/* SPDX-License-Identifier: ISC */
/* OIDs as text. */
#include "asn1/oid_text.h"
#include "tests/lib/harness.h"

static const struct {
    const char *body;
    const char *text;
} oids[] = {
    {"2b0601050502", "1.3.6.1.5.5.2 (SPNEGO)"},
    {"2b06010401823702021e", "1.3.6.1.4.1.311.2.2.30 (NegoEx)"},
    {"2a864886f71201020203", "1.2.840.113554.1.2.2.3 (Kerberos user-to-user)"},
    {"2b060105020500", "1.3.6.1.5.2.5.0"},
    {"2a0304", "1.2.3.4"},
    {"00", "0.0"},
    {"27", "0.39"},
    {"28", "1.0"},
    {"4f", "1.39"},
    {"50", "2.0"},
    {"883703", "2.999.3"},
    {"6981ffffffffffffffff7f", "2.25.18446744073709551615"},
    {"6982ffffffffffffffff7f", "OID 6982ffffffffffffffff7f (11 bytes)"},
    {"", "an empty OID"},
    {"2b86", "OID 2b86 (2 bytes)"},
    {"2b8001", "OID 2b8001 (3 bytes)"},
};

TEST_TABLE(an_oid_in_numbers, oids)
{
    BUF_AUTO out = BUF_INIT;

    oid_text(&out, hex(row->body));
    ck_assert_str_eq(buf_cstr(&out), row->text);
}

TEST(a_long_oid)
{
    BUF_AUTO body = BUF_INIT;
    BUF_AUTO out = BUF_INIT;

    buf_append_zeros(&body, 100000);
    oid_text(&out, buf_bytes(&body));
    ck_assert_str_eq(
        buf_cstr(&out),
        "OID 0000000000000000000000000000000000000000000000000000000000000000"
        "... (100000 bytes)");
}
