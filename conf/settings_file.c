/* SPDX-License-Identifier: ISC */
/*
 * The settings file, read line by line:
 *
 *   line     = blank / comment / section / relation
 *   comment  = ("#" / ";") ...             after blanks
 *   section  = "[negotiate]"               without blanks before it
 *   relation = word "=" value              below a section; value not empty, not "{"
 *   value    = text / DQUOTE quoted [DQUOTE ...]
 *   quoted   = characters, in which \n, \t and \b are control characters and any other
 *              character after a backslash is itself
 */
#include "conf/settings_file.h"

#include <string.h>

#define LINE_MAX_BYTES 1000 /* krb5.conf's own reader cuts longer lines in two */
#define SECTION        "negotiate"

/* struct reader: the arguments of settings_file_read, and the place in the file. */
struct reader {
    const char *path;
    enum err (*visit)(void *arg, const struct settings_file_relation *relation);
    void *arg;
    size_t line_number;
    bool in_section;
};

static bool is_blank(uint8_t c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

static struct bytes trim(struct bytes in)
{
    while (in.n > 0 && is_blank(in.p[in.n - 1])) {
        in.n--;
    }
    while (in.n > 0 && is_blank(in.p[0])) {
        in = bytes_of(in.p + 1, in.n - 1);
    }
    return in;
}

static enum err fault(const struct reader *reader, const char *what)
{
    return err_note(ERR_SETTING, "%s:%zu: %s", reader->path, reader->line_number, what);
}

static bool has_control(struct bytes line)
{
    for (size_t i = 0; i < line.n; i++) {
        if (line.p[i] == 0x7f || (line.p[i] < 0x20 && !is_blank(line.p[i]))) {
            return true;
        }
    }
    return false;
}

static bool is_directive(struct bytes key)
{
    static const char *const directives[] = {"include", "includedir", "module"};

    for (size_t i = 0; i < sizeof(directives) / sizeof(directives[0]); i++) {
        const struct bytes word = bytes_str(directives[i]);

        if (bytes_has_prefix(key, word) && (key.n == word.n || is_blank(key.p[word.n]))) {
            return true;
        }
    }
    return false;
}

/* Appends what stands between the quotes. As in krb5.conf, the closing quote may be
 * missing, and what follows it is ignored. */
static void unquote(struct buf *out, struct bytes value)
{
    for (size_t i = 1; i < value.n && value.p[i] != '"'; i++) {
        uint8_t c = value.p[i];

        if (c == '\\' && i + 1 < value.n) {
            c = value.p[++i];
            c = c == 'n' ? '\n' : c == 't' ? '\t' : c == 'b' ? '\b' : c;
        }
        buf_append_u8(out, c);
    }
}

static enum err visit_relation(const struct reader *reader, struct bytes key,
                               struct bytes value)
{
    BUF_AUTO text = BUF_INIT;
    struct settings_file_relation relation = {.key = key,
                                              .line_number = reader->line_number};

    if (value.p[0] == '"') {
        unquote(&text, value);
    } else {
        buf_append(&text, value);
    }
    if (buf_status(&text) != ERR_OK) {
        return buf_status(&text);
    }
    relation.value = buf_cstr(&text);
    return reader->visit(reader->arg, &relation);
}

static enum err read_relation(const struct reader *reader, struct bytes line)
{
    struct bytes key;
    struct bytes value;
    bool has_value = bytes_split(line, '=', &key, &value);

    if (is_directive(line)) {
        return fault(reader, "include and module are not allowed here");
    }
    if (!has_value) {
        return fault(reader, "neither KEY = VALUE nor [" SECTION "] nor a # comment");
    }
    key = trim(key);
    value = trim(value);
    if (key.n == 0 || bytes_has(key, ' ') || bytes_has(key, '\t') ||
        bytes_has(key, '\r')) {
        return fault(reader, "a key is one word");
    }
    if (value.n == 0 || bytes_equal(value, bytes_str("{"))) {
        return fault(reader, "the key has no value");
    }
    if (!reader->in_section) {
        return fault(reader, "stands before [" SECTION "]");
    }
    return visit_relation(reader, key, value);
}

static enum err read_line(struct reader *reader, struct bytes line)
{
    const struct bytes text = trim(line);

    if (line.n > LINE_MAX_BYTES) {
        return fault(reader, "the line is too long");
    }
    if (has_control(line)) {
        return fault(reader, "the line has control characters");
    }
    if (text.n == 0 || text.p[0] == '#' || text.p[0] == ';') {
        return ERR_OK;
    }
    if (text.p[0] == '[') {
        if (!bytes_equal(text, bytes_str("[" SECTION "]")) || line.p[0] != '[') {
            return fault(reader,
                         "the only section is [" SECTION "], without blanks before it");
        }
        reader->in_section = true;
        return ERR_OK;
    }
    if (text.p[0] == '}') {
        return fault(reader, "braces are not used here");
    }
    return read_relation(reader, text);
}

static enum err read_contents(void *arg, struct buf *contents, int fd)
{
    struct reader *reader = arg;
    struct bytes rest = buf_bytes(contents);
    enum err e = ERR_OK;

    (void)fd;
    if (contents->n > SETTINGS_FILE_MAX) {
        return err_note(ERR_FILE_TOO_LARGE, "%s: has more than %zu KiB", reader->path,
                        SETTINGS_FILE_MAX >> 10);
    }
    while (e == ERR_OK && rest.n > 0) {
        struct bytes line;

        reader->line_number++;
        (void)bytes_split(rest, '\n', &line, &rest);
        e = read_line(reader, line);
    }
    return e;
}

enum err settings_file_read(
    const char *path, struct secretfile_id *out_id,
    enum err (*visit)(void *arg, const struct settings_file_relation *relation),
    void *arg)
{
    struct reader reader = {.path = path, .visit = visit, .arg = arg};

    return secretfile_visit(path, SECRETFILE_PUBLIC, read_contents, &reader, out_id);
}
