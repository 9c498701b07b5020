/* SPDX-License-Identifier: ISC */
/*
 * A token's bytes without its secrets.
 *
 * Only those bytes of an NTLM message are shown that a decoder has recognised and that
 * are known not to be secret. All other bytes are set to zero, also those between the
 * fields: if somebody has shortened or moved a field on the way, part of a response may
 * be there.
 */
#include "ntlm/redact.h"

#include "asn1/negtoken.h"
#include "ntlm/authenticate.h"
#include "ntlm/avpair.h"
#include "ntlm/challenge.h"
#include "ntlm/kdf.h"
#include "ntlm/negotiate.h"

#include <string.h>

#define NTLM_MIC_LEN  16 /* of a mechListMIC */
#define OID_SHOWN_MAX 64

/* struct view: a token, and for each of its bytes whether it is shown (1) or not (0). */
struct view {
    struct bytes token;
    struct buf shown;
};

static void mark(struct view *v, struct bytes part, uint8_t is_shown)
{
    if (part.n > 0 && buf_status(&v->shown) == ERR_OK) {
        memset(v->shown.p + bytes_offset(v->token, part), is_shown, part.n);
    }
}

static void show(struct view *v, struct bytes part)
{
    mark(v, part, 1);
}

/* The bytes of a message from one offset to another, as far as it has them. */
static void show_between(struct view *v, struct bytes message, size_t from, size_t to)
{
    struct bytes part;

    to = to < message.n ? to : message.n;
    if (from < to && bytes_slice(message, from, to - from, &part) == ERR_OK) {
        show(v, part);
    }
}

/* AV pairs up to their end; what follows is hidden. */
static enum err show_avpairs(struct view *v, struct bytes pairs)
{
    struct avpair_list list;
    enum err e = pairs.n == 0 ? ERR_OK : avpair_decode(pairs, &list);

    if (e == ERR_OK && pairs.n > 0) {
        show_between(v, pairs, 0, list.raw_len);
    }
    return e;
}

/*
 * NTLMv2_RESPONSE (2.2.2.8): NTProofStr; then from 16 on RespType, HiRespType, six zeros
 * and TimeStamp; from 32 on ChallengeFromClient; from 40 on four zeros and the AV pairs.
 */
static enum err show_v2_response(struct view *v, struct bytes response)
{
    struct reader r = reader_of(response);
    struct bytes first_reserved;
    struct bytes last_reserved;
    uint16_t types;

    (void)reader_consume(&r, NTLM_PROOF_LEN);
    types = reader_u16le(&r);
    first_reserved = reader_consume(&r, 6);
    (void)reader_consume(&r, 8 + NTLM_CHALLENGE_LEN);
    last_reserved = reader_consume(&r, 4);
    if (reader_status(&r) != ERR_OK || types != 0x0101 || /* RespType, HiRespType: 1 */
        !bytes_is_zero(first_reserved) || !bytes_is_zero(last_reserved)) {
        return err_note(ERR_NTLM_RESPONSE, "no NTLMv2 response has this form");
    }
    show_between(v, response, 16, 32);
    show_between(v, response, 40, 44);
    return show_avpairs(v, r.rest);
}

static enum err show_negotiate(struct view *v, struct bytes message)
{
    struct ntlm_negotiate n;
    enum err e = negotiate_decode(message, &n);

    if (e == ERR_OK) {
        show_between(v, message, 0, 32);
        show(v, n.domain);
        show(v, n.workstation);
        show(v, n.version);
    }
    return e;
}

static enum err show_challenge(struct view *v, struct bytes message)
{
    struct ntlm_challenge c;
    enum err e = challenge_decode(message, &c);

    if (e != ERR_OK) {
        return e;
    }
    show_between(v, message, 0, 32);
    if (c.target_info.n > 0) {
        show_between(v, message, 40, 48);
    }
    show(v, c.target_name);
    show(v, c.version);
    return show_avpairs(v, c.target_info);
}

/* The header up to the flags, which are not there if the payload begins before them. */
static void show_authenticate_header(struct view *v, struct bytes message,
                                     const struct ntlm_authenticate *a)
{
    show_between(v, message, 0, 52);
    if (a->flags != 0 || a->session_key.n > 0) {
        show_between(v, message, 52, 64);
    }
    show(v, a->version);
    show(v, a->mic);
}

static enum err show_authenticate(struct view *v, struct bytes message)
{
    struct ntlm_authenticate a;
    enum err e = authenticate_decode(message, &a);

    if (e != ERR_OK) {
        return e;
    }
    show_authenticate_header(v, message, &a);
    show(v, a.domain);
    show(v, a.user);
    show(v, a.workstation);
    /* all zeros: sent beside NTLMv2 and for an anonymous user; holds no secret */
    if (bytes_is_zero(a.lm_response)) {
        show(v, a.lm_response);
    }
    return a.nt_response.n < NTLM_V2_RESPONSE_MIN ? ERR_OK
                                                  : show_v2_response(v, a.nt_response);
}

static enum err show_ntlm(struct view *v, struct bytes message)
{
    switch (message_type(message)) {
    case NTLM_CHALLENGE:
        return show_challenge(v, message);
    case NTLM_AUTHENTICATE:
        return show_authenticate(v, message);
    default:
        return show_negotiate(v, message);
    }
}

/* A frame of RFC 2743 3.1, and in it only NTLM. */
static enum err show_framed(struct view *v, struct bytes token)
{
    struct bytes mech;
    struct bytes inner;
    enum err e = negtoken_frame_decode(token, &mech, &inner);

    if (e != ERR_OK) {
        return e;
    }
    if (mech.n > OID_SHOWN_MAX || !der_oid_is_valid(mech)) {
        return ERR_DER;
    }
    show_between(v, token, 0, token.n - inner.n);
    return bytes_equal(mech, OID_NTLM) ? show_ntlm(v, inner) : ERR_OK;
}

static bool is_framed(struct bytes token)
{
    return bytes_has_prefix(token, bytes_str("\x60"));
}

static bool is_ap_req(struct bytes token)
{
    return bytes_has_prefix(token, bytes_str("\x6e"));
}

/* A mechanism's token, such as the one inside SPNEGO. Of a token without an RFC 2743
 * frame, only the tag of an AP-REQ is shown. */
static enum err show_inner(struct view *v, struct bytes token)
{
    if (message_has_signature(token)) {
        return show_ntlm(v, token);
    }
    if (is_framed(token)) {
        return show_framed(v, token);
    }
    show_between(v, token, 0, is_ap_req(token) ? 1 : 0);
    return ERR_OK;
}

/* SPNEGO's decoder has recognised every byte, so all are shown but the mechanism's token
 * and a MIC that may repeat it. */
static enum err show_spnego(struct view *v, struct bytes token, struct bytes inner,
                            struct bytes mic)
{
    show(v, token);
    mark(v, inner, 0);
    if (mic.n != NTLM_MIC_LEN) {
        mark(v, mic, 0);
    }
    return show_inner(v, inner);
}

static enum err show_init(struct view *v, struct bytes token)
{
    struct negtoken_init init;
    enum err e = negtoken_init_decode(token, &init);

    return e == ERR_OK ? show_spnego(v, token, init.token, init.mic) : e;
}

static enum err show_resp(struct view *v, struct bytes token)
{
    struct negtoken_resp resp;
    enum err e = negtoken_resp_decode(token, &resp);

    return e == ERR_OK ? show_spnego(v, token, resp.token, resp.mic) : e;
}

static bool is_spnego_frame(struct bytes token)
{
    struct bytes mech;
    struct bytes inner;

    return negtoken_frame_decode(token, &mech, &inner) != ERR_OK ||
           bytes_equal(mech, OID_SPNEGO);
}

static enum err show_token(struct view *v, struct bytes token)
{
    if (token.n > NEGTOKEN_MAX_LEN) {
        return ERR_TOO_LARGE;
    }
    if (negtoken_is_resp(token)) {
        return show_resp(v, token);
    }
    if (negtoken_is_init(token) && is_spnego_frame(token)) {
        return show_init(v, token);
    }
    if (!message_has_signature(token) && !is_framed(token) && !is_ap_req(token)) {
        return ERR_TOKEN_UNKNOWN;
    }
    return show_inner(v, token);
}

/* The number of bytes at the front that are all shown, or all not shown. */
static size_t run_len(struct bytes shown)
{
    size_t n = 0;

    while (n < shown.n && shown.p[n] == shown.p[0]) {
        n++;
    }
    return n;
}

static enum err append(const struct view *v, struct redacted *out)
{
    struct bytes rest = v->token;
    struct bytes shown = buf_bytes(&v->shown);
    struct bytes run;
    struct bytes marks;

    while (rest.n > 0) {
        const size_t at = bytes_offset(v->token, rest);

        if (bytes_consume(&rest, run_len(shown), &run) != ERR_OK ||
            bytes_consume(&shown, run.n, &marks) != ERR_OK) {
            return ERR_INTERNAL;
        }
        if (marks.p[0] != 0) {
            buf_append(&out->bytes, run);
            continue;
        }
        buf_append_zeros(&out->bytes, run.n);
        if (!bytes_is_zero(run)) {
            buf_printf(&out->zeroed, "%s%zu+%zu", out->zeroed.n > 0 ? "," : "", at,
                       run.n);
        }
    }
    buf_fail(&out->bytes, buf_status(&out->zeroed));
    return buf_status(&out->bytes);
}

void redacted_cleanup(struct redacted *r)
{
    buf_cleanup(&r->bytes);
    buf_cleanup(&r->zeroed);
}

enum err redact_token(struct bytes token, struct redacted *out)
{
    struct view v = {.token = token, .shown = BUF_INIT};
    enum err e;

    if (token.n <= NEGTOKEN_MAX_LEN) {
        buf_append_zeros(&v.shown, token.n);
    }
    e = buf_status(&v.shown) != ERR_OK ? buf_status(&v.shown) : show_token(&v, token);
    if (e == ERR_OK) {
        e = append(&v, out);
    }
    if (e != ERR_OK) {
        redacted_cleanup(out);
    }
    buf_cleanup(&v.shown);
    return e;
}
