/* SPDX-License-Identifier: ISC */
/* mech/spnego/tolerate: each function tolerates one deviation of a peer and nothing
 * else. */
#include "tests/lib/harness.h"

#include "mech/spnego/tolerate.h"

static bool inner_done;

static bool is_done(const struct mechanism *mechanism)
{
    (void)mechanism;
    return inner_done;
}

static const struct mechanism_ops ops = {.is_done = is_done};
static struct mechanism mechanism = {&ops};

static struct negtoken_resp with_token(const char *token)
{
    struct negtoken_resp resp = {0};

    resp.has_token = true;
    resp.token = bytes_str(token);
    return resp;
}

TEST(windows_2000_echo)
{
    struct negtoken_resp resp = with_token("T");

    resp.has_mic = true;
    resp.mic = bytes_str("T");
    tolerate_mic_that_echoes_token(&resp);
    ck_assert(!resp.has_mic);
    resp.has_mic = true;
    resp.mic = bytes_str("U");
    tolerate_mic_that_echoes_token(&resp);
    ck_assert(resp.has_mic);
}

TEST(missing_state)
{
    struct spnego s = {.mechanism = &mechanism};
    struct negtoken_resp resp = {0};

    inner_done = false;
    tolerate_missing_state(&resp, &s, false);
    ck_assert(resp.has_state && resp.state == NEG_ACCEPT_INCOMPLETE);
    resp.has_state = false;
    inner_done = true;
    tolerate_missing_state(&resp, &s, true);
    ck_assert_int_eq(resp.state, NEG_ACCEPT_INCOMPLETE);
    resp.has_state = false;
    tolerate_missing_state(&resp, &s, false);
    ck_assert_int_eq(resp.state, NEG_ACCEPT_COMPLETED);
    resp.state = NEG_REJECT;
    tolerate_missing_state(&resp, &s, false);
    ck_assert_int_eq(resp.state, NEG_REJECT);
}

TEST(missing_mech)
{
    struct negtoken_resp resp = {0};

    tolerate_missing_mech(&resp, OID_NTLM);
    ck_assert(resp.has_mech && bytes_equal(resp.mech, OID_NTLM));
    tolerate_missing_mech(&resp, OID_KRB5);
    ck_assert(bytes_equal(resp.mech, OID_NTLM));
}

TEST(empty_last_token)
{
    struct spnego s = {.mechanism = &mechanism};
    struct negtoken_resp resp = with_token("");

    inner_done = false;
    tolerate_empty_token(&resp, &s);
    ck_assert(resp.has_token);
    inner_done = true;
    tolerate_empty_token(&resp, &s);
    ck_assert(!resp.has_token);
    resp = with_token("T");
    tolerate_empty_token(&resp, &s);
    ck_assert(resp.has_token);
}

TEST(microsofts_krb5)
{
    struct negtoken_resp resp = {0};

    tolerate_microsofts_krb5(&resp);
    ck_assert(!resp.has_mech && resp.mech.n == 0);
    resp.mech = OID_MS_KRB5; /* has_mech is false, so it is not read */
    tolerate_microsofts_krb5(&resp);
    ck_assert(bytes_equal(resp.mech, OID_MS_KRB5));
    resp.has_mech = true;
    tolerate_microsofts_krb5(&resp);
    ck_assert(bytes_equal(resp.mech, OID_KRB5));
    tolerate_microsofts_krb5(&resp);
    ck_assert(bytes_equal(resp.mech, OID_KRB5));
    resp.mech = OID_NTLM;
    tolerate_microsofts_krb5(&resp);
    ck_assert(bytes_equal(resp.mech, OID_NTLM));
}
