/* SPDX-License-Identifier: ISC */
/* The initiator's side of SPNEGO (RFC 4178 4.2, 5; [MS-SPNG] 3.2). */
#include "mech/spnego/mic.h"
#include "mech/spnego/offer.h"
#include "mech/spnego/start.h"
#include "mech/spnego/tolerate.h"
#include "mech/report/login_reason.h"
#include "mech/report/trace.h"

static enum err encode_mech_types(struct spnego *s)
{
    struct bytes oids[SPNEGO_MAX_OWN_MECHS];

    for (size_t i = 0; i < s->n_mechs; i++) {
        oids[i] = s->mechs[i].oid;
    }
    negtoken_mech_types_encode(&s->mech_types, oids, s->n_mechs);
    return buf_status(&s->mech_types);
}

/* An acceptor's hints are not authenticated: read, checked for form, and ignored. */
static enum err read_hints(struct bytes in)
{
    struct negtoken_init hints;

    return in.n == 0 ? ERR_OK : negtoken_init_decode(in, &hints);
}

enum err initiator_first(struct spnego *s, const struct step_input *step, struct buf *out)
{
    BUF_AUTO token = BUF_INIT;
    struct negtoken_init init = {0};
    enum err e;

    login_reason_no_kerberos(s, step->request);
    if ((e = read_hints(step->in)) != ERR_OK ||
        (e = start_first(s, step, &token)) != ERR_OK ||
        (e = encode_mech_types(s)) != ERR_OK) {
        return e;
    }
    offer_trace(s);
    s->chosen_oid = s->mechs[0].oid;
    init.mech_types_der = buf_bytes(&s->mech_types);
    init.has_token = true;
    init.token = buf_bytes(&token);
    negtoken_init_encode(out, &init);
    s->state = SPNEGO_REPLY;
    return buf_status(out);
}

/* The token that comes with a reject may say more than reject does. */
static enum err rejected(struct spnego *s, const struct step_input *step,
                         const struct negtoken_resp *resp)
{
    BUF_AUTO unused = BUF_INIT;
    struct step_input step_input = *step;
    enum err e;

    step_input.in = resp->token;
    if (!resp->has_token || resp->token.n == 0 ||
        s->mechanism->ops->is_done(s->mechanism)) {
        return ERR_NEG_REJECTED;
    }
    e = s->mechanism->ops->step(s->mechanism, &step_input, &unused);
    return e == ERR_OK ? ERR_NEG_REJECTED : e;
}

/* A server that chose what was not offered. */
static enum err refuse_choice(const struct spnego *s, struct bytes mech)
{
    bool is_withheld = s->withheld != NULL && bytes_equal(mech, OID_NTLM);

    return is_withheld ? err_note(ERR_NEG_MECH, "it chose NTLM") : ERR_NEG_MECH;
}

/* A request-mic, or another choice than our first: the list must be proven, and what
 * cannot be proven ends before a response of NTLM leaves. */
static enum err require_proof(struct spnego *s)
{
    if (s->integrity == INTEGRITY_NONE) {
        return err_note(ERR_NEG_NO_INTEG,
                        "the program's credential forbids signing that it did not ask "
                        "for (GSS_KRB5_CRED_NO_CI_FLAGS_X)");
    }
    s->must_prove = true;
    mic_require(s, "the server did not take what we offered first");
    return ERR_OK;
}

static enum err choose(struct spnego *s, const struct step_input *step,
                       const struct negtoken_resp *resp, struct buf *token)
{
    const struct spnego_mech *mech = spnego_find_mech(s, resp->mech);
    enum err e;

    if (mech == NULL) {
        return refuse_choice(s, resp->mech);
    }
    trace_decide("choice", "server-takes", "mechanism",
                 trace_oid(&(struct trace_oid_text){0}, mech->oid));
    if ((resp->state == NEG_REQUEST_MIC || mech != &s->mechs[0]) &&
        (e = require_proof(s)) != ERR_OK) {
        return e;
    }
    if (mech == &s->mechs[0]) {
        return ERR_OK;
    }
    if (resp->has_token || resp->has_mic ||
        (resp->has_state && resp->state == NEG_ACCEPT_COMPLETED)) {
        return err_note(ERR_NEG_STATE, "the server chose another mechanism and went on");
    }
    s->chosen_oid = mech->oid;
    login_reason_server_chose(s);
    return start_mech(s, mech, step, token);
}

/* Verifies their MIC, makes ours, and decides whether this was the last token. */
static enum err exchange_mics(struct spnego *s, const struct negtoken_resp *resp,
                              struct buf *mic)
{
    enum err e;

    if (resp->has_mic) {
        mic_require(s, "the server sent one");
    }
    if (!s->mechanism->ops->is_done(s->mechanism)) {
        return resp->has_mic ? mic_receive(s, resp->mic) : ERR_OK;
    }
    if ((e = mic_settle(s)) != ERR_OK ||
        (resp->has_mic && (e = mic_receive(s, resp->mic)) != ERR_OK)) {
        return e;
    }
    return mic_is_required(s) ? mic_send(s, mic) : ERR_OK;
}

/* What is still to come, given what we send now. */
static enum err decide_next(struct spnego *s, const struct negtoken_resp *resp,
                            bool sends_something)
{
    bool done = s->mechanism->ops->is_done(s->mechanism);
    bool completed = resp->state == NEG_ACCEPT_COMPLETED;

    s->state = SPNEGO_NEXT;
    if (done && s->mic == MIC_EXCHANGED) {
        s->state = SPNEGO_DONE;
        return ERR_OK;
    }
    if (completed && mic_is_required(s) && !tolerate_missing_mic(s)) {
        return ERR_NEG_MIC_MISSING;
    }
    if (completed && (!done || sends_something)) {
        return err_note(ERR_NEG_STATE, "the server said completed too early");
    }
    if (completed) {
        s->state = SPNEGO_DONE;
        return ERR_OK;
    }
    if (sends_something) {
        return ERR_OK;
    }
    return mic_is_required(s)
               ? ERR_NEG_MIC_MISSING
               : err_note(ERR_NEG_STATE, "the server waits for a token that is not due");
}

static void encode_answer(struct buf *out, struct bytes token, struct bytes mic)
{
    struct negtoken_resp resp = {
        .has_token = token.n > 0, .token = token, .has_mic = mic.n > 0, .mic = mic};

    negtoken_resp_encode(out, &resp);
}

/* What a server may say after its first reply. */
static enum err check_continuation(const struct spnego *s,
                                   const struct negtoken_resp *resp)
{
    if (resp->has_mech && !bytes_equal(resp->mech, s->chosen_oid)) {
        return ERR_NEG_MECH;
    }
    if (resp->state == NEG_REQUEST_MIC) {
        return err_note(ERR_NEG_STATE, "request-mic is for the first reply only");
    }
    return ERR_OK;
}

/* Tells the server that we give up. */
static enum err refuse(enum err e, struct buf *out)
{
    struct negtoken_resp resp = {.has_state = true, .state = NEG_REJECT};

    buf_cleanup(out);
    negtoken_resp_encode(out, &resp);
    return e;
}

enum err initiator_reply(struct spnego *s, const struct step_input *step, struct buf *out)
{
    BUF_AUTO token = BUF_INIT;
    BUF_AUTO mic = BUF_INIT;
    struct negtoken_resp resp;
    bool is_first = s->state == SPNEGO_REPLY;
    bool sends_something;
    enum err e;

    if ((e = negtoken_resp_decode(step->in, &resp)) != ERR_OK) {
        return refuse(e, out);
    }
    tolerate_mic_that_echoes_token(&resp);
    tolerate_empty_token(&resp, s);
    if (resp.state == NEG_REJECT) {
        return rejected(s, step, &resp);
    }
    if (is_first) {
        tolerate_missing_mech(&resp, s->mechs[0].oid);
    }
    tolerate_microsofts_krb5(&resp);

    /* the server's choice, and what the mechanism says to the server's token */
    e = is_first ? choose(s, step, &resp, &token) : check_continuation(s, &resp);
    if (e == ERR_OK && token.n == 0) {
        e = spnego_feed(s, step, &resp, &token);
    }
    if (e != ERR_OK || (e = buf_status(&token)) != ERR_OK ||
        (e = exchange_mics(s, &resp, &mic)) != ERR_OK) {
        return refuse(e, out);
    }

    sends_something = token.n > 0 || mic.n > 0;
    tolerate_missing_state(&resp, s, sends_something);
    if ((e = decide_next(s, &resp, sends_something)) != ERR_OK) {
        return refuse(e, out);
    }
    if (sends_something) {
        encode_answer(out, buf_bytes(&token), buf_bytes(&mic));
    }
    e = buf_status(out);
    return e == ERR_OK ? ERR_OK : refuse(e, out);
}
