/* SPDX-License-Identifier: ISC */
/* The sections of a user's own credential file. */
#include "conf/credsection.h"

#include "base/buf.h"
#include "conf/settings_list.h"
#include "conf/target_pattern.h"
#include "conf/userline.h"

static struct bytes trimmed(struct bytes line)
{
    while (line.n > 0 && (line.p[0] == ' ' || line.p[0] == '\t')) {
        line.p++;
        line.n--;
    }
    while (line.n > 0 && (line.p[line.n - 1] == ' ' || line.p[line.n - 1] == '\t')) {
        line.n--;
    }
    return line;
}

/* What is between the brackets of a title. */
static struct bytes between(struct bytes line)
{
    struct bytes inside;

    line = trimmed(line);
    if (!bytes_has_suffix(line, bytes_str("]")) ||
        bytes_slice(line, 1, line.n - 2, &inside) != ERR_OK) {
        return line;
    }
    return inside;
}

bool credsections_next(struct credsections *walk, struct credsection *out)
{
    const struct bytes start = walk->rest;
    struct bytes rest = walk->rest;
    struct bytes line;
    size_t number;

    *out = (struct credsection){0};
    if (walk->begun && rest.n == 0) {
        return false;
    }
    if (walk->begun) {
        (void)userline_next(&rest, &walk->line_number, &line);
        out->line_number = walk->line_number;
        out->patterns = between(line);
        (void)!bytes_slice(start, 0, start.n - rest.n, &out->title);
    }
    walk->begun = true;
    walk->rest = rest;
    number = walk->line_number;
    while (userline_next(&rest, &number, &line) && !userline_is_section(line)) {
        walk->rest = rest;
        walk->line_number = number;
    }
    (void)!bytes_slice(start, out->title.n, start.n - out->title.n - walk->rest.n,
                       &out->entries);
    return true;
}

/* Reads a list of patterns, which the caller frees; NULL after an error. */
static char **read_patterns(struct bytes patterns, enum err *out_error)
{
    BUF_AUTO text = BUF_INIT;
    char **words = NULL;
    enum err e = buf_dup(&text, patterns);

    if (e == ERR_OK && patterns.n <= USERLINE_MAX && !bytes_has(patterns, '\0')) {
        e = setting_list_read(buf_cstr(&text), setting_is_host_pattern, &words);
    } else if (e == ERR_OK) {
        e = ERR_SETTING;
    }
    *out_error = e == ERR_SETTING
                     ? err_note(ERR_FILE_SYNTAX,
                                "a section must be [PATTERN ...], where a pattern is "
                                "[!][service/]host, as in ntlm_hosts")
                     : e;
    return words;
}

enum err credsection_patterns_check(struct bytes patterns)
{
    enum err e;

    setting_list_free(read_patterns(patterns, &e));
    return e;
}

enum err credsection_check(const struct credsection *section)
{
    return section->title.n == 0 ? ERR_OK : credsection_patterns_check(section->patterns);
}

enum err credsection_same(struct bytes a, struct bytes b, bool *out_same)
{
    enum err e;
    char **ours = read_patterns(a, &e);
    char **theirs = ours == NULL ? NULL : read_patterns(b, &e);
    size_t i = 0;

    *out_same = false;
    if (ours != NULL && theirs != NULL) {
        while (ours[i] != NULL && theirs[i] != NULL &&
               bytes_equal_nocase(bytes_str(ours[i]), bytes_str(theirs[i]))) {
            i++;
        }
        *out_same = ours[i] == NULL && theirs[i] == NULL;
    }
    setting_list_free(ours);
    setting_list_free(theirs);
    return e;
}

static bool any_covers(char *const *wide, char *const *narrow)
{
    for (size_t i = 0; wide[i] != NULL; i++) {
        for (size_t k = 0; narrow[k] != NULL; k++) {
            if (target_pattern_covers(wide[i], narrow[k])) {
                return true;
            }
        }
    }
    return false;
}

enum err credsection_covers(struct bytes wide, struct bytes narrow, bool *out_covers)
{
    enum err e;
    char **outer = read_patterns(wide, &e);
    char **inner = outer == NULL ? NULL : read_patterns(narrow, &e);

    *out_covers = outer != NULL && inner != NULL && any_covers(outer, inner);
    setting_list_free(outer);
    setting_list_free(inner);
    return e;
}
