/* SPDX-License-Identifier: ISC */
/* gssapi_negotiate.h: its values are the module's, and those of gss-ntlmssp's header. */
#include <gssapi/gssapi_negotiate.h>

#include "mech/cred.h"
#include "mech/flags.h"
#include "mech/name_attribute.h"
#include "mech/oid.h"
#include "mech/status.h"
#include "tests/lib/harness.h"

/* OID: the body that the macros of this name give. */
#define OID(name) bytes_of(name##_STRING, name##_LENGTH)

static void check_oid(struct bytes macro, size_t text_length, struct bytes module)
{
    ck_assert_uint_eq(macro.n, text_length);
    ck_assert(bytes_equal(macro, module));
}

/* The length macro is also that of the text, without the NUL that C adds. */
#define CHECK_OID(name, module) check_oid(OID(name), sizeof(name##_STRING) - 1, module)

TEST(oids)
{
    CHECK_OID(GSS_NTLMSSP_OID, bytes_of(MECH_OID_NTLM.elements, MECH_OID_NTLM.length));
    CHECK_OID(GSS_NTLMSSP_SET_SEQ_NUM_OID, OPTION_SET_SEQUENCE);
    CHECK_OID(GSS_SPNEGO_REQUIRE_MIC_OID, OPTION_SPNEGO_REQUIRE_MIC);
    CHECK_OID(GSS_NTLMSSP_RESET_CRYPTO_OID, OPTION_RESET_CRYPTO);
    CHECK_OID(GSS_NTLMSSP_DEBUG_OID, OPTION_TRACE);
    CHECK_OID(GSS_NTLMSSP_NEG_FLAGS_OID, OPTION_NEG_FLAGS);
    CHECK_OID(GSS_NTLMSSP_BASE_OID,
              bytes_of(OPTION_TRACE.p, OPTION_TRACE.n - 1)); /* without the last number */
}

TEST(flags_and_statuses)
{
    ck_assert_uint_eq(GSS_C_DATAGRAM_FLAG, MECH_DATAGRAM_FLAG);
    ck_assert_uint_eq(GSS_NEGOTIATE_MINOR_BASE, STATUS_MINOR_BASE);
    ck_assert_int_eq((int)status_err(GSS_NEGOTIATE_MINOR_NO_SESSION_KEY),
                     (int)ERR_NO_SESSION_KEY);
    ck_assert_int_eq((int)status_err(GSS_NEGOTIATE_MINOR_AUTHORITY_UNAVAILABLE),
                     (int)ERR_AUTHORITY_UNAVAILABLE);
}

TEST(name_attributes)
{
    ck_assert_str_eq(GSS_NEGOTIATE_ATTRIBUTE_SID, NAME_ATTRIBUTE_SID);
    ck_assert_str_eq(GSS_NEGOTIATE_ATTRIBUTE_PLAIN_SID, NAME_ATTRIBUTE_PLAIN_SID);
    ck_assert_str_eq(GSS_NEGOTIATE_ATTRIBUTE_SIDS, NAME_ATTRIBUTE_SIDS);
}

/* Each key is read into its own place; a key that is not known is an error. */
TEST(keys_of_a_credential_store)
{
    const struct cred_store_key keys[] = {
        {GSS_NTLMSSP_CS_DOMAIN, "AD"},
        {GSS_NTLMSSP_CS_NTHASH, "000102030405060708090a0b0c0d0e0f"},
        {GSS_NTLMSSP_CS_PASSWORD, "correct horse"},
        {GSS_NTLMSSP_CS_KEYFILE, "/keys"},
    };
    const struct cred_store_key unknown = {GSS_NTLMSSP_CS_KEYFILE "s", "/keys"};
    struct cred_source source = {0};

    ck_ok(cred_source_read(keys, sizeof(keys) / sizeof(keys[0]), &source));
    ck_assert(bytes_equal(source.domain, bytes_str("AD")));
    ck_assert(source.has_nt_hash && source.nt_hash.b[15] == 15);
    ck_assert(bytes_equal(source.password, bytes_str("correct horse")));
    ck_assert(bytes_equal(source.keyfile, bytes_str("/keys")));
    ck_err(cred_source_read(&unknown, 1, &source), ERR_CRED_KEY);
}

/* The values that programs have compiled in from gss-ntlmssp's header. */
TEST(names_of_gss_ntlmssp)
{
    const struct bytes base =
        bytes_of("\x2b\x06\x01\x04\x01\xb7\x7d\x85\x0f\x01", 10); /* ...7165.655.1 */
    const struct bytes options[] = {
        OID(GSS_NTLMSSP_SET_SEQ_NUM_OID), OID(GSS_SPNEGO_REQUIRE_MIC_OID),
        OID(GSS_NTLMSSP_RESET_CRYPTO_OID), OID(GSS_NTLMSSP_DEBUG_OID),
        OID(GSS_NTLMSSP_NEG_FLAGS_OID)};

    ck_assert(bytes_equal(OID(GSS_NTLMSSP_BASE_OID), base));
    for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
        ck_assert(bytes_has_prefix(options[i], base));
        ck_assert_uint_eq(options[i].n, base.n + 1);
        ck_assert_uint_eq(options[i].p[base.n], i + 1);
    }
    ck_assert_str_eq(GSS_NTLMSSP_CS_DOMAIN, "ntlmssp_domain");
    ck_assert_str_eq(GSS_NTLMSSP_CS_NTHASH, "ntlmssp_nthash");
    ck_assert_str_eq(GSS_NTLMSSP_CS_PASSWORD, "ntlmssp_password");
    ck_assert_str_eq(GSS_NTLMSSP_CS_KEYFILE, "ntlmssp_keyfile");
    ck_assert_uint_eq(GSS_C_DATAGRAM_FLAG, 0x10000);
}
