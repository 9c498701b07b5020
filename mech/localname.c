/* SPDX-License-Identifier: ISC */
/* The account of this system that a user of NTLM is. */
#include "mech/localname.h"

#include "base/text.h"
#include "conf/settings.h"
#include "ntlm/utf16.h"

#include <errno.h>
#include <pwd.h>
#include <stdlib.h>

#define ENTRY_SIZE_MIN ((size_t)1024)
#define ENTRY_SIZE_MAX ((size_t)1 << 20)

/* The uids of "nobody": 65534, what 16 bits make of -1, and -1 itself, which means none.
 */
static bool is_nobody(uid_t uid)
{
    return uid == (uid_t)65534 || uid == (uid_t)65535 || uid == (uid_t)-1;
}

static enum err compare_domain(const struct settings *settings, struct bytes domain,
                               bool *out_own)
{
    enum err e = utf8_equal_nocase(domain, bytes_str(settings->netbios_name), out_own);

    return e != ERR_OK || *out_own
               ? e
               : utf8_equal_nocase(domain, bytes_str(settings->netbios_domain), out_own);
}

static enum err check_domain(struct bytes domain)
{
    const struct settings *settings;
    struct text_escaped shown;
    bool own = false;
    enum err e;

    if (domain.n == 0) {
        return ERR_OK;
    }
    if ((e = settings_acquire(&settings)) != ERR_OK) {
        return e;
    }
    e = compare_domain(settings, domain, &own);
    settings_release(settings);
    return e != ERR_OK || own ? e
                              : err_note(ERR_LOCAL_ACCOUNT, "domain \"%s\" is another's",
                                         text_escaped(&shown, domain));
}

/* A name of another mechanism, of a service or of nobody is no user; alice@example.com is
 * one of another domain. */
static enum err check_user(const struct mech_name *name)
{
    struct text_escaped shown;
    struct bytes user = buf_bytes(&name->user);

    if (name->kind != NAME_USER || user.n == 0) {
        return err_note(ERR_LOCAL_ACCOUNT, "the name is not one of a user");
    }
    if (bytes_has(user, '@') || bytes_has(user, '\\')) {
        return err_note(ERR_LOCAL_ACCOUNT, "user \"%s\" names a domain",
                        text_escaped(&shown, user));
    }
    return check_domain(buf_bytes(&name->domain));
}

static enum err judge_account(const struct passwd *account, struct buf *out)
{
    if (account->pw_uid < LOCALNAME_UID_MIN || is_nobody(account->pw_uid)) {
        return err_note(ERR_LOCAL_ACCOUNT, "account %s, uid %lu, is the system's",
                        account->pw_name, (unsigned long)account->pw_uid);
    }
    buf_put_text(out, account->pw_name);
    return buf_status(out);
}

/* ERANGE: the account's line needs more room. Other errors are those of a name service.
 */
static enum err look_up(const char *user, char *room, size_t size, bool *out_again,
                        struct buf *out)
{
    struct passwd account;
    struct passwd *found = NULL;
    struct text_escaped shown;
    int error = getpwnam_r(user, &account, room, size, &found);

    *out_again = error == ERANGE && size < ENTRY_SIZE_MAX;
    if (found != NULL) {
        return judge_account(found, out);
    }
    return err_note(ERR_LOCAL_ACCOUNT,
                    error == 0 ? "there is no account \"%s\""
                               : "account \"%s\": errno %d",
                    text_escaped(&shown, bytes_str(user)), error);
}

static enum err find_account(const char *user, struct buf *out)
{
    bool again = true;
    enum err e = ERR_OK;

    for (size_t size = ENTRY_SIZE_MIN; again; size *= 4) {
        char *room = malloc(size);

        if (room == NULL) {
            return ERR_NO_MEMORY;
        }
        e = look_up(user, room, size, &again, out);
        free(room);
    }
    return e;
}

enum err localname_find(const struct mech_name *name, struct buf *out)
{
    BUF_AUTO user = BUF_INIT;
    enum err e;

    if ((e = check_user(name)) != ERR_OK ||
        (e = buf_dup(&user, buf_bytes(&name->user))) != ERR_OK) {
        return e;
    }
    return find_account(buf_cstr(&user), out);
}
