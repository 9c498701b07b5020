/* SPDX-License-Identifier: ISC */
/*
 * The settings file. The structure is checked on the raw text first, line by line:
 *
 *   line     = blank | comment | section | relation
 *   comment  = ("#" | ";") ...             after blanks
 *   section  = "[negotiate]"               at the margin
 *   relation = word "=" value              below a section; value not empty, not "{"
 *
 * What the values are is the profile library's to say, quoting included.
 */
#include "conf/settings_file.h"

#include "base/text.h"
#include "conf/fd.h"

#include <errno.h>
#include <profile.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define LINE_MAX_BYTES 1000 /* the library cuts lines in two at its buffer's size */
#define SECTION        "negotiate"

/* struct reader: what settingsfile_read was given. */
struct reader {
    const char *path;
    enum err (*visit)(void *arg, const struct settingsfile_relation *relation);
    void *arg;
    struct bytes text;
};

/* struct checker: where the check of the raw text stands. */
struct checker {
    const char *path;
    size_t line_number;
    bool in_section;
    size_t n_relations;
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

static enum err fault(const struct checker *checker, const char *what)
{
    return err_note(ERR_SETTING, "%s:%zu: %s", checker->path, checker->line_number, what);
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

static bool has_blank(struct bytes in)
{
    for (size_t i = 0; i < in.n; i++) {
        if (is_blank(in.p[i])) {
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

static enum err check_section(struct checker *checker, struct bytes line)
{
    if (!bytes_equal(trim(line), bytes_str("[" SECTION "]")) || line.p[0] != '[') {
        return fault(checker, "the only section is [" SECTION "], at the margin");
    }
    checker->in_section = true;
    return ERR_OK;
}

static enum err check_relation(struct checker *checker, struct bytes line)
{
    struct bytes key;
    struct bytes value;
    bool has_value = bytes_split(line, '=', &key, &value);

    if (is_directive(line)) {
        return fault(checker, "include and module are not allowed here");
    }
    if (!has_value) {
        return fault(checker, "neither KEY = VALUE nor [" SECTION "] nor a # comment");
    }
    value = trim(value);
    if (trim(key).n == 0 || has_blank(trim(key))) {
        return fault(checker, "a key is one word");
    }
    if (value.n == 0 || bytes_equal(value, bytes_str("{"))) {
        return fault(checker, "the key has no value");
    }
    if (!checker->in_section) {
        return fault(checker, "stands before [" SECTION "]");
    }
    checker->n_relations++;
    return ERR_OK;
}

static enum err check_line(struct checker *checker, struct bytes line)
{
    const struct bytes text = trim(line);

    if (line.n > LINE_MAX_BYTES) {
        return fault(checker, "the line is too long");
    }
    if (has_control(line)) {
        return fault(checker, "the line has control characters");
    }
    if (text.n == 0 || text.p[0] == '#' || text.p[0] == ';') {
        return ERR_OK;
    }
    if (text.p[0] == '[') {
        return check_section(checker, line);
    }
    if (text.p[0] == '}') {
        return fault(checker, "braces are not used here");
    }
    return check_relation(checker, text);
}

static enum err check_text(struct checker *checker, struct bytes rest)
{
    enum err e = ERR_OK;

    while (e == ERR_OK && rest.n > 0) {
        struct bytes line;

        checker->line_number++;
        (void)bytes_split(rest, '\n', &line, &rest);
        e = check_line(checker, line);
    }
    return e;
}

static enum err note_library(const char *path, long code)
{
    if (code == ENOMEM) {
        return ERR_NO_MEMORY;
    }
    return err_note(ERR_SETTING, "%s: cannot be read as krb5.conf syntax: %s", path,
                    error_message((errcode_t)code));
}

static void free_list(char ***list)
{
    profile_free_list(*list);
}
#define LIST_AUTO __attribute__((cleanup(free_list))) char **

/* Where a key stands that stands in the text once. */
static size_t find_line(struct bytes text, struct bytes key)
{
    size_t line_number = 0;

    while (text.n > 0) {
        struct bytes line;
        struct bytes name;
        struct bytes value;

        line_number++;
        (void)bytes_split(text, '\n', &line, &text);
        if (bytes_split(line, '=', &name, &value) && bytes_equal(trim(name), key)) {
            return line_number;
        }
    }
    return 0;
}

static enum err visit_key(profile_t profile, const struct reader *reader, const char *key)
{
    const char *const names[] = {SECTION, key, NULL};
    LIST_AUTO values = NULL;
    const long code = profile_get_values(profile, names, &values);
    struct text_escaped shown;

    if (code != 0 || values == NULL || values[0] == NULL) {
        return note_library(reader->path, code);
    }
    const struct settingsfile_relation relation = {
        key, values[0], find_line(reader->text, bytes_str(key))};
    if (values[1] != NULL) {
        return err_note(ERR_SETTING, "%s:%zu: %s: stands there more than once",
                        reader->path, relation.line_number,
                        text_printed(&shown, bytes_str(key)));
    }
    return reader->visit(reader->arg, &relation);
}

static enum err visit_keys(profile_t profile, const struct reader *reader)
{
    const char *names[] = {SECTION, NULL};
    LIST_AUTO keys = NULL;
    const long code = profile_get_relation_names(profile, names, &keys);
    enum err e = ERR_OK;

    if (code != 0) {
        return note_library(reader->path, code);
    }
    for (size_t i = 0; e == ERR_OK && keys[i] != NULL; i++) {
        e = visit_key(profile, reader, keys[i]);
    }
    return e;
}

static enum err read_profile(const struct reader *reader, const char *name)
{
    const char *files[] = {name, NULL};
    profile_t profile = NULL;
    const long code = profile_init(files, &profile);
    enum err e;

    if (code != 0) {
        return note_library(reader->path, code);
    }
    e = visit_keys(profile, reader);
    profile_abandon(profile);
    return e;
}

static bool leads_to(const char *name, int fd)
{
    struct stat there;
    struct stat here;

    return stat(name, &there) == 0 && fstat(fd, &here) == 0 &&
           there.st_dev == here.st_dev && there.st_ino == here.st_ino;
}

/* The library opens files by name only. The descriptor has one that stays when another
 * file takes the path, except where there is no /proc. */
static enum err read_opened(const struct reader *reader, int fd)
{
    char name[40];
    enum err e;

    (void)snprintf(name, sizeof(name), "/proc/thread-self/fd/%d", fd);
    if (leads_to(name, fd)) {
        return read_profile(reader, name);
    }
    e = read_profile(reader, reader->path);
    if (!leads_to(reader->path, fd)) {
        return err_note(ERR_FILE_CHANGED, "%s: was replaced while it was being read",
                        reader->path);
    }
    return e;
}

static bool has_byte_order_mark(int fd)
{
    char head[sizeof(SECRETFILE_BOM) - 1];

    return pread(fd, head, sizeof(head), 0) == (ssize_t)sizeof(head) &&
           memcmp(head, SECRETFILE_BOM, sizeof(head)) == 0;
}

/* The library takes a byte order mark for a part of the first line, whose section is then
 * lost: it is given the text without one, as a file in memory. */
static enum err read_without_mark(const struct reader *reader)
{
    FD_AUTO fd = memfd_create("negotiate.conf", MFD_CLOEXEC);

    if (fd < 0 || write(fd, reader->text.p, reader->text.n) != (ssize_t)reader->text.n) {
        return err_note(ERR_FILE_READ, "%s: save it without a byte order mark",
                        reader->path);
    }
    return read_opened(reader, fd);
}

static enum err check_and_read(void *arg, struct buf *contents, int fd)
{
    struct reader *reader = arg;
    struct checker checker = {.path = reader->path};
    enum err e;

    if (contents->n > SETTINGSFILE_MAX) {
        return err_note(ERR_FILE_TOO_LARGE, "%s: has more than %zu KiB", reader->path,
                        SETTINGSFILE_MAX >> 10);
    }
    reader->text = buf_bytes(contents);
    e = check_text(&checker, reader->text);
    if (e != ERR_OK || checker.n_relations == 0) {
        return e;
    }
    return has_byte_order_mark(fd) ? read_without_mark(reader) : read_opened(reader, fd);
}

enum err settingsfile_read(
    const char *path, struct secretfile_id *out_id,
    enum err (*visit)(void *arg, const struct settingsfile_relation *relation), void *arg)
{
    struct reader reader = {path, visit, arg, {NULL, 0}};

    return secretfile_visit(path, SECRETFILE_PUBLIC, check_and_read, &reader, out_id);
}
