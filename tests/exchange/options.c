/* SPDX-License-Identifier: ISC */
/* Options and properties by OID, anonymous logins, connectionless contexts, and the
 * attributes of the mechanisms. */
#include "base/reader.h"
#include "mech/flags.h"
#include "mech/oid.h"
#include "tests/exchange/handmade.h"

#include <string.h>

static struct login login;

static void begin(gss_OID mech, OM_uint32 asked)
{
    place_begin(LINES_BOTH, "");
    login_begin(&login, mech, ALICE, ALICE_PASSWORD, asked);
}

/* The value as an option has it: in the byte order of the machine. */
static struct bytes number(uint32_t value)
{
    const uint8_t *b = (const uint8_t *)&value;
    BUF_AUTO digits = BUF_INIT;

    buf_printf(&digits, "%02x%02x%02x%02x", b[0], b[1], b[2], b[3]);
    return hex(buf_cstr(&digits));
}

static unsigned requires_mic(struct peer *p)
{
    BUF_AUTO out = BUF_INIT;

    ck_assert(inquire(p, OPTION_SPNEGO_REQUIRE_MIC, &out));
    ck_assert_uint_eq(out.n, 1);
    return out.p[0];
}

/* Asks what a SPNEGO implementation above raw NTLM asks after each leg. */
TEST(a_mech_list_mic_is_due)
{
    begin(NTLM, SIGN_FLAGS);
    peer_initiate(&login.initiator, NOTHING);
    ck_assert_uint_eq(requires_mic(&login.initiator), 0);
    peer_accept(&login.acceptor, buf_bytes(&login.initiator.token));
    ck_assert_uint_eq(requires_mic(&login.acceptor), 0);
    peer_initiate(&login.initiator, buf_bytes(&login.acceptor.token));
    ck_assert_uint_eq(requires_mic(&login.initiator), 1);
    peer_accept(&login.acceptor, buf_bytes(&login.initiator.token));
    ck_assert_uint_eq(requires_mic(&login.acceptor), 1);
    login_end(&login);
}

TEST(no_mech_list_mic_without_integrity)
{
    begin(NTLM, 0);
    login_run(&login);
    ck_assert(login_is_done(&login));
    ck_assert_uint_eq(requires_mic(&login.initiator), 0);
    ck_assert_uint_eq(requires_mic(&login.acceptor), 0);
    login_end(&login);
}

/* The cipher is reset, and the sequence numbers continue. */
TEST_TIMES(cipher_reset, 2)
{
    struct bytes data = bytes_str("some text");
    BUF_AUTO token = BUF_INIT;
    BUF_AUTO plain = BUF_INIT;

    begin(mech_of(_i), SEAL_FLAGS);
    login_run(&login);
    carry_wrapped(&login.initiator, &login.acceptor, data);
    ck_complete(set_option(&login.initiator, OPTION_RESET_CRYPTO, number(0)));
    ck_complete(set_option(&login.acceptor, OPTION_RESET_CRYPTO, number(1)));
    (void)wrap(&login.initiator, data, &token);
    ck_assert_uint_eq(sequence_of(buf_bytes(&token)), _i == 0 ? 1 : 2);
    ck_fresh_keystream(&login.initiator, ROLE_INITIATOR, buf_bytes(&token), data);
    ck_complete(unwrap(&login.acceptor, buf_bytes(&token), &plain));
    protect_both_ways(&login);
    (void)set_option(&login.acceptor, OPTION_RESET_CRYPTO, hex("01"));
    ck_failed(&login.acceptor, GSS_S_FAILURE, "4 bytes");
    protect_both_ways(&login);
    login_end(&login);
}

/* In a connectionless context each message has a key of its own, and the application sets
 * its number. */
TEST(datagrams)
{
    BUF_AUTO late = BUF_INIT;
    BUF_AUTO plain = BUF_INIT;

    begin(NTLM, SEAL_FLAGS | MECH_DATAGRAM_FLAG);
    login_run(&login);
    ck_major(&login.acceptor, GSS_S_COMPLETE);
    ck_assert_uint_ne(login.acceptor.flags & MECH_DATAGRAM_FLAG, 0);
    ck_assert_uint_ne(login.initiator.flags & MECH_DATAGRAM_FLAG, 0);
    carry_wrapped(&login.initiator, &login.acceptor, bytes_str("zero"));
    ck_complete(set_option(&login.initiator, OPTION_SET_SEQUENCE, number(7)));
    (void)wrap(&login.initiator, bytes_str("seven"), &late);
    ck_assert_uint_eq(sequence_of(buf_bytes(&late)), 7);
    ck_assert(GSS_ERROR(unwrap(&login.acceptor, buf_bytes(&late), &plain)) != 0);
    ck_complete(set_option(&login.acceptor, OPTION_SET_SEQUENCE, number(7)));
    ck_complete(unwrap(&login.acceptor, buf_bytes(&late), &plain));
    ck_bytes(buf_bytes(&plain), bytes_str("seven"));
    login_end(&login);
}

TEST_TIMES(the_sequence_of_a_connection_is_not_set, 2)
{
    begin(mech_of(_i), SEAL_FLAGS);
    login_run(&login);
    (void)set_option(&login.initiator, OPTION_SET_SEQUENCE, number(0));
    ck_failed(&login.initiator, GSS_S_FAILURE, "datagram");
    protect_both_ways(&login);
    login_end(&login);
}

static const struct strength {
    uint32_t mask;
    OM_uint32 asked;
    uint32_t ssf;
} strengths[] = {
    {0xffffffff, SEAL_FLAGS, 128},
    {~(uint32_t)NTLM_128, SEAL_FLAGS, 56},
    {~(uint32_t)(NTLM_128 | NTLM_56), SEAL_FLAGS, 40},
    {~(uint32_t)NTLM_KEY_EXCH, SEAL_FLAGS, 128},
    {0xffffffff, SIGN_FLAGS, 1},
    {~(uint32_t)NTLM_KEY_EXCH, SIGN_FLAGS, 1},
    {~(uint32_t)NTLM_SEAL, SEAL_FLAGS, 1},
    {~(uint32_t)(NTLM_SEAL | NTLM_SIGN), SEAL_FLAGS, 0},
};

static void check_ssf(struct peer *p, uint32_t wanted)
{
    BUF_AUTO out = BUF_INIT;
    struct reader r;

    ck_assert(inquire(p, OPTION_SASL_SSF, &out));
    r = reader_of(buf_bytes(&out));
    ck_assert_uint_eq(reader_u32be(&r), wanted);
    ck_ok(reader_end(&r, ERR_ARGUMENT));
}

/* Either side masks the negotiate flags: the SASL strength is that of the flags that are
 * left. */
static void run_strength(const struct strength *s, bool at_initiator)
{
    login_begin(&login, NTLM, ALICE, ALICE_PASSWORD, s->asked);
    cred_option(at_initiator ? &login.initiator.cred : &login.acceptor.cred,
                OPTION_NEG_FLAGS, number(s->mask));
    login_run(&login);
    ck_major(&login.initiator, GSS_S_COMPLETE);
    ck_major(&login.acceptor, GSS_S_COMPLETE);
    ck_assert_uint_eq(login.initiator.flags, login.acceptor.flags);
    ck_assert_int_eq((login.initiator.flags & GSS_C_CONF_FLAG) != 0, s->ssf > 1);
    ck_assert_int_eq((login.initiator.flags & GSS_C_INTEG_FLAG) != 0, s->ssf > 0);
    check_ssf(&login.initiator, s->ssf);
    check_ssf(&login.acceptor, s->ssf);
    if (s->ssf > 0) {
        protect_both_ways(&login);
    }
    login_end(&login);
}

TEST_TABLE(negotiate_flags_and_sasl_strength, strengths)
{
    place_begin(LINES_BOTH, "");
    run_strength(row, true);
    run_strength(row, false);
}

TEST_TIMES(unknown_options, 2)
{
    BUF_AUTO out = BUF_INIT;

    begin(mech_of(_i), SEAL_FLAGS);
    login_run(&login);
    ck_assert(!inquire(&login.initiator, hex("2a030405"), &out));
    ck_failed(&login.initiator, GSS_S_UNAVAILABLE, "option");
    (void)set_option(&login.acceptor, hex("2a030405"), number(1));
    ck_failed(&login.acceptor, GSS_S_UNAVAILABLE, "option");
    protect_both_ways(&login);
    login_end(&login);
}

/* A half-open context has no key and no protection. */
TEST_TIMES(a_half_open_context, 2)
{
    BUF_AUTO out = BUF_INIT;
    OM_uint32 left;

    begin(mech_of(_i), SEAL_FLAGS);
    peer_initiate(&login.initiator, NOTHING);
    ck_assert(!inquire(&login.initiator, OPTION_SESSION_KEY, &out));
    ck_failed(&login.initiator, GSS_S_UNAVAILABLE, "no session key yet");
    ck_assert(inquire(&login.initiator, OPTION_SASL_SSF, &out));
    ck_bytes(buf_bytes(&out), number(0));
    (void)wrap(&login.initiator, bytes_str("x"), &out);
    ck_failed(&login.initiator, GSS_S_NO_CONTEXT, "not established");
    (void)get_mic(&login.initiator, bytes_str("x"), &out);
    ck_failed(&login.initiator, GSS_S_NO_CONTEXT, "not established");
    login.initiator.major =
        gss_context_time(&login.initiator.minor, login.initiator.context, &left);
    ck_assert_uint_eq(login.initiator.major, GSS_S_NO_CONTEXT);
    login_run(&login); /* the half-open context gets a token out of order */
    ck_failed(&login.initiator, GSS_S_DEFECTIVE_TOKEN, "");
    login_end(&login);
}

/* Asks for an anonymous login by the flag, or by the name of the credential. Under SPNEGO
 * the flag means NTLM only if there is a credential for NTLM. */
static void begin_anonymous(int i, const char *settings)
{
    gss_OID_set_desc only = {1, mech_of(i / 2)};
    bool is_user = i == 2;
    gss_name_t nobody;
    OM_uint32 minor;

    place_begin(LINES_BOTH, settings);
    login_begin(&login, mech_of(i / 2), is_user ? ALICE : NULL, ALICE_PASSWORD,
                SIGN_FLAGS);
    if (i % 2 == 0) {
        login.initiator.asked |= GSS_C_ANON_FLAG;
        return;
    }
    nobody = name_of("", GSS_C_NT_ANONYMOUS);
    ck_complete(gss_acquire_cred(&minor, nobody, 0, &only, GSS_C_INITIATE,
                                 &login.initiator.cred, NULL, NULL));
    (void)gss_release_name(&minor, &nobody);
}

TEST_TIMES(anonymous_that_is_not_allowed, 4)
{
    begin_anonymous(_i, "");
    login_run(&login);
    ck_failed(&login.acceptor, GSS_S_UNAUTHORIZED, "anonymous = yes");
    login_end(&login);
}

TEST_TIMES(anonymous_that_is_allowed, 4)
{
    BUF_AUTO out = BUF_INIT;

    begin_anonymous(_i, " anonymous = yes\n");
    if (_i / 2 == 1 && login.initiator.cred != GSS_C_NO_CREDENTIAL) {
        cred_option(&login.initiator.cred, OPTION_NO_CI_FLAGS, NOTHING);
    }
    login_run(&login);
    ck_major(&login.initiator, GSS_S_COMPLETE);
    ck_major(&login.acceptor, GSS_S_COMPLETE);
    ck_assert_uint_eq(login.acceptor.flags,
                      GSS_C_ANON_FLAG | GSS_C_TRANS_FLAG | GSS_C_PROT_READY_FLAG);
    ck_assert_uint_eq(login.initiator.flags,
                      GSS_C_ANON_FLAG | GSS_C_TRANS_FLAG | GSS_C_PROT_READY_FLAG);
    ck_assert_str_eq(display(login.acceptor.source), "NT AUTHORITY\\ANONYMOUS LOGON");
    ck_assert(!inquire(&login.acceptor, OPTION_SESSION_KEY, &out));
    ck_assert_uint_eq(wrap(&login.acceptor, bytes_str("x"), &out), GSS_S_UNAVAILABLE);
    ck_assert_uint_eq(get_mic(&login.initiator, bytes_str("x"), &out), GSS_S_UNAVAILABLE);
    login_end(&login);
}

/* Under SPNEGO the flag alone asks Kerberos: an anonymous login by NTLM must be asked for
 * by name. */
TEST(anonymous_without_ntlm)
{
    place_begin(LINES_BOTH, " anonymous = yes\n");
    login_begin(&login, SPNEGO, NULL, NULL, SIGN_FLAGS | GSS_C_ANON_FLAG);
    login_run(&login);
    check_appended(&login.initiator, GSS_S_NO_CRED, "no NTLM credential was found");
    ck_assert_uint_eq(login.initiator.token.n, 0);
    login_end(&login);
}

/* Properties of a mechanism that can be asked for before it is used. */
TEST_TIMES(attributes, 2)
{
    gss_OID_set attrs = GSS_C_NO_OID_SET;
    OM_uint32 minor;
    int nego = -1;
    int not_default = -1;

    place_begin(LINES_BOTH, "");
    ck_complete(gss_inquire_attrs_for_mech(&minor, mech_of(_i), &attrs, NULL));
    (void)gss_test_oid_set_member(&minor, (gss_OID)(uintptr_t)GSS_C_MA_MECH_NEGO, attrs,
                                  &nego);
    (void)gss_test_oid_set_member(&minor, (gss_OID)(uintptr_t)GSS_C_MA_NOT_DFLT_MECH,
                                  attrs, &not_default);
    ck_assert_int_eq(nego, _i == 1);
    ck_assert_int_eq(not_default, 0);
    (void)gss_release_oid_set(&minor, &attrs);
}

TEST(sasl_name)
{
    gss_buffer_desc name = GSS_C_EMPTY_BUFFER;
    gss_OID mech = GSS_C_NO_OID;
    OM_uint32 minor;

    place_begin(LINES_BOTH, "");
    ck_complete(gss_inquire_saslname_for_mech(&minor, NTLM, &name, NULL, NULL));
    ck_bytes(bytes_of(name.value, name.length), bytes_str("GS2-NTLM"));
    ck_complete(gss_inquire_mech_for_saslname(&minor, &name, &mech));
    ck_assert(oid_equal(mech, NTLM));
    (void)gss_release_buffer(&minor, &name);
}
