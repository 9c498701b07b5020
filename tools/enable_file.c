/* SPDX-License-Identifier: ISC */
/* Writes and removes the file in mech.d that enables the module. */
#include "tools/enable_file.h"

#include "conf/replacefile.h"
#include "conf/secretfile.h"
#include "tools/mechlines.h"

#include <string.h>
#include <sys/stat.h>

static bool is_blank_or_comment(struct bytes line)
{
    size_t i = 0;

    while (i < line.n && (line.p[i] == ' ' || line.p[i] == '\t' || line.p[i] == '\r')) {
        i++;
    }
    return i == line.n || line.p[0] == '#';
}

static enum err judge_line(struct bytes text, bool *out_ours)
{
    struct mech_lines lines = {NULL, 0};
    enum err e = mech_lines_parse(&lines, MECH_ENABLED_FILE, text);

    *out_ours = lines.n == 1 && mech_line_is_ours(&lines.lines[0]);
    mech_lines_free(&lines);
    return e;
}

/* Finds the first line that is not ours. */
static enum err find_stranger(struct bytes text, size_t *out_number)
{
    enum err e = ERR_OK;

    *out_number = 0;
    for (size_t number = 1; e == ERR_OK && text.n > 0; number++) {
        struct bytes line = text;
        bool ours = true;

        if (!bytes_split(text, '\n', &line, &text)) {
            text = bytes_of(NULL, 0);
        }
        if (!is_blank_or_comment(line)) {
            e = judge_line(line, &ours);
        }
        if (e == ERR_OK && !ours) {
            *out_number = number;
            e = ERR_FILE_SYNTAX;
        }
    }
    return e;
}

enum err enable_file_examine(struct bytes wanted, struct enable_file *out)
{
    BUF_AUTO old = BUF_INIT;
    struct secretfile_id id;
    struct stat st;
    enum err e;

    *out = (struct enable_file){.is_missing = false};
    if (lstat(MECH_ENABLED_FILE, &st) == 0 && S_ISLNK(st.st_mode)) {
        out->is_link = true;
        return err_note(ERR_FILE_RIGHTS, MECH_ENABLED_FILE ": is a symbolic link");
    }
    e = secretfile_read(MECH_ENABLED_FILE, SECRETFILE_PUBLIC, &old, &id);
    if (e == ERR_FILE_MISSING) {
        out->is_missing = true;
        return ERR_OK;
    }
    out->is_same = bytes_equal(buf_bytes(&old), wanted);
    return e == ERR_OK ? find_stranger(buf_bytes(&old), &out->stranger) : e;
}

static enum err edit(void *arg, struct bytes old, struct buf *out)
{
    const struct bytes *contents = arg;
    size_t stranger;

    buf_append(out, *contents);
    return find_stranger(old, &stranger);
}

enum err enable_file_write(struct bytes contents)
{
    bool is_new;

    return replacefile(MECH_ENABLED_FILE, REPLACEFILE_PUBLIC, edit, &contents, &is_new);
}

static enum err check(void *arg, struct bytes old)
{
    size_t stranger;

    (void)arg;
    return find_stranger(old, &stranger);
}

enum err enable_file_remove(void)
{
    return replacefile_remove_if(MECH_ENABLED_FILE, check, NULL);
}
