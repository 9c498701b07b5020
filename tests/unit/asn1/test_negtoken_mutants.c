/* SPDX-License-Identifier: ISC */
/* SPNEGO tokens cut at each byte and with each bit flipped: neither decoder nor printer
 * reads past the end, and a token that is accepted can be encoded again. */
#include "asn1/negtoken.h"
#include "tools/print/negtoken_text.h"

#include "tests/lib/harness.h"

#include <string.h>

/* One token of each form, with every field. */
static const char *const inits[] = {
    /* NegTokenInit: krb5 and NTLM, mechToken, mechListMIC */
    "6042 06062b0601050502 a038 3036 a019 3017 06092a864886f712010202 "
    "060a2b06010401823702020a a209 0407 4e544c4d535350 a30e 040c 0100000011223344 "
    "00000000",
    /* NegTokenInit2: NTLM, reqFlags, mechToken, hints with an address, mechListMIC */
    "603f 06062b0601050502 a035 3033 a00e 300c 060a2b06010401823702020a a104 03020146 "
    "a203 0401 55 a30d 300b a005 1b03 404142 a102 0400 a407 0405 0102030405",
};
static const char *const resps[] = {
    "a127 3025 a003 0a0101 a10b 06092a864886f712010202 a205 0403 010203 a30a 0408 "
    "0100000000000000",
    "a118 3016 a003 0a0100 a10b 06092a864886f712010202 a202 0400",
};

static void check_views_inside(struct bytes token, struct bytes view)
{
    if (view.n > 0 && (view.p < token.p || view.p + view.n > token.p + token.n)) {
        ck_abort_msg("a view leaves the token");
    }
}

/* Checks that each mechanism is valid and that its encoding is in the list. */
static void check_init(struct bytes token, const struct negtoken_init *init)
{
    BUF_AUTO list = BUF_INIT;

    if (init->n_mechs < 1 || init->n_mechs > NEGTOKEN_MAX_MECHS) {
        ck_abort_msg("%zu mechanisms", init->n_mechs);
    }
    check_views_inside(token, init->mech_types_der);
    check_views_inside(token, init->token);
    check_views_inside(token, init->mic);
    check_views_inside(token, init->hint_name);
    negtoken_mech_types_encode(&list, init->mechs, init->n_mechs);
    if (!bytes_equal(buf_bytes(&list), init->mech_types_der)) {
        ck_abort_msg("the list is not what its mechanisms give");
    }
}

static bool same_init(const struct negtoken_init *a, const struct negtoken_init *b)
{
    return bytes_equal(a->mech_types_der, b->mech_types_der) &&
           a->has_token == b->has_token && bytes_equal(a->token, b->token) &&
           a->has_mic == b->has_mic && bytes_equal(a->mic, b->mic) &&
           a->has_hints == b->has_hints && bytes_equal(a->hint_name, b->hint_name);
}

static bool same_resp(const struct negtoken_resp *a, const struct negtoken_resp *b)
{
    return a->has_state == b->has_state && a->state == b->state &&
           a->has_mech == b->has_mech && bytes_equal(a->mech, b->mech) &&
           a->has_token == b->has_token && bytes_equal(a->token, b->token) &&
           a->has_mic == b->has_mic && bytes_equal(a->mic, b->mic);
}

/* The printer agrees with the decoder on whether there is a fault. */
static void check_printer(struct bytes token, enum err decoded)
{
    BUF_AUTO text = BUF_INIT;
    size_t offset = SIZE_MAX;
    enum err e = negtoken_text(&text, token, 0, NULL, &offset);

    if (buf_status(&text) != ERR_OK || offset > token.n) {
        ck_abort_msg("the printer points to byte %zu of %zu", offset, token.n);
    }
    if ((e == ERR_OK) != (decoded == ERR_OK)) {
        ck_abort_msg("decoder: %s, printer: %s", err_name(decoded), err_name(e));
    }
    if (e != ERR_OK && strstr(buf_cstr(&text), "fault at byte") == NULL) {
        ck_abort_msg("the printer hides the fault");
    }
}

static void feed_init(struct bytes token, void *arg)
{
    struct negtoken_init init;
    struct negtoken_init again;
    BUF_AUTO out = BUF_INIT;
    enum err e = negtoken_init_decode(token, &init);
    size_t *n_taken = arg;

    check_printer(token, e);
    if (e != ERR_OK) {
        return;
    }
    (*n_taken)++;
    check_init(token, &init);
    negtoken_init_encode(&out, &init);
    if (buf_status(&out) != ERR_OK ||
        negtoken_init_decode(buf_bytes(&out), &again) != ERR_OK ||
        !same_init(&init, &again)) {
        ck_abort_msg("what was decoded is not what is decoded again");
    }
}

static void feed_resp(struct bytes token, void *arg)
{
    struct negtoken_resp resp;
    struct negtoken_resp again;
    BUF_AUTO out = BUF_INIT;
    enum err e = negtoken_resp_decode(token, &resp);
    size_t *n_taken = arg;

    check_printer(token, e);
    if (e != ERR_OK) {
        return;
    }
    (*n_taken)++;
    negtoken_resp_encode(&out, &resp);
    if (!bytes_equal(buf_bytes(&out), token) ||
        negtoken_resp_decode(buf_bytes(&out), &again) != ERR_OK ||
        !same_resp(&resp, &again)) {
        ck_abort_msg("what was decoded is not what is written again");
    }
}

/* A cut token is refused, with another error than a malformed one. */
static void feed_cut(struct bytes token, void *arg)
{
    struct negtoken_init init;
    struct negtoken_resp resp;
    enum err e = *(bool *)arg ? negtoken_init_decode(token, &init)
                              : negtoken_resp_decode(token, &resp);

    check_printer(token, e);
    if (e != ERR_TRUNCATED) {
        ck_abort_msg("%zu bytes: %s", token.n, err_name(e));
    }
}

TEST_TIMES(init_flipped, 2)
{
    size_t n_taken = 0;

    feed_init(hex(inits[_i]), &n_taken);
    ck_assert_uint_eq(n_taken, 1);
    mutate_flip(hex(inits[_i]), feed_init, &n_taken);
    ck_assert_uint_gt(n_taken, 1); /* contents of strings and OIDs may change */
}

TEST_TIMES(init_cut, 2)
{
    bool is_init = true;

    mutate_truncate(hex(inits[_i]), feed_cut, &is_init);
}

TEST_TIMES(resp_flipped, 2)
{
    size_t n_taken = 0;

    feed_resp(hex(resps[_i]), &n_taken);
    ck_assert_uint_eq(n_taken, 1);
    mutate_flip(hex(resps[_i]), feed_resp, &n_taken);
    ck_assert_uint_gt(n_taken, 1);
}

TEST_TIMES(resp_cut, 2)
{
    bool is_init = false;

    mutate_truncate(hex(resps[_i]), feed_cut, &is_init);
}

static void feed_flips_of_cut(struct bytes token, void *arg)
{
    mutate_flip(token, token.n > 0 && token.p[0] == 0xa1 ? feed_resp : feed_init, arg);
}

/* Flips bits of a cut token, so that it has two faults. */
TEST(cut_and_flipped)
{
    size_t n_taken = 0;

    mutate_truncate(hex(inits[0]), feed_flips_of_cut, &n_taken);
    mutate_truncate(hex(resps[0]), feed_flips_of_cut, &n_taken);
}
