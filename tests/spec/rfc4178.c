/* SPDX-License-Identifier: ISC */
/* What RFC 4178 (sections 3.1, 4.2, 5) and [MS-SPNG] 2.2.1 demand of the bytes of a
 * token. Other tests cover the sequences of tokens, through the mechglue. */
#include "asn1/negtoken.h"

#include "tests/lib/harness.h"

#define NTLM_LIST "300c 060a 2b06010401823702020a"
#define KRB5_LIST "300b 0609 2a864886f712010202"

static const struct {
    const char *token;
    enum err e;
} order_rows[] = {
    {"a10f 300d a003 0a0101 a202 0400 a302 0400", ERR_OK},
    {"a10f 300d a202 0400 a003 0a0101 a302 0400", ERR_NEG_TOKEN},
    {"a10f 300d a003 0a0101 a302 0400 a202 0400", ERR_NEG_TOKEN},
    {"a180 3005 a003 0a0101 0000", ERR_DER},
    {"a108 3080 a003 0a0101 0000", ERR_DER},
    {"a108 308105 a003 0a0101", ERR_DER},
};

/* 4.2: the tokens are encoded in DER: definite and shortest lengths, fields of a SEQUENCE
 * in the order of the definition. */
TEST_TABLE(rfc4178_4_2_der, order_rows)
{
    struct negtoken_resp resp;

    ck_err(negtoken_resp_decode(hex(row->token), &resp), row->e);
}

/* 4.2: only the first token has the frame of RFC 2743 3.1 (0x60, the OID 1.3.6.1.5.5.2);
 * in it stands the choice [0], NegTokenInit. */
TEST(rfc4178_4_2_first_token_is_framed)
{
    struct negtoken_init init = {.mech_types_der = hex(NTLM_LIST)};
    BUF_AUTO out = BUF_INIT;

    negtoken_init_encode(&out, &init);
    ck_bytes(buf_bytes(&out), hex("601c 0606 2b0601050502 a012 3010 a00e " NTLM_LIST));
    ck_err(negtoken_init_decode(hex("a012 3010 a00e " NTLM_LIST), &init), ERR_DER);
}

/* 4.2: later tokens are the bare choice [1], NegTokenResp, without a frame. */
TEST(rfc4178_4_2_later_tokens_are_not_framed)
{
    struct negtoken_resp resp = {.has_state = true, .state = NEG_ACCEPT_INCOMPLETE};
    struct negtoken_init init;
    BUF_AUTO out = BUF_INIT;

    negtoken_resp_encode(&out, &resp);
    ck_bytes(buf_bytes(&out), hex("a107 3005 a003 0a0101"));
    ck_err(
        negtoken_init_decode(hex("6011 0606 2b0601050502 a107 3005 a003 0a0101"), &init),
        ERR_NEG_TOKEN);
    ck_err(
        negtoken_resp_decode(hex("6011 0606 2b0601050502 a107 3005 a003 0a0101"), &resp),
        ERR_DER);
}

/* 4.2.1: mechTypes holds one or more mechanisms in decreasing order of preference, the
 * favourite first. */
TEST(rfc4178_4_2_1_mech_types_in_order)
{
    const struct bytes mechs[] = {OID_NTLM, OID_KRB5};
    struct negtoken_init init = {.n_mechs = 0};
    struct negtoken_init got;
    BUF_AUTO list = BUF_INIT;
    BUF_AUTO out = BUF_INIT;

    negtoken_mech_types_encode(&list, mechs, 2);
    init.mech_types_der = buf_bytes(&list);
    negtoken_init_encode(&out, &init);
    ck_ok(negtoken_init_decode(buf_bytes(&out), &got));
    ck_assert_uint_eq(got.n_mechs, 2);
    ck_bytes(got.mechs[0], OID_NTLM);
    ck_bytes(got.mechs[1], OID_KRB5);
}

/* 4.2.1: mechTypes is the one field that is not OPTIONAL. */
TEST(rfc4178_4_2_1_mech_types_is_mandatory)
{
    struct negtoken_init init;

    ck_err(negtoken_init_decode(hex("6012 0606 2b0601050502 a008 3006 a204 0402 aabb"),
                                &init),
           ERR_NEG_TOKEN);
    ck_err(negtoken_init_decode(hex("6010 0606 2b0601050502 a006 3004 a002 3000"), &init),
           ERR_NEG_TOKEN);
}

/* 4.2.1: reqFlags exists only for RFC 2478. It is not protected, so an acceptor ignores
 * it, and an initiator should not send it. */
TEST(rfc4178_4_2_1_req_flags_are_ignored)
{
    struct negtoken_init init;
    BUF_AUTO out = BUF_INIT;

    ck_ok(negtoken_init_decode(
        hex("6022 0606 2b0601050502 a018 3016 a00e " NTLM_LIST "a104 0302 0146"), &init));
    ck_assert(init.has_req_flags && !init.has_token && !init.has_mic);
    negtoken_init_encode(&out, &init);
    ck_bytes(buf_bytes(&out), hex("601c 0606 2b0601050502 a012 3010 a00e " NTLM_LIST));
}

/* 4.2.1: mechToken is [2], the optimistic token; mechListMIC is [3]; both OCTET STRINGs.
 */
TEST(rfc4178_4_2_1_token_and_mic)
{
    struct negtoken_init init = {.mech_types_der = hex(KRB5_LIST),
                                 .has_token = true,
                                 .token = hex("6e00"),
                                 .has_mic = true,
                                 .mic = hex("01020304")};
    BUF_AUTO out = BUF_INIT;

    negtoken_init_encode(&out, &init);
    ck_bytes(buf_bytes(&out), hex("6029 0606 2b0601050502 a01f 301d a00d " KRB5_LIST
                                  "a204 0402 6e00 a306 0404 01020304"));
}

static const struct {
    const char *token;
    enum err e;
    enum neg_state state;
} state_rows[] = {
    {"a107 3005 a003 0a0100", ERR_OK, NEG_ACCEPT_COMPLETED},
    {"a107 3005 a003 0a0101", ERR_OK, NEG_ACCEPT_INCOMPLETE},
    {"a107 3005 a003 0a0102", ERR_OK, NEG_REJECT},
    {"a107 3005 a003 0a0103", ERR_OK, NEG_REQUEST_MIC},
    {"a107 3005 a003 0a0104", ERR_NEG_STATE, NEG_ACCEPT_COMPLETED},
    {"a107 3005 a003 0a01ff", ERR_NEG_STATE, NEG_ACCEPT_COMPLETED},
    {"a107 3005 a003 020101", ERR_DER, NEG_ACCEPT_COMPLETED},
};

/* 4.2.2: negState is an ENUMERATED: accept-completed 0, accept-incomplete 1, reject 2,
 * request-mic 3. */
TEST_TABLE(rfc4178_4_2_2_neg_state, state_rows)
{
    struct negtoken_resp resp;

    ck_err(negtoken_resp_decode(hex(row->token), &resp), row->e);
    ck_assert(resp.has_state == (row->e == ERR_OK));
    ck_assert_int_eq(resp.state, row->state);
}

/* 4.2.2: every field of NegTokenResp is OPTIONAL. The step, and not the encoding,
 * determines which must be there. */
TEST(rfc4178_4_2_2_all_fields_are_optional)
{
    struct negtoken_resp resp;

    ck_ok(negtoken_resp_decode(hex("a102 3000"), &resp));
    ck_assert(!resp.has_state && !resp.has_mech && !resp.has_token && !resp.has_mic);
    ck_ok(negtoken_resp_decode(hex("a107 3005 a203 0401 aa"), &resp));
    ck_assert(!resp.has_state && !resp.has_mech && resp.has_token && !resp.has_mic);
}

/* 4.2.2: negState [0], supportedMech [1], responseToken [2], mechListMIC [3]. */
TEST(rfc4178_4_2_2_fields)
{
    struct negtoken_resp resp = {.has_state = true,
                                 .state = NEG_REQUEST_MIC,
                                 .has_mech = true,
                                 .mech = OID_KRB5,
                                 .has_token = true,
                                 .token = hex("aa"),
                                 .has_mic = true,
                                 .mic = hex("bb")};
    BUF_AUTO out = BUF_INIT;

    negtoken_resp_encode(&out, &resp);
    ck_bytes(buf_bytes(&out), hex("a11e 301c a003 0a0103 a10b 06092a864886f712010202 "
                                  "a203 0401aa a303 0401bb"));
}

/* 4.2.2, and 3.1: a token of no bytes is not the same as no token. */
TEST(rfc4178_4_2_2_an_empty_token_is_one)
{
    struct negtoken_resp resp;

    ck_ok(negtoken_resp_decode(hex("a106 3004 a202 0400"), &resp));
    ck_assert(resp.has_token);
    ck_assert_uint_eq(resp.token.n, 0);
}

/* 5: mechListMIC signs the DER of MechTypeList as it was in the first token: from its tag
 * 0x30 on, without the field's own tag [0]. */
TEST(rfc4178_5_what_the_mic_signs)
{
    const struct bytes mechs[] = {OID_KRB5, OID_NTLM};
    struct negtoken_init init;
    BUF_AUTO list = BUF_INIT;

    ck_ok(
        negtoken_init_decode(hex("6027 0606 2b0601050502 a01d 301b a019 "
                                 "3017 06092a864886f712010202 060a2b06010401823702020a"),
                             &init));
    ck_bytes(init.mech_types_der,
             hex("3017 06092a864886f712010202 060a2b06010401823702020a"));
    negtoken_mech_types_encode(&list, mechs, 2);
    ck_bytes(buf_bytes(&list), init.mech_types_der);
}

/* [MS-SPNG] 2.2.1: an acceptor that sends the first token sends NegTokenInit2, whose [3]
 * is negHints with the hintName "not_defined_in_RFC4178@please_ignore". */
TEST(spng_2_2_1_hints)
{
    struct negtoken_init init = {.mech_types_der = hex(NTLM_LIST),
                                 .has_hints = true,
                                 .has_hint_name = true,
                                 .hint_name = NEG_HINT_NAME};
    struct negtoken_init got;
    BUF_AUTO out = BUF_INIT;

    negtoken_init_encode(&out, &init);
    ck_bytes(buf_bytes(&out),
             hex("6048 0606 2b0601050502 a03e 303c a00e " NTLM_LIST
                 "a32a 3028 a026 1b24 6e6f745f646566696e65645f696e5f5246433431373840"
                 "706c656173655f69676e6f7265"));
    ck_ok(negtoken_init_decode(buf_bytes(&out), &got));
    ck_assert(got.has_hints && got.has_hint_name && !got.has_mic);
    ck_bytes(got.hint_name, bytes_str("not_defined_in_RFC4178@please_ignore"));
}

/* [MS-SPNG] 2.2.1: in NegTokenInit2 the mechListMIC is [4]. RFC 4178's is [3], an OCTET
 * STRING, which distinguishes the two. */
TEST(spng_2_2_1_place_of_the_mic)
{
    struct negtoken_init init;

    ck_ok(negtoken_init_decode(
        hex("6021 0606 2b0601050502 a017 3015 a00e " NTLM_LIST "a303 0401 aa"), &init));
    ck_assert(init.has_mic && !init.has_hints);
    ck_ok(negtoken_init_decode(
        hex("6025 0606 2b0601050502 a01b 3019 a00e " NTLM_LIST "a302 3000 a403 0401 aa"),
        &init));
    ck_assert(init.has_mic && init.has_hints && !init.has_hint_name);
    ck_bytes(init.mic, hex("aa"));
}

/* [MS-SPNG] 2.2.1: hintAddress [1] is never sent; NegHints has no other fields. */
TEST(spng_2_2_1_hint_address)
{
    struct negtoken_init init;
    BUF_AUTO out = BUF_INIT;

    ck_ok(negtoken_init_decode(
        hex("6024 0606 2b0601050502 a01a 3018 a00e " NTLM_LIST "a306 3004 a102 0400"),
        &init));
    negtoken_init_encode(&out, &init);
    ck_bytes(buf_bytes(&out),
             hex("6020 0606 2b0601050502 a016 3014 a00e " NTLM_LIST "a302 3000"));
    ck_err(negtoken_init_decode(hex("6024 0606 2b0601050502 a01a 3018 a00e " NTLM_LIST
                                    "a306 3004 a202 0400"),
                                &init),
           ERR_NEG_TOKEN);
}
