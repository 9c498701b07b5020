/* SPDX-License-Identifier: ISC */
/* Maps a user of NTLM to an account of this system. */
#include "mech/localname.h"

#include "base/text.h"
#include "conf/settings.h"
#include "ntlm/utf16.h"

#include <errno.h>
#include <pwd.h>
#include <stdlib.h>

#define ENTRY_SIZE_MIN ((size_t)1024)
#define ENTRY_SIZE_MAX ((size_t)1 << 20)

/* Fails unless the domain is empty or one of the server's own. */
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
    e = utf8_equal_nocase(domain, bytes_str(settings->netbios_name), &own);
    if (e == ERR_OK && !own) {
        e = utf8_equal_nocase(domain, bytes_str(settings->netbios_domain), &own);
    }
    settings_release(settings);
    if (e != ERR_OK || own) {
        return e;
    }
    return err_note(ERR_LOCAL_ACCOUNT, "domain \"%s\" is not one of this server",
                    text_escaped(&shown, domain));
}

/* Fails unless the name is a user's in one of the server's own domains. A user name such
 * as alice@example.com names a domain itself. */
static enum err check_user(const struct mech_name *name)
{
    struct text_escaped shown;
    struct bytes user = buf_bytes(&name->user);

    if (name->kind != NAME_USER || user.n == 0) {
        return err_note(ERR_LOCAL_ACCOUNT, "the name is not that of a user");
    }
    if (bytes_has(user, '@') || bytes_has(user, '\\')) {
        return err_note(ERR_LOCAL_ACCOUNT, "user \"%s\" names a domain",
                        text_escaped(&shown, user));
    }
    return check_domain(buf_bytes(&name->domain));
}

/* Accounts with a uid below LOCALNAME_UID_MIN are system accounts, and so is "nobody":
 * its uid is 65534, or -1 cut to 16 bits. The uid -1 itself means that there is no
 * account. */
static bool is_system_uid(uid_t uid)
{
    return uid < LOCALNAME_UID_MIN || uid == (uid_t)65534 || uid == (uid_t)65535 ||
           uid == (uid_t)-1;
}

/* Looks the account up once. *out_again: getpwnam_r needs a larger buffer (ERANGE). A
 * name service may say by ENOENT or ESRCH that it does not know the name. Any other error
 * is a fault of a name service. */
static enum err look_up(const char *user, char *buffer, size_t size, bool *out_again,
                        struct buf *out)
{
    struct passwd account;
    struct passwd *found = NULL;
    struct text_escaped shown;
    int error = getpwnam_r(user, &account, buffer, size, &found);

    *out_again = error == ERANGE && size < ENTRY_SIZE_MAX;
    if (found == NULL) {
        return err_note(ERR_LOCAL_ACCOUNT,
                        error == 0 || error == ENOENT || error == ESRCH
                            ? "there is no account \"%s\""
                            : "account \"%s\": errno %d",
                        text_escaped(&shown, bytes_str(user)), error);
    }
    if (is_system_uid(found->pw_uid)) {
        return err_note(ERR_LOCAL_ACCOUNT, "account %s, uid %lu, is a system account",
                        found->pw_name, (unsigned long)found->pw_uid);
    }
    buf_append_text(out, found->pw_name);
    return buf_status(out);
}

static enum err find_account(const char *user, struct buf *out)
{
    bool again = true;
    enum err e = ERR_OK;

    for (size_t size = ENTRY_SIZE_MIN; again; size *= 4) {
        char *buffer = malloc(size);

        if (buffer == NULL) {
            return ERR_NO_MEMORY;
        }
        e = look_up(user, buffer, size, &again, out);
        free(buffer);
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
