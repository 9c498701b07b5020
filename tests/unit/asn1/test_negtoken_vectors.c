/* SPDX-License-Identifier: ISC */
/* SPNEGO tokens of real peers, and malformed ones (files of the vectors folder). */
#include "asn1/negtoken.h"

#include "tests/lib/harness.h"

#define TOKENS    "spnego-tokens.json"
#define MALFORMED "spnego-malformed.json"
#define OBSERVED  "windows-spnego-observed.json"
#define FIRST     "raw-first-tokens.json"

/* What a NegTokenInit of the file must give; token_len -1: no mechToken. */
static const struct {
    const char *id;
    size_t n_mechs;
    const struct bytes *first_mech;
    int token_len;
    bool has_hints;
    bool has_req_flags;
} init_rows[] = {
    {"mit_neghints_krb5only", 1, &OID_KRB5, -1, true, false},
    {"init_ntlm_only", 1, &OID_NTLM, 40, false, false},
    {"init_krb_ntlm_no_token", 2, &OID_KRB5, -1, false, false},
    {"init_mskrb_krb_ntlm_ntlmtoken_inconsistent", 3, &OID_MS_KRB5, 40, false, false},
    {"init_hints_as_f3", 1, &OID_NTLM, -1, true, false},
    {"init_reqflags", 1, &OID_NTLM, 40, false, true},
};

TEST_TABLE(inits, init_rows)
{
    struct bytes token = vector(TOKENS, row->id);
    struct negtoken_init init;

    ck_ok(negtoken_init_decode(token, &init));
    ck_assert_uint_eq(init.n_mechs, row->n_mechs);
    ck_bytes(init.mechs[0], *row->first_mech);
    ck_assert_int_eq(init.has_token ? (int)init.token.n : -1, row->token_len);
    ck_assert(init.has_hints == row->has_hints);
    ck_assert(init.has_hint_name == row->has_hints);
    ck_assert(!init.has_hints || bytes_equal(init.hint_name, NEG_HINT_NAME));
    ck_assert(init.has_req_flags == row->has_req_flags);
    ck_assert(!init.has_mic);
}

/* Without reqFlags, which is never sent, the same bytes are written. */
TEST_TABLE(inits_are_written_alike, init_rows)
{
    struct bytes token = vector(TOKENS, row->id);
    struct negtoken_init init;
    BUF_AUTO out = BUF_INIT;

    ck_ok(negtoken_init_decode(token, &init));
    negtoken_init_encode(&out, &init);
    ck_ok(buf_status(&out));
    if (!init.has_req_flags) {
        ck_bytes(buf_bytes(&out), token);
        return;
    }
    ck_bytes(buf_bytes(&out), vector(TOKENS, "init_ntlm_only"));
}

/* What a NegTokenResp must give; -1: no such field. */
static const struct {
    const char *file;
    const char *id;
    int state;
    const struct bytes *mech;
    int token_len;
    int mic_len;
} resp_rows[] = {
    {TOKENS, "mit_mskrb_resp", NEG_ACCEPT_COMPLETED, &OID_MS_KRB5, -1, -1},
    {TOKENS, "resp_incomplete_ntlm_challenge", NEG_ACCEPT_INCOMPLETE, &OID_NTLM, 206, -1},
    {TOKENS, "resp_request_mic_ntlm", NEG_REQUEST_MIC, &OID_NTLM, -1, -1},
    {TOKENS, "resp_incomplete_ntlm_reselect_w2003", NEG_ACCEPT_INCOMPLETE, &OID_NTLM, -1,
     -1},
    {TOKENS, "resp_no_negstate_no_mech", -1, NULL, 206, -1},
    {TOKENS, "resp_w2k_dup_mic", NEG_ACCEPT_INCOMPLETE, &OID_NTLM, 206, 206},
    {TOKENS, "resp_completed_bare", NEG_ACCEPT_COMPLETED, NULL, -1, -1},
    {TOKENS, "resp_completed_empty_token", NEG_ACCEPT_COMPLETED, &OID_KRB5, 0, -1},
    {TOKENS, "resp_reject_no_token", NEG_REJECT, NULL, -1, -1},
    {TOKENS, "resp_mech_not_offered_spnego", NEG_ACCEPT_INCOMPLETE, &OID_SPNEGO, 206, -1},
    {OBSERVED, "ws2025_incomplete_mic", NEG_ACCEPT_INCOMPLETE, NULL, -1, 16},
    {OBSERVED, "samba_completed_mic_token", NEG_ACCEPT_COMPLETED, NULL, -1, 16},
};

TEST_TABLE(resps, resp_rows)
{
    struct bytes token = vector(row->file, row->id);
    const struct bytes *mech = row->mech;
    struct negtoken_resp resp;
    BUF_AUTO out = BUF_INIT;

    ck_ok(negtoken_resp_decode(token, &resp));
    ck_assert_int_eq(resp.has_state ? (int)resp.state : -1, row->state);
    ck_assert(resp.has_mech == (mech != NULL));
    ck_bytes(resp.mech, mech != NULL ? *mech : bytes_of(NULL, 0));
    ck_assert_int_eq(resp.has_token ? (int)resp.token.n : -1, row->token_len);
    ck_assert_int_eq(resp.has_mic ? (int)resp.mic.n : -1, row->mic_len);
    negtoken_resp_encode(&out, &resp);
    ck_bytes(buf_bytes(&out), token);
}

TEST(resp_of_an_unknown_mechanism)
{
    struct negtoken_resp resp;

    ck_ok(negtoken_resp_decode(vector(TOKENS, "resp_unknown_mech"), &resp));
    ck_bytes(resp.mech, hex("2a0304"));
}

TEST(windows_2000_repeats_its_token)
{
    struct negtoken_resp resp;

    ck_ok(negtoken_resp_decode(vector(TOKENS, "resp_w2k_dup_mic"), &resp));
    ck_bytes(resp.mic, resp.token);
}

TEST(samba_mic)
{
    struct negtoken_resp resp;

    ck_ok(negtoken_resp_decode(vector(OBSERVED, "samba_completed_mic_token"), &resp));
    ck_bytes(resp.mic, vector(OBSERVED, "samba_completed_mic_sig"));
}

TEST(list_that_is_signed)
{
    struct bytes list = vector(TOKENS, "mech_list_krb_ntlm");
    const struct bytes mechs[] = {OID_KRB5, OID_NTLM};
    struct negtoken_init init;
    BUF_AUTO out = BUF_INIT;

    negtoken_mech_types_encode(&out, mechs, 2);
    ck_bytes(buf_bytes(&out), list);
    ck_ok(negtoken_init_decode(vector(TOKENS, "init_krb_ntlm_no_token"), &init));
    ck_bytes(init.mech_types_der, list);
}

/* Read as its first byte says; what is neither form is DER of neither. */
static const struct {
    const char *file;
    const char *id;
    enum err e;
} bad_rows[] = {
    {TOKENS, "resp_bad_negstate", ERR_NEG_STATE},
    {TOKENS, "resp_choice_with_app_header", ERR_NEG_TOKEN},
    {TOKENS, "raw_choice_init_no_app", ERR_DER},
    {MALFORMED, "init_no_mechtypes", ERR_NEG_TOKEN},
    {MALFORMED, "init_empty_mechtypes_field", ERR_NEG_TOKEN},
    {MALFORMED, "init_empty_mechtype_list", ERR_NEG_TOKEN},
    {MALFORMED, "init_wrong_oid", ERR_NEG_TOKEN},
    {MALFORMED, "app_tag_1", ERR_DER},
    {MALFORMED, "context_tag_2", ERR_DER},
    {MALFORMED, "len_overflow_84ffffffff", ERR_TRUNCATED},
    {MALFORMED, "indefinite_length", ERR_DER},
    {MALFORMED, "resp_dup_mic_twice", ERR_NEG_TOKEN},
    {MALFORMED, "resp_trailing", ERR_DER},
    {MALFORMED, "resp_truncated", ERR_TRUNCATED},
    {MALFORMED, "ntlmssp_sig_only", ERR_DER},
    {MALFORMED, "ntlmssp_type9", ERR_DER},
    {MALFORMED, "one_byte_00", ERR_DER},
    {FIRST, "raw_ntlmssp_negotiate", ERR_DER},
    {FIRST, "raw_krb5_framed", ERR_NEG_TOKEN},
    {FIRST, "raw_krb5_apreq", ERR_DER},
    {FIRST, "ntlm_in_initial_context_token", ERR_NEG_TOKEN},
    {FIRST, "empty", ERR_TRUNCATED},
};

TEST_TABLE(refused, bad_rows)
{
    struct bytes token = vector(row->file, row->id);
    struct negtoken_init init;
    struct negtoken_resp resp;

    if (negtoken_is_resp(token)) {
        ck_err(negtoken_resp_decode(token, &resp), row->e);
        return;
    }
    ck_err(negtoken_init_decode(token, &init), row->e);
}

TEST(frames)
{
    struct bytes mech;
    struct bytes inner;

    ck_ok(negtoken_frame_decode(vector(FIRST, "raw_krb5_framed"), &mech, &inner));
    ck_bytes(mech, OID_KRB5);
    ck_ok(negtoken_frame_decode(vector(FIRST, "ntlm_in_initial_context_token"), &mech,
                                &inner));
    ck_bytes(mech, OID_NTLM);
    ck_bytes(inner, vector(FIRST, "raw_ntlmssp_negotiate"));
    ck_ok(negtoken_frame_decode(vector(TOKENS, "init_ntlm_only"), &mech, &inner));
    ck_bytes(mech, OID_SPNEGO);
    ck_err(negtoken_frame_decode(vector(FIRST, "raw_krb5_apreq"), &mech, &inner),
           ERR_DER);
}
