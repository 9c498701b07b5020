/* SPDX-License-Identifier: ISC */
/* Changing a user file or a credential file. */
#include "conf/useredit_object.h"

#include "base/secret.h"
#include "conf/credsection.h"
#include "conf/replacefile.h"
#include "conf/secretfile.h"
#include "ntlm/message.h"
#include "ntlm/username.h"

void useredit_outcome_cleanup(struct useredit_outcome *outcome)
{
    buf_cleanup(&outcome->old_domain);
    buf_cleanup(&outcome->old_user);
}

static void append_entry(struct edit *edit, struct buf *out, struct username name,
                         bool disabled)
{
    if (edit->written || edit->change >= CHANGE_DELETE) {
        return;
    }
    if (out->n > 0 && out->p[out->n - 1] != '\n') {
        buf_append_text(out, "\n");
    }
    userline_encode(out, name.domain, name.user, edit->nt_hash, disabled);
    edit->written = true;
}

static struct username as_named(const struct edit *edit)
{
    return (struct username){edit->user, edit->domain};
}

static enum err is_ours(const struct edit *edit, const struct userline *line, bool *out)
{
    *out = false;
    if (line->kind == USERLINE_COMMENT || line->trust) {
        return ERR_OK;
    }
    return username_equal(as_named(edit), (struct username){line->user, line->domain},
                          out);
}

/* Notes how the first line that is replaced spells the name. */
static enum err note_replaced(struct edit *edit, const struct userline *line)
{
    enum err e;

    if (edit->outcome.replaced) {
        return ERR_OK;
    }
    edit->outcome.replaced = true;
    if ((e = buf_dup(&edit->outcome.old_domain, line->domain)) != ERR_OK) {
        return e;
    }
    return buf_dup(&edit->outcome.old_user, line->user);
}

/* Fails if the line, which is the user's, has another hash. */
static enum err check_same_hash(const struct edit *edit, const struct userline *line)
{
    KEY_AUTO hash = {{0}};
    enum err e = userline_hash(line, &hash);

    if (e != ERR_OK && e != ERR_FILE_SYNTAX) {
        return e;
    }
    return e == ERR_OK && secret_equal(hash.b, edit->nt_hash->b, sizeof(hash.b))
               ? ERR_OK
               : err_note(ERR_STORED_BEFORE, "%s", edit->path);
}

/* raw is the line with its end, text without it. */
static enum err edit_line(struct edit *edit, struct bytes raw, struct bytes text,
                          struct buf *out)
{
    USERLINE_AUTO line;
    const enum err broken = userline_decode(text, &line);
    bool ours = false;
    bool same_form;
    enum err e = broken == ERR_OK ? is_ours(edit, &line, &ours) : ERR_OK;

    if (e != ERR_OK) {
        return e;
    }
    if (edit->change == CHANGE_SET_FIRST &&
        (broken != ERR_OK || line.kind != USERLINE_COMMENT)) {
        append_entry(edit, out, as_named(edit), false);
    }
    if (!ours) {
        buf_append(out, raw);
        return ERR_OK;
    }
    if (edit->keeps_other && (e = check_same_hash(edit, &line)) != ERR_OK) {
        return e;
    }
    if ((e = note_replaced(edit, &line)) != ERR_OK) {
        return e;
    }
    /* the line keeps its form of the name: a UPN does not match a client that sends the
     * user with no domain or with the computer's name */
    same_form = (line.domain.n == 0) == (edit->domain.n == 0);
    append_entry(edit, out,
                 same_form ? as_named(edit) : (struct username){line.user, line.domain},
                 line.disabled);
    return ERR_OK;
}

enum err useredit_lines(struct edit *edit, struct bytes old, struct buf *out)
{
    struct bytes rest = old;
    struct bytes text;
    size_t number = 0;
    size_t n_before = rest.n;

    (void)buf_reserve(out, old.n + USERLINE_MAX);
    while (userline_next(&rest, &number, &text)) {
        struct bytes raw;
        enum err e = bytes_consume(&old, n_before - rest.n, &raw);

        if (e == ERR_OK) {
            e = edit_line(edit, raw, text, out);
        }
        if (e != ERR_OK) {
            return e;
        }
        n_before = rest.n;
    }
    append_entry(edit, out, as_named(edit), false);
    return ERR_OK;
}

static enum err edit_contents(void *arg, struct bytes old, struct buf *out)
{
    struct edit *edit = arg;
    enum err e = edit->edit(edit, old, out);

    if (e != ERR_OK) {
        return e;
    }
    if (edit->change >= CHANGE_DELETE && !edit->outcome.replaced) {
        return err_note(ERR_NO_CRED, "%s: has no line of this user and domain",
                        edit->path);
    }
    return buf_status(out);
}

/* Checks that a line can hold the name, before the file is opened. */
static enum err prepare(struct edit *edit)
{
    const struct ntlm_key none = {{0}};
    BUF_AUTO line = BUF_INIT;
    enum err e;

    if (edit->patterns.n > 0 &&
        (e = credsection_patterns_check(edit->patterns)) != ERR_OK) {
        return e;
    }
    if (edit->change == CHANGE_DELETE_SECTION) {
        return ERR_OK;
    }
    if (edit->change != CHANGE_DELETE &&
        ((e = message_name_check(edit->user)) != ERR_OK ||
         (e = message_name_check(edit->domain)) != ERR_OK)) {
        return e;
    }
    userline_encode(&line, edit->domain, edit->user, &none, false);
    if (buf_status(&line) == ERR_NAME) {
        return err_note(ERR_NAME,
                        "%s: its lines cannot hold this user or domain: "
                        "empty, or with ':', a control character, "
                        "'\\', '#' or '[' in a wrong place",
                        edit->path);
    }
    return ERR_OK;
}

enum err useredit_run(struct edit *edit, struct useredit_outcome *out)
{
    static const enum replacefile_mode modes[] = {
        [CHANGE_SET] = REPLACEFILE_CREATE,
        [CHANGE_SET_FIRST] = REPLACEFILE_MAKE_PATH,
        [CHANGE_SET_IN_PLACE] = REPLACEFILE_MAKE_PATH,
        [CHANGE_DELETE] = REPLACEFILE_EXISTING,
        [CHANGE_DELETE_SECTION] = REPLACEFILE_EXISTING,
    };
    const struct useredit_outcome none = {false, false, BUF_INIT, BUF_INIT};
    enum err e = prepare(edit);

    if (e == ERR_OK) {
        e = replacefile(edit->path, modes[edit->change], edit_contents, edit,
                        &edit->outcome.created_file);
    }
    if (out != NULL) {
        *out = e == ERR_OK ? edit->outcome : none;
        edit->outcome = e == ERR_OK ? none : edit->outcome;
    }
    useredit_outcome_cleanup(&edit->outcome);
    return e;
}

enum err useredit_set(const char *path, struct bytes domain, struct bytes user,
                      const struct ntlm_key *nt_hash, struct useredit_outcome *out)
{
    struct edit edit = {.path = path,
                        .change = CHANGE_SET,
                        .edit = useredit_lines,
                        .domain = domain,
                        .user = user,
                        .nt_hash = nt_hash};

    return useredit_run(&edit, out);
}

enum err useredit_delete(const char *path, struct bytes domain, struct bytes user)
{
    struct edit edit = {.path = path,
                        .change = CHANGE_DELETE,
                        .edit = useredit_lines,
                        .domain = domain,
                        .user = user};

    return useredit_run(&edit, NULL);
}

enum err useredit_each(const char *path,
                       void (*visit)(void *arg, size_t line_number,
                                     const struct userline *line),
                       void *arg)
{
    BUF_AUTO contents = BUF_INIT;
    struct secretfile_id id;
    struct bytes rest;
    struct bytes raw;
    size_t number = 0;
    enum err e = secretfile_read(path, SECRETFILE_PUBLIC, &contents, &id);

    rest = buf_bytes(&contents);
    while (e == ERR_OK && userline_next(&rest, &number, &raw)) {
        USERLINE_AUTO line;

        if (userline_decode(raw, &line) == ERR_OK && line.kind != USERLINE_COMMENT &&
            !line.trust) {
            visit(arg, number, &line);
        }
    }
    return e;
}
