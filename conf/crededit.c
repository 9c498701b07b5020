/* SPDX-License-Identifier: ISC */
/* Changing a credential file. */
#include "conf/crededit.h"

#include "base/failure.h"
#include "conf/credsection.h"
#include "conf/useredit_object.h"

#include <string.h>

/* Whether the section is the one that is edited. */
static enum err is_edited(const struct edit *edit, const struct credsection *section,
                          bool *out)
{
    enum err e = credsection_check(section);

    *out = section->title.n == 0 && edit->patterns.n == 0;
    if (e == ERR_FILE_SYNTAX) {
        const struct failure fault = failure_of(e);

        return err_note(e, "%s:%zu: %s", edit->path, section->line_number, fault.detail);
    }
    if (e != ERR_OK || section->title.n == 0 || edit->patterns.n == 0) {
        return e;
    }
    return credsection_same(edit->patterns, section->patterns, out);
}

/* The number of the section before which a new one belongs; 0 if the file has the section
 * that is edited, and no section before it that would be used in its place. Checks every
 * section. */
static enum err find_place(const struct edit *edit, struct bytes old, size_t *out)
{
    struct credsections walk = {.rest = old};
    struct credsection section;
    bool found = false;
    bool covered = false;
    size_t n = 0;

    for (*out = 0; credsections_next(&walk, &section); n++) {
        bool same;
        enum err e = is_edited(edit, &section, &same);

        found = found || (same && !covered);
        if (e == ERR_OK && edit->patterns.n > 0 && n > 0 && !same && !covered) {
            e = credsection_covers(section.patterns, edit->patterns, &covered);
            *out = n;
        }
        if (e != ERR_OK) {
            return e;
        }
    }
    if (found) {
        *out = 0;
    } else if (!covered) {
        *out = n;
    }
    return ERR_OK;
}

static void append_section(struct edit *edit, struct buf *out)
{
    enum err e;

    if (edit->written || edit->change >= CHANGE_DELETE) {
        return;
    }
    if (out->n > 0 && out->p[out->n - 1] != '\n') {
        buf_append_text(out, "\n");
    }
    buf_append_text(out, "[");
    buf_append(out, edit->patterns);
    buf_append_text(out, "]\n");
    e = useredit_lines(edit, bytes_of(NULL, 0), out);
    buf_fail(out, e);
}

/* Edits the section. One that loses its last line loses its title, too. */
static enum err edit_section(struct edit *edit, const struct credsection *section,
                             struct buf *out)
{
    const bool had_user = edit->outcome.replaced;
    BUF_AUTO entries = BUF_INIT;
    enum err e;

    if (edit->change == CHANGE_DELETE_SECTION) {
        edit->outcome.replaced = true;
        return ERR_OK;
    }
    if ((e = useredit_lines(edit, section->entries, &entries)) != ERR_OK ||
        (e = buf_status(&entries)) != ERR_OK) {
        return e;
    }
    if (edit->change == CHANGE_DELETE && edit->outcome.replaced && !had_user &&
        entries.n == strspn(buf_cstr(&entries), " \t\r\n")) {
        return ERR_OK;
    }
    buf_append(out, section->title);
    if (section->title.n > 0 && section->title.p[section->title.n - 1] != '\n' &&
        entries.n > 0) {
        buf_append_text(out, "\n");
    }
    buf_append(out, buf_bytes(&entries));
    return ERR_OK;
}

static enum err edit_sections(struct edit *edit, struct bytes old, struct buf *out)
{
    struct credsections walk = {.rest = old};
    struct credsection section;
    size_t place;
    enum err e = find_place(edit, old, &place);

    for (size_t n = 0; e == ERR_OK && credsections_next(&walk, &section); n++) {
        bool same;

        if (place > 0 && n == place) {
            append_section(edit, out);
        }
        e = is_edited(edit, &section, &same);
        if (e == ERR_OK && same) {
            e = edit_section(edit, &section, out);
        } else {
            buf_append(out, section.title);
            buf_append(out, section.entries);
        }
    }
    if (e == ERR_OK && place > 0) {
        append_section(edit, out);
    }
    return e;
}

enum err crededit_set(const char *path, struct bytes patterns, struct bytes domain,
                      struct bytes user, const struct ntlm_key *nt_hash,
                      struct useredit_outcome *out)
{
    struct edit edit = {.path = path,
                        .change = CHANGE_SET_FIRST,
                        .edit = edit_sections,
                        .patterns = patterns,
                        .domain = domain,
                        .user = user,
                        .nt_hash = nt_hash};

    return useredit_run(&edit, out);
}

enum err crededit_store(const char *path, struct username name,
                        const struct ntlm_key *nt_hash, bool overwrite, bool is_default)
{
    struct edit edit = {.path = path,
                        .change = is_default ? CHANGE_SET_FIRST : CHANGE_SET_IN_PLACE,
                        .edit = edit_sections,
                        .domain = name.domain,
                        .user = name.user,
                        .nt_hash = nt_hash,
                        .keeps_other = !overwrite};

    return useredit_run(&edit, NULL);
}

enum err crededit_delete(const char *path, struct bytes patterns, struct bytes domain,
                         struct bytes user)
{
    struct edit edit = {.path = path,
                        .change = CHANGE_DELETE,
                        .edit = edit_sections,
                        .patterns = patterns,
                        .domain = domain,
                        .user = user};

    return useredit_run(&edit, NULL);
}

enum err crededit_delete_section(const char *path, struct bytes patterns)
{
    struct edit edit = {.path = path,
                        .change = CHANGE_DELETE_SECTION,
                        .edit = edit_sections,
                        .patterns = patterns};

    return useredit_run(&edit, NULL);
}
