/* SPDX-License-Identifier: ISC */
/* Finds the credentials in the text of a conversation. */
#include "tools/token_lines.h"

#include "tools/token_input.h"

#include <ctype.h>
#include <string.h>

static const char *const headers[] = {"WWW-Authenticate", "Authorization",
                                      "Proxy-Authenticate", "Proxy-Authorization"};
static const char *const schemes[] = {"Negotiate", "NTLM"};

static struct bytes trim_end(struct bytes text)
{
    while (text.n > 0 && token_is_blank(text.p[text.n - 1])) {
        text.n--;
    }
    return text;
}

/* The text up to its first blank. */
static struct bytes first_word(struct bytes text)
{
    struct bytes word = text;

    for (word.n = 0; word.n < text.n && !token_is_blank(text.p[word.n]); word.n++) {
    }
    return word;
}

static bool is_one_of(struct bytes word, const char *const *names, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (bytes_equal_nocase(word, bytes_str(names[i]))) {
            return true;
        }
    }
    return false;
}

#define IS_ONE_OF(word, names) is_one_of(word, names, sizeof(names) / sizeof((names)[0]))

/* Takes the line up to the colon of a header for logins. False if the line has none. */
static bool take_header(struct bytes *line, struct bytes *out_header)
{
    struct bytes rest = *line;

    for (token_skip_blanks(&rest); rest.n > 0; token_skip_blanks(&rest)) {
        struct bytes word = first_word(rest);
        struct bytes after;

        if (bytes_split(word, ':', out_header, &after) &&
            IS_ONE_OF(*out_header, headers) && bytes_split(rest, ':', out_header, line)) {
            return true;
        }
        if (bytes_consume(&rest, word.n, &word) != ERR_OK) {
            break;
        }
    }
    return false;
}

/* Takes challenges from a header's value until one has a scheme in schemes. */
static bool take_credentials(struct bytes *value, struct bytes *out)
{
    while (value->n > 0) {
        (void)bytes_split(*value, ',', out, value);
        token_skip_blanks(out);
        *out = trim_end(*out);
        if (IS_ONE_OF(first_word(*out), schemes)) {
            return true;
        }
    }
    return false;
}

static bool is_base64(struct bytes line)
{
    line = trim_end(line);
    for (size_t i = 0; i < line.n; i++) {
        if (!isalnum(line.p[i]) && strchr("+/=", line.p[i]) == NULL) {
            return false;
        }
    }
    return line.n > 0;
}

/* Extends credentials at the end of a line by the lines of base64 that follow. */
static void take_wrapped(struct bytes text, struct bytes *rest, struct bytes *credentials)
{
    const size_t begin = bytes_offset(text, *credentials);
    struct bytes line;
    struct bytes after;

    (void)bytes_split(*rest, '\n', &line, &after);
    while (is_base64(line) && !IS_ONE_OF(trim_end(line), schemes)) {
        const size_t end = bytes_offset(text, line) + trim_end(line).n;

        if (bytes_slice(text, begin, end - begin, credentials) != ERR_OK) {
            return;
        }
        *rest = after;
        (void)bytes_split(*rest, '\n', &line, &after);
    }
}

/* Finds the header's value, or a text that begins with a scheme, and reduces line to it.
 */
static bool find_value(struct bytes *line, struct bytes *out_header)
{
    struct bytes mark;

    if (take_header(line, out_header)) {
        return true;
    }
    *out_header = bytes_of(NULL, 0);
    token_skip_blanks(line);
    if (line->n > 0 && (line->p[0] == '>' || line->p[0] == '<') &&
        bytes_consume(line, 1, &mark) == ERR_OK) { /* curl -v writes the mark */
        token_skip_blanks(line);
    }
    return IS_ONE_OF(first_word(*line), schemes);
}

size_t token_lines_each(struct bytes text,
                        void (*visit)(void *arg, const struct token_line *found),
                        void *arg)
{
    struct bytes rest = text;
    size_t n = 0;

    while (rest.n > 0) {
        struct token_line found;
        struct bytes line;

        (void)bytes_split(rest, '\n', &line, &rest);
        if (!find_value(&line, &found.header)) {
            continue;
        }
        while (take_credentials(&line, &found.credentials)) {
            if (line.n == 0 && first_word(found.credentials).n < found.credentials.n) {
                take_wrapped(text, &rest, &found.credentials);
            }
            visit(arg, &found);
            n++;
        }
    }
    return n;
}
