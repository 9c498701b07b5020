/* SPDX-License-Identifier: ISC */
/* Parses the lines of a trace, which are not trusted. */
#include "tools/trace_read.h"

#include "base/text.h"
#include "mech/report/trace_version.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Whether the line has only characters that the module writes. */
static bool is_fit(struct bytes line)
{
    BUF_AUTO plain = BUF_INIT;
    BUF_AUTO escaped = BUF_INIT;

    for (size_t i = 0; i < line.n; i++) {
        uint8_t c = line.p[i];
        bool is_mark = c == '"' || c == '\'' || c == '\\';

        buf_append_u8(&plain, is_mark ? '.' : c);
    }
    text_escape_whole(&escaped, buf_bytes(&plain));
    return buf_status(&escaped) == ERR_OK &&
           bytes_equal(buf_bytes(&plain), buf_bytes(&escaped));
}

static bool take_word(struct bytes *line, struct bytes *out)
{
    struct bytes rest;
    bool more = bytes_split(*line, ' ', out, &rest);

    *line = rest;
    return more ? out->n > 0 && rest.n > 0 : out->n > 0;
}

bool trace_number_parse(struct bytes text, uint64_t *out)
{
    uint64_t value = 0;

    if (text.n == 0 || text.n > 18) {
        return false;
    }
    for (size_t i = 0; i < text.n; i++) {
        if (!isdigit(text.p[i])) {
            return false;
        }
        value = value * 10 + (uint64_t)(text.p[i] - '0');
    }
    *out = value;
    return true;
}

/* The number at an offset where the text has digits. */
static int number_at(const char *text, size_t at)
{
    return (int)strtol(text + at, NULL, 10);
}

/* Reads a time such as 2026-03-04T05:06:07.123456Z. */
static bool read_time(struct bytes text, uint64_t *out_us)
{
    static const char form[] = "dddd-dd-ddTdd:dd:dd.ddddddZ";
    struct tm tm = {0};
    char copy[sizeof(form)];
    int us = 0;
    time_t seconds;

    if (text.n != sizeof(form) - 1) {
        return false;
    }
    for (size_t i = 0; i < text.n; i++) {
        bool fits =
            form[i] == 'd' ? isdigit(text.p[i]) != 0 : text.p[i] == (uint8_t)form[i];

        if (!fits) {
            return false;
        }
    }
    memcpy(copy, text.p, text.n);
    copy[text.n] = '\0';
    tm.tm_year = number_at(copy, 0) - 1900;
    tm.tm_mon = number_at(copy, 5) - 1;
    tm.tm_mday = number_at(copy, 8);
    tm.tm_hour = number_at(copy, 11);
    tm.tm_min = number_at(copy, 14);
    tm.tm_sec = number_at(copy, 17);
    us = number_at(copy, 20);
    seconds = timegm(&tm);
    *out_us = (uint64_t)seconds * 1000000 + (uint64_t)us;
    return seconds >= 0;
}

static bool is_name(struct bytes text)
{
    for (size_t i = 0; i < text.n; i++) {
        if (!islower(text.p[i]) && text.p[i] != '-') {
            return false;
        }
    }
    return text.n > 0;
}

static bool is_process(struct bytes text)
{
    struct bytes pid;
    struct bytes tid;
    uint64_t unused;

    return bytes_split(text, '.', &pid, &tid) && trace_number_parse(pid, &unused) &&
           trace_number_parse(tid, &unused);
}

/* The length of the value at the front; 0 if there is none. */
static size_t value_len(struct bytes text)
{
    size_t i = 1;

    if (text.n == 0 || text.p[0] != '"') {
        struct bytes word;
        struct bytes rest;

        (void)bytes_split(text, ' ', &word, &rest);
        return bytes_has(word, '"') || bytes_has(word, '\\') ? 0 : word.n;
    }
    while (i < text.n && text.p[i] != '"') {
        i += text.p[i] == '\\' ? 2 : 1;
    }
    return i < text.n ? i + 1 : 0;
}

/* Takes the next "key=value" from fields. False at their end, or if they have another
 * form. */
static bool next_field(struct bytes *fields, struct bytes *out_key,
                       struct bytes *out_value)
{
    struct bytes rest;
    struct bytes blank;
    size_t n;

    if (!bytes_split(*fields, '=', out_key, &rest) || !is_name(*out_key) ||
        (n = value_len(rest)) == 0 || bytes_consume(&rest, n, out_value) != ERR_OK) {
        return false;
    }
    *fields = rest;
    return rest.n == 0 || (bytes_consume(fields, 1, &blank) == ERR_OK &&
                           bytes_equal(blank, bytes_str(" ")) && fields->n > 0);
}

static bool check_fields(struct bytes fields)
{
    struct bytes key;
    struct bytes value;

    while (fields.n > 0) {
        if (!next_field(&fields, &key, &value)) {
            return false;
        }
    }
    return true;
}

static bool read_context(struct bytes word, uint32_t *out)
{
    struct bytes key;
    struct bytes number;
    uint64_t value;

    if (!bytes_split(word, '=', &key, &number) || !bytes_equal(key, bytes_str("ctx")) ||
        !trace_number_parse(number, &value) || value > UINT32_MAX) {
        return false;
    }
    *out = (uint32_t)value;
    return true;
}

bool trace_event_parse(struct bytes line, struct trace_event *out)
{
    struct bytes context;

    memset(out, 0, sizeof(*out));
    if (!is_fit(line) || !take_word(&line, &out->time) ||
        !take_word(&line, &out->process) || !take_word(&line, &context) ||
        !take_word(&line, &out->name)) {
        return false;
    }
    out->fields = line;
    return read_time(out->time, &out->time_us) && is_process(out->process) &&
           read_context(context, &out->context) && is_name(out->name) &&
           check_fields(line);
}

bool trace_version_parse(struct bytes line, struct bytes *out_version)
{
    struct bytes head = bytes_str(TRACE_HEAD);
    struct bytes unused;

    *out_version = line;
    return bytes_has_prefix(line, head) &&
           bytes_consume(out_version, head.n, &unused) == ERR_OK && out_version->n > 0;
}

struct bytes trace_event_raw(const struct trace_event *event, const char *key)
{
    struct bytes fields = event->fields;
    struct bytes name;
    struct bytes value;

    while (fields.n > 0 && next_field(&fields, &name, &value)) {
        if (bytes_equal(name, bytes_str(key))) {
            return value;
        }
    }
    return bytes_of(NULL, 0);
}

/* Appends an escaped character, given the one after the backslash. A newline becomes a
 * blank; other escapes stay. */
static void append_escaped(struct buf *out, uint8_t c)
{
    if (c == 'n') {
        buf_append_u8(out, ' ');
        return;
    }
    if (c != '"' && c != '\'' && c != '\\') {
        buf_append_u8(out, '\\');
    }
    buf_append_u8(out, c);
}

void trace_event_get(const struct trace_event *event, const char *key, struct buf *out)
{
    struct bytes raw = trace_event_raw(event, key);

    if (raw.n < 2 || raw.p[0] != '"') {
        buf_append(out, raw);
        return;
    }
    for (size_t i = 1; i + 1 < raw.n; i++) {
        if (raw.p[i] == '\\') {
            append_escaped(out, raw.p[++i]);
        } else {
            buf_append_u8(out, raw.p[i]);
        }
    }
}

struct bytes trace_event_message(const struct trace_event *event)
{
    struct bytes fields = event->fields;
    struct bytes name;
    struct bytes value;
    struct bytes message;

    while (fields.n > 0) {
        const size_t at = bytes_offset(event->fields, fields);

        if (!next_field(&fields, &name, &value)) {
            break;
        }
        if (bytes_equal(name, bytes_str("bytes")) &&
            !bytes_equal(value, bytes_str("0")) &&
            bytes_slice(event->fields, at, event->fields.n - at, &message) == ERR_OK) {
            return message;
        }
    }
    return bytes_of(NULL, 0);
}

bool trace_event_is(const struct trace_event *event, const char *key, const char *value)
{
    return bytes_equal(trace_event_raw(event, key), bytes_str(value));
}

uint64_t trace_event_number(const struct trace_event *event, const char *key)
{
    uint64_t value = 0;

    return trace_number_parse(trace_event_raw(event, key), &value) ? value : 0;
}

struct bytes trace_event_pid(const struct trace_event *event)
{
    struct bytes pid;
    struct bytes tid;

    (void)bytes_split(event->process, '.', &pid, &tid);
    return pid;
}
