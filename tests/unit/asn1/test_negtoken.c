/* SPDX-License-Identifier: ISC */
/* SPNEGO tokens: written tokens are read again, and every rule of the structure is
 * checked. */
#include "asn1/negtoken.h"

#include "tests/lib/harness.h"

#include <string.h>

#define FRAME_HEAD "06062b0601050502"
#define NTLM_OID   "060a2b06010401823702020a"
#define LIST_NTLM  "a00e 300c " NTLM_OID

/* 60 len, SPNEGO, a0 len, 30 len, fields. */
static struct bytes framed(struct buf *out, const char *fields)
{
    struct bytes f = hex(fields);
    uint8_t n = (uint8_t)f.n;

    ck_assert_uint_lt(f.n, 100);
    buf_append(out, bytes_of((uint8_t[]){0x60, (uint8_t)(12 + n)}, 2));
    buf_append(out, hex(FRAME_HEAD));
    buf_append(out, bytes_of((uint8_t[]){0xa0, (uint8_t)(2 + n), 0x30, n}, 4));
    buf_append(out, f);
    return buf_bytes(out);
}

/* a1 len, 30 len, fields. */
static struct bytes resp(struct buf *out, const char *fields)
{
    struct bytes f = hex(fields);
    uint8_t n = (uint8_t)f.n;

    ck_assert_uint_lt(f.n, 100);
    buf_append(out, bytes_of((uint8_t[]){0xa1, (uint8_t)(2 + n), 0x30, n}, 4));
    buf_append(out, f);
    return buf_bytes(out);
}

static const struct {
    const char *fields;
    enum err e;
} init_rows[] = {
    {LIST_NTLM, ERR_OK},
    {LIST_NTLM "a104 03020146", ERR_OK},
    {LIST_NTLM "a203 0401aa", ERR_OK},
    {LIST_NTLM "a202 0400", ERR_OK},
    {LIST_NTLM "a303 0401aa", ERR_OK},
    {LIST_NTLM "a403 0401aa", ERR_OK},
    {LIST_NTLM "a302 3000", ERR_OK},
    {LIST_NTLM "a302 3000 a403 0401aa", ERR_OK},
    {LIST_NTLM "a307 3005 a003 1b01 78", ERR_OK},
    {LIST_NTLM "a30c 300a a003 1b01 78 a103 0401 aa", ERR_OK},
    /* mechTypes */
    {"", ERR_NEG_TOKEN},
    {"a203 0401aa", ERR_NEG_TOKEN},
    {"a000", ERR_NEG_TOKEN},
    {"a002 3000", ERR_NEG_TOKEN},
    {"a004 3002 0600", ERR_DER},
    {"a005 3003 0601 80", ERR_DER},
    {"a005 3003 0601 86", ERR_DER},
    {"a006 3004 0602 8001", ERR_DER},
    {"a00c " NTLM_OID, ERR_DER},
    {"a00e 310c " NTLM_OID, ERR_DER},
    {"a00f 300c " NTLM_OID "00", ERR_DER},
    {"a00f 300d " NTLM_OID "00", ERR_DER},
    /* order, twice, unknown */
    {LIST_NTLM LIST_NTLM, ERR_NEG_TOKEN},
    {"a203 0401aa" LIST_NTLM, ERR_NEG_TOKEN},
    {LIST_NTLM "a203 0401aa a203 0401aa", ERR_NEG_TOKEN},
    {LIST_NTLM "a303 0401aa a203 0401aa", ERR_NEG_TOKEN},
    {LIST_NTLM "a203 0401aa a104 03020146", ERR_NEG_TOKEN},
    {LIST_NTLM "a303 0401aa a303 0401aa", ERR_NEG_TOKEN},
    {LIST_NTLM "a303 0401aa a403 0401aa", ERR_NEG_TOKEN},
    {LIST_NTLM "a403 0401aa a302 3000", ERR_NEG_TOKEN},
    {LIST_NTLM "a302 3000 a302 3000", ERR_NEG_TOKEN},
    {LIST_NTLM "a503 0401aa", ERR_NEG_TOKEN},
    {LIST_NTLM "0500", ERR_NEG_TOKEN},
    /* the contents of the fields */
    {LIST_NTLM "a104 04020146", ERR_DER},
    {LIST_NTLM "a200", ERR_DER},
    {LIST_NTLM "a203 2401aa", ERR_DER},
    {LIST_NTLM "a204 0401aa00", ERR_DER},
    {LIST_NTLM "a300", ERR_DER},
    {LIST_NTLM "a304 0401aa00", ERR_DER},
    {LIST_NTLM "a303 3000 00", ERR_DER},
    {LIST_NTLM "a307 3005 a003 0401 78", ERR_DER},
    {LIST_NTLM "a306 3004 a002 0c00", ERR_DER},
    {LIST_NTLM "a30e 300c a003 1b01 78 a005 1b03 787878", ERR_NEG_TOKEN},
    {LIST_NTLM "a306 3004 a202 0400", ERR_NEG_TOKEN},
};

TEST_TABLE(init_structure, init_rows)
{
    struct negtoken_init init;
    struct negtoken_init empty;
    enum err wanted = row->e;
    BUF_AUTO token = BUF_INIT;

    memset(&empty, 0, sizeof(empty));
    ck_err(negtoken_init_decode(framed(&token, row->fields), &init), wanted);
    ck_assert_msg((wanted != ERR_OK) == (memcmp(&init, &empty, sizeof(init)) == 0),
                  "out is not empty after an error");
}

static const struct {
    const char *fields;
    enum err e;
} resp_rows[] = {
    {"", ERR_OK},
    {"a003 0a0100", ERR_OK},
    {"a003 0a0103", ERR_OK},
    {"a10c " NTLM_OID, ERR_OK},
    {"a202 0400", ERR_OK},
    {"a303 0401aa", ERR_OK},
    {"a003 0a0101 a10c " NTLM_OID "a203 0401aa a303 0401bb", ERR_OK},
    /* negState */
    {"a003 0a0104", ERR_NEG_STATE},
    {"a003 0a01ff", ERR_NEG_STATE},
    {"a004 0a020100", ERR_NEG_STATE},
    {"a002 0a00", ERR_DER},
    {"a003 020100", ERR_DER},
    {"a000", ERR_DER},
    {"a004 0a010000", ERR_DER},
    /* supportedMech */
    {"a100", ERR_DER},
    {"a102 0600", ERR_DER},
    {"a103 0601 80", ERR_DER},
    {"a10d " NTLM_OID "00", ERR_DER},
    {"a102 0400", ERR_DER},
    /* order, twice, unknown */
    {"a003 0a0100 a003 0a0100", ERR_NEG_TOKEN},
    {"a10c " NTLM_OID "a003 0a0100", ERR_NEG_TOKEN},
    {"a303 0401aa a202 0400", ERR_NEG_TOKEN},
    {"a202 0400 a202 0400", ERR_NEG_TOKEN},
    {"a303 0401aa a303 0401aa", ERR_NEG_TOKEN},
    {"a403 0401aa", ERR_NEG_TOKEN},
    {"0000", ERR_NEG_TOKEN},
};

TEST_TABLE(resp_structure, resp_rows)
{
    struct negtoken_resp decoded;
    struct negtoken_resp empty;
    enum err wanted = row->e;
    BUF_AUTO token = BUF_INIT;

    memset(&empty, 0, sizeof(empty));
    ck_err(negtoken_resp_decode(resp(&token, row->fields), &decoded), wanted);
    if (wanted != ERR_OK) {
        ck_assert_int_eq(memcmp(&decoded, &empty, sizeof(empty)), 0);
    }
}

/* The frame is exactly 60 len 06 06 2b0601050502 a0: whole tokens. */
static const struct {
    const char *token;
    enum err e;
} frame_rows[] = {
    {"60 1c " FRAME_HEAD "a012 3010 " LIST_NTLM, ERR_OK},
    {"60 811c " FRAME_HEAD "a012 3010 " LIST_NTLM, ERR_DER},
    {"60 1c 06062b0601050503 a012 3010 " LIST_NTLM, ERR_NEG_TOKEN},
    {"60 1b 06052b06010505 a012 3010 " LIST_NTLM, ERR_NEG_TOKEN},
    {"60 1c " FRAME_HEAD "a112 3010 " LIST_NTLM, ERR_NEG_TOKEN},
    {"60 1c " FRAME_HEAD "a212 3010 " LIST_NTLM, ERR_NEG_TOKEN},
    {"60 1a " FRAME_HEAD "3010 " LIST_NTLM, ERR_NEG_TOKEN},
    {"60 08 " FRAME_HEAD, ERR_NEG_TOKEN},
    {"60 00", ERR_DER},
    {"60 1d " FRAME_HEAD "a012 3010 " LIST_NTLM "00", ERR_DER},
    {"60 1c " FRAME_HEAD "a012 3010 " LIST_NTLM "00", ERR_DER},
    {"60 1d " FRAME_HEAD "a013 3010 " LIST_NTLM "00", ERR_DER},
    {"60 1c " FRAME_HEAD "a012 3110 " LIST_NTLM, ERR_DER},
    {"60 80 " FRAME_HEAD "a012 3010 " LIST_NTLM "0000", ERR_DER},
    {"a0 12 3010 " LIST_NTLM, ERR_DER},
    {"61 1c " FRAME_HEAD "a012 3010 " LIST_NTLM, ERR_DER},
    {"", ERR_TRUNCATED},
};

TEST_TABLE(init_frame, frame_rows)
{
    struct negtoken_init init;

    ck_err(negtoken_init_decode(hex(row->token), &init), row->e);
}

TEST(frame_of_any_mechanism)
{
    struct bytes mech;
    struct bytes inner;

    ck_ok(negtoken_frame_decode(hex("60 0e " NTLM_OID "4e54"), &mech, &inner));
    ck_assert(bytes_equal(mech, OID_NTLM));
    ck_bytes(inner, bytes_str("NT"));
    ck_ok(negtoken_frame_decode(hex("60 0c " NTLM_OID), &mech, &inner));
    ck_assert_uint_eq(inner.n, 0);
    ck_err(negtoken_frame_decode(hex("60 0c " NTLM_OID "4e"), &mech, &inner), ERR_DER);
    ck_assert_uint_eq(mech.n + inner.n, 0);
    ck_err(negtoken_frame_decode(hex("60 0e " NTLM_OID "4e"), &mech, &inner),
           ERR_TRUNCATED);
    ck_err(negtoken_frame_decode(hex("60 03 0601 80"), &mech, &inner), ERR_DER);
    ck_assert_uint_eq(mech.n + inner.n, 0);
    ck_err(negtoken_frame_decode(hex("6e 00"), &mech, &inner), ERR_DER);
    ck_err(negtoken_frame_decode(bytes_of(NULL, 0), &mech, &inner), ERR_TRUNCATED);
}

TEST(first_byte)
{
    ck_assert(negtoken_is_init(hex("60")) && !negtoken_is_resp(hex("60")));
    ck_assert(negtoken_is_resp(hex("a1")) && !negtoken_is_init(hex("a1")));
    ck_assert(!negtoken_is_init(bytes_of(NULL, 0)));
    ck_assert(!negtoken_is_resp(bytes_of(NULL, 0)));
}

TEST_TIMES(init_round_trip, 16)
{
    const struct bytes mechs[] = {OID_KRB5, OID_MS_KRB5, OID_NTLM, OID_NEGOEX};
    bool hints = (_i & 1) != 0;
    struct negtoken_init in = {.has_token = (_i & 2) != 0,
                               .token = bytes_str((_i & 8) != 0 ? "" : "mechToken"),
                               .has_mic = (_i & 4) != 0,
                               .mic = bytes_str("sixteen byte mic"),
                               .has_hints = hints,
                               .has_hint_name = hints,
                               .hint_name = NEG_HINT_NAME};
    struct negtoken_init got;
    BUF_AUTO list = BUF_INIT;
    BUF_AUTO out = BUF_INIT;

    negtoken_mech_types_encode(&list, mechs, 4);
    in.mech_types_der = buf_bytes(&list);
    negtoken_init_encode(&out, &in);
    ck_ok(buf_status(&out));
    ck_ok(negtoken_init_decode(buf_bytes(&out), &got));
    ck_bytes(got.mech_types_der, in.mech_types_der);
    ck_assert_uint_eq(got.n_mechs, 4);
    for (size_t i = 0; i < 4; i++) {
        ck_bytes(got.mechs[i], mechs[i]);
    }
    ck_assert(got.has_token == in.has_token && got.has_mic == in.has_mic);
    ck_assert(got.has_hints == hints && got.has_hint_name == hints);
    ck_bytes(got.token, in.has_token ? in.token : bytes_of(NULL, 0));
    ck_bytes(got.mic, in.has_mic ? in.mic : bytes_of(NULL, 0));
    ck_bytes(got.hint_name, hints ? in.hint_name : bytes_of(NULL, 0));
    ck_assert(!got.has_req_flags);
}

TEST_TIMES(resp_round_trip, 64)
{
    struct negtoken_resp in = {.has_state = (_i & 1) != 0,
                               .state = (enum neg_state)(_i >> 4),
                               .has_mech = (_i & 2) != 0,
                               .mech = OID_NTLM,
                               .has_token = (_i & 4) != 0,
                               .token = bytes_str("responseToken"),
                               .has_mic = (_i & 8) != 0,
                               .mic = bytes_str("sixteen byte mic")};
    struct negtoken_resp got;
    BUF_AUTO out = BUF_INIT;

    negtoken_resp_encode(&out, &in);
    ck_ok(buf_status(&out));
    ck_ok(negtoken_resp_decode(buf_bytes(&out), &got));
    ck_assert(got.has_state == in.has_state && got.has_mech == in.has_mech);
    ck_assert(got.has_token == in.has_token && got.has_mic == in.has_mic);
    ck_assert(!in.has_state || got.state == in.state);
    ck_bytes(got.mech, in.has_mech ? in.mech : bytes_of(NULL, 0));
    ck_bytes(got.token, in.has_token ? in.token : bytes_of(NULL, 0));
    ck_bytes(got.mic, in.has_mic ? in.mic : bytes_of(NULL, 0));
}

TEST(nothing_to_encode)
{
    struct negtoken_init in = {.n_mechs = 0};
    BUF_AUTO list = BUF_INIT;
    BUF_AUTO out = BUF_INIT;

    negtoken_mech_types_encode(&list, NULL, 0);
    ck_err(buf_status(&list), ERR_INTERNAL);
    negtoken_init_encode(&out, &in);
    ck_err(buf_status(&out), ERR_INTERNAL);
}
