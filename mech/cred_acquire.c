/* SPDX-License-Identifier: ISC */
/* Acquiring a credential of NTLM: the initiator's user, and the acceptor's user database.
 */
#include "mech/cred.h"

#include "conf/authority_open.h"
#include "conf/policy.h"
#include "conf/winbind/cached_cred.h"
#include "mech/oid.h"
#include "mech/report/audit.h"
#include "mech/report/trace.h"
#include "mech/report/trace_login.h"
#include "mech/status.h"
#include "ntlm/kdf.h"
#include "ntlm/username.h"

#include <stdlib.h>
#include <string.h>

/* The user of a source. If the source has a domain of its own, that replaces the domain
 * of a name such as user@domain, so that only the part before the "@" is the user then.
 */
static struct bytes source_user(const struct cred_source *source)
{
    bool is_user = source->name != NULL && source->name->kind == NAME_USER;
    struct bytes user = is_user ? buf_bytes(&source->name->user) : bytes_of(NULL, 0);
    struct bytes replaced;

    if (is_user && source->domain.n > 0 &&
        bytes_equal(user, buf_bytes(&source->name->spelling))) {
        (void)username_split(user, buf_bytes(&source->name->domain), &user, &replaced);
    }
    return user;
}

static struct bytes source_domain(const struct cred_source *source)
{
    bool is_user = source->name != NULL && source->name->kind == NAME_USER;

    if (source->domain.n > 0 || !is_user) {
        return source->domain;
    }
    return buf_bytes(&source->name->domain);
}

/* Uses the password or NT hash that the application gave; the call must name a user. */
static enum err user_given(const struct cred_source *source, struct credential_list *out)
{
    const char *from = source->has_nt_hash ? "the NT hash that the application gave"
                                           : "the password that the application gave";
    CREDENTIAL_AUTO user = CREDENTIAL_INIT;
    enum err e;

    if (source_user(source).n == 0) {
        return err_note(ERR_NAME, "a password needs the name of its user");
    }
    if (source->password_contradicts != NULL) {
        return err_note(ERR_CRED_KEY, "password beside %s", source->password_contradicts);
    }
    if ((e = buf_dup(&user.user, source_user(source))) != ERR_OK ||
        (e = buf_dup(&user.domain, source_domain(source))) != ERR_OK) {
        return e;
    }
    user.nt_hash = source->nt_hash;
    if (!source->has_nt_hash &&
        (e = kdf_nt_hash(source->password, &user.nt_hash)) != ERR_OK) {
        return e;
    }
    return credential_list_add(out, bytes_of(NULL, 0), bytes_str(from), &user);
}

static enum err user_from_keyfile(const struct cred_source *source,
                                  struct credential_list *out)
{
    BUF_AUTO path = BUF_INIT;
    enum err e = buf_dup(&path, source->keyfile);

    if (e != ERR_OK) {
        return e;
    }
    e = credfile_load(buf_cstr(&path), source_user(source), source_domain(source), out);
    return e == ERR_FILE_MISSING
               ? err_note(ERR_NO_CRED, "no key file %s", buf_cstr(&path))
               : e;
}

static enum err user_from_settings(const struct cred_source *source,
                                   struct credential_list *out)
{
    const struct settings *settings;
    enum err e = settings_acquire(&settings);

    if (e != ERR_OK) {
        return e;
    }
    e = credential_find(settings, source_user(source), source_domain(source), out);
    settings_release(settings);
    return e;
}

static enum err find_user(const struct cred_source *source, struct credential_list *out)
{
    enum err e;

    if (source->has_password || source->has_nt_hash) {
        e = user_given(source, out);
    } else if (source->keyfile.n > 0) {
        e = user_from_keyfile(source, out);
    } else {
        e = user_from_settings(source, out);
    }
    if (e == ERR_OK) {
        trace_users_found(out);
    }
    return e;
}

static enum err acquire_initiator(const struct cred_source *source,
                                  struct mech_cred *cred)
{
    const struct settings *settings;
    const struct credential *first;
    enum err e = settings_acquire(&settings);

    if (e != ERR_OK) {
        return e; /* malformed settings refuse NTLM in every role */
    }
    /* policy_initiate checks the target's host later, when the target is known */
    e = policy_may_initiate(settings);
    settings_release(settings);
    if (e != ERR_OK) {
        return e;
    }
    if (source->name != NULL && source->name->kind == NAME_ANONYMOUS) {
        return name_copy(source->name, &cred->name);
    }
    if (source->name != NULL && source->name->kind != NAME_USER) {
        return err_note(ERR_NO_CRED, source->name->kind == NAME_SERVICE
                                         ? "a service name is not an NTLM user"
                                         : "NTLM cannot read the name as a user's");
    }
    if ((e = find_user(source, &cred->users)) != ERR_OK) {
        return e;
    }
    cred->is_given = source->has_password || source->has_nt_hash;
    first = credential_list_first(&cred->users);
    e = name_new_user(buf_bytes(&first->user), buf_bytes(&first->domain), &cred->name);
    if (e != ERR_OK || source->name == NULL) {
        return e;
    }
    return buf_dup(&cred->name->spelling, buf_bytes(&source->name->spelling));
}

/* Fails if no authority can verify logins, so that the acceptor does not offer NTLM. */
static enum err find_authority(const struct cred_source *source,
                               const struct settings *settings, struct mech_cred *cred)
{
    AUTHORITY_AUTO authority = {0};
    BUF_AUTO unusable = BUF_INIT;
    enum err e;

    if ((e = buf_dup(&cred->user_file, source->keyfile)) != ERR_OK ||
        (e = authority_open(settings, source->keyfile, &authority)) != ERR_OK) {
        return e;
    }
    if ((e = authority.usable(authority.self, &unusable)) != ERR_OK) {
        /* Where nobody names winbind, a missing user file is the usual way to have no
         * NTLM. */
        if (settings->audit && settings->users_from != SETTINGS_USERS_FILE &&
            source->keyfile.n == 0) {
            audit_unusable(e);
        }
        return e;
    }
    trace_users(authority.name, buf_cstr(&unusable));
    return ERR_OK;
}

static enum err acquire_acceptor(const struct cred_source *source, struct mech_cred *cred)
{
    const struct settings *settings;
    enum err e = settings_acquire(&settings);

    if (e != ERR_OK) {
        return e;
    }
    if ((e = policy_accept(settings)) == ERR_OK) {
        e = find_authority(source, settings, cred);
    }
    if (e == ERR_OK && cred->name == NULL && source->name != NULL) {
        e = name_copy(source->name, &cred->name);
    }
    if (e == ERR_OK && cred->name == NULL) {
        e = name_new_user(bytes_str(settings->netbios_name), bytes_of(NULL, 0),
                          &cred->name);
    }
    settings_release(settings);
    return e;
}

static enum err acquire(const struct cred_source *source, gss_cred_usage_t usage,
                        struct mech_cred **out)
{
    CRED_AUTO *cred = calloc(1, sizeof(*cred));
    enum err e;

    *out = NULL;
    if (cred == NULL) {
        return ERR_NO_MEMORY;
    }
    cred->usage = usage;
    if (cred_may(cred, GSS_C_INITIATE) &&
        (e = acquire_initiator(source, cred)) != ERR_OK) {
        return e;
    }
    if (cred_may(cred, GSS_C_ACCEPT) && (e = acquire_acceptor(source, cred)) != ERR_OK) {
        return e;
    }
    /* The last check, because it reads files: most processes have nothing of NTLM. */
    if ((e = crypto_ready()) != ERR_OK) {
        return e;
    }
    *out = cred;
    cred = NULL;
    return ERR_OK;
}

enum err cred_acquire(const struct cred_source *source, gss_cred_usage_t usage,
                      struct mech_cred **out)
{
    enum err e = acquire(source, usage, out);

    trace_refuse("credential", "none", "NTLM", e);
    return e;
}

enum err cred_default_users(struct credential_list *out)
{
    struct cred_source any_user = {0};

    return user_from_settings(&any_user, out);
}
