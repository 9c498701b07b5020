/* SPDX-License-Identifier: ISC */
/* The acceptor's side of SPNEGO (RFC 4178 4.2, 5; [MS-SPNG] 3.3). */
#include "mech/report/login_record.h"
#include "mech/report/trace.h"
#include "mech/spnego/fallback.h"
#include "mech/spnego/hints.h"
#include "mech/spnego/mic.h"
#include "mech/spnego/offer.h"
#include "mech/spnego/tolerate.h"

/*
 * struct choice: the mechanism that the acceptor chose from the initiator's list.
 * optimistic: it is the first of the list, so that the initiator's mechToken belongs to
 * it. next: the index at which to look for another one.
 */
struct choice {
    const struct spnego_mech *mech;
    struct bytes oid; /* as the initiator spells it; static */
    bool optimistic;
    size_t next;
};

static void trace_choice(const struct choice *choice)
{
    BUF_AUTO line = BUF_INIT;

    if (trace_is_on()) {
        trace_decision(&line, "choice", "takes");
        trace_append_text(&line, "mechanism",
                          trace_oid(&(struct trace_oid_text){0}, choice->mech->oid));
        trace_append_number(&line, "position", choice->next);
        trace_write(&line);
    }
}

/* Chooses from the initiator's list, at or after an index, the first mechanism that we
 * have. Both OIDs of Kerberos mean one mechanism; the answer has the OID that the
 * initiator named. */
static enum err choose(struct spnego *s, const struct mechanism_request *request,
                       const struct negtoken_init *init, size_t from, struct choice *out)
{
    for (size_t i = from; i < init->n_mechs; i++) {
        bool is_ms_krb5 = bytes_equal(init->mechs[i], OID_MS_KRB5);
        const struct spnego_mech *mech =
            spnego_find_mech(s, is_ms_krb5 ? OID_KRB5 : init->mechs[i]);

        if (mech != NULL && offer_has_keys(s, mech, request)) {
            *out = (struct choice){mech, is_ms_krb5 ? OID_MS_KRB5 : mech->oid, i == 0,
                                   i + 1};
            trace_choice(out);
            return ERR_OK;
        }
    }
    return ERR_NEG_NO_COMMON;
}

/* Appends a reject, which reports to the client that we refuse its token; returns e. */
static enum err reject(enum err e, struct bytes error_token, struct buf *out)
{
    struct negtoken_resp resp = {.has_state = true,
                                 .state = NEG_REJECT,
                                 .has_token = error_token.n > 0,
                                 .token = error_token};

    negtoken_resp_encode(out, &resp);
    return e;
}

/* Appends the first reply: it names the mechanism and carries its token. */
static void encode_first_reply(const struct spnego *s, enum neg_state state,
                               struct bytes token, struct buf *out)
{
    struct negtoken_resp resp = {.has_state = true,
                                 .state = state,
                                 .has_mech = true,
                                 .mech = s->chosen_oid,
                                 .has_token = token.n > 0,
                                 .token = token};

    negtoken_resp_encode(out, &resp);
}

/* Starts the chosen mechanism. If the optimistic token belongs to it, takes the first
 * step with that token. */
static enum err start_chosen(struct spnego *s, const struct step_input *step,
                             const struct choice *choice,
                             const struct negtoken_init *init, struct buf *token)
{
    struct step_input step_input = *step;
    enum err e = spnego_start(s, choice->mech, step->request);

    s->chosen_oid = choice->oid;
    if (e != ERR_OK || !choice->optimistic || !init->has_token) {
        return e;
    }
    step_input.in = init->token;
    return s->mechanism->ops->step(s->mechanism, &step_input, token);
}

/* Starts the first mechanism in common. If its optimistic token fails with an error that
 * permits another mechanism, starts the next one in common. The other OID of Kerberos is
 * not another mechanism. */
static enum err start_best(struct spnego *s, const struct step_input *step,
                           const struct negtoken_init *init, struct choice *choice,
                           struct buf *token)
{
    struct choice another;
    struct failure failure;
    enum err e = choose(s, step->request, init, 0, choice);

    login_reason_client_chose(s, init);
    if (e != ERR_OK || (e = start_chosen(s, step, choice, init, token)) == ERR_OK) {
        return e;
    }
    if (trace_is_on()) {
        trace_refuse("choice", "token-fails",
                     trace_oid(&(struct trace_oid_text){0}, choice->mech->oid), e);
    }
    failure = failure_of(e);
    if (e != ERR_GLUE || !fallback_after_token(failure.major, failure.minor)) {
        return e;
    }
    another = *choice;
    do {
        if (choose(s, step->request, init, another.next, &another) != ERR_OK) {
            return e;
        }
    } while (another.mech == choice->mech);
    buf_cleanup(token);
    login_reason_mech_failed(s, choice->mech, &failure);
    *choice = another;
    return start_chosen(s, step, choice, init, token);
}

/* Verifies the client's MIC if it has come, and makes ours if one is required and the
 * mechanism is done. out_state: the negState of our answer. */
static enum err exchange_mics(struct spnego *s, bool has_mic, struct bytes theirs,
                              struct buf *ours, enum neg_state *out_state)
{
    enum err e;

    *out_state = NEG_ACCEPT_INCOMPLETE;
    if (has_mic) {
        mic_require(s, "the client sent one");
    }
    if (!s->mechanism->ops->is_done(s->mechanism)) {
        return has_mic ? mic_receive(s, theirs) : ERR_OK;
    }
    if ((e = mic_settle(s)) != ERR_OK ||
        (has_mic && (e = mic_receive(s, theirs)) != ERR_OK) ||
        (mic_is_required(s) && (e = mic_send(s, ours)) != ERR_OK)) {
        return e;
    }
    if (!mic_is_required(s) || s->mic == MIC_EXCHANGED) {
        *out_state = NEG_ACCEPT_COMPLETED;
        s->state = SPNEGO_DONE;
    }
    return ERR_OK;
}

enum err acceptor_first(struct spnego *s, const struct step_input *step, struct buf *out)
{
    BUF_AUTO token = BUF_INIT;
    BUF_AUTO mic = BUF_INIT;
    struct negtoken_init init;
    struct choice choice;
    enum neg_state state;
    enum err e;

    if (step->in.n == 0) {
        offer_drop_without_keys(s, step->request);
        return hints_encode(s, out);
    }
    if ((e = negtoken_init_decode(step->in, &init)) != ERR_OK) {
        return e;
    }
    if ((e = buf_dup(&s->mech_types, init.mech_types_der)) != ERR_OK ||
        (e = start_best(s, step, &init, &choice, &token)) != ERR_OK) {
        return reject(e, buf_bytes(&token), out);
    }
    s->state = SPNEGO_NEXT;
    if (!choice.optimistic) {
        mic_require(s, "what is taken is not the client's first");
        encode_first_reply(s, NEG_REQUEST_MIC, bytes_of(NULL, 0), out);
        return buf_status(out);
    }
    if ((e = exchange_mics(s, init.has_mic, init.mic, &mic, &state)) != ERR_OK) {
        return reject(e, bytes_of(NULL, 0), out);
    }
    encode_first_reply(s, state, buf_bytes(&token), out);
    return buf_status(out);
}

/* Checks what the client's later token says about the negotiation. */
static enum err check_continuation(const struct spnego *s,
                                   const struct negtoken_resp *resp)
{
    if (resp->has_state && resp->state == NEG_REJECT) {
        return ERR_NEG_REJECTED;
    }
    if (resp->has_state && resp->state == NEG_REQUEST_MIC) {
        return err_note(ERR_NEG_STATE, "a client cannot say request-mic");
    }
    if (resp->has_mech && !bytes_equal(resp->mech, s->chosen_oid)) {
        return ERR_NEG_MECH;
    }
    return ERR_OK;
}

enum err acceptor_next(struct spnego *s, const struct step_input *step, struct buf *out)
{
    BUF_AUTO token = BUF_INIT;
    BUF_AUTO mic = BUF_INIT;
    struct negtoken_resp reply = {0};
    struct negtoken_resp resp;
    enum neg_state state;
    enum err e = negtoken_resp_decode(step->in, &resp);

    if (e != ERR_OK) {
        return e;
    }
    tolerate_mic_that_echoes_token(&resp);
    tolerate_empty_token(&resp, s);
    if ((e = check_continuation(s, &resp)) != ERR_OK ||
        (e = spnego_feed(s, step, &resp, &token)) != ERR_OK) {
        return reject(e, buf_bytes(&token), out);
    }
    if (!resp.has_token && !resp.has_mic) {
        return reject(ERR_NEG_MIC_MISSING, buf_bytes(&token), out);
    }
    if ((e = exchange_mics(s, resp.has_mic, resp.mic, &mic, &state)) != ERR_OK) {
        return reject(e, buf_bytes(&token), out);
    }
    if (s->mic == MIC_EXCHANGED && token.n == 0 && mic.n == 0) {
        return ERR_OK; /* the client was done when it sent its MIC, and reads no answer */
    }
    reply.has_state = true;
    reply.state = state;
    reply.has_token = token.n > 0;
    reply.token = buf_bytes(&token);
    reply.has_mic = mic.n > 0;
    reply.mic = buf_bytes(&mic);
    negtoken_resp_encode(out, &reply);
    return buf_status(out);
}
