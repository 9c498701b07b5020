/* SPDX-License-Identifier: ISC */
/* Which authority judges logins: a user file, winbind, or one after the other. */
#include "conf/authority_open.h"

#include "base/buf.h"
#include "base/failure.h"
#include "base/text.h"
#include "conf/userfile.h"
#include "conf/winbind/authority.h"
#include "ntlm/utf16.h"

#include <stdlib.h>

/* struct pair: a user file, and winbind for the users that the file does not have. named:
 * the CHALLENGE has winbind's names, so that a domain accepts the answer to it. The two
 * domains are the machine's, as winbind names it. */
struct pair {
    const struct settings *settings;
    struct authority file;
    struct authority winbind;
    struct buf name;
    bool named;
    struct buf netbios_domain;
    struct buf dns_domain;
};

static void pair_free(void *self)
{
    struct pair *pair = self;

    authority_cleanup(&pair->file);
    authority_cleanup(&pair->winbind);
    buf_cleanup(&pair->name);
    buf_cleanup(&pair->netbios_domain);
    buf_cleanup(&pair->dns_domain);
    free(pair);
}

/* Whether a source is only missing now. Every other error is a fault that the
 * administrator must mend: a file that cannot be read may hold a user who must not log in
 * by winbind. */
static bool is_missing(enum err e)
{
    return e == ERR_NO_AUTHORITY || e == ERR_AUTHORITY_UNAVAILABLE;
}

static enum err pair_usable(void *self, struct buf *out_unusable)
{
    const struct pair *pair = self;
    struct failure file = failure_of(pair->file.usable(pair->file.self, out_unusable));
    enum err e;

    if (file.code != ERR_OK && !is_missing(file.code)) {
        return file.code;
    }
    e = pair->winbind.usable(pair->winbind.self, out_unusable);
    if (e != ERR_OK && !is_missing(e)) {
        return e;
    }
    if (file.code != ERR_OK && e != ERR_OK) {
        return err_note(e, "%s; winbind: %s", file.detail, err_note_get(e));
    }
    if (file.code != ERR_OK) {
        buf_append_text(out_unusable, file.detail);
    } else if (e != ERR_OK) {
        buf_printf(out_unusable, "winbind: %s", err_note_get(e));
    }
    return ERR_OK;
}

/* Without winbind the settings give the names, and only the users of the file log in;
 * they do not wait long for winbind. */
static enum err pair_names(void *self, struct authority_names *out_names)
{
    struct pair *pair = self;
    enum err e =
        winbind_authority_names(pair->settings, WINBIND_AUTHORITY_WAIT_S, out_names);

    pair->named = e == ERR_OK;
    if (e != ERR_OK) {
        return is_missing(e) ? ERR_OK : e;
    }
    e = buf_dup(&pair->netbios_domain, buf_bytes(&out_names->netbios_domain));
    return e != ERR_OK ? e
                       : buf_dup(&pair->dns_domain, buf_bytes(&out_names->dns_domain));
}

/* Whether the file has the user as winbind spells him. The machine's domain has two
 * names. */
static enum err is_listed(const struct pair *pair, struct bytes computer_name,
                          const struct authority_answer *answer, bool *out_listed)
{
    const struct bytes user = buf_bytes(&answer->user);
    const struct bytes domain = buf_bytes(&answer->domain);
    bool is_own = false;
    enum err e = userfile_lists(pair->file.name, user, domain, computer_name, out_listed);

    if (e == ERR_OK && !*out_listed && pair->dns_domain.n > 0) {
        e = utf8_equal_nocase(domain, buf_bytes(&pair->netbios_domain), &is_own);
    }
    return e != ERR_OK || !is_own
               ? e
               : userfile_lists(pair->file.name, user, buf_bytes(&pair->dns_domain),
                                computer_name, out_listed);
}

/* winbind knows one user by several names, such as alice@ad.test and AD\\alice, and the
 * file may have another of them. */
static enum err verify_by_winbind(const struct pair *pair,
                                  const struct authority_query *query,
                                  struct authority_answer *out_answer)
{
    AUTHORITY_ANSWER_AUTO answer = AUTHORITY_ANSWER_INIT;
    struct text_escaped user;
    struct text_escaped domain;
    bool listed = false;
    enum err e = pair->winbind.verify(pair->winbind.self, query, &answer);

    if (e == ERR_OK) {
        e = is_listed(pair, query->computer_name, &answer, &listed);
    }
    if (listed) {
        return err_note(ERR_LOGON_DENIED,
                        "%s has %s\\%s: log in with that name and the password there",
                        pair->file.name, text_printed(&domain, buf_bytes(&answer.domain)),
                        text_printed(&user, buf_bytes(&answer.user)));
    }
    if (e == ERR_OK) {
        *out_answer = answer;
        answer = (struct authority_answer)AUTHORITY_ANSWER_INIT;
    } else {
        buf_move(&out_answer->status, &answer.status);
    }
    return e;
}

static enum err pair_verify(void *self, const struct authority_query *query,
                            struct authority_answer *out_answer)
{
    const struct pair *pair = self;
    bool listed;
    enum err e = userfile_verify_listed(pair->file.name, query, out_answer, &listed);

    if (listed || e != ERR_LOGIN) {
        return e;
    }
    if (!pair->named) {
        return err_note(ERR_AUTHORITY_UNAVAILABLE,
                        "winbind did not answer when this login began");
    }
    return verify_by_winbind(pair, query, out_answer);
}

static enum err open_pair(const struct settings *settings, struct authority *out)
{
    struct pair *pair = calloc(1, sizeof(*pair));
    enum err e;

    if (pair == NULL) {
        return ERR_NO_MEMORY;
    }
    pair->settings = settings;
    winbind_authority(settings, &pair->winbind);
    buf_printf(&pair->name, "%s, winbind", settings->user_file);
    if ((e = buf_status(&pair->name)) != ERR_OK ||
        (e = userfile_authority(settings->user_file, &pair->file)) != ERR_OK) {
        pair_free(pair);
        return e;
    }
    *out = (struct authority){.name = buf_cstr(&pair->name),
                              .usable = pair_usable,
                              .names = pair_names,
                              .verify = pair_verify,
                              .free = pair_free,
                              .self = pair};
    return ERR_OK;
}

enum err authority_open(const struct settings *settings, struct bytes user_file,
                        struct authority *out)
{
    BUF_AUTO path = BUF_INIT;
    enum err e = buf_dup(&path, user_file);

    *out = (struct authority){0};
    if (e != ERR_OK || user_file.n > 0) {
        return e != ERR_OK ? e : userfile_authority(buf_cstr(&path), out);
    }
    switch (settings->users_from) {
    case SETTINGS_USERS_FILE:
        break;
    case SETTINGS_USERS_WINBIND:
        winbind_authority(settings, out);
        return ERR_OK;
    case SETTINGS_USERS_FILE_WINBIND:
        return open_pair(settings, out);
    }
    return userfile_authority(settings->user_file, out);
}
