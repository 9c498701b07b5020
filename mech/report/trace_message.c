/* SPDX-License-Identifier: ISC */
/* Writes a token to the trace: its bytes without the secrets, or why it cannot be
 * decoded. */
#include "mech/report/trace_message.h"

#include "asn1/negtoken.h"
#include "base/failure.h"
#include "base/text.h"
#include "mech/report/trace.h"
#include "ntlm/redact.h"

static void append_hex(struct buf *line, const char *key, struct bytes value)
{
    buf_printf(line, " %s=", key);
    text_hex(line, value);
}

/* Whether the bytes of a token that cannot be decoded are written. After ERR_NO_MEMORY
 * they are not: the token was not decoded, and may hold secrets that redaction would
 * remove. */
static bool is_shown_raw(enum err e, struct bytes token)
{
    return trace_is_raw() && e != ERR_NO_MEMORY && token.n <= NEGTOKEN_MAX_LEN;
}

void trace_append_message(struct buf *line, struct bytes token)
{
    struct redacted redacted = REDACTED_INIT;
    FAILURE_AUTO saved = *failure_last();
    enum err e;

    err_note_clear();
    e = redact_token(token, &redacted);
    if (e == ERR_OK) {
        append_hex(line, "token", buf_bytes(&redacted.bytes));
        if (redacted.zeroed.n > 0) {
            trace_append(line, "zeroed", buf_bytes(&redacted.zeroed));
        }
    } else {
        trace_append_text(line, "fault", err_name(e));
        trace_append_error(line, "fault-text", e);
        if (is_shown_raw(e, token)) {
            append_hex(line, "raw", token);
        }
    }
    redacted_cleanup(&redacted);
}
