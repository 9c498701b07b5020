/* SPDX-License-Identifier: ISC */
/* The initiator's side of SPNEGO (RFC 4178 4.2, 5; [MS-SPNG] 3.2). */
#include "mech/report/login_record.h"
#include "mech/report/trace.h"
#include "mech/spnego/mic.h"
#include "mech/spnego/offer.h"
#include "mech/spnego/start.h"
#include "mech/spnego/tolerate.h"

enum err initiator_first(struct spnego *s, const struct step_input *step, struct buf *out)
{
    BUF_AUTO token = BUF_INIT;
    struct negtoken_init init = {0};
    struct negtoken_init hints;
    struct bytes oids[SPNEGO_MAX_OWN_MECHS];
    enum err e;

    login_reason_no_kerberos(s, step->request);
    /* An acceptor's hints are not authenticated. They must decode, and are ignored. */
    if (step->in.n > 0 && (e = negtoken_init_decode(step->in, &hints)) != ERR_OK) {
        return e;
    }
    if ((e = start_first(s, step, &token)) != ERR_OK) {
        return e;
    }
    for (size_t i = 0; i < s->n_mechs; i++) {
        oids[i] = s->mechs[i].oid;
    }
    negtoken_mech_types_encode(&s->mech_types, oids, s->n_mechs);
    if ((e = buf_status(&s->mech_types)) != ERR_OK) {
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

/* The error of a server's reject. If the reject carries a token of the mechanism, that
 * token may give a more precise error. */
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

/* Checks the mechanism that the server chose. If it is not our first one, starts it and
 * appends its first token to token. */
static enum err choose(struct spnego *s, const struct step_input *step,
                       const struct negtoken_resp *resp, struct buf *token)
{
    const struct spnego_mech *mech = spnego_find_mech(s, resp->mech);
    bool is_first = mech == &s->mechs[0];

    if (mech == NULL) {
        return s->withheld != NULL && bytes_equal(resp->mech, OID_NTLM)
                   ? err_note(ERR_NEG_MECH, "it chose NTLM")
                   : ERR_NEG_MECH;
    }
    trace_decide("choice", "server-takes", "mechanism",
                 trace_oid(&(struct trace_oid_text){0}, mech->oid));
    if (resp->state == NEG_REQUEST_MIC || !is_first) {
        /* MechListMICs must prove the list. An exchange that cannot have them ends here,
         * before the client sends an NTLM response. */
        if (s->integrity == INTEGRITY_NONE) {
            return err_note(ERR_NEG_NO_INTEG,
                            "the program's credential forbids signing that it did not "
                            "ask for (GSS_KRB5_CRED_NO_CI_FLAGS_X)");
        }
        s->must_prove = true;
        mic_require(s, "the server did not take what we offered first");
    }
    if (is_first) {
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

/* Verifies the server's MIC if it has come, and makes ours if one is required and the
 * mechanism is done. */
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

/* Sets the next state, by the server's reply and by whether we send something now.
 * Refuses a server that ends the exchange too early, or that waits although we have
 * nothing to send. */
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

/* Checks what the server's later reply says about the negotiation. */
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

/* Replaces out by a reject, which reports to the server that we refuse its reply; returns
 * e. */
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
    struct negtoken_resp answer = {0};
    struct negtoken_resp resp;
    bool is_first = s->state == SPNEGO_REPLY;
    bool sends_something;
    enum err e;

    if (step->in.n == 0) {
        return refuse(ERR_NO_REPLY, out);
    }
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

    /* the server's choice first, then the mechanism's part of its reply */
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
        answer.has_token = token.n > 0;
        answer.token = buf_bytes(&token);
        answer.has_mic = mic.n > 0;
        answer.mic = buf_bytes(&mic);
        negtoken_resp_encode(out, &answer);
    }
    e = buf_status(out);
    return e == ERR_OK ? ERR_OK : refuse(e, out);
}
