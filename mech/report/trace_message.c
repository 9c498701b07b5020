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
        /* After ERR_NO_MEMORY the token was not decoded, and may hold secrets that
         * redaction would remove. */
        if (trace_is_raw() && e != ERR_NO_MEMORY && token.n <= NEGTOKEN_MAX_LEN) {
            append_hex(line, "raw", token);
        }
    }
    redacted_cleanup(&redacted);
}
