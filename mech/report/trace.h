/* SPDX-License-Identifier: ISC */
/* The trace: what exchanges did and why, a line an event, in a file that the user names.
 */
/*
 * The first line of each process is the file's version (mech/report/trace_version.h).
 * Any other line, which one write(2) makes:
 *
 *   line  = time SP pid "." tid SP "ctx=" number SP event *(SP key "=" value) LF
 *   time  = 2026-03-04T05:06:07.123456Z
 *   value = 1*(letter / digit / one of _-.,:;/@+|*) / DQUOTE *text DQUOTE
 *
 * ctx numbers the contexts of a process, from 1 on; 0 is outside of any. event and key
 * are letters and hyphens. text is escaped as by base/text.h, and a line's end in it is
 * \n. docs/gss_negotiate.8 lists the events.
 */
#ifndef MECH_REPORT_TRACE_H
#define MECH_REPORT_TRACE_H

#include "base/buf.h"

/* enum trace_state: whether anything is written; UNREAD until something would be for the
 * first time. */
enum trace_state { TRACE_UNREAD, TRACE_OFF, TRACE_ON };
extern enum trace_state trace_state;

/* trace_begin: reads GSS_NEGOTIATE_TRACE, unless that was done. */
bool trace_begin(void);

/*
 * trace_is_on: asked before anything is made for a line; while it is off, a load. No
 * function below changes this thread's detail (err_note), and none can fail.
 */
static inline bool trace_is_on(void)
{
    enum trace_state state = __atomic_load_n(&trace_state, __ATOMIC_RELAXED);

    return state == TRACE_UNREAD ? trace_begin() : state == TRACE_ON;
}

/*
 * trace_to: from now on to this file, whatever the environment says; empty: nowhere. On
 * an error all stays as it was. ERR_POLICY in a set-id program, trace_file_open's errors,
 * and ERR_ARGUMENT for a NUL within.
 */
MUST_USE enum err trace_to(struct bytes path);

/*
 * trace_is_raw: whether GSS_NEGOTIATE_TRACE_RAW=1 is set, which demands the bytes of
 * tokens that cannot be decoded; they may hold anything, responses of NTLM too. Read when
 * the trace is turned on; never set in a set-id program.
 */
bool trace_is_raw(void);

/* trace_enter: what this thread does now belongs to this context; returns what it
 * belonged to. trace_number_context: the next number. */
unsigned trace_enter(unsigned context);
unsigned trace_number_context(void);

/* trace_line: begins a line with its event. trace_append*: append a key and its value.
 * trace_write: ends and writes it. */
void trace_line(struct buf *line, const char *event);
void trace_append(struct buf *line, const char *key, struct bytes value);
void trace_append_text(struct buf *line, const char *key, const char *value);
void trace_append_number(struct buf *line, const char *key, uint64_t value);
void trace_append_error(struct buf *line, const char *key, enum err e);
void trace_write(struct buf *line);

/*
 * trace_decide: the line of a decision: trace_decide("offer", "left-out", "mechanism",
 * "Kerberos", "reason", reason) writes its event, its verdict, and the keys that follow
 * with their values; a key whose value is NULL is left out. The arguments are evaluated
 * only while the trace is on. tools/trace_decision.c has the sentence of every verdict.
 * trace_decision: the same for a value that is no string: it begins the line.
 * trace_refuse: a decision that an error made, with the error's sentence and detail as
 * error=; mechanism may be NULL. It writes nothing for ERR_OK.
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

/* trace_oid: "Kerberos", "NTLM", or the OID with its name, in the caller's place. */
struct trace_oid_text {
    char s[128];
};
const char *trace_oid(struct trace_oid_text *out, struct bytes oid);

#endif
