/* SPDX-License-Identifier: ISC */
/* Reads /etc/gss/mech and mech.d as the mechglue does. */
#include "tools/mechlines.h"

#include <ctype.h>
#include <dlfcn.h>
#include <errno.h>
#include <glob.h>
#include <gssapi/gssapi.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MECH_FILE    "/etc/gss/mech"
#define MECH_PATTERN "/etc/gss/mech.d/*.conf"

/* struct mech_reader: where the lines go, and what to call for an unreadable file. */
struct mech_reader {
    struct mech_lines *lines;
    void (*unread)(void *arg, const char *file, int number);
    void *arg;
};

/* The mechglue looks for a relative path in the folder "gss" beside its library. */
char *mech_path_resolve(const char *path)
{
    Dl_info info;
    char *library = NULL;
    char *absolute = NULL;

    if (path[0] != '/' && dladdr((void *)gss_acquire_cred, &info) != 0) {
        library = realpath(info.dli_fname, NULL);
    }
    if (library == NULL) {
        return strdup(path);
    }
    if (asprintf(&absolute, "%s/gss/%s", dirname(library), path) < 0) {
        absolute = NULL;
    }
    free(library);
    return absolute;
}

/* Takes the word at *cursor and the blanks after it; "" at the end of the line. The first
 * word begins in the first column, so that a blank there makes an empty name. */
static char *take_word(char **cursor)
{
    char *word = *cursor;
    char *end = word;

    while (*end != '\0' && !isspace((unsigned char)*end)) {
        end++;
    }
    if (*end != '\0') {
        *end = '\0';
        end++;
    }
    while (*end != '\0' && isspace((unsigned char)*end)) {
        end++;
    }
    *cursor = end;
    return word;
}

static void free_line(struct mech_line *line)
{
    free(line->file);
    free(line->name);
    free(line->oid);
    free(line->path);
}

static enum err append(struct mech_lines *lines, struct mech_line *line)
{
    struct mech_line *grown =
        reallocarray(lines->lines, lines->n + 1, sizeof(*lines->lines));

    if (grown == NULL || line->file == NULL || line->name == NULL || line->oid == NULL ||
        line->path == NULL) {
        lines->lines = grown != NULL ? grown : lines->lines;
        free_line(line);
        return ERR_NO_MEMORY;
    }
    grown[lines->n] = *line;
    lines->lines = grown;
    lines->n++;
    return ERR_OK;
}

/* Skips a comment and a line of fewer than three words. */
static enum err take_line(struct mech_lines *lines, const char *file, size_t number,
                          char *text)
{
    struct mech_line line = {NULL, number, NULL, NULL, NULL, false};
    char *name;
    char *oid;
    char *path;

    if (text[0] == '#') {
        return ERR_OK;
    }
    name = take_word(&text);
    oid = take_word(&text);
    path = take_word(&text);
    if (path[0] == '\0') {
        return ERR_OK;
    }
    line.file = strdup(file);
    line.name = strdup(name);
    line.oid = strdup(oid);
    line.path = mech_path_resolve(path);
    line.interposer = strstr(text, "<interposer>") != NULL;
    return append(lines, &line);
}

static enum err read_file(const struct mech_reader *reader, const char *path)
{
    FILE *file = fopen(path, "re");
    char *text = NULL;
    size_t size = 0;
    enum err e = ERR_OK;

    if (file == NULL) {
        reader->unread(reader->arg, path, errno);
        return ERR_OK;
    }
    for (size_t number = 1; e == ERR_OK && getline(&text, &size, file) >= 0; number++) {
        e = take_line(reader->lines, path, number, text);
    }
    if (e == ERR_OK && ferror(file) != 0) {
        reader->unread(reader->arg, path, errno);
    }
    free(text);
    (void)fclose(file);
    return e;
}

static enum err read_pattern(const struct mech_reader *reader, const char *pattern)
{
    glob_t found;
    enum err e = ERR_OK;

    if (glob(pattern, 0, NULL, &found) != 0) {
        return ERR_OK;
    }
    for (size_t i = 0; e == ERR_OK && i < found.gl_pathc; i++) {
        e = read_file(reader, found.gl_pathv[i]);
    }
    globfree(&found);
    return e;
}

enum err mech_lines_read(struct mech_lines *out, const char *only,
                         void (*unread)(void *arg, const char *file, int number),
                         void *arg)
{
    const struct mech_reader reader = {out, unread, arg};
    enum err e;

    memset(out, 0, sizeof(*out));
    if (only != NULL) {
        return read_file(&reader, only);
    }
    e = read_pattern(&reader, MECH_FILE);
    return e == ERR_OK ? read_pattern(&reader, MECH_PATTERN) : e;
}

enum err mech_lines_parse(struct mech_lines *lines, const char *file, struct bytes text)
{
    enum err e = ERR_OK;

    for (size_t number = 1; e == ERR_OK && text.n > 0; number++) {
        struct bytes line = text;
        BUF_AUTO copy = BUF_INIT;

        if (!bytes_split(text, '\n', &line, &text)) {
            text = bytes_of(NULL, 0);
        }
        buf_append(&copy, line);
        buf_append_u8(&copy, '\0');
        e = buf_status(&copy);
        if (e == ERR_OK) {
            e = take_line(lines, file, number, (char *)copy.p);
        }
    }
    return e;
}

enum err mech_lines_replace(struct mech_lines *lines, const char *file, struct bytes text)
{
    struct mech_lines result = {NULL, 0};
    bool is_parsed = false;
    enum err e = ERR_OK;

    for (size_t i = 0; e == ERR_OK && i < lines->n; i++) {
        struct mech_line line = lines->lines[i];

        if (strcmp(line.file, file) == 0) {
            continue;
        }
        if (!is_parsed && strcmp(line.file, file) > 0) {
            e = mech_lines_parse(&result, file, text);
            is_parsed = true;
        }
        if (e == ERR_OK) {
            memset(&lines->lines[i], 0, sizeof(line));
            e = append(&result, &line);
        }
    }
    if (e == ERR_OK && !is_parsed) {
        e = mech_lines_parse(&result, file, text);
    }
    mech_lines_free(lines);
    *lines = result;
    return e;
}

bool mech_line_is_ours(const struct mech_line *line)
{
    const char *slash = strrchr(line->path, '/');

    return strcmp(slash != NULL ? slash + 1 : line->path, MECH_MODULE) == 0;
}

void mech_lines_free(struct mech_lines *lines)
{
    for (size_t i = 0; i < lines->n; i++) {
        free_line(&lines->lines[i]);
    }
    free(lines->lines);
    memset(lines, 0, sizeof(*lines));
}

const struct mech_line *mech_lines_winner(const struct mech_lines *lines, const char *oid)
{
    for (size_t i = lines->n; i > 0; i--) {
        if (strcmp(lines->lines[i - 1].oid, oid) == 0) {
            return &lines->lines[i - 1];
        }
    }
    return NULL;
}
