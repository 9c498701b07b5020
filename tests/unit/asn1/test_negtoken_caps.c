/* SPDX-License-Identifier: ISC */
/* The greatest length of SPNEGO tokens, of their lists, and of the OIDs in them. */
#include "asn1/negtoken.h"
#include "tests/lib/harness.h"

TEST(cap_of_mechanisms)
{
    struct bytes mechs[NEGTOKEN_MAX_MECHS + 1];
    struct negtoken_init in = {.n_mechs = 0};
    struct negtoken_init got;
    BUF_AUTO list = BUF_INIT;
    BUF_AUTO longer = BUF_INIT;
    BUF_AUTO out = BUF_INIT;
    size_t opened_at = der_open(&longer, DER_SEQUENCE);

    for (size_t i = 0; i <= NEGTOKEN_MAX_MECHS; i++) {
        mechs[i] = OID_NTLM;
        der_append(&longer, DER_OID, mechs[i]);
    }
    der_close(&longer, opened_at);
    negtoken_mech_types_encode(&list, mechs, NEGTOKEN_MAX_MECHS);
    in.mech_types_der = buf_bytes(&list);
    negtoken_init_encode(&out, &in);
    ck_ok(negtoken_init_decode(buf_bytes(&out), &got));
    ck_assert_uint_eq(got.n_mechs, NEGTOKEN_MAX_MECHS);
    buf_cleanup(&out);
    in.mech_types_der = buf_bytes(&longer);
    negtoken_init_encode(&out, &in);
    ck_err(negtoken_init_decode(buf_bytes(&out), &got), ERR_TOO_LARGE);
    ck_assert_uint_eq(got.n_mechs, 0);
    buf_cleanup(&list);
    negtoken_mech_types_encode(&list, mechs, NEGTOKEN_MAX_MECHS + 1);
    ck_err(buf_status(&list), ERR_TOO_LARGE);
}

/* Makes a NegTokenResp of exactly this length; the headers take 20 bytes. */
TEST_TIMES(cap_of_bytes, 2)
{
    BUF_AUTO token = BUF_INIT;
    BUF_AUTO out = BUF_INIT;
    struct negtoken_resp in = {.has_token = true};
    struct negtoken_resp got;

    buf_append_zeros(&token, NEGTOKEN_MAX_LEN - 20 + (size_t)_i);
    in.token = buf_bytes(&token);
    negtoken_resp_encode(&out, &in);
    ck_assert_uint_eq(out.n, NEGTOKEN_MAX_LEN + (size_t)_i);
    ck_err(buf_status(&out), _i == 0 ? ERR_OK : ERR_TOO_LARGE);
    ck_err(negtoken_resp_decode(bytes_of(out.p, out.n), &got),
           _i == 0 ? ERR_OK : ERR_TOO_LARGE);
    ck_assert_uint_eq(got.token.n, _i == 0 ? in.token.n : 0);
}

/* Makes a NegTokenInit of exactly this length; the bytes around the mechToken are 49. */
TEST_TIMES(cap_of_bytes_of_init, 2)
{
    BUF_AUTO list = BUF_INIT;
    BUF_AUTO token = BUF_INIT;
    BUF_AUTO out = BUF_INIT;
    struct negtoken_init in = {.has_token = true};

    negtoken_mech_types_encode(&list, &OID_NTLM, 1);
    in.mech_types_der = buf_bytes(&list);
    buf_append_zeros(&token, NEGTOKEN_MAX_LEN - 49 + (size_t)_i);
    in.token = buf_bytes(&token);
    negtoken_init_encode(&out, &in);
    ck_assert_uint_eq(out.n, NEGTOKEN_MAX_LEN + (size_t)_i);
    ck_err(buf_status(&out), _i == 0 ? ERR_OK : ERR_TOO_LARGE);
}

/* The list is the part of a client's token that the acceptor stores. */
TEST_TIMES(cap_of_an_oid, 2)
{
    static const uint8_t zeros[NEGTOKEN_MAX_OID + 1];
    const struct bytes mech = bytes_of(zeros, NEGTOKEN_MAX_OID + (size_t)_i);
    const enum err wanted = _i == 0 ? ERR_OK : ERR_TOO_LARGE;
    struct negtoken_init init = {.n_mechs = 0};
    BUF_AUTO written = BUF_INIT;
    BUF_AUTO oids = BUF_INIT;
    BUF_AUTO list = BUF_INIT;
    BUF_AUTO token = BUF_INIT;

    negtoken_mech_types_encode(&written, &mech, 1);
    ck_err(buf_status(&written), wanted);
    der_append(&oids, DER_OID, mech);
    der_append(&list, DER_SEQUENCE, buf_bytes(&oids));
    init.mech_types_der = buf_bytes(&list);
    negtoken_init_encode(&token, &init);
    ck_err(negtoken_init_decode(buf_bytes(&token), &init), wanted);
}
