/* SPDX-License-Identifier: ISC */
/* The trace: its switch and its lines. */
#include "mech/report/trace.h"

#include "asn1/negtoken.h"
#include "asn1/oid_text.h"
#include "base/ascii.h"
#include "base/text.h"
#include "conf/lock.h"
#include "mech/report/trace_file.h"
#include "mech/report/trace_version.h"
#include "mech/status.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <time.h>
#include <unistd.h>

#define VARIABLE     "GSS_NEGOTIATE_TRACE"
#define RAW_VARIABLE "GSS_NEGOTIATE_TRACE_RAW"

enum trace_state trace_state = TRACE_UNREAD;

/* LOCK_TRACE protects it. */
static struct trace_file file = TRACE_FILE_INIT;

/* Whether the bytes of tokens that cannot be decoded are written. */
static bool is_raw;

static unsigned n_contexts;
static _Thread_local unsigned context_now;

/* The caller holds LOCK_TRACE. */
static void set_state(enum trace_state state)
{
    if (state == TRACE_ON) {
        const char *raw = secure_getenv(RAW_VARIABLE);
        const bool is_demanded = raw != NULL && strcmp(raw, "1") == 0;

        __atomic_store_n(&is_raw, is_demanded, __ATOMIC_RELAXED);
    }
    __atomic_store_n(&trace_state, state, __ATOMIC_RELAXED);
}

/* The caller holds LOCK_TRACE. If the file cannot be opened, the trace stays off. */
static void begin_by_environment(void)
{
    const char *path = secure_getenv(VARIABLE);
    FAILURE_AUTO saved = *failure_last();
    enum err e = ERR_NO_CRED;

    if (path != NULL && path[0] != '\0') {
        e = trace_file_open(path, &file);
    }
    set_state(e == ERR_OK ? TRACE_ON : TRACE_OFF);
}

bool trace_is_raw(void)
{
    return __atomic_load_n(&is_raw, __ATOMIC_RELAXED);
}

bool trace_begin(void)
{
    lock_acquire(LOCK_TRACE);
    if (trace_state == TRACE_UNREAD) {
        begin_by_environment();
    }
    lock_release(LOCK_TRACE);
    return __atomic_load_n(&trace_state, __ATOMIC_RELAXED) == TRACE_ON;
}

static void replace_file(const struct trace_file *with, enum trace_state state)
{
    struct trace_file old;

    lock_acquire(LOCK_TRACE);
    old = file;
    file = *with;
    set_state(state);
    lock_release(LOCK_TRACE);
    trace_file_close(&old);
}

enum err trace_to(struct bytes path)
{
    struct trace_file opened = TRACE_FILE_INIT;
    BUF_AUTO text = BUF_INIT;
    enum err e;

    if (getauxval(AT_SECURE) != 0) {
        return err_note(ERR_POLICY, "a set-id program writes no trace");
    }
    if (bytes_has(path, '\0')) {
        return err_note(ERR_ARGUMENT, "the trace's file name has a NUL in it");
    }
    if (path.n == 0) {
        replace_file(&opened, TRACE_OFF);
        return ERR_OK;
    }
    if ((e = buf_dup(&text, path)) != ERR_OK ||
        (e = trace_file_open(buf_cstr(&text), &opened)) != ERR_OK) {
        return e;
    }
    replace_file(&opened, TRACE_ON);
    return ERR_OK;
}

unsigned trace_enter(unsigned context)
{
    unsigned before = context_now;

    context_now = context;
    return before;
}

unsigned trace_number_context(void)
{
    return __atomic_add_fetch(&n_contexts, 1, __ATOMIC_RELAXED);
}

void trace_line(struct buf *line, const char *event)
{
    struct timespec now = {0};

    (void)clock_gettime(CLOCK_REALTIME, &now);
    text_utc(line, now.tv_sec);
    buf_printf(line, ".%06ldZ %d.%d ctx=%u %s", now.tv_nsec / 1000, (int)getpid(),
               (int)gettid(), context_now, event);
}

static bool is_bare(struct bytes value)
{
    for (size_t i = 0; i < value.n; i++) {
        const uint8_t c = value.p[i];

        if (!ascii_is_alphanumeric(c) && !bytes_has(bytes_str("_-.,:;/@+|*"), (char)c)) {
            return false;
        }
    }
    return value.n > 0;
}

/* A newline in a value is written as \n, which is easier to read than \x0a. */
static void append_quoted(struct buf *line, struct bytes value)
{
    struct bytes left = {NULL, 0};

    buf_append_text(line, "\"");
    while (bytes_split(value, '\n', &left, &value)) {
        text_escape_whole(line, left);
        buf_append_text(line, "\\n");
    }
    text_escape_whole(line, left);
    buf_append_text(line, "\"");
}

void trace_append(struct buf *line, const char *key, struct bytes value)
{
    buf_printf(line, " %s=", key);
    if (is_bare(value)) {
        buf_append(line, value);
    } else {
        append_quoted(line, value);
    }
}

void trace_append_text(struct buf *line, const char *key, const char *value)
{
    trace_append(line, key, bytes_str(value));
}

void trace_append_number(struct buf *line, const char *key, uint64_t value)
{
    buf_printf(line, " %s=%" PRIu64, key, value);
}

void trace_append_error(struct buf *line, const char *key, enum err e)
{
    BUF_AUTO text = BUF_INIT;
    FAILURE_AUTO saved = *failure_last();
    const struct failure failure = failure_of(e);

    status_failure_text(&text, &failure);
    trace_append(line, key, buf_bytes(&text));
}

/* If the file cannot be opened again, the trace is turned off. */
void trace_write(struct buf *line)
{
    const struct bytes head = bytes_str(TRACE_HEAD TRACE_VERSION "\n");
    FAILURE_AUTO saved = *failure_last();

    buf_append_u8(line, '\n');
    lock_acquire(LOCK_TRACE);
    if (trace_state == TRACE_ON && buf_status(line) == ERR_OK &&
        trace_file_write(&file, head, buf_bytes(line)) != ERR_OK) {
        set_state(TRACE_OFF);
    }
    lock_release(LOCK_TRACE);
}

void trace_decision(struct buf *line, const char *event, const char *verdict)
{
    trace_line(line, event);
    trace_append_text(line, "verdict", verdict);
}

void trace_write_decision(const char *event, const char *verdict, ...)
{
    BUF_AUTO line = BUF_INIT;
    const char *key;
    va_list args;

    trace_decision(&line, event, verdict);
    va_start(args, verdict);
    while ((key = va_arg(args, const char *)) != NULL) {
        const char *value = va_arg(args, const char *);

        if (value != NULL) {
            trace_append_text(&line, key, value);
        }
    }
    va_end(args);
    trace_write(&line);
}

void trace_refuse(const char *event, const char *verdict, const char *mechanism,
                  enum err e)
{
    BUF_AUTO line = BUF_INIT;

    if (e == ERR_OK || !trace_is_on()) {
        return;
    }
    trace_decision(&line, event, verdict);
    if (mechanism != NULL) {
        trace_append_text(&line, "mechanism", mechanism);
    }
    trace_append_error(&line, "error", e);
    trace_write(&line);
}

const char *trace_oid(struct trace_oid_text *out, struct bytes oid)
{
    BUF_AUTO text = BUF_INIT;

    if (bytes_equal(oid, OID_NTLM)) {
        return "NTLM";
    }
    if (bytes_equal(oid, OID_KRB5) || bytes_equal(oid, OID_MS_KRB5)) {
        return "Kerberos";
    }
    oid_text(&text, oid);
    (void)snprintf(out->s, sizeof(out->s), "%s", buf_cstr(&text));
    return out->s;
}
