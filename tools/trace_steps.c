/* SPDX-License-Identifier: ISC */
/* Turns the lines of one exchange into its steps. */
#include "tools/trace_steps.h"

#include "tools/trace_decision.h"
#include "tools/trace_token.h"

#include <stdlib.h>
#include <string.h>

/* Appends a new step; NULL if memory runs out. */
static struct trace_step *add_step(struct step_builder *builder, enum trace_kind kind,
                                   enum trace_side side, const struct trace_event *event)
{
    struct trace_exchange *x = builder->exchange;
    struct trace_step *step;

    if (x->n_steps == x->cap_steps) {
        size_t cap = x->cap_steps == 0 ? 16 : x->cap_steps * 2;
        struct trace_step *grown = reallocarray(x->steps, cap, sizeof(*grown));

        if (grown == NULL) {
            return NULL;
        }
        x->steps = grown;
        x->cap_steps = cap;
    }
    step = &x->steps[x->n_steps++];
    memset(step, 0, sizeof(*step));
    step->kind = kind;
    step->side = side;
    step->at_us =
        event->time_us >= builder->began_us ? event->time_us - builder->began_us : 0;
    return step;
}

static enum err add_message(struct step_builder *builder, enum trace_side sender,
                            const struct trace_event *event)
{
    struct trace_step *step = add_step(builder, STEP_MESSAGE, sender, event);

    if (step == NULL) {
        return ERR_NO_MEMORY;
    }
    trace_token_text(event, &step->tree, &step->text);
    buf_printf(&step->text, ", %llu bytes",
               (unsigned long long)trace_event_number(event, "bytes"));
    return buf_status(&step->tree) != ERR_OK ? ERR_NO_MEMORY : buf_status(&step->text);
}

static enum trace_side other(enum trace_side side)
{
    return side == SIDE_INITIATOR ? SIDE_ACCEPTOR : SIDE_INITIATOR;
}

/* Adds the message that a call receives, unless it was added already as the message that
 * the other side sent. */
static enum err add_call(struct step_builder *builder, enum trace_side side,
                         const struct trace_event *event)
{
    struct bytes message = trace_event_message(event);
    bool was_added = bytes_equal(message, builder->sent[other(side)]);

    builder->sent[other(side)] = bytes_of(NULL, 0);
    return message.n == 0 || was_added ? ERR_OK
                                       : add_message(builder, other(side), event);
}

/* Adds the end of a side: "established", or what failed. */
static enum err add_end(struct step_builder *builder, enum trace_side side,
                        const struct trace_event *event)
{
    bool good = trace_event_is(event, "major", "COMPLETE");
    struct trace_step *step = add_step(builder, good ? STEP_GOOD : STEP_BAD, side, event);
    struct bytes reason = trace_event_raw(event, "error");

    if (step == NULL) {
        return ERR_NO_MEMORY;
    }
    if (good) {
        buf_append_text(&step->text, "established");
        return buf_status(&step->text);
    }
    buf_append_text(&step->text, "failed: ");
    trace_event_get(event, "major", &step->text);
    if (reason.n > 0) {
        buf_append_text(&step->text, ": ");
        trace_event_get(event, "error", &step->text);
    }
    return buf_status(&step->text);
}

static enum err add_return(struct step_builder *builder, enum trace_side side,
                           const struct trace_event *event)
{
    bool good = trace_event_is(event, "major", "COMPLETE");
    bool bad = !good && !trace_event_is(event, "major", "CONTINUE_NEEDED");
    struct bytes message = trace_event_message(event);
    enum err e = bad ? add_end(builder, side, event) : ERR_OK;

    builder->sent[side] = message;
    if (e == ERR_OK && message.n > 0) {
        e = add_message(builder, side, event);
    }
    return e == ERR_OK && good ? add_end(builder, side, event) : e;
}

/* Appends before and the value of a field; nothing if the value is empty. */
static void append_field(struct buf *out, const char *before,
                         const struct trace_event *event, const char *key)
{
    BUF_AUTO value = BUF_INIT;

    trace_event_get(event, key, &value);
    if (value.n > 0) {
        buf_append_text(out, before);
        buf_append(out, buf_bytes(&value));
    }
}

static void append_login(struct buf *out, const struct trace_event *event)
{
    append_field(out, "", event, trace_event_is(event, "as", "user") ? "user" : "as");
    append_field(out, ", workstation ", event, "workstation");
    append_field(out, ", target ", event, "target");
    append_field(out, "; protection: ", event, "protection");
    append_field(out, ", MIC: ", event, "mic");
    append_field(out, ", bound: ", event, "bound");
}

/* Appends the text of a note. False for an event that only a later version knows. */
static bool append_note(struct buf *out, const struct trace_event *event)
{
    if (trace_decision_text(out, event)) {
        append_field(out, " (", event, "error");
        buf_append_text(out, trace_event_raw(event, "error").n > 0 ? ")" : "");
        return true;
    }
    if (bytes_equal(event->name, bytes_str("credential"))) {
        bool initiates = trace_event_is(event, "role", "initiator");

        append_field(out, "the user is ", event, "user");
        append_field(out, initiates ? ", by " : "the users are those of ", event, "from");
        append_field(out, ", for ", event, "for");
        return true;
    }
    if (bytes_equal(event->name, bytes_str("login"))) {
        append_login(out, event);
        return true;
    }
    return false;
}

static enum err add_note(struct step_builder *builder, enum trace_side side,
                         const struct trace_event *event)
{
    struct buf *reason = &builder->exchange->why_not_krb5;
    BUF_AUTO text = BUF_INIT;
    struct trace_step *step;

    if (!append_note(&text, event)) {
        return ERR_OK;
    }
    if ((step = add_step(builder, STEP_NOTE, side, event)) == NULL) {
        return ERR_NO_MEMORY;
    }
    buf_append(&step->about, event->name);
    if (reason->n == 0 && trace_decision_is_against_krb5(event)) {
        buf_append(reason, buf_bytes(&text));
    }
    buf_move(&step->text, &text);
    return buf_status(reason) != ERR_OK ? ERR_NO_MEMORY : buf_status(&step->text);
}

enum err step_builder_add(struct step_builder *builder, enum trace_side side,
                          const struct trace_event *event)
{
    if (bytes_equal(event->name, bytes_str("call"))) {
        return add_call(builder, side, event);
    }
    if (bytes_equal(event->name, bytes_str("return"))) {
        return add_return(builder, side, event);
    }
    return add_note(builder, side, event);
}

void trace_title(struct trace_exchange *exchange, enum trace_side side,
                 const struct trace_event *call)
{
    bool raw = trace_event_is(call, "via", "ntlm");

    if (side == SIDE_INITIATOR && trace_event_raw(call, "target").n > 0) {
        append_field(&exchange->title, "to ", call, "target");
    } else {
        buf_append_text(&exchange->title, "a login");
    }
    buf_append_text(&exchange->title, raw ? " by NTLM" : " by SPNEGO");
}
