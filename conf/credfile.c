/* SPDX-License-Identifier: ISC */
/* A user's own credential. */
#include "conf/credfile.h"

#include "base/failure.h"
#include "base/text.h"
#include "conf/credsection.h"
#include "conf/secretfile.h"
#include "conf/userline.h"
#include "ntlm/username.h"
#include "ntlm/utf16.h"

#include <unistd.h>

/* struct search: the name that is wanted, and the first line that cannot be read.
 * in_section: whether the lines that are read are for certain targets. */
struct search {
    const char *path;
    bool in_section;
    struct buf user; /* in upper case */
    struct buf domain;
    struct bytes asked_domain;
    /* asked_upn: the UPN that was asked for, if user and domain are its parts. is_upn:
     * user is the UPN of the user and the domain that were asked for. */
    struct bytes asked_upn;
    bool is_upn;
    size_t broken_line; /* 0: none */
    struct buf broken_why;
};

static void search_cleanup(struct search *search)
{
    buf_cleanup(&search->user);
    buf_cleanup(&search->domain);
    buf_cleanup(&search->broken_why);
}

static enum err equals_upper(struct bytes text, const struct buf *upper, bool *out_equal)
{
    BUF_AUTO mine = BUF_INIT;
    enum err e = utf8_upper(&mine, text);

    *out_equal = e == ERR_OK && bytes_equal(buf_bytes(&mine), buf_bytes(upper));
    return e;
}

static enum err line_matches(const struct search *search, const struct userline *line,
                             bool *out_matches)
{
    const bool usable = (line->has_nt_hash || line->has_password) && !line->disabled &&
                        !line->trust && line->kind != USERLINE_COMMENT;
    enum err e;

    *out_matches = usable;
    if (usable && search->user.n > 0) {
        e = equals_upper(line->user, &search->user, out_matches);
        if (e != ERR_OK || !*out_matches) {
            return e;
        }
    }
    if (search->is_upn) {
        *out_matches = usable && line->domain.n == 0;
    }
    if (!usable || search->domain.n == 0 || line->domain.n == 0) {
        return ERR_OK;
    }
    return equals_upper(line->domain, &search->domain, out_matches);
}

static enum err copy_line(const struct search *search, const struct userline *line,
                          struct credential *out)
{
    const struct bytes domain = line->domain.n > 0 ? line->domain : search->asked_domain;
    const bool as_upn = line->domain.n == 0 && search->asked_upn.n > 0;
    CREDENTIAL_AUTO copy = CREDENTIAL_INIT;
    enum err e;

    if ((e = userline_hash(line, &copy.nt_hash)) != ERR_OK) {
        return e;
    }
    e = buf_dup(&copy.user, as_upn ? search->asked_upn : line->user);
    if (e != ERR_OK) {
        return e;
    }
    e = buf_dup(&copy.domain, as_upn ? bytes_of(NULL, 0) : domain);
    if (e != ERR_OK) {
        return e;
    }
    *out = copy;
    copy = (struct credential)CREDENTIAL_INIT;
    return ERR_OK;
}

/* A broken line: an error in a section, and otherwise noted. */
static enum err meet_broken(struct search *search, size_t number, enum err broken)
{
    if (search->in_section) {
        const struct failure fault = failure_of(broken);

        return err_note(ERR_FILE_SYNTAX, "%s:%zu: %s", search->path, number,
                        fault.detail);
    }
    if (search->broken_line == 0) {
        search->broken_line = number;
        buf_append_text(&search->broken_why, err_note_get(broken));
    }
    return ERR_OK;
}

/* Gives the first entry that matches; ERR_NO_CRED without one. Reads a section to its
 * end. */
static enum err search_lines(struct search *search, const struct credsection *section,
                             struct credential *out)
{
    struct bytes rest = section->entries;
    struct bytes raw;
    size_t number = section->line_number;
    bool found = false;

    while ((!found || search->in_section) && userline_next(&rest, &number, &raw)) {
        USERLINE_AUTO line;
        bool matches = false;
        enum err e = userline_decode(raw, &line);

        if (e != ERR_OK) {
            e = meet_broken(search, number, e);
        } else if (!found) {
            e = line_matches(search, &line, &matches);
        }
        if (e == ERR_OK && matches) {
            e = copy_line(search, &line, out);
            found = e == ERR_OK;
        }
        if (e != ERR_OK) {
            credential_cleanup(out);
            return e;
        }
    }
    return found ? ERR_OK : ERR_NO_CRED;
}

static enum err note_none(const char *path, struct bytes user, struct search *search)
{
    BUF_AUTO broken = BUF_INIT;
    BUF_AUTO shown = BUF_INIT;

    if (search->broken_line != 0) {
        buf_printf(&broken, " (line %zu cannot be read: %s)", search->broken_line,
                   buf_cstr(&search->broken_why));
    }
    text_printable(&shown, user);
    return err_note(ERR_NO_CRED, "%s: has no entry%s%s%s", path,
                    user.n > 0 ? " for " : "", buf_cstr(&shown), buf_cstr(&broken));
}

/* Searches for one form of the name. */
static enum err search_form(struct search *search, struct username name,
                            const struct credsection *section, struct credential *out)
{
    enum err e;

    buf_cleanup(&search->user);
    buf_cleanup(&search->domain);
    search->asked_domain = name.domain;
    if ((e = utf8_upper(&search->user, name.user)) != ERR_OK) {
        return e;
    }
    if ((e = utf8_upper(&search->domain, name.domain)) != ERR_OK) {
        return e;
    }
    return search_lines(search, section, out);
}

/* Searches for the name as it is, then for the other form of the same account. */
static enum err search_section(struct search *search, struct username name,
                               const struct credsection *section, struct credential *out)
{
    BUF_AUTO upn = BUF_INIT;
    struct username other;
    enum err e;

    search->in_section = section->title.n > 0;
    search->is_upn = false;
    search->asked_upn = bytes_of(NULL, 0);
    if ((e = search_form(search, name, section, out)) != ERR_NO_CRED) {
        return e;
    }
    if ((e = username_other_form(name, &upn, &other)) != ERR_OK) {
        return e;
    }
    search->is_upn = name.domain.n > 0 && other.domain.n == 0;
    search->asked_upn = other.domain.n > name.domain.n ? name.user : bytes_of(NULL, 0);
    return search_form(search, other, section, out);
}

/* Adds what a section has to the list. */
static enum err add_section(struct search *search, struct username name,
                            const struct credsection *section,
                            struct credential_list *list)
{
    CREDENTIAL_AUTO credential = CREDENTIAL_INIT;
    enum err e = credsection_check(section);

    if (e == ERR_FILE_SYNTAX) {
        const struct failure fault = failure_of(e);

        return err_note(e, "%s:%zu: %s", search->path, section->line_number,
                        fault.detail);
    }
    if (e == ERR_OK) {
        e = search_section(search, name, section, &credential);
    }
    if (e != ERR_OK) {
        return e == ERR_NO_CRED ? ERR_OK : e;
    }
    return credential_list_add(list, section->patterns, bytes_str(search->path),
                               &credential);
}

/* Adds what the sections have, and last what is for every target. */
static enum err search_contents(struct search *search, struct username name,
                                struct bytes contents, struct credential_list *list)
{
    struct credsections walk = {.rest = contents};
    struct credsection first;
    struct credsection section;

    (void)credsections_next(&walk, &first);
    while (credsections_next(&walk, &section)) {
        enum err e = add_section(search, name, &section, list);

        if (e != ERR_OK) {
            return e;
        }
    }
    return add_section(search, name, &first, list);
}

enum err credfile_load(const char *path, struct bytes user, struct bytes domain,
                       struct credential_list *list)
{
    __attribute__((cleanup(search_cleanup))) struct search search = {.path = path};
    const struct username name = {user, domain};
    const size_t n_before = list->n;
    BUF_AUTO contents = BUF_INIT;
    struct secretfile_id id;
    enum err e;

    if ((e = secretfile_read(path, SECRETFILE_OWN, &contents, &id)) != ERR_OK) {
        return e;
    }
    e = search_contents(&search, name, buf_bytes(&contents), list);
    return e == ERR_OK && list->n == n_before ? note_none(path, user, &search) : e;
}

enum err credfile_find(const struct settings *settings, struct bytes user,
                       struct bytes domain, struct credential_list *list)
{
    const char *const paths[] = {settings->env_user_file, settings->credential_file};
    BUF_AUTO looked_at = BUF_INIT;

    if (settings->env_user_file == NULL && settings->credential_file[0] == '\0') {
        return err_note(ERR_NO_CRED,
                        "user id %lu has no home folder in the user data base; let "
                        "NTLM_USER_FILE name the file with the credential",
                        (unsigned long)geteuid());
    }
    for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
        enum err e;

        if (paths[i] == NULL || paths[i][0] == '\0' || credential_list_ends(list)) {
            continue;
        }
        e = credfile_load(paths[i], user, domain, list);
        if (e != ERR_OK && e != ERR_NO_CRED && e != ERR_FILE_MISSING) {
            return e;
        }
        if (e != ERR_OK) {
            buf_printf(&looked_at, "%s%s", looked_at.n > 0 ? "; " : "", err_note_get(e));
        }
    }
    return list->n > 0 ? ERR_OK : err_note(ERR_NO_CRED, "%s", buf_cstr(&looked_at));
}
