/* SPDX-License-Identifier: ISC */
/* gss-negotiate login --list. */
#include "tools/login_list.h"

#include "base/text.h"
#include "conf/credsection.h"
#include "conf/secretfile.h"
#include "conf/userline.h"

#include <stdio.h>

static void print_user(const struct userline *line)
{
    BUF_AUTO name = BUF_INIT;
    const char *remark = "";

    if (line->trust) {
        remark = " (a machine's account, not used)";
    } else if (line->disabled) {
        remark = " (disabled, not used)";
    } else if (!line->has_nt_hash && !line->has_password) {
        remark = " (without a password, not used)";
    }
    tool_append_user(&name, line->domain, line->user);
    printf("  %s%s\n", buf_cstr(&name), remark);
}

static void print_title(const struct credsection *section, bool is_only)
{
    BUF_AUTO patterns = BUF_INIT;

    if (section->title.n == 0) {
        printf("for every %sserver:\n", is_only ? "" : "other ");
        return;
    }
    text_printable(&patterns, section->patterns);
    printf("for [%s]:\n", buf_cstr(&patterns));
}

static enum tool_exit complain(const char *path, size_t number, enum err e)
{
    return tool_complain("%s:%zu: %s (%s)", path, number, err_sentence(e),
                         err_note_get(e));
}

/* Prints a section, unless it has no entry. is_only: the file has no other one. */
static enum tool_exit print_section(const char *path, const struct credsection *section,
                                    bool is_only)
{
    struct bytes rest = section->entries;
    struct bytes raw;
    size_t number = section->line_number;
    bool has_title = false;
    enum tool_exit status = TOOL_OK;
    enum err e = credsection_check(section);

    if (e != ERR_OK) {
        return complain(path, section->line_number, e);
    }
    while (userline_next(&rest, &number, &raw)) {
        USERLINE_AUTO line;

        e = userline_decode(raw, &line);
        if (e != ERR_OK) {
            status = complain(path, number, e);
        }
        if (e != ERR_OK || line.kind == USERLINE_COMMENT) {
            continue;
        }
        if (!has_title) {
            print_title(section, is_only);
        }
        has_title = true;
        print_user(&line);
    }
    return status;
}

/* The entries for every target are the last that a login searches. */
static enum tool_exit print_contents(const char *path, struct bytes contents)
{
    struct credsections walk = {.rest = contents};
    struct credsection every_target;
    struct credsection section;
    enum tool_exit status = TOOL_OK;
    bool is_only = true;

    (void)credsections_next(&walk, &every_target);
    for (; credsections_next(&walk, &section); is_only = false) {
        if (print_section(path, &section, false) != TOOL_OK) {
            status = TOOL_FAILED;
        }
    }
    return print_section(path, &every_target, is_only) == TOOL_OK ? status : TOOL_FAILED;
}

enum tool_exit login_list(const char *path)
{
    BUF_AUTO contents = BUF_INIT;
    struct secretfile_id id;
    enum err e = secretfile_read(path, SECRETFILE_OWN, &contents, &id);

    if (e == ERR_FILE_MISSING) {
        printf("%s: there is no credential\n", path);
        return TOOL_OK;
    }
    return e == ERR_OK ? print_contents(path, buf_bytes(&contents)) : tool_fail(e);
}
