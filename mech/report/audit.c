/* SPDX-License-Identifier: ISC */
/* The audit: one line of the system log for each use of NTLM. */
#include "mech/report/audit.h"

#include "base/clock.h"
#include "base/text.h"
#include "conf/devlog.h"
#include "mech/report/trace.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#define AUDIT_STATUS_MAX ((size_t)64)
#define AUDIT_WORD       "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_"

/* struct line: the text of an audit line, in an array of SYSLOG_LINE_MAX bytes. */
struct line {
    char *s;
    size_t n;
};

/* Appends as much of the text as the line still holds. Allocates nothing. */
static void append(struct line *line, const char *text)
{
    size_t room = SYSLOG_LINE_MAX - line->n;
    size_t len = strlen(text);

    len = len < room ? len : room;
    memcpy(line->s + line->n, text, len);
    line->n += len;
}

static void append_escaped(struct line *line, struct bytes raw)
{
    struct text_escaped escaped;

    append(line, text_escaped(&escaped, raw));
}

static void append_value(struct line *line, const char *key, struct bytes raw)
{
    if (raw.n == 0) {
        return;
    }
    append(line, key);
    append(line, "=\"");
    append_escaped(line, raw);
    append(line, "\"");
}

static void append_flag(struct line *line, const char *key, bool value)
{
    append(line, key);
    append(line, value ? "=yes" : "=no");
}

/* The user and the domain are escaped one by one, so that a long one does not shorten the
 * other. */
static void append_user(struct line *line, const struct audit_use *use)
{
    if (use->anonymous) {
        append_flag(line, " anonymous", true);
        return;
    }
    if (use->user.n > 0 || use->domain.n > 0) {
        append(line, use->claimed ? " claimed=\"" : " user=\"");
        if (use->domain.n > 0) {
            append_escaped(line, use->domain);
            append(line, "\\\\");
        }
        append_escaped(line, use->user);
        append(line, "\"");
    }
    if (use->guest) {
        append_flag(line, " guest", true);
    }
}

/* text_escaped cuts a long text, and an error's sentence and detail may be long. So they
 * are escaped in pieces that text_escaped never cuts, even if each byte becomes four. A
 * detail is at most 511 bytes long; so a line with all its fields fits into
 * SYSLOG_LINE_MAX. */
#define PIECE_MAX ((size_t)TEXT_ESCAPED_MAX / 4)

/* The length of the text's first piece. A piece ends before a single quote, which is
 * written without an escape, and never within a UTF-8 character. */
static size_t whole_piece(const char *text)
{
    size_t n = strnlen(text, PIECE_MAX);
    size_t cut = n;
    const char *quote = memchr(text, '\'', n);

    if (quote != NULL) {
        return (size_t)(quote - text);
    }
    while (n == PIECE_MAX && cut > n - 4 && ((unsigned char)text[cut] & 0xc0) == 0x80) {
        cut--;
    }
    return cut;
}

static void append_long(struct line *line, const char *text)
{
    while (text[0] != '\0') {
        size_t n = whole_piece(text);

        append_escaped(line, bytes_of(text, n));
        text += n;
        if (text[0] == '\'') {
            append(line, "'");
            text++;
        }
    }
}

/* The status stands without quotes, so that it can be searched for as a word. */
static void append_status(struct line *line, struct bytes status)
{
    char text[AUDIT_STATUS_MAX + 1];

    if (status.n == 0 || status.n > AUDIT_STATUS_MAX) {
        return;
    }
    memcpy(text, status.p, status.n);
    text[status.n] = '\0';
    if (strspn(text, AUDIT_WORD) == status.n) {
        append(line, " status=");
        append(line, text);
    }
}

static void append_sentence(struct line *line, enum err e)
{
    const char *detail = err_note_get(e);

    append_long(line, err_sentence(e));
    if (detail[0] != '\0') {
        append(line, " (");
        append_long(line, detail);
        append(line, ")");
    }
}

static void append_result(struct line *line, const struct audit_use *use)
{
    static const char *const protections[] = {
        [AUDIT_NONE] = "none", [AUDIT_SIGN] = "sign", [AUDIT_SEAL] = "seal"};

    if (use->is_unfinished) {
        append(line, " result=unfinished");
        return;
    }
    if (use->result != ERR_OK) {
        append_status(line, use->status);
        append(line, use->result == ERR_AUTHORITY_UNAVAILABLE
                         ? " result=unavailable reason=\""
                         : " result=refused reason=\"");
        append_sentence(line, use->result);
        append(line, "\"");
        return;
    }
    append(line, " protection=");
    append(line, protections[use->protection]);
    append_flag(line, " mic", use->mic);
    append_flag(line, " bound", use->bound);
    append(line, " result=ok");
}

static void append_withheld(struct line *line, const struct audit_use *use)
{
    if (use->is_withheld) {
        append(line, " ntlm=withheld ");
        append(line, use->withheld_by != NULL ? "fallback=" : "ci_flags=no");
        append(line, use->withheld_by != NULL ? use->withheld_by : "");
    }
}

struct bytes audit_format(char out[SYSLOG_LINE_MAX], const struct audit_use *use,
                          const struct audit_suppressed *suppressed)
{
    struct line line = {out, 0};
    char text[64];

    append(&line, "gss-negotiate: ntlm dir=");
    append(&line, use->role == ROLE_INITIATOR ? "initiate" : "accept");
    append_user(&line, use);
    append_value(&line, " peer", use->peer);
    append_value(&line, " target", use->target);
    append(&line, use->is_cached ? " credential=winbind" : "");
    append(&line, use->framing == AUDIT_RAW ? " framing=raw" : " framing=spnego");
    append_value(&line, " why", use->reason);
    append_result(&line, use);
    append_withheld(&line, use);
    if (suppressed->lines > 0) {
        (void)snprintf(text, sizeof(text), " suppressed=%u users=%u%s",
                       (unsigned)suppressed->lines, (unsigned)suppressed->users,
                       suppressed->users_more ? "+" : "");
        append(&line, text);
    }
    return bytes_of(out, line.n);
}

/* The limits, by whether the side initiates and whether the result is ERR_OK. Lines of
 * withheld NTLM have their own limit: a program may cause many of them, and they must not
 * suppress others. */
static struct audit_limit limits[2][2];
static struct audit_limit limit_withheld;

/* struct audit_name: the user for the limit's table of names, as "AD\alice". Each part is
 * cut after AUDIT_NAME_PART_MAX bytes. */
#define AUDIT_NAME_PART_MAX ((size_t)1024)
struct audit_name {
    char s[2 * AUDIT_NAME_PART_MAX + 1];
    size_t n;
};

static void append_part(struct audit_name *name, struct bytes part)
{
    for (size_t i = 0; i < part.n && i < AUDIT_NAME_PART_MAX; i++) {
        name->s[name->n++] = (char)part.p[i];
    }
}

static struct bytes name_of(struct audit_name *name, const struct audit_use *use)
{
    name->n = 0;
    if (!use->anonymous) {
        append_part(name, use->domain);
        append_part(name, bytes_str("\\"));
        append_part(name, use->user);
    }
    return bytes_of(name->s, name->n);
}

/* Writes to the log that the table of names is full. The line begins with "ntlm-audit" in
 * place of "ntlm", so that no reader takes it for a login. */
static void report_overflow(const struct audit_use *use)
{
    char text[192];

    (void)snprintf(text, sizeof(text),
                   "gss-negotiate: ntlm-audit dir=%s: more than %d users within %u "
                   "minutes; the first login of a further one may be suppressed",
                   use->role == ROLE_INITIATOR ? "initiate" : "accept", AUDIT_NAMES_MAX,
                   (unsigned)(AUDIT_PERIOD_MS / 60000));
    (void)syslog_notice(bytes_str(text));
}

void audit_write(const struct audit_use *use)
{
    const bool initiates = use->role == ROLE_INITIATOR;
    struct audit_limit *limit =
        use->is_withheld ? &limit_withheld : &limits[initiates][use->result == ERR_OK];
    struct audit_name name_text;
    const struct bytes name = name_of(&name_text, use);
    char line[SYSLOG_LINE_MAX];
    struct audit_suppressed suppressed;
    const bool is_login = use->result == ERR_OK && !use->is_unfinished;
    const int saved_errno = errno;
    const bool may =
        audit_limit_admit(limit, clock_uptime_ms(), name, is_login, &suppressed);

    if (suppressed.overflow) {
        report_overflow(use);
    }
    errno = 0;
    if (!may) {
        trace_decide("audit", "suppressed", "reason", "there are too many");
    } else if (!syslog_notice(audit_format(line, use, &suppressed))) {
        trace_decide("audit", "lost", "reason", devlog_reason(errno));
        audit_limit_lost(limit, name, &suppressed);
    }
    errno = saved_errno;
}

#define UNUSABLE_INTERVAL_MS 60000

void audit_unusable(enum err e)
{
    static _Atomic uint64_t next_ms;
    const uint64_t now = clock_uptime_ms();
    uint64_t next = atomic_load(&next_ms);
    char text[SYSLOG_LINE_MAX];
    struct line line = {text, 0};
    const int saved_errno = errno;

    if (now < next ||
        !atomic_compare_exchange_strong(&next_ms, &next, now + UNUSABLE_INTERVAL_MS)) {
        return;
    }
    append(&line, "gss-negotiate: ntlm-audit dir=accept: NTLM is not offered: ");
    append_sentence(&line, e);
    (void)syslog_notice(bytes_of(text, line.n));
    errno = saved_errno;
}
