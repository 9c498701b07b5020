/* SPDX-License-Identifier: ISC */
/* The lines of the trace at the beginning and the end of a step. */
#include "mech/api/step_trace.h"

#include "mech/api/call.h"
#include "mech/glue.h"
#include "mech/report/trace.h"
#include "mech/report/trace_message.h"
#include "mech/spnego/fallback.h"
#include "mech/status.h"

#include <string.h>
#include <time.h>

static uint64_t now_us(void)
{
    struct timespec now = {0};

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

/* Appends a token. Its keys are the last ones of the line, so that a reader can compare
 * two tokens. */
static void append_token(struct buf *line, const gss_buffer_desc *buffer)
{
    struct bytes token = call_bytes(buffer);

    trace_append_number(line, "bytes", token.n);
    if (token.n > 0) {
        trace_append_message(line, token);
    }
}

/* context is NULL if the first step failed and deleted it. */
static void append_state(struct buf *line, const struct mech_context *context)
{
    static const char *const states[] = {[CONTEXT_OPEN] = "open",
                                         [CONTEXT_ESTABLISHED] = "established",
                                         [CONTEXT_FAILED] = "failed"};
    static const char *const framings[] = {[FRAMING_UNKNOWN] = "unknown",
                                           [FRAMING_RAW] = "raw",
                                           [FRAMING_SPNEGO] = "spnego",
                                           [FRAMING_PASSTHROUGH] = "passthrough"};

    if (context == NULL) {
        trace_append_text(line, "state", "failed");
        return;
    }
    trace_append_text(line, "state", states[context->state]);
    trace_append_text(line, "framing", framings[context->framing]);
}

/* Begins the line of the call. Every line until step_trace_end has this context's number.
 */
static void begin(struct step_trace *trace, gss_ctx_id_t *handle, struct buf *line)
{
    struct mech_context *context = call_context(*handle);

    if (context->number == 0) {
        context->number = trace_number_context();
    }
    trace->outer = trace_enter(context->number);
    trace->handle = handle;
    trace->began_us = now_us();
    trace_line(line, "call");
    trace_append_text(line, "role",
                      context->role == ROLE_INITIATOR ? "initiator" : "acceptor");
    trace_append_text(line, "via", context->via == VIA_NTLM ? "ntlm" : "spnego");
    append_state(line, context);
}

void step_trace_init(struct step_trace *trace, const struct init_call *call)
{
    BUF_AUTO line = BUF_INIT;
    BUF_AUTO target = BUF_INIT;
    gss_OID unused;

    trace->on = trace_is_on();
    if (!trace->on) {
        return;
    }
    begin(trace, call->handle, &line);
    if (call->target != GSS_C_NO_NAME) {
        name_display(call_name(call->target), &target, &unused);
        trace_append(&line, "target", buf_bytes(&target));
    }
    trace_append_number(&line, "asked", call->flags);
    trace_append_text(&line, "bindings", call->bindings == NULL ? "no" : "yes");
    append_token(&line, call->in);
    trace_write(&line);
}

void step_trace_accept(struct step_trace *trace, const struct accept_call *call)
{
    BUF_AUTO line = BUF_INIT;

    trace->on = trace_is_on();
    if (!trace->on) {
        return;
    }
    begin(trace, call->handle, &line);
    trace_append_text(&line, "bindings", call->bindings == NULL ? "no" : "yes");
    append_token(&line, call->in);
    trace_write(&line);
}

static const struct {
    OM_uint32 major;
    const char *name;
} major_names[] = {
    {GSS_S_COMPLETE, "COMPLETE"},
    {GSS_S_CONTINUE_NEEDED, "CONTINUE_NEEDED"},
    {GSS_S_BAD_MECH, "BAD_MECH"},
    {GSS_S_BAD_NAME, "BAD_NAME"},
    {GSS_S_BAD_NAMETYPE, "BAD_NAMETYPE"},
    {GSS_S_BAD_BINDINGS, "BAD_BINDINGS"},
    {GSS_S_BAD_STATUS, "BAD_STATUS"},
    {GSS_S_BAD_SIG, "BAD_SIG"},
    {GSS_S_NO_CRED, "NO_CRED"},
    {GSS_S_NO_CONTEXT, "NO_CONTEXT"},
    {GSS_S_DEFECTIVE_TOKEN, "DEFECTIVE_TOKEN"},
    {GSS_S_DEFECTIVE_CREDENTIAL, "DEFECTIVE_CREDENTIAL"},
    {GSS_S_CREDENTIALS_EXPIRED, "CREDENTIALS_EXPIRED"},
    {GSS_S_CONTEXT_EXPIRED, "CONTEXT_EXPIRED"},
    {GSS_S_FAILURE, "FAILURE"},
    {GSS_S_BAD_QOP, "BAD_QOP"},
    {GSS_S_UNAUTHORIZED, "UNAUTHORIZED"},
    {GSS_S_UNAVAILABLE, "UNAVAILABLE"},
    {GSS_S_DUPLICATE_ELEMENT, "DUPLICATE_ELEMENT"},
    {GSS_S_NAME_NOT_MN, "NAME_NOT_MN"},
};

static void append_major(struct buf *line, OM_uint32 major)
{
    for (size_t i = 0; i < sizeof(major_names) / sizeof(major_names[0]); i++) {
        if (major_names[i].major == major) {
            trace_append_text(line, "major", major_names[i].name);
            return;
        }
    }
    trace_append_number(line, "major", major);
}

static void append_status(struct buf *line, OM_uint32 major, const OM_uint32 *minor)
{
    struct failure glue = {.code = ERR_GLUE, .major = major};
    BUF_AUTO text = BUF_INIT;
    BUF_AUTO name = BUF_INIT;

    append_major(line, major);
    if (!GSS_ERROR(major) || minor == NULL) {
        return;
    }
    fallback_append_minor(&name, *minor);
    trace_append(line, "minor", buf_bytes(&name));
    if (status_err(*minor) != ERR_COUNT) {
        status_text(&text, *minor);
    } else {
        /* another mechanism's: the sentence that the application gets */
        glue.minor = *minor;
        status_failure_text(&text, &glue);
        buf_printf(&text, "%s%s", status_appended(*minor)[0] != '\0' ? "; " : "",
                   status_appended(*minor));
    }
    trace_append(line, "error", buf_bytes(&text));
}

static void write_end(const struct step_trace *trace, OM_uint32 major,
                      const struct step_result *result)
{
    FAILURE_AUTO saved = *failure_last();
    BUF_AUTO line = BUF_INIT;
    const struct mech_context *context = call_context(*trace->handle);

    trace_line(&line, "return");
    append_state(&line, context);
    append_status(&line, major, result->minor);
    trace_append_number(&line, "us", now_us() - trace->began_us);
    append_token(&line, result->token);
    trace_write(&line);
}

OM_uint32 step_trace_end(const struct step_trace *trace, OM_uint32 major,
                         const struct step_result *result)
{
    if (!trace->on) {
        return major;
    }
    write_end(trace, major, result);
    (void)trace_enter(trace->outer);
    return major;
}
