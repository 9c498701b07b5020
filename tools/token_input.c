/* SPDX-License-Identifier: ISC */
/* From text to token: finding the form, then reading hex or base64. */
#include "tools/token_input.h"

#include <ctype.h>
#include <string.h>

/* The character at an offset, or -1 behind the end. */
static int char_at(struct bytes text, size_t at)
{
    struct bytes one;

    return bytes_slice(text, at, 1, &one) == ERR_OK ? one.p[0] : -1;
}

static bool is_blank(int c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static void skip_blanks(struct bytes *text)
{
    struct bytes skipped;

    while (is_blank(char_at(*text, 0)) && bytes_take(text, 1, &skipped) == ERR_OK) {
    }
}

static struct bytes trim(struct bytes text)
{
    skip_blanks(&text);
    while (text.n > 0 && is_blank(char_at(text, text.n - 1))) {
        text.n--;
    }
    return text;
}

static bool is_text(struct bytes text)
{
    for (size_t i = 0; i < text.n; i++) {
        int c = char_at(text, i);

        if (!is_blank(c) && (c < 0x20 || c > 0x7e)) {
            return false;
        }
    }
    return true;
}

/* How many characters at the front can be of a header's or scheme's name. */
static size_t name_len(struct bytes text)
{
    size_t n = 0;

    while (isalnum(char_at(text, n)) || char_at(text, n) == '-') {
        n++;
    }
    return n;
}

/* "> " and "< " of curl -v, "* " of its notes. */
static void skip_mark(struct bytes *text)
{
    struct bytes skipped;
    int c = char_at(*text, 0);

    if ((c == '>' || c == '<') && bytes_take(text, 1, &skipped) == ERR_OK) {
        skip_blanks(text);
    }
}

/* "Name:"; two hex digits and a colon are hex with separators instead. */
static void take_header(struct bytes *text, struct bytes *out_header)
{
    struct bytes colon;
    size_t n = name_len(*text);

    if (n > 2 && char_at(*text, n) == ':' && bytes_take(text, n, out_header) == ERR_OK &&
        bytes_take(text, 1, &colon) == ERR_OK) {
        skip_blanks(text);
    }
}

static void take_scheme(struct bytes *text, struct bytes *out_scheme)
{
    static const char *const schemes[] = {"Negotiate", "NTLM"};
    size_t n = name_len(*text);
    struct bytes name;
    int after = char_at(*text, n);

    if ((after != -1 && !is_blank(after)) || bytes_slice(*text, 0, n, &name) != ERR_OK) {
        return;
    }
    for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++) {
        if (bytes_equal_nocase(name, bytes_str(schemes[i])) &&
            bytes_take(text, n, out_scheme) == ERR_OK) {
            skip_blanks(text);
            return;
        }
    }
}

static int hex_value(int c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    c = tolower(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* An 'x' is a separator behind a 0 only; that 0 is none of the digits. */
static bool is_hex_prefix(struct bytes text, size_t at)
{
    return char_at(text, at) == '0' && tolower(char_at(text, at + 1)) == 'x';
}

/* Reads hex into out; false, with nothing certain in out, if text is not that. */
static bool read_hex(struct bytes text, struct buf *out)
{
    int high = -1;

    for (size_t i = 0; i < text.n; i++) {
        int c = char_at(text, i);
        int value = hex_value(c);

        if (high < 0 && is_hex_prefix(text, i)) {
            i++;
        } else if (value >= 0 && high >= 0) {
            buf_put_u8(out, (uint8_t)(high << 4 | value));
            high = -1;
        } else if (value >= 0) {
            high = value;
        } else if (high >= 0 || !(is_blank(c) || c == ':' || c == ',')) {
            return false;
        }
    }
    return high < 0;
}

static int base64_value(int c)
{
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *found = c > 0 ? strchr(alphabet, c) : NULL;

    return found != NULL ? (int)(found - alphabet) : -1;
}

/* The offset of the first character that is neither of base64 nor a blank. */
static size_t base64_len(struct bytes text)
{
    size_t n = 0;

    while (base64_value(char_at(text, n)) >= 0 || is_blank(char_at(text, n))) {
        n++;
    }
    return n;
}

/* Behind the digits: at most two '=' and blanks. The offset of anything else, or the
 * text's length. */
static size_t padding_end(struct bytes text, size_t from)
{
    int n_padding = 0;
    size_t at = from;

    for (; at < text.n; at++) {
        n_padding += char_at(text, at) == '=';
        if (n_padding > 2 || (char_at(text, at) != '=' && !is_blank(char_at(text, at)))) {
            break;
        }
    }
    return at;
}

static enum err read_base64(struct bytes text, struct buf *out, size_t *out_fault_at)
{
    size_t n = base64_len(text);
    unsigned bits = 0;
    unsigned n_bits = 0;

    for (size_t i = 0; i < n; i++) {
        if (is_blank(char_at(text, i))) {
            continue;
        }
        bits = (bits << 6 | (unsigned)base64_value(char_at(text, i))) & 0xffff;
        n_bits += 6;
        if (n_bits >= 8) {
            n_bits -= 8;
            buf_put_u8(out, (uint8_t)(bits >> n_bits));
        }
    }
    *out_fault_at = padding_end(text, n);
    if (*out_fault_at < text.n) {
        return err_note(ERR_ARGUMENT, "this character is not of base64");
    }
    if (n_bits == 6) {
        return err_note(ERR_ARGUMENT, "the base64 text is cut off");
    }
    return buf_status(out);
}

static enum err read_digits(struct bytes text, struct token_input *out,
                            size_t *out_fault_at)
{
    BUF_AUTO hex = BUF_INIT;

    if (out->scheme.n == 0 && read_hex(text, &hex)) {
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
    struct bytes rest = trim(text);
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
    skip_mark(&rest);
    take_header(&rest, &out->header);
    take_scheme(&rest, &out->scheme);
    e = read_digits(rest, out, out_fault_at);
    *out_fault_at += rest.n > 0 ? (size_t)(rest.p - text.p) : 0;
    return e;
}

void token_put_base64(struct buf *out, struct bytes token)
{
    static const char digits[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    for (size_t i = 0; i < token.n; i += 3) {
        size_t left = token.n - i;
        uint32_t group = (uint32_t)token.p[i] << 16;

        group |= left > 1 ? (uint32_t)token.p[i + 1] << 8 : 0;
        group |= left > 2 ? token.p[i + 2] : 0u;
        for (size_t k = 0; k < 4; k++) {
            buf_put_u8(out, k <= left ? (uint8_t)digits[group >> (18 - 6 * k) & 63]
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
