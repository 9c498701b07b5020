/* SPDX-License-Identifier: ISC */
/* The names of users as people write them. The header has the forms. */
#include "ntlm/username.h"

#include "ntlm/utf16.h"

/* The first backslash that does not escape an @; text.n if there is none. */
static size_t find_backslash(struct bytes text)
{
    for (size_t i = 0; i < text.n; i++) {
        bool escapes = i + 1 < text.n && text.p[i + 1] == '@';

        if (text.p[i] == '\\' && !escapes) {
            return i;
        }
    }
    return text.n;
}

size_t username_at(struct bytes text)
{
    for (size_t i = text.n; i > 0; i--) {
        if (text.p[i - 1] == '@' && (i < 2 || text.p[i - 2] != '\\')) {
            return i - 1;
        }
    }
    return text.n;
}

enum err username_parse(struct bytes text, struct buf *out_user, struct bytes *out_domain)
{
    const size_t before = out_user->n;
    struct bytes user;

    if (!bytes_split_at(text, find_backslash(text), out_domain, &user)) {
        (void)bytes_split_at(text, username_at(text), &user, out_domain);
        /* alice@example.com is a UPN; alice\@a.com@b.com is a user of the domain b.com */
        if (bytes_has(*out_domain, '.') && !bytes_has(text, '\\')) {
            user = text;
            *out_domain = bytes_of(NULL, 0);
        }
    }
    if (bytes_has(*out_domain, '\\')) {
        return err_note(ERR_NAME, "the domain has a backslash");
    }
    for (size_t i = 0; i < user.n; i++) {
        bool escapes = user.p[i] == '\\' && i + 1 < user.n && user.p[i + 1] == '@';

        if (!escapes) {
            buf_append_u8(out_user, user.p[i]);
        }
    }
    if (buf_status(out_user) != ERR_OK) {
        return buf_status(out_user);
    }
    return out_user->n > before ? ERR_OK : err_note(ERR_NAME, "the user is empty");
}

bool username_split(struct bytes user, struct bytes domain, struct bytes *out_user,
                    struct bytes *out_domain)
{
    struct bytes name;
    struct bytes suffix;
    bool is_upn = domain.n == 0 && bytes_split_last(user, '@', &name, &suffix) &&
                  name.n > 0 && suffix.n > 0;

    *out_user = is_upn ? name : user;
    *out_domain = is_upn ? suffix : domain;
    return is_upn;
}

enum err username_other_form(struct username name, struct buf *upn, struct username *out)
{
    (void)username_split(name.user, name.domain, &out->user, &out->domain);
    if (name.user.n == 0 || name.domain.n == 0) {
        return ERR_OK;
    }
    buf_append(upn, name.user);
    buf_append_text(upn, "@");
    buf_append(upn, name.domain);
    *out = (struct username){buf_bytes(upn), bytes_of(NULL, 0)};
    return buf_status(upn);
}

enum err username_equal(struct username a, struct username b, bool *out_equal)
{
    enum err e;

    (void)username_split(a.user, a.domain, &a.user, &a.domain);
    (void)username_split(b.user, b.domain, &b.user, &b.domain);
    e = utf8_equal_nocase(a.user, b.user, out_equal);
    if (e != ERR_OK || !*out_equal) {
        return e;
    }
    return utf8_equal_nocase(a.domain, b.domain, out_equal);
}
