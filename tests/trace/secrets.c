/* SPDX-License-Identifier: ISC */
/* Searches the trace of a login for each of its secrets, in every form. */
#include "base/text.h"
#include "mech/oid.h"
#include "ntlm/authenticate.h"
#include "ntlm/kdf.h"
#include "tests/exchange/builtin_fault.h"
#include "tests/exchange/protect.h"
#include "tests/trace/tracefile.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static struct login login;

/* Copies of the messages. */
static struct buf challenge;
static struct buf authenticate;

static void keep_messages(struct login *l, unsigned leg, struct buf *token)
{
    const uint8_t *at = memmem(token->p, token->n, "NTLMSSP", 8);
    struct buf *to;

    (void)l;
    (void)leg;
    if (at == NULL || at[8] == 1) {
        return;
    }
    to = at[8] == 2 ? &challenge : &authenticate;
    buf_cleanup(to);
    ck_ok(buf_dup(to, bytes_of(at, token->n - (size_t)(at - token->p))));
}

static bool has(const char *trace, struct bytes form)
{
    return memmem(trace, strlen(trace), form.p, form.n) != NULL;
}

/* Appends base64 of whole groups of three bytes only: in a longer text, the bytes that
 * follow change the rest. */
static void base64(struct buf *out, struct bytes data)
{
    static const char digits[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    for (size_t i = 0; i + 3 <= data.n; i += 3) {
        unsigned bits = (unsigned)(data.p[i] << 16 | data.p[i + 1] << 8 | data.p[i + 2]);

        for (int shift = 18; shift >= 0; shift -= 6) {
            buf_append_u8(out, (uint8_t)digits[bits >> shift & 63]);
        }
    }
}

/* Whether the trace has the secret as bytes, as hex of either case, or as base64. */
static bool is_in_trace(const char *trace, struct bytes secret)
{
    BUF_AUTO hex_text = BUF_INIT;
    BUF_AUTO base64_text = BUF_INIT;
    bool told = has(trace, secret);

    text_hex(&hex_text, secret);
    told = told || has(trace, buf_bytes(&hex_text));
    for (size_t i = 0; i < hex_text.n; i++) {
        hex_text.p[i] = (uint8_t)toupper(hex_text.p[i]);
    }
    told = told || has(trace, buf_bytes(&hex_text));
    base64(&base64_text, secret);
    return told || has(trace, buf_bytes(&base64_text));
}

static void check_secret(const char *trace, const char *what, struct bytes secret)
{
    ck_assert_msg(secret.n >= 8, "%s has %zu bytes", what, secret.n);
    ck_assert_msg(!is_in_trace(trace, secret), "the trace tells the %s", what);
}

static void utf16(struct buf *out, const char *text)
{
    for (; *text != '\0'; text++) {
        buf_append_u16le(out, (uint16_t)*text);
    }
}

static void check_password(const char *trace)
{
    BUF_AUTO password = BUF_INIT;
    BUF_AUTO user = BUF_INIT;
    BUF_AUTO domain = BUF_INIT;
    struct ntlm_key hash;
    struct ntlm_key ntowf;

    utf16(&password, ALICE_PASSWORD);
    utf16(&user, "ALICE");
    utf16(&domain, "AD");
    ck_ok(kdf_nt_hash(bytes_str(ALICE_PASSWORD), &hash));
    ck_ok(kdf_ntowfv2(&hash, buf_bytes(&user), buf_bytes(&domain), &ntowf));
    check_secret(trace, "password", bytes_str(ALICE_PASSWORD));
    check_secret(trace, "password in UTF-16", buf_bytes(&password));
    check_secret(trace, "NT hash", bytes_of(hash.b, sizeof(hash.b)));
    check_secret(trace, "NTOWFv2", bytes_of(ntowf.b, sizeof(ntowf.b)));
}

static void check_responses(const char *trace)
{
    struct ntlm_authenticate a;
    struct bytes part;

    ck_ok(authenticate_decode(buf_bytes(&authenticate), &a));
    check_secret(trace, "NT response", a.nt_response);
    ck_ok(bytes_slice(a.nt_response, 0, 16, &part));
    check_secret(trace, "NTProofStr", part);
    ck_ok(bytes_slice(a.nt_response, 32, 8, &part));
    check_secret(trace, "client challenge", part);
    check_secret(trace, "encrypted session key", a.session_key);
}

static void check_session_key(const char *trace, struct peer *p)
{
    BUF_AUTO key = BUF_INIT;

    ck_assert(inquire(p, OPTION_SESSION_KEY, &key));
    check_secret(trace, "session key", buf_bytes(&key));
}

TEST_TIMES(no_secret_is_written, 3)
{
    struct bytes server_challenge;
    const char *trace;

    (void)tracefile_begin();
    place_begin(_i == 2 ? LINES_NTLM : LINES_BOTH, "");
    login_begin(&login, mech_of(_i), ALICE, ALICE_PASSWORD, SEAL_FLAGS);
    login.tamper = keep_messages;
    login_run(&login);
    skip_builtin_fault(&login);
    ck_assert(login_is_done(&login));
    protect_both_ways(&login);
    trace = tracefile_read();
    ck_ok(bytes_slice(buf_bytes(&challenge), 24, 8, &server_challenge));
    ck_assert(
        is_in_trace(trace, server_challenge)); /* a value that is not secret is found */
    check_password(trace);
    check_responses(trace);
    check_session_key(trace, &login.initiator);
    check_session_key(trace, &login.acceptor);
    login_end(&login);
}

/* No secret of a failed login is written, although its sentences are. */
TEST_TIMES(no_secret_of_a_failed_login, 2)
{
    (void)tracefile_begin();
    place_begin(LINES_BOTH, "");
    login_begin(&login, mech_of(_i), ALICE, "Another secret", SEAL_FLAGS);
    login.tamper = keep_messages;
    login_run(&login);
    ck_assert(GSS_ERROR(login.acceptor.major));
    ck_has(tracefile_read(), "state=failed");
    check_secret(tracefile_read(), "password", bytes_str("Another secret"));
    check_password(tracefile_read());
    check_responses(tracefile_read());
    login_end(&login);
}

/* Makes the name's header point to the responses, so that showing the name would show
 * them. */
static void show_response_as_name(struct login *l, unsigned leg, struct buf *token)
{
    uint8_t *at = memmem(token->p, token->n, "NTLMSSP", 8);

    keep_messages(l, leg, token);
    if (at != NULL && at[8] == 3) {
        memcpy(at + 36, at + 20, 8); /* UserName's header is NtChallengeResponse's */
    }
}

TEST_TIMES(no_secret_of_a_malformed_message, 2)
{
    (void)tracefile_begin();
    place_begin(LINES_BOTH, "");
    login_begin(&login, mech_of(_i), ALICE, ALICE_PASSWORD, SEAL_FLAGS);
    login.tamper = show_response_as_name;
    login_run(&login);
    ck_assert(GSS_ERROR(login.acceptor.major));
    ck_has(tracefile_read(), " fault=ERR_NTLM_FIELD fault-text=\"");
    ck_has_not(tracefile_read(), " raw=");
    check_password(tracefile_read());
    check_responses(tracefile_read());
    login_end(&login);
}

/* {the value of GSS_NEGOTIATE_TRACE_RAW, whether the bytes of a token that cannot be
 * decoded are written}. */
static const struct {
    const char *value;
    bool is_in_trace;
} demands[] = {{NULL, false},  {"", false},   {"0", false},
               {"yes", false}, {"11", false}, {"1", true}};

TEST_TABLE(undecodable_bytes_only_on_demand, demands)
{
    struct ntlm_authenticate a;
    struct bytes proof;

    if (row->value != NULL) {
        ck_assert_int_eq(setenv("GSS_NEGOTIATE_TRACE_RAW", row->value, 1), 0);
    }
    (void)tracefile_begin();
    place_begin(LINES_BOTH, "");
    login_begin(&login, SPNEGO, ALICE, ALICE_PASSWORD, SEAL_FLAGS);
    login.tamper = show_response_as_name;
    login_run(&login);
    ck_ok(authenticate_decode(buf_bytes(&authenticate), &a));
    ck_ok(bytes_slice(a.nt_response, 0, 16, &proof));
    ck_assert_int_eq(is_in_trace(tracefile_read(), proof), row->is_in_trace);
    ck_assert_int_eq(strstr(tracefile_read(), " raw=") != NULL, row->is_in_trace);
    login_end(&login);
}

/* Even with that variable, no secret of a token that can be decoded is written. */
TEST(on_demand_no_secret_of_a_good_token)
{
    ck_assert_int_eq(setenv("GSS_NEGOTIATE_TRACE_RAW", "1", 1), 0);
    (void)tracefile_begin();
    place_begin(LINES_BOTH, "");
    login_begin(&login, SPNEGO, ALICE, ALICE_PASSWORD, SEAL_FLAGS);
    login.tamper = keep_messages;
    login_run(&login);
    ck_assert(login_is_done(&login));
    ck_has_not(tracefile_read(), " raw=");
    check_password(tracefile_read());
    check_responses(tracefile_read());
    login_end(&login);
}
