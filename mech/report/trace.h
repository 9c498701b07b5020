/* SPDX-License-Identifier: ISC */
/* The trace: a log of what exchanges did and why, in a file that the user names. */
/*
 * Each process first writes the line with the file's version
 * (mech/report/trace_version.h). Every other line is written by one write(2) and has this
 * form:
 *
 *   line  = time SP pid "." tid SP "ctx=" number SP event *(SP key "=" value) LF
 *   time  = 2026-03-04T05:06:07.123456Z
 *   value = 1*(letter / digit / one of _-.,:;/@+|*) / DQUOTE *text DQUOTE
 *
 * ctx numbers the contexts of a process, from 1 on; a line that belongs to no context has
 * the number 0. event and key consist of letters and hyphens. text is escaped as
 * base/text.h does it, except that a newline is \n. docs/gss_negotiate.8 lists the
 * events.
 */
#ifndef MECH_REPORT_TRACE_H
#define MECH_REPORT_TRACE_H

#include "base/buf.h"

/* enum trace_state: whether the trace is written. TRACE_UNREAD: the environment has not
 * been read yet. */
enum trace_state { TRACE_UNREAD, TRACE_OFF, TRACE_ON };
extern enum trace_state trace_state;

/* trace_begin: reads GSS_NEGOTIATE_TRACE, unless the trace was begun before. Returns
 * whether the trace is on. */
bool trace_begin(void);

/*
 * trace_is_on: to be called before anything is made for a line. While the trace is off it
 * only loads a variable. Except for trace_to, no function below can fail or changes this
 * thread's detail (err_note).
 */
static inline bool trace_is_on(void)
{
    enum trace_state state = __atomic_load_n(&trace_state, __ATOMIC_RELAXED);

    return state == TRACE_UNREAD ? trace_begin() : state == TRACE_ON;
}

/*
 * trace_to: writes the trace to this file from now on, whatever the environment says. An
 * empty path turns the trace off. After an error the trace is as before. Errors:
 * ERR_POLICY in a set-id program, ERR_ARGUMENT for a NUL in the path, those of
 * trace_file_open.
 */
MUST_USE enum err trace_to(struct bytes path);

/*
 * trace_is_raw: whether GSS_NEGOTIATE_TRACE_RAW=1 is set. The trace then has the bytes of
 * tokens that cannot be decoded; they may hold secrets, such as NTLM responses. The
 * variable is read when the trace is turned on, and ignored in a set-id program.
 */
bool trace_is_raw(void);

/* trace_enter: gives the lines that this thread writes from now on the number of this
 * context; returns the number before. trace_number_context: gives a new context its
 * number. */
unsigned trace_enter(unsigned context);
unsigned trace_number_context(void);

/* trace_line: begins a line with its event. trace_append*: append a key and its value.
 * trace_write: ends the line and writes it. */
void trace_line(struct buf *line, const char *event);
void trace_append(struct buf *line, const char *key, struct bytes value);
void trace_append_text(struct buf *line, const char *key, const char *value);
void trace_append_number(struct buf *line, const char *key, uint64_t value);
void trace_append_error(struct buf *line, const char *key, enum err e);
void trace_write(struct buf *line);

/*
 * trace_decide: writes the line of a decision. trace_decide("offer", "left-out",
 * "mechanism", "Kerberos", "reason", reason) gives the event, the verdict, and then keys
 * with their values; a key whose value is NULL is left out. The arguments are evaluated
 * only while the trace is on. tools/trace_decision.c has a sentence for every verdict.
 * trace_decision: begins such a line, for values that are not strings. trace_refuse:
 * writes the line of a decision that an error caused, with the error's sentence and
 * detail as error=. mechanism may be NULL. It writes nothing for ERR_OK.
 */
#define trace_decide(...)                                                                \
    do {                                                                                 \
        if (trace_is_on()) {                                                             \
            trace_write_decision(__VA_ARGS__, (const char *)NULL);                       \
        }                                                                                \
    } while (0)
void trace_write_decision(const char *event, const char *verdict, ...)
    __attribute__((sentinel));
void trace_decision(struct buf *line, const char *event, const char *verdict);
void trace_refuse(const char *event, const char *verdict, const char *mechanism,
                  enum err e);

/* trace_oid: returns "Kerberos", "NTLM", or the OID with its name, which it writes to
 * out. */
struct trace_oid_text {
    char s[128];
};
const char *trace_oid(struct trace_oid_text *out, struct bytes oid);

#endif
