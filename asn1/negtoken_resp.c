/* SPDX-License-Identifier: ISC */
/* NegTokenResp: decoded and encoded. */
#include "asn1/negtoken.h"

/*
 *   [1] NegTokenResp ::= SEQUENCE {                                  RFC 4178 4.2.2
 *       negState      [0] ENUMERATED (0..3) OPTIONAL,
 *       supportedMech [1] OBJECT IDENTIFIER OPTIONAL,
 *       responseToken [2] OCTET STRING OPTIONAL,
 *       mechListMIC   [3] OCTET STRING OPTIONAL }
 *
 * No frame around it, and no other fields.
 */

static enum err read_state(struct der_walk *w, struct bytes *in,
                           struct negtoken_resp *resp)
{
    struct bytes at = *in;
    struct bytes number;
    enum err e = der_walk_string(w, in, 0, DER_ENUMERATED, &resp->has_state, &number);

    if (e != ERR_OK || !resp->has_state) {
        return e;
    }
    resp->has_state = number.n == 1 && number.p[0] <= NEG_REQUEST_MIC;
    if (!resp->has_state) {
        return der_walk_blame(w, at, number.n == 0 ? ERR_DER : ERR_NEG_STATE);
    }
    resp->state = (enum neg_state)number.p[0];
    return ERR_OK;
}

static enum err read_supported_mech(struct der_walk *w, struct bytes *in,
                                    struct negtoken_resp *resp)
{
    struct bytes field;
    bool has;
    enum err e = der_walk_field(w, in, 1, &has, &field);

    if (e != ERR_OK || !has) {
        return e;
    }
    if ((e = der_walk_oid(w, &field, &resp->mech)) != ERR_OK) {
        return e;
    }
    resp->has_mech = true;
    return der_walk_blame(w, field, der_end(field));
}

static enum err read_resp_fields(struct der_walk *w, struct bytes in,
                                 struct negtoken_resp *resp)
{
    enum err e;

    if ((e = read_state(w, &in, resp)) != ERR_OK) {
        return e;
    }
    if ((e = read_supported_mech(w, &in, resp)) != ERR_OK) {
        return e;
    }
    if ((e = der_walk_string(w, &in, 2, DER_OCTET_STRING, &resp->has_token,
                             &resp->token)) != ERR_OK) {
        return e;
    }
    if ((e = der_walk_string(w, &in, 3, DER_OCTET_STRING, &resp->has_mic, &resp->mic)) !=
        ERR_OK) {
        return e;
    }
    return der_walk_end(w, in);
}

static enum err walk_resp(struct der_walk *w, struct negtoken_resp *resp)
{
    struct bytes choice;
    struct bytes fields;
    enum err e;

    *resp = (struct negtoken_resp){.has_state = false};
    if ((e = der_walk_outermost(w, DER_CONTEXT_0 + 1, NEGTOKEN_MAX_LEN, &choice)) !=
        ERR_OK) {
        return e;
    }
    if ((e = der_walk_whole(w, choice, DER_SEQUENCE, &fields)) != ERR_OK) {
        return e;
    }
    if ((e = read_resp_fields(w, fields, resp)) != ERR_OK) {
        return e;
    }
    return der_walk_finish(w);
}

enum err negtoken_resp_inspect(struct bytes in, struct negtoken_resp *out_resp,
                               struct der_fault *out_fault)
{
    struct der_walk w = {.whole = in, .lenient = true};
    enum err e = walk_resp(&w, out_resp);

    *out_fault = w.fault;
    return e;
}

enum err negtoken_resp_decode(struct bytes in, struct negtoken_resp *out_resp)
{
    struct der_walk w = {.whole = in};
    enum err e = walk_resp(&w, out_resp);

    if (e != ERR_OK) {
        *out_resp = (struct negtoken_resp){.has_state = false};
    }
    return e;
}

void negtoken_resp_encode(struct buf *out, const struct negtoken_resp *resp)
{
    size_t start = out->n;
    size_t choice = der_open(out, DER_CONTEXT_0 + 1);
    size_t fields = der_open(out, DER_SEQUENCE);
    uint8_t state = (uint8_t)resp->state;

    if (resp->has_state) {
        der_put_field(out, 0, DER_ENUMERATED, bytes_of(&state, 1));
    }
    if (resp->has_mech) {
        der_put_field(out, 1, DER_OID, resp->mech);
    }
    if (resp->has_token) {
        der_put_field(out, 2, DER_OCTET_STRING, resp->token);
    }
    if (resp->has_mic) {
        der_put_field(out, 3, DER_OCTET_STRING, resp->mic);
    }
    der_close(out, fields);
    der_close(out, choice);
    if (out->n - start > NEGTOKEN_MAX_LEN) {
        buf_fail(out, ERR_TOO_LARGE);
    }
}
