/* SPDX-License-Identifier: ISC */
/* A user's credential in the cache of Samba's winbind. */
#include "conf/winbind/cached_cred.h"

#include "base/text.h"
#include "conf/policy.h"
#include "conf/winbind/winbind.h"
#include "ntlm/username.h"
#include "ntlm/utf16.h"

#include <unistd.h>

#define CACHE "winbind's cache"

/* struct saved_name: the name under which winbind may have saved a password. */
struct saved_name {
    struct bytes user;
    struct bytes domain;
};

/* Who may use the cache; see the header. */
static enum err check_process(void)
{
    if (getuid() != geteuid()) {
        return err_note(ERR_NO_CRED, CACHE " is not for set-id programs");
    }
    return geteuid() == 0
               ? err_note(ERR_NO_CRED, CACHE " is not for root, who would get what any "
                                             "user of this machine has saved")
               : ERR_OK;
}

static struct bytes own_domain(const struct winbind_names *names)
{
    return buf_bytes(names->dns_domain.n == 0 ? &names->netbios_name
                                              : &names->netbios_domain);
}

/* Whether a realm is that of the machine's domain. */
static enum err is_own_realm(const struct winbind_names *names, struct bytes realm,
                             bool *out_is_own)
{
    enum err e = utf8_equal_nocase(realm, own_domain(names), out_is_own);

    return e != ERR_OK || *out_is_own
               ? e
               : utf8_equal_nocase(realm, buf_bytes(&names->dns_domain), out_is_own);
}

/* The name of the process's account, which nss_winbind made of domain and user. */
static struct saved_name split_account(const struct winbind_names *names,
                                       struct bytes account)
{
    struct saved_name name = {account, own_domain(names)};
    struct bytes domain;
    struct bytes user;

    if (bytes_split(account, names->separator, &domain, &user)) {
        name = (struct saved_name){user, domain};
    }
    return name;
}

static enum err find_name(const struct winbind_names *names, struct bytes account,
                          struct saved_name asked, struct saved_name *out)
{
    struct bytes user;
    struct bytes realm;
    bool is_own = false;
    enum err e;

    *out = asked;
    if (asked.user.n == 0) {
        *out = split_account(names, account);
        out->domain = asked.domain.n > 0 ? asked.domain : out->domain;
        return out->user.n > 0
                   ? ERR_OK
                   : err_note(ERR_NO_CRED, "user id %lu has no name for " CACHE,
                              (unsigned long)geteuid());
    }
    if (asked.domain.n > 0) {
        return ERR_OK;
    }
    out->domain = own_domain(names);
    if (!username_split(asked.user, asked.domain, &user, &realm)) {
        return ERR_OK;
    }
    if ((e = is_own_realm(names, realm, &is_own)) != ERR_OK) {
        return e;
    }
    out->user = user;
    return is_own ? ERR_OK
                  : err_note(ERR_NO_CRED, CACHE " knows users as DOMAIN\\user only");
}

static enum err note_none(const struct saved_name *name)
{
    BUF_AUTO shown = BUF_INIT;

    text_printable(&shown, name->domain);
    buf_append_text(&shown, "\\");
    text_printable(&shown, name->user);
    return err_note(ERR_NO_CRED,
                    CACHE " has no password of %s for this process; log in again with "
                          "pam_winbind's cached_login, or run 'wbinfo --ccache-save'",
                    buf_cstr(&shown));
}

static enum err ask(const struct saved_name *name, struct credential *out)
{
    const struct winbind_cached_query query = {.user = name->user,
                                               .domain = name->domain};
    WINBIND_CACHED_ANSWER_AUTO answer = WINBIND_CACHED_ANSWER_INIT;
    enum err e = winbind_cached_login(&query, CACHED_CRED_PROBE_S, &answer);

    if (e == ERR_NO_CRED) {
        return note_none(name);
    }
    if (e != ERR_OK || (e = buf_dup(&out->user, name->user)) != ERR_OK ||
        (e = buf_dup(&out->domain, name->domain)) != ERR_OK) {
        return e;
    }
    out->cached = true;
    return ERR_OK;
}

/* Finds a user in the cache. An error that is not about memory says why there is no
 * credential: ERR_NO_CRED. */
static enum err cached_find(const struct settings *settings, struct saved_name asked,
                            struct credential *out)
{
    WINBIND_NAMES_AUTO names = WINBIND_NAMES_INIT;
    struct saved_name name;
    enum err e;

    if ((e = check_process()) == ERR_OK &&
        (e = winbind_names(CACHED_CRED_PROBE_S, &names)) == ERR_OK &&
        (e = find_name(&names, bytes_str(settings->account), asked, &name)) == ERR_OK) {
        e = ask(&name, out);
    }
    if (e == ERR_OK) {
        return ERR_OK;
    }
    credential_cleanup(out);
    return e == ERR_NO_MEMORY || e == ERR_NO_CRED
               ? e
               : err_note(ERR_NO_CRED, CACHE ": %s", err_note_get(e));
}

enum err credential_find(const struct settings *settings, struct bytes user,
                         struct bytes domain, struct credential_list *list)
{
    CREDENTIAL_AUTO cached = CREDENTIAL_INIT;
    const struct failure files = failure_of(credfile_find(settings, user, domain, list));
    enum err e;

    if ((files.code != ERR_OK && files.code != ERR_NO_CRED) ||
        credential_list_ends(list)) {
        return files.code;
    }
    if (policy_cached_credential(settings) != ERR_OK) {
        return failure_raise(&files);
    }
    e = cached_find(settings, (struct saved_name){user, domain}, &cached);
    if (e == ERR_OK) {
        return credential_list_add(list, bytes_of(NULL, 0), bytes_str(CACHE), &cached);
    }
    if (e != ERR_NO_CRED || files.code == ERR_OK) {
        return e == ERR_NO_CRED ? ERR_OK : e;
    }
    return err_note(ERR_NO_CRED, "%s; %s", files.detail, err_note_get(ERR_NO_CRED));
}

enum err cached_cred_prove(const void *settings, const struct prover_query *query,
                           struct prover_answer *out_answer)
{
    const struct settings *s = settings;
    const struct saved_name name = {query->user, query->domain};
    const struct winbind_cached_query asked = {
        .user = query->user,
        .domain = query->domain,
        .negotiate = query->negotiate,
        .challenge = query->challenge,
    };
    WINBIND_CACHED_ANSWER_AUTO answer = WINBIND_CACHED_ANSWER_INIT;
    enum err e;

    if ((e = check_process()) != ERR_OK) {
        return e;
    }
    if ((e = winbind_cached_login(&asked, s->winbind_timeout_s, &answer)) != ERR_OK) {
        return e == ERR_NO_CRED ? note_none(&name) : e;
    }
    buf_move(&out_answer->authenticate, &answer.authenticate);
    buf_append(&out_answer->exported_session_key,
               bytes_of(answer.session_key.b, sizeof(answer.session_key.b)));
    return ERR_OK;
}
