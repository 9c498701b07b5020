/* SPDX-License-Identifier: ISC */
/* Peers' strings and bytes as text that is safe to show. */
#include "asn1/text.h"

#include <stdio.h>
#include <string.h>
#include <unistr.h>

#define ELLIPSIS     "..."
#define ELLIPSIS_LEN (sizeof(ELLIPSIS) - 1)

/* One character as it is shown: at most "\u{10ffff}". */
struct piece {
    char s[16];
    size_t n;
};

/* Characters that would change how the text around them is read: C1 controls, the
 * Arabic letter mark, bidirectional marks, separators, embeddings and isolates. */
static bool is_deceptive(ucs4_t c)
{
    return (c >= 0x80 && c <= 0x9f) || c == 0x61c || c == 0x200e || c == 0x200f ||
           (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

static bool needs_backslash(ucs4_t c)
{
    return c == '"' || c == '\'' || c == '\\';
}

/* As a byte that is no text, or as a character that is not shown. */
static struct piece hidden_byte(uint8_t byte)
{
    struct piece piece;

    piece.n = (size_t)snprintf(piece.s, sizeof(piece.s), "\\x%02x", byte);
    return piece;
}

static struct piece hidden_character(ucs4_t c)
{
    struct piece piece;

    piece.n = (size_t)snprintf(piece.s, sizeof(piece.s), "\\u{%04x}", c);
    return piece;
}

/* The next character of in, which is not empty, as it is shown. */
static struct piece next_piece(struct bytes *in)
{
    struct piece piece = {{0}, 0};
    struct bytes taken;
    ucs4_t c;
    int len = u8_mbtoucr(&c, in->p, in->n);

    if (bytes_take(in, len > 0 ? (size_t)len : 1, &taken) != ERR_OK) {
        return piece;
    }
    if (len < 0 || c < 0x20 || c == 0x7f) {
        return hidden_byte(taken.p[0]);
    }
    if (is_deceptive(c)) {
        return hidden_character(c);
    }
    if (needs_backslash(c)) {
        piece.s[piece.n++] = '\\';
    }
    memcpy(piece.s + piece.n, taken.p, taken.n);
    piece.n += taken.n;
    return piece;
}

const char *text_escaped(struct text_escaped *out, struct bytes raw)
{
    size_t n = 0;
    size_t cut_at = 0; /* the last end of a character with room for the ellipsis */

    while (raw.n > 0) {
        struct piece piece = next_piece(&raw);

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

void text_escape(struct buf *out, struct bytes raw)
{
    struct text_escaped escaped;

    buf_put_text(out, text_escaped(&escaped, raw));
}

void text_escape_whole(struct buf *out, struct bytes raw)
{
    while (raw.n > 0) {
        struct piece piece = next_piece(&raw);

        buf_put(out, bytes_of(piece.s, piece.n));
    }
}

void text_hex(struct buf *out, struct bytes raw)
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < raw.n; i++) {
        buf_put_u8(out, (uint8_t)digits[raw.p[i] >> 4]);
        buf_put_u8(out, (uint8_t)digits[raw.p[i] & 0xf]);
    }
}
