/* SPDX-License-Identifier: ISC */
/* Finds the form of a token's text, and reads hex or base64. */
#include "tools/token_input.h"

#include <ctype.h>
#include <string.h>

static const char base64_digits[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* The character at an offset, or -1 after the end. */
static int char_at(struct bytes text, size_t at)
{
    struct bytes one;

    return bytes_slice(text, at, 1, &one) == ERR_OK ? one.p[0] : -1;
}

bool token_is_blank(int c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

void token_skip_blanks(struct bytes *text)
{
    struct bytes skipped;

    while (token_is_blank(char_at(*text, 0)) &&
           bytes_consume(text, 1, &skipped) == ERR_OK) {
    }
}

static bool is_text(struct bytes text)
{
    for (size_t i = 0; i < text.n; i++) {
        int c = char_at(text, i);

        if (!token_is_blank(c) && (c < 0x20 || c > 0x7e)) {
            return false;
        }
    }
    return true;
}

/* The number of characters at the head that a header's or scheme's name can have. */
static size_t name_len(struct bytes text)
{
    size_t n = 0;

    while (isalnum(char_at(text, n)) || char_at(text, n) == '-') {
        n++;
    }
    return n;
}

/* Takes the "> " or "< " of curl -v, and "Name:". Up to two characters before a colon are
 * hex digits, not a name. */
static void take_header(struct bytes *text, struct bytes *out_header)
{
    const int mark = char_at(*text, 0);
    struct bytes skipped;
    size_t n;

    if ((mark == '>' || mark == '<') && bytes_consume(text, 1, &skipped) == ERR_OK) {
        token_skip_blanks(text);
    }
    n = name_len(*text);
    if (n > 2 && char_at(*text, n) == ':' &&
        bytes_consume(text, n, out_header) == ERR_OK &&
        bytes_consume(text, 1, &skipped) == ERR_OK) {
        token_skip_blanks(text);
    }
}

static void take_scheme(struct bytes *text, struct bytes *out_scheme)
{
    static const char *const schemes[] = {"Negotiate", "NTLM"};
    size_t n = name_len(*text);
    struct bytes name;
    int after = char_at(*text, n);

    if ((after != -1 && !token_is_blank(after)) ||
        bytes_slice(*text, 0, n, &name) != ERR_OK) {
        return;
    }
    for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++) {
        if (bytes_equal_nocase(name, bytes_str(schemes[i])) &&
            bytes_consume(text, n, out_scheme) == ERR_OK) {
            token_skip_blanks(text);
            return;
        }
    }
}

bool token_input_hex(struct bytes text, struct buf *out)
{
    int high = -1;

    for (size_t i = 0; i < text.n; i++) {
        const int c = tolower(char_at(text, i));
        const int value = isdigit(c) ? c - '0' : c - 'a' + 10;

        if (high < 0 && c == '0' && tolower(char_at(text, i + 1)) == 'x') {
            i++; /* 0x is a separator; its 0 is not a digit */
        } else if (isxdigit(c) && high >= 0) {
            buf_append_u8(out, (uint8_t)(high << 4 | value));
            high = -1;
        } else if (isxdigit(c)) {
            high = value;
        } else if (high >= 0 || !(token_is_blank(c) || c == ':' || c == ',')) {
            return false;
        }
    }
    return high < 0;
}

/* Reads digits and blanks. At most two '=' and blanks may follow the digits. */
static enum err read_base64(struct bytes text, struct buf *out, size_t *out_fault_at)
{
    unsigned bits = 0;
    unsigned n_bits = 0;
    unsigned n_padding = 0;
    size_t at;

    for (at = 0; at < text.n; at++) {
        const int c = char_at(text, at);
        const char *digit = strchr(base64_digits, c);

        if (token_is_blank(c)) {
            continue;
        }
        if (c == '=' && n_padding < 2) {
            n_padding++;
            continue;
        }
        if (c == '\0' || digit == NULL || n_padding > 0) {
            break;
        }
        bits = (bits << 6 | (unsigned)(digit - base64_digits)) & 0xffff;
        n_bits += 6;
        if (n_bits >= 8) {
            n_bits -= 8;
            buf_append_u8(out, (uint8_t)(bits >> n_bits));
        }
    }
    *out_fault_at = at;
    if (at < text.n) {
        return err_note(ERR_ARGUMENT, "this character is not base64");
    }
    return n_bits == 6 ? err_note(ERR_ARGUMENT, "the base64 text is cut off")
                       : buf_status(out);
}

static enum err read_digits(struct bytes text, struct token_input *out,
                            size_t *out_fault_at)
{
    BUF_AUTO hex = BUF_INIT;

    if (out->scheme.n == 0 && token_input_hex(text, &hex)) {
        out->form = TOKEN_HEX;
        buf_move(&out->token, &hex);
        return buf_status(&out->token);
    }
    out->form = TOKEN_BASE64;
    return read_base64(text, &out->token, out_fault_at);
}

enum err token_input_parse(struct bytes text, struct token_input *out,
                           size_t *out_fault_at)
{
    struct bytes rest = text;
    enum err e;

    memset(out, 0, sizeof(*out));
    *out_fault_at = 0;
    if (text.n > TOKEN_INPUT_MAX) {
        return ERR_TOO_LARGE;
    }
    if (!is_text(text)) {
        out->form = TOKEN_BINARY;
        return buf_dup(&out->token, text);
    }
    token_skip_blanks(&rest);
    while (rest.n > 0 && token_is_blank(char_at(rest, rest.n - 1))) {
        rest.n--;
    }
    take_header(&rest, &out->header);
    take_scheme(&rest, &out->scheme);
    e = read_digits(rest, out, out_fault_at);
    *out_fault_at += rest.n > 0 ? (size_t)(rest.p - text.p) : 0;
    return e;
}

void token_append_base64(struct buf *out, struct bytes token)
{
    for (size_t i = 0; i < token.n; i += 3) {
        size_t left = token.n - i;
        uint32_t group = (uint32_t)token.p[i] << 16;

        group |= left > 1 ? (uint32_t)token.p[i + 1] << 8 : 0;
        group |= left > 2 ? token.p[i + 2] : 0u;
        for (size_t k = 0; k < 4; k++) {
            buf_append_u8(out, k <= left
                                   ? (uint8_t)base64_digits[group >> (18 - 6 * k) & 63]
                                   : (uint8_t)'=');
        }
    }
}

const char *token_form_text(enum token_form form)
{
    static const char *const texts[] = {
        [TOKEN_BINARY] = "bytes", [TOKEN_HEX] = "hex", [TOKEN_BASE64] = "base64"};

    return texts[form];
}
