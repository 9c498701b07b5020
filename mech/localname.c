/* SPDX-License-Identifier: ISC */
/* Maps a user of NTLM to an account of this system. */
#include "mech/localname.h"

#include "base/text.h"
#include "conf/settings.h"
#include "conf/winbind/winbind.h"
#include "ntlm/utf16.h"

#include <errno.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>

#define ENTRY_SIZE_MIN ((size_t)1024)
#define ENTRY_SIZE_MAX ((size_t)1 << 20)

static enum err note_domain(struct bytes domain)
{
    struct text_escaped shown;

    return err_note(ERR_LOCAL_ACCOUNT, "domain \"%s\" is not one of this server",
                    text_escaped(&shown, domain));
}

/* Where only a user file says who logs in, the domain must be one of the server's own. */
static enum err check_own_domain(const struct settings *settings, struct bytes domain)
{
    bool own = false;
    enum err e = utf8_equal_nocase(domain, bytes_str(settings->netbios_name), &own);

    if (e == ERR_OK && !own) {
        e = utf8_equal_nocase(domain, bytes_str(settings->netbios_domain), &own);
    }
    return e != ERR_OK || own ? e : note_domain(domain);
}

/* Appends the domain and winbind's separator, unless the domain is the machine's own: so
 * nss_winbind calls the accounts of domains. */
static enum err append_domain(const struct settings *settings, struct bytes user,
                              struct bytes domain, struct buf *out)
{
    WINBIND_NAMES_AUTO names = WINBIND_NAMES_INIT;
    enum err e = winbind_names(settings->winbind_timeout_s, &names);
    bool own = false;

    if (e == ERR_OK) {
        e = utf8_equal_nocase(domain, buf_bytes(&names.netbios_name), &own);
    }
    if (e != ERR_OK || own) {
        return e;
    }
    if (names.separator == '\0' || bytes_has(domain, names.separator) ||
        bytes_has(user, names.separator)) {
        return note_domain(domain); /* it could be read as another name */
    }
    buf_append(out, domain);
    buf_append_u8(out, (uint8_t)names.separator);
    return ERR_OK;
}

/* Appends the name by which the system must know the user's account. */
static enum err append_account(struct bytes user, struct bytes domain, struct buf *out)
{
    const struct settings *settings;
    enum err e = ERR_OK;

    if (domain.n > 0) {
        if ((e = settings_acquire(&settings)) != ERR_OK) {
            return e;
        }
        e = settings->users_from == SETTINGS_USERS_FILE
                ? check_own_domain(settings, domain)
                : append_domain(settings, user, domain, out);
        settings_release(settings);
    }
    buf_append(out, user);
    return e != ERR_OK ? e : buf_status(out);
}

/* Fails unless the name is a user's. A user name such as alice@example.com names a domain
 * itself. */
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
    return ERR_OK;
}

/* Accounts with a uid below LOCALNAME_UID_MIN are system accounts, and so is "nobody":
 * its uid is 65534, or -1 cut to 16 bits. The uid -1 itself means that there is no
 * account. */
static bool is_system_uid(uid_t uid)
{
    return uid < LOCALNAME_UID_MIN || uid == (uid_t)65534 || uid == (uid_t)65535 ||
           uid == (uid_t)-1;
}

/* struct account: what the system knows of an account. */
struct account {
    struct buf name;
    uid_t uid;
};

static void account_cleanup(struct account *account)
{
    buf_cleanup(&account->name);
}
#define ACCOUNT_AUTO __attribute__((cleanup(account_cleanup))) struct account

/* Looks the account up once. *out_again: getpwnam_r needs a larger buffer (ERANGE). A
 * name service may say by ENOENT or ESRCH that it does not know the name. Any other error
 * is a fault of a name service. */
static enum err look_up(const char *user, char *buffer, size_t size, bool *out_again,
                        struct account *out)
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
    out->uid = found->pw_uid;
    buf_append_text(&out->name, found->pw_name);
    return buf_status(&out->name);
}

static enum err find_account(const char *user, struct account *out)
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

/* A name service may spell the name in another way: nss_winbind leaves out the domain
 * with 'winbind use default domain'. The program gets this spelling, which must not be
 * the name of another account. */
static enum err check_same(const char *user, struct account *account)
{
    ACCOUNT_AUTO again = {.name = BUF_INIT};
    struct text_escaped shown;
    enum err e;

    if (strcmp(user, buf_cstr(&account->name)) == 0) {
        return ERR_OK;
    }
    if ((e = find_account(buf_cstr(&account->name), &again)) != ERR_OK ||
        again.uid == account->uid) {
        return e;
    }
    return err_note(ERR_LOCAL_ACCOUNT, "account %s is another one than \"%s\"",
                    buf_cstr(&again.name), text_escaped(&shown, bytes_str(user)));
}

enum err localname_find(const struct mech_name *name, struct buf *out)
{
    BUF_AUTO user = BUF_INIT;
    ACCOUNT_AUTO account = {.name = BUF_INIT};
    enum err e;

    if ((e = check_user(name)) != ERR_OK ||
        (e = append_account(buf_bytes(&name->user), buf_bytes(&name->domain), &user)) !=
            ERR_OK ||
        (e = find_account(buf_cstr(&user), &account)) != ERR_OK ||
        (e = check_same(buf_cstr(&user), &account)) != ERR_OK) {
        return e;
    }
    buf_append(out, buf_bytes(&account.name));
    return buf_status(out);
}
