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
 * No frame surrounds it, and it has no other fields.
 */

static void read_resp_fields(struct der_walk *w, struct bytes in,
                             struct negtoken_resp *resp)
{
    struct bytes at = in;
    struct bytes number;
    struct bytes field;

    if (der_walk_string(w, &in, 0, DER_ENUMERATED, &number)) {
        der_walk_check(w, at, number.n > 0, ERR_DER);
        resp->has_state = number.n == 1 && number.p[0] <= NEG_REQUEST_MIC;
        resp->state = resp->has_state ? (enum neg_state)number.p[0] : 0;
        der_walk_check(w, at, resp->has_state, ERR_NEG_STATE);
    }
    if (der_walk_field(w, &in, 1, &field)) {
        resp->mech = der_walk_oid(w, &field);
        resp->has_mech = w->err == ERR_OK;
        der_walk_fail(w, field, der_end(field));
    }
    resp->has_token = der_walk_string(w, &in, 2, DER_OCTET_STRING, &resp->token);
    resp->has_mic = der_walk_string(w, &in, 3, DER_OCTET_STRING, &resp->mic);
    der_walk_end(w, in);
}

static enum err walk_resp(struct der_walk *w, struct negtoken_resp *resp)
{
    struct bytes choice = der_walk_outermost(w, DER_CONTEXT_0 + 1, NEGTOKEN_MAX_LEN);

    *resp = (struct negtoken_resp){.has_state = false};
    read_resp_fields(w, der_walk_whole(w, choice, DER_SEQUENCE), resp);
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
        der_append_field(out, 0, DER_ENUMERATED, bytes_of(&state, 1));
    }
    if (resp->has_mech) {
        der_append_field(out, 1, DER_OID, resp->mech);
    }
    if (resp->has_token) {
        der_append_field(out, 2, DER_OCTET_STRING, resp->token);
    }
    if (resp->has_mic) {
        der_append_field(out, 3, DER_OCTET_STRING, resp->mic);
    }
    der_close(out, fields);
    der_close(out, choice);
    if (out->n - start > NEGTOKEN_MAX_LEN) {
        buf_fail(out, ERR_TOO_LARGE);
    }
}
