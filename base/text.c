/* SPDX-License-Identifier: ISC */
/* Peers' strings and bytes as text that is safe to show. */
#include "base/text.h"

#include "base/deceptive.h"
#include "base/utf8.h"

#include <stdio.h>
#include <string.h>

#define ELLIPSIS     "..."
#define ELLIPSIS_LEN (sizeof(ELLIPSIS) - 1)

/* One character as it is shown: at most "\u{10ffff}". */
struct piece {
    char s[16];
    size_t n;
};

/* struct escaper: the rest of a text, the character before it (0: none), and whether
 * quotes and backslashes stay as they are. */
struct escaper {
    struct bytes in;
    uint32_t before;
    bool keeps_quotes;
};

/* Whether every character is shown as it is, and none is longer than one byte. Most texts
 * are such. */
static bool is_plain(const struct escaper *escaper)
{
    for (size_t i = 0; i < escaper->in.n; i++) {
        const uint8_t c = escaper->in.p[i];

        if (c < 0x20 || c >= 0x7f ||
            (!escaper->keeps_quotes && (c == '"' || c == '\'' || c == '\\'))) {
            return false;
        }
    }
    return true;
}

/* The next character as it is shown. There must be one. */
static struct piece next_piece(struct escaper *escaper)
{
    struct piece piece = {{0}, 0};
    struct bytes *in = &escaper->in;
    const uint32_t before = escaper->before;
    struct bytes taken;
    uint32_t c;
    const size_t len = utf8_decode(*in, &c);

    if (bytes_consume(in, len > 0 ? len : 1, &taken) != ERR_OK) {
        return piece;
    }
    escaper->before = len == 0 ? 0 : c;
    if (len == 0 || c < 0x20 || c == 0x7f) {
        piece.n = (size_t)snprintf(piece.s, sizeof(piece.s), "\\x%02x", taken.p[0]);
        return piece;
    }
    if (is_deceptive(before, c)) {
        piece.n = (size_t)snprintf(piece.s, sizeof(piece.s), "\\u{%04x}", c);
        return piece;
    }
    if (!escaper->keeps_quotes && (c == '"' || c == '\'' || c == '\\')) {
        piece.s[piece.n++] = '\\';
    }
    memcpy(piece.s + piece.n, taken.p, taken.n);
    piece.n += taken.n;
    return piece;
}

static const char *append_cut(struct text_escaped *out, struct escaper escaper)
{
    size_t n = 0;
    size_t cut_at = 0; /* the last end of a character after which ELLIPSIS fits */

    if (escaper.in.n > 0 && escaper.in.n <= TEXT_ESCAPED_MAX && is_plain(&escaper)) {
        memcpy(out->s, escaper.in.p, escaper.in.n);
        n = escaper.in.n;
        escaper.in.n = 0;
    }
    while (escaper.in.n > 0) {
        struct piece piece = next_piece(&escaper);

        if (n + piece.n > TEXT_ESCAPED_MAX) {
            memcpy(out->s + cut_at, ELLIPSIS, ELLIPSIS_LEN);
            n = cut_at + ELLIPSIS_LEN;
            break;
        }
        memcpy(out->s + n, piece.s, piece.n);
        n += piece.n;
        cut_at = n <= TEXT_ESCAPED_MAX - ELLIPSIS_LEN ? n : cut_at;
    }
    out->s[n] = '\0';
    return out->s;
}

const char *text_escaped(struct text_escaped *out, struct bytes raw)
{
    return append_cut(out, (struct escaper){raw, 0, false});
}

const char *text_printed(struct text_escaped *out, struct bytes raw)
{
    return append_cut(out, (struct escaper){raw, 0, true});
}

void text_escape(struct buf *out, struct bytes raw)
{
    struct text_escaped escaped;

    buf_append_text(out, text_escaped(&escaped, raw));
}

static void append_pieces(struct buf *out, struct escaper escaper)
{
    if (is_plain(&escaper)) {
        buf_append(out, escaper.in);
        return;
    }
    while (escaper.in.n > 0) {
        struct piece piece = next_piece(&escaper);

        buf_append(out, bytes_of(piece.s, piece.n));
    }
}

void text_escape_whole(struct buf *out, struct bytes raw)
{
    append_pieces(out, (struct escaper){raw, 0, false});
}

void text_printable(struct buf *out, struct bytes raw)
{
    append_pieces(out, (struct escaper){raw, 0, true});
}

/* day: the number of days since 1970-01-01, negative before that date. Counts in eras of
 * 400 years, and in years that begin in March, so that a leap day is the last of its
 * year. */
static void append_date(struct buf *out, int64_t day)
{
    const int64_t from_march_0 = day + 719468;
    const int64_t era =
        (from_march_0 >= 0 ? from_march_0 : from_march_0 - 146096) / 146097;
    const int64_t in_era = from_march_0 - era * 146097;
    const int64_t year_of_era =
        (in_era - in_era / 1460 + in_era / 36524 - in_era / 146096) / 365;
    const int64_t in_year =
        in_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    const int64_t month = (5 * in_year + 2) / 153; /* 0: March */
    const bool is_next_year = month >= 10;
    const int64_t year = era * 400 + year_of_era + (is_next_year ? 1 : 0);

    buf_printf(out, "%04lld-%02d-%02d", (long long)year,
               (int)(is_next_year ? month - 9 : month + 3),
               (int)(in_year - (153 * month + 2) / 5 + 1));
}

void text_utc(struct buf *out, int64_t unix_s)
{
    const int64_t day = unix_s / 86400 - (unix_s % 86400 < 0 ? 1 : 0);
    const int in_day = (int)(unix_s - day * 86400);

    append_date(out, day);
    buf_printf(out, "T%02d:%02d:%02d", in_day / 3600, in_day / 60 % 60, in_day % 60);
}

void text_hex(struct buf *out, struct bytes raw)
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < raw.n; i++) {
        buf_append_u8(out, (uint8_t)digits[raw.p[i] >> 4]);
        buf_append_u8(out, (uint8_t)digits[raw.p[i] & 0xf]);
    }
}

enum err text_skip_mark(const char *name, struct bytes *text)
{
    const struct bytes mark = bytes_str("\xef\xbb\xbf");
    struct bytes skipped;

    if (bytes_has_prefix(*text, bytes_str("\xff\xfe")) ||
        bytes_has_prefix(*text, bytes_str("\xfe\xff"))) {
        return err_note(ERR_UTF8, "%s: is UTF-16; save it as UTF-8", name);
    }
    return bytes_has_prefix(*text, mark) ? bytes_consume(text, mark.n, &skipped) : ERR_OK;
}
